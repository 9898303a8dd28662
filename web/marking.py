"""How text, times and the words found are shown."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from kb.copies import Copy
from kb.model import Claim
from kb.revisions import Piece
from kb.search.query import Snippet

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What HTML has no place for, and what would turn the direction of the page's own words."""
_ALTERED = {"same": Markup("{}"), "deleted": Markup("<del>{}</del>"), "inserted": Markup("<ins>{}</ins>")}


def printable(value: object) -> object:
    """A value as a page may hold it: in a text, what cannot be printed becomes the sign for that."""
    if not isinstance(value, str) or not _UNPRINTABLE.search(value):
        return value
    clean = _UNPRINTABLE.sub("\ufffd", value)
    return Markup(clean) if isinstance(value, Markup) else clean  # noqa: S704 - as safe as it was


def marked(snippet: Snippet) -> Markup:
    """A passage with the words found in <mark>, everything else escaped."""
    return _with_marks(snippet.text, snippet.marks)


def marked_parties(claim: Claim) -> Markup:
    """The sentence of a claim with the names of its parties in <mark>."""
    names = sorted({*claim.allegation.accusers, *claim.allegation.accused}, key=len, reverse=True)
    heads = [re.escape(name) for name in names] + [
        re.escape(name.split()[0]) for name in names if len(name.split()[0]) > 3
    ]
    if not heads:
        return escape(claim.allegation.sentence)
    found = re.finditer(rf"\b(?:{'|'.join(heads)})\b", claim.allegation.sentence)
    return _with_marks(claim.allegation.sentence, [match.span() for match in found])


def _with_marks(text: str, marks: Iterable[tuple[int, int]]) -> Markup:
    parts: list[Markup] = []
    at = 0
    for start, end in marks:
        parts += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def altered_words(passage: Iterable[Piece]) -> Markup:
    """A changed passage with what was taken out in <del> and what was put in in <ins>."""
    return Markup("").join(_ALTERED[piece.kind].format(piece.text) for piece in passage)


def in_common(copy: Copy) -> str:
    """How much of its wording a copy has in common."""
    return "word for word" if copy.likeness == 1 else f"about {copy.likeness:.0%} of the wording in common"


def date_of(moment: date | None) -> str:
    """A day as people write it: 24 June 2026."""
    return f"{moment.day} {moment:%B %Y}" if moment else "date unknown"


def time_of(moment: datetime | None) -> str:
    """A day and time with zone."""
    return f"{date_of(moment)}, {moment.astimezone(UTC):%H:%M} UTC" if moment else "never"


def host_of(address: str) -> str:
    """The host that an address names, without a leading "www."."""
    return urlsplit(address).netloc.removeprefix("www.")
