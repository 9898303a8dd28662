"""The timeline of an incident: what happened and what was reported, on one scale, no more exact than it is told."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Final

from kb.model import Claim, Incident, Interval, PartialDate
from kb.tracking.words import counted, date_words
from web import labels
from web.marking import date_of

_ROWS = 14
_MOST_DAYS = 120
"""On more days than these reports are put together by month."""
_MOST_TICKS = 5
_EDGE = 3.0
"""So much of the width is left free at either end, in hundredths."""
_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240)
"""Months from one tick to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A bar of the timeline.

    Attributes:
        label: what it stands for.
        when: the same in words.
        first: its first day; None where nobody tells when it began.
        last: its last day; None where nobody tells when it ended.
        count: how many reports it stands for.
        start: where its first day begins, in hundredths of the width; 0 where it is open.
        end: where its last day ends; 100 where it is open.
    """

    label: str
    when: str
    first: date | None
    last: date | None
    count: int = 1
    start: float = 0.0
    end: float = 100.0

    @property
    def late(self) -> bool:
        """Whether it lies in the right half, so that its words go to the left of its end."""
        return self.start > 100 - self.end


@dataclass(frozen=True, slots=True)
class Tick:
    """A day of the scale, and where it is, in hundredths of the width."""

    label: str
    at: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Two lanes on one scale.

    Attributes:
        happened: one a row, the first one first.
        reported: side by side in one row.
        ticks: of the scale.
        left_out: how many of what happened there was no room for.
    """

    happened: tuple[Mark, ...]
    reported: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    left_out: int = 0

    @property
    def open(self) -> bool:
        """Whether of something shown nobody tells the beginning or the end."""
        return any(not (mark.first and mark.last) for mark in self.happened)

    @property
    def vague(self) -> bool:
        """Whether the day of something shown is not told."""
        return any(mark.first != mark.last for mark in (*self.happened, *self.reported))


def timeline(incident: Incident) -> Timeline | None:
    """Both lanes of an incident; None where nobody tells when anything was."""
    happened = sorted([*_alleged(incident.claims), *_steps(incident)], key=_in_order)
    reported = list(_reports(incident.claims))
    days = [day for mark in (*happened, *reported) for day in (mark.first, mark.last) if day]
    if not days:
        return None
    scale = _Scale(min(days), max(days))
    return Timeline(
        tuple(scale.placed(mark) for mark in happened[:_ROWS]),
        tuple(scale.placed(mark) for mark in reported),
        tuple(scale.ticks()),
        max(0, len(happened) - _ROWS),
    )


def _steps(incident: Incident) -> Iterator[Mark]:
    for step in incident.history:
        for told in step.happened:
            words = date_words(told) + (", told differently" if len(step.happened) > 1 else "")
            yield Mark(label=labels.STAGE[step.stage], when=words, first=told.earliest(), last=told.latest())


def _alleged(claims: Iterable[Claim]) -> Iterator[Mark]:
    """When what is alleged is said to have happened; each stretch once."""
    told = Counter(occurred for claim in claims if (occurred := _plain(claim.allegation.occurred)))
    for occurred, count in told.items():
        yield Mark(
            label="Said to have happened",
            when=_stretch_words(occurred),
            first=occurred.start.earliest() if occurred.start else None,
            last=occurred.end.latest() if occurred.end else None,
            count=count,
        )


def _plain(occurred: Interval | None) -> Interval | None:
    """A stretch without the words that its ends were reckoned from; None where both are open."""
    if occurred is None or not (occurred.start or occurred.end):
        return None
    ends = (PartialDate(end.iso) if end else None for end in (occurred.start, occurred.end))
    return Interval(*ends)


def _stretch_words(occurred: Interval) -> str:
    start, end = occurred.start, occurred.end
    if start and end:
        return date_words(start) if start == end else f"{date_words(start)} to {date_words(end)}"
    if start:
        return f"from {date_words(start)}, end not told"
    return f"until {date_words(end)}, beginning not told" if end else ""


def _reports(claims: Iterable[Claim]) -> Iterator[Mark]:
    days = Counter(
        day
        for day in {claim.report.id: _published(claim) for claim in claims if not claim.on_record}.values()
        if day is not None
    )
    if len(days) <= _MOST_DAYS:
        for day, count in sorted(days.items()):
            yield Mark(label=counted(count, "report"), when=date_of(day), first=day, last=day, count=count)
        return
    months: Counter[PartialDate] = Counter()
    for day, count in days.items():
        months[PartialDate(f"{day:%Y-%m}")] += count
    for month in sorted(months, key=PartialDate.earliest):
        label, words = counted(months[month], "report"), date_words(month)
        yield Mark(label=label, when=words, first=month.earliest(), last=month.latest(), count=months[month])


def _published(claim: Claim) -> date | None:
    return claim.report.published.astimezone(UTC).date() if claim.report.published else None


def _in_order(mark: Mark) -> tuple[date, date, str]:
    return (mark.first or mark.last or date.max, mark.last or date.max, mark.label)


class _Scale:
    """From days to hundredths of the width."""

    def __init__(self, first: date, last: date) -> None:
        self._first, self._last = first, last
        self._days = (last - first).days + 1

    def at(self, day: date) -> float:
        """Where a day begins."""
        return round(_EDGE + (100 - 2 * _EDGE) * (day - self._first).days / self._days, 2)

    def placed(self, mark: Mark) -> Mark:
        start = self.at(mark.first) if mark.first else 0.0
        end = self.at(mark.last + timedelta(days=1)) if mark.last and mark.last < date.max else 100.0
        return Mark(
            label=mark.label,
            when=mark.when,
            first=mark.first,
            last=mark.last,
            count=mark.count,
            start=start,
            end=end,
        )

    def ticks(self) -> Iterator[Tick]:
        """Beginnings of months or years, as many as there is room for; the first day where there is none."""
        found = next((ticks for step in _STEPS if len(ticks := self._every(step)) <= _MOST_TICKS), [])
        if not found:
            yield Tick(date_of(self._first), self.at(self._first))
        for day in found:
            whole_years = all(each.month == 1 for each in found)
            yield Tick(str(day.year) if whole_years else f"{day:%b} {day.year}", self.at(day))

    def _every(self, months: int) -> Sequence[date]:
        numbers = range(self._first.year * 12 + self._first.month - 1, self._last.year * 12 + self._last.month)
        days = (date(number // 12, number % 12 + 1, 1) for number in numbers if number % months == 0)
        return [day for day in days if self._first <= day <= self._last]
