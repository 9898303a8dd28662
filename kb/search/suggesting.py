"""What a person may have meant who found little: the same search with words that the index holds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from kb.model import name_key
from kb.search.engine import SearchEngine
from kb.search.query import Query
from kb.search.tree import FieldValue, Leaf, Node, wanted_leaves, with_leaves

FEW: Final = 3
"""Found so few, other spellings are looked for."""
_FAR_MORE_FREQUENT = 10

Corrections = Mapping[str, str]
"""By a word as it was typed, the word that may have been meant."""


def did_you_mean(engine: SearchEngine, query: Query, total: int) -> Corrections:
    """The words to change so that this query, which found `total`, finds more; none where it finds enough.

    Raises:
        EngineUnavailable: the engine does not answer.
    """
    if total > FEW or query.wanted is None:
        return {}
    words = {word for leaf in wanted_leaves(query.wanted) for word in _words(leaf)}
    found = {word: better for word in sorted(words) if (better := _better(engine, word))}
    if not found:
        return {}
    again = replace(query, wanted=corrected(query.wanted, found), page=1, size=0, after=None)
    return found if engine.search(again).total > total else {}


def corrected(node: Node, corrections: Corrections) -> Node:
    """The tree with these words changed."""

    def change(leaf: Leaf) -> Leaf:
        return type(leaf)(" ".join(corrections.get(word, word) for word in leaf.text.split()))

    return with_leaves(node, change)


def _words(leaf: Leaf | FieldValue) -> list[str]:
    return (leaf.value if isinstance(leaf, FieldValue) else leaf).text.split()


def _better(engine: SearchEngine, word: str) -> str:
    """A spelling that the index holds where it does not hold this one, or far more often; else empty."""
    spellings = engine.spellings(word)
    held = sum(spelling.documents for spelling in spellings if name_key(spelling.word) == name_key(word))
    others = [spelling for spelling in spellings if name_key(spelling.word) != name_key(word)]
    return next((each.word for each in others if each.documents >= max(1, _FAR_MORE_FREQUENT * held)), "")
