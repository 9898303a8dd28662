"""The gate before everything dear: which texts cannot hold an allegation over intellectual property and AI.

It only says whether, never where. Looking for fixed words in the lower-cased text costs a small part of what a pattern
does, and of a stream of general news nearly every text ends here.
"""

import re
from functools import cache

from nlp.lexicon import table

_BETWEEN_WORDS = str.maketrans(dict.fromkeys("\n\r\t.,;:!?'’‘\"“”()[]{}<>-–—‑/|*_&$€£…\u00a0", " "))
_NAMED_AI = re.compile(r"[a-z]AI\b")
_SHORT = 400


def may_hold_allegation(title: str, text: str) -> bool:
    """Whether the report is worth reading; a False is sure, a True is not."""
    both = f" {title} {text} "
    words = f" {' '.join(both.lower().translate(_BETWEEN_WORDS).split())} "
    if len(both) < _SHORT:
        return any(_has(words, kind) for kind in ("accuses", "ai", "rights"))
    if _has(words, "ai") or ("AI" in both and _NAMED_AI.search(both)):
        return (_has(words, "sues") or _has(words, "property")) and _has(words, "accuses")
    if _has(words, "rights"):
        return _has(words, "sues") or (_has(words, "software") and _has(words, "accuses"))
    return False


def _has(words: str, kind: str) -> bool:
    return any(term in words for term in _terms(kind))


@cache
def _terms(kind: str) -> tuple[str, ...]:
    terms: list[str] = table("triage")[kind]
    return tuple(terms)
