"""A histogram as it is drawn: where each bar stands and how high it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kb.search.query import Bar
from web.searches import days_in_words

HEIGHT: Final = 60
_STEP = 10
_LEAST = 2.0
"""So high is a bar at the least that counts anything."""


@dataclass(frozen=True, slots=True)
class Column:
    """A bar as it is drawn.

    Attributes:
        bar: what it counts.
        words: its days.
        x: its left side.
        width: with the space to the next.
        height: 0 for none.
    """

    bar: Bar
    words: str
    x: int
    width: int
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side on a ground of this width and height, of which the highest counts `most`."""

    bars: tuple[Column, ...]
    width: int
    most: int
    height: int = HEIGHT


def drawn(bars: Sequence[Bar]) -> Chart:
    """The bars as they are drawn, the highest as high as the ground."""
    most = max((bar.count for bar in bars), default=0)
    columns = (
        Column(bar, days_in_words(bar), n * _STEP, _STEP, _height(bar.count, most)) for n, bar in enumerate(bars)
    )
    return Chart(tuple(columns), len(bars) * _STEP, most)


def _height(count: int, most: int) -> float:
    return max(_LEAST, round(HEIGHT * count / most, 1)) if count else 0
