"""The graph of accusers and accused as it is drawn: two columns of names, and a line for each pair."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kb.model import name_key
from kb.tracking.accusing import Edge

ROW: Final = 28
"""The height that each name has to itself."""
_THICKEST = 14.0
_LONGEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class Node:
    """A party as it is drawn.

    Attributes:
        name: in full.
        label: as far as there is room.
        incidents: of the lines drawn, added up.
        y: the middle of its row.
        number: in its column.
    """

    name: str
    label: str
    incidents: int
    y: float
    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """A pair as it is drawn, between these rows."""

    edge: Edge
    accuser: Node
    accused: Node
    thickness: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it; the thinnest lines come last, so that none lies hidden below a thick one."""

    accusers: tuple[Node, ...]
    accused: tuple[Node, ...]
    lines: tuple[Line, ...]
    height: int


def drawn(edges: Sequence[Edge]) -> Drawing:
    """These pairs, the accused with most disputes at the top, and each accuser near the one it accuses most."""
    right = _ranked([(edge.accused, edge.incidents) for edge in edges])
    place = {name_key(name): n for n, (name, _) in enumerate(right)}
    nearest: dict[str, int] = {}
    for edge in edges:
        nearest.setdefault(name_key(edge.accuser), place[name_key(edge.accused)])
    left = sorted(
        _ranked([(edge.accuser, edge.incidents) for edge in edges]), key=lambda each: nearest[name_key(each[0])]
    )
    height = ROW * max(len(left), len(right), 1)
    accusers, accused = _column(left, height), _column(right, height)
    from_, to = ({name_key(node.name): node for node in column} for column in (accusers, accused))
    most = max((edge.incidents for edge in edges), default=1)
    lines = (
        Line(edge, from_[name_key(edge.accuser)], to[name_key(edge.accused)], _thickness(edge.incidents, most))
        for edge in edges
    )
    return Drawing(accusers, accused, tuple(lines), height)


def _ranked(names: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for name, incidents in names:
        counts[name_key(name)] += incidents
        first.setdefault(name_key(name), name)
    return sorted(((first[key], n) for key, n in counts.items()), key=lambda each: (-each[1], each[0].casefold()))


def _column(names: Sequence[tuple[str, int]], height: int) -> tuple[Node, ...]:
    """Names spread over the whole height."""
    step = height / max(len(names), 1)
    return tuple(
        Node(name, _label(name), count, round(step * (n + 0.5), 1), n) for n, (name, count) in enumerate(names)
    )


def _label(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1].rstrip()}…"


def _thickness(incidents: int, most: int) -> float:
    return round(max(1.5, _THICKEST * incidents / max(most, 8)), 1)
