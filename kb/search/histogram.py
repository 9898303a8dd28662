"""Results over time: how many have a time that overlaps each of some stretches of equal length."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, Literal

from kb.search.fields import Time
from kb.search.query import Bar
from kb.search.tree import And, During, Node

MOST_BARS: Final = 48
Grain = Literal["day", "month"]
"""How fine an engine counts: by days where only few are asked for."""
Bounds = tuple[date | None, date | None]
Counts = Mapping[date, int]
"""By the first day of each day or month, how many fall into it."""
_WEEK = 7
_MONTHS: Final = (1, 3, 12, 120, 1200, 12_000)
"""How long bars are that are longer than a week."""


def bounds(wanted: Node | None, time: Time) -> Bounds:
    """The first and last day of a time that a query lets any result have; None where it leaves that end open."""
    parts = wanted.parts if isinstance(wanted, And) else (wanted,)
    during = [part for part in parts if isinstance(part, During) and part.time == time]
    firsts, lasts = [each.first for each in during if each.first], [each.last for each in during if each.last]
    return max(firsts, default=None), min(lasts, default=None)


def grain(within: Bounds) -> Grain:
    """How fine to count for bars within these days."""
    first, last = within
    return "day" if first and last and (last - first).days < _WEEK * MOST_BARS else "month"


def bars(begun: Counts, ended: Counts, within: Bounds) -> tuple[Bar, ...]:
    """Bars of the shortest length of which `MOST_BARS` will do, none of them beyond these days.

    What overlaps a stretch has begun by its end and has not ended before it: two counts that any engine can make.

    Args:
        begun: how many results have their first moment in each day or month, as `grain` says.
        ended: the same of the last moment.
        within: the days that every result overlaps.
    """
    if not begun:
        return ()
    fine = grain(within)
    first = max(within[0] or date.min, min(begun))
    last = min(within[1] or date.max, max(ended) if fine == "day" else _end_of_month(max(ended)))
    if first > last:
        return ()
    starts = next(found for found in _divisions(first, last, fine) if len(found) < MOST_BARS)
    begins = [first, *starts]
    ends = [*(start - timedelta(days=1) for start in starts), last]
    so_far, gone = _Sum(begun), _Sum(ended)
    before = [0, *(gone.until(end) for end in ends[:-1])]
    return tuple(
        Bar(begin, end, so_far.until(end) - past) for begin, end, past in zip(begins, ends, before, strict=True)
    )


class _Sum:
    """Counts added up."""

    def __init__(self, counts: Counts) -> None:
        self._days = sorted(counts)
        self._sums = [0, *accumulate(counts[day] for day in self._days)]

    def until(self, day: date) -> int:
        return self._sums[bisect_right(self._days, day)]


def _divisions(first: date, last: date, fine: Grain) -> Iterator[list[date]]:
    """Where a stretch is divided, ever more coarsely; weeks begin on Mondays."""
    if fine == "day":
        for days, until_next in ((1, 1), (_WEEK, _WEEK - first.weekday())):
            numbers = range(first.toordinal() + until_next, last.toordinal() + 1, days)
            yield [date.fromordinal(number) for number in numbers]
    for months in _MONTHS:
        numbers = range((_month(first) // months + 1) * months, _month(last) + 1, months)
        yield [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _month(day: date) -> int:
    return 12 * day.year + day.month - 1


def _end_of_month(day: date) -> date:
    number = _month(day) + 1
    return date.max if number // 12 > date.max.year else date(number // 12, number % 12 + 1, 1) - timedelta(days=1)
