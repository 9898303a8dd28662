"""The words that Elasticsearch marked, in folded text, as stretches of the text as it is shown."""

import re
from collections.abc import Iterable, Mapping, Sequence

from kb.search.elastic import folding
from kb.search.elastic.clauses import MARKED
from kb.search.elastic.mapping import exact_column
from kb.search.fields import BY_NAME
from kb.search.query import Snippet

BEFORE, AFTER = "<", ">"
"""Around what is marked; folded text has neither."""
_Stretches = set[tuple[int, int]]


class Marks:
    """The marks of one result.

    Args:
        highlighted: by column, the values in which something is marked.
    """

    def __init__(self, highlighted: Mapping[str, Sequence[str]]) -> None:
        self._found: dict[tuple[str, str], _Stretches] = {}
        for name in MARKED:
            for column in {name, exact_column(BY_NAME[name])}:
                for value in highlighted.get(column, ()):
                    text, stretches = _read(value)
                    self._found.setdefault((name, text), set()).update(stretches)

    def of(self, name: str, text: str) -> Snippet:
        """A value of a field with its marks."""
        folded = folding.words(text)
        found = self._found.get((name, folded.strip()), ())
        if not found:
            return Snippet(text)
        origin, blanks = folding.places(text), len(folded) - len(folded.lstrip())
        stretches = [(origin[start + blanks], origin[end + blanks]) for start, end in found]
        return Snippet(text, tuple(_merged(stretches)))


def _read(value: str) -> tuple[str, _Stretches]:
    """A value without its marks and blanks around it, and where they were."""
    text, stretches, start = "", _Stretches(), 0
    for part in re.split(f"([{BEFORE}{AFTER}])", value.strip()):
        if part == BEFORE:
            start = len(text)
        elif part == AFTER:
            stretches.add((start, len(text)))
        else:
            text += part
    return text, stretches


def _merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping stretches made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged
