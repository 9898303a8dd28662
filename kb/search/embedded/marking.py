"""Marks in passages the words that answer a query."""

from collections.abc import Iterator, Mapping, Sequence

import tantivy

from kb.search.embedded.schema import EXACT, STEMMED
from kb.search.query import Snippet
from kb.search.tree import Leaf, Prefix, Words

_Token = tuple[str, int, int]


class Marker:
    """Marks what leaves of a query find.

    Args:
        analyzers: by the names that the schema uses.
        leaves: what is marked.
    """

    def __init__(self, analyzers: Mapping[str, tantivy.TextAnalyzer], leaves: Sequence[Leaf]) -> None:
        self._analyzers = analyzers
        self._sought = [
            (name, words, isinstance(leaf, Prefix))
            for leaf in leaves
            for name in [STEMMED if isinstance(leaf, Words) else EXACT]
            if (words := analyzers[name].analyze(leaf.text))
        ]

    def mark(self, text: str) -> Snippet:
        """The text with its marks."""
        tokens = {name: self._tokens(name, text) for name in {name for name, _, _ in self._sought}}
        found = {
            stretch
            for name, words, beginning in self._sought
            for stretch in _stretches(tokens[name], words, beginning=beginning)
        }
        return Snippet(text, tuple(_merged(sorted(found))))

    def _tokens(self, analyzer: str, text: str) -> list[_Token]:
        tokens = self._analyzers[analyzer].pre_tokenize(text).tokens
        return [(token.text, token.char_offset_from, token.char_offset_to) for token in tokens]


def _stretches(tokens: Sequence[_Token], words: Sequence[str], *, beginning: bool) -> Iterator[tuple[int, int]]:
    """Where these words follow each other; of the last one the beginning may do."""
    *before, sought = words
    for at, (word, _, end) in enumerate(tokens):
        if word == sought or (beginning and word.startswith(sought)):
            first = at - len(before)
            if first >= 0 and all(token[0] == each for token, each in zip(tokens[first:at], before, strict=True)):
                yield tokens[first][1], end


def _merged(stretches: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Overlapping stretches made one."""
    current: tuple[int, int] | None = None
    for start, end in stretches:
        if current and start < current[1]:
            current = current[0], max(current[1], end)
            continue
        if current:
            yield current
        current = start, end
    if current:
        yield current
