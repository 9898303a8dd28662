"""What may be meant by the beginning of a text: parties and incidents, from one search."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from kb.model import name_key
from kb.search.engine import SearchEngine
from kb.search.language import FIELD_NAMES, LONGEST
from kb.search.query import FacetCount, Hit, Query
from kb.search.tree import Node, Prefix, Words, both

_SIDES: Final = ("accuser", "accused")
_ASKS_FIELD = re.compile(rf"\b(?:{'|'.join(FIELD_NAMES)}):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Completions:
    """What may be meant.

    Attributes:
        parties: with a word that begins like the last one typed and all the others; the busiest first, each with in
            how many incidents it is found at most.
        incidents: that have all these words, the best first.
    """

    parties: tuple[FacetCount, ...] = ()
    incidents: tuple[Hit, ...] = ()


def complete(engine: SearchEngine, text: str, size: int) -> Completions:
    """What may be meant by a text that is still being typed, at most `size` of each; nothing without a word.

    Nothing either for a text that asks for a field: whoever writes it knows what to ask for.

    Raises:
        EngineUnavailable: the engine does not answer.
    """
    words = re.findall(r"\w+", text[:LONGEST].encode(errors="replace").decode())
    if not words or _ASKS_FIELD.search(text):
        return Completions()
    *whole, last = words
    leaves: list[Node] = [*map(Words, whole), Prefix(last)]
    found = engine.search(Query(wanted=both(*leaves), size=size))
    counts: Counter[str] = Counter()
    for side in _SIDES:
        counts.update({each.value: each.count for each in found.facets[side] if _begins(each.value, words)})
    busiest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Completions(tuple(FacetCount(*item) for item in busiest[:size]), found.hits)


def _begins(name: str, words: list[str]) -> bool:
    """Whether a name has words that begin with each of these."""
    parts, sought = name_key(name).split(), [name_key(word) for word in words]
    return all(any(part.startswith(each) for part in parts) for each in sought if each)
