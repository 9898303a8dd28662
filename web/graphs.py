"""The graph of accusers and accused as it is drawn: two columns of names, and a line for each pair."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kb.model import name_key
from kb.tracking.accusing import Edge

ROW: Final = 28
"""The height that each name has to itself."""
_THICKEST = 14.0
_LONGEST_LABEL = 20


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
    """All of it; the thinnest lines come last, so that none lies hidden below a thick one; `height` is in pixels."""

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
    accusers = _column(left, _spread(len(left), height))
    accused = _column(right, _beside(right, accusers, nearest, height))
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


def _spread(count: int, height: int) -> list[float]:
    """The middles of so many rows that share the whole height."""
    return [height / count * (n + 0.5) for n in range(count)]


def _beside(
    names: Sequence[tuple[str, int]], accusers: Sequence[Node], nearest: Mapping[str, int], height: int
) -> list[float]:
    """A row for each of these beside the accusers that are nearest to it, in their order and none upon another."""
    rows = list[float]()
    least = ROW / 2
    for n in range(len(names)):
        near = [node.y for node in accusers if nearest[name_key(node.name)] == n]
        rows.append(max(least, sum(near) / len(near) if near else least))
        least = rows[-1] + ROW
    most = height - ROW / 2
    for n in reversed(range(len(rows))):
        rows[n] = min(rows[n], most)
        most = rows[n] - ROW
    return rows


def _column(names: Sequence[tuple[str, int]], rows: Sequence[float]) -> tuple[Node, ...]:
    """Names in their rows."""
    placed = zip(names, rows, strict=True)
    return tuple(Node(name, _label(name), count, round(y, 1), n) for n, ((name, count), y) in enumerate(placed))


def _label(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1].rstrip()}…"


def _thickness(incidents: int, most: int) -> float:
    return round(max(1.5, _THICKEST * incidents / max(most, 8)), 1)
