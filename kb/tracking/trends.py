"""Disputes counted over time, from letter to suit, by outcome, and the sums that ended them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal

from kb.model import AmountHedge, Conduct, Figure, Outline, PartialDate, Stage

Grain = Literal["year", "quarter"]
MOST_PERIODS: Final = 40
"""So many of the newest periods are counted one by one."""


def period_of(day: PartialDate, grain: Grain) -> str:
    """The year or the quarter of a day, "2026" or "2026-Q2"; empty where it is not known so exactly."""
    if grain == "year":
        return day.iso[:4]
    return "" if day.precision == "year" else f"{day.iso[:4]}-Q{(day.earliest().month + 2) // 3}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How many disputes were opened in each period.

    Attributes:
        periods: one after the other, without a gap.
        all: disputes by period.
        conduct: the same of each conduct; a dispute over several counts in each.
        stage: the same of each stage at which disputes stand now.
        undated: disputes without a day of the time asked for.
        coarse: disputes of which only the year is known, where quarters are asked for.
        earlier: disputes opened before the first of the periods.
    """

    periods: tuple[str, ...]
    all: Mapping[str, int]
    conduct: Mapping[Conduct, Mapping[str, int]]
    stage: Mapping[Stage, Mapping[str, int]]
    undated: int
    coarse: int
    earlier: int


def opened(incidents: Sequence[Outline], time: str, grain: Grain) -> Opened:
    """Disputes by the period of their earliest day of one of the five times."""
    dated = [(each, each.first[time]) for each in incidents if time in each.first]
    placed = [(each, period) for each, day in dated if (period := period_of(day, grain))]
    periods = _periods([period for _, period in placed], grain)
    shown = set(periods)
    counts: Counter[str] = Counter()
    conduct: defaultdict[Conduct, Counter[str]] = defaultdict(Counter)
    stage: defaultdict[Stage, Counter[str]] = defaultdict(Counter)
    for each, period in placed:
        if period in shown:
            counts[period] += 1
            stage[each.stage][period] += 1
            for code in set(each.conduct):
                conduct[code][period] += 1
    return Opened(
        periods=periods,
        all=counts,
        conduct={code: conduct[code] for code in Conduct if code in conduct},
        stage={code: stage[code] for code in Stage if code in stage},
        undated=len(incidents) - len(dated),
        coarse=len(dated) - len(placed),
        earlier=len(placed) - counts.total(),
    )


def _periods(found: Sequence[str], grain: Grain) -> tuple[str, ...]:
    """The newest periods from the first to the last of these."""
    if not found:
        return ()
    parts = 1 if grain == "year" else 4
    numbers = [int(each[:4]) * parts + (int(each[-1]) - 1 if parts > 1 else 0) for each in (min(found), max(found))]
    stretch = range(max(numbers[0], numbers[1] - MOST_PERIODS + 1), numbers[1] + 1)
    return tuple(f"{n // parts:04}" + (f"-Q{n % parts + 1}" if parts > 1 else "") for n in stretch)


@dataclass(frozen=True, slots=True)
class Read:
    """How much was read: reports, and of how many outlets."""

    reports: int
    outlets: int


def read_in(
    periods: Iterable[str], grain: Grain, months: Iterable[tuple[str, str, int]]
) -> tuple[dict[str, Read], Read]:
    """How much was read of what was published in each of these periods, and in all of them.

    Args:
        periods: as `opened` has them.
        grain: of them.
        months: reports by month and outlet.
    """
    reports: Counter[str] = Counter()
    outlets: defaultdict[str, set[str]] = defaultdict(set)
    for month, outlet, count in months:
        period = period_of(PartialDate(month), grain)
        reports[period] += count
        outlets[period].add(outlet)
    each = {period: Read(reports[period], len(outlets[period])) for period in periods}
    every: set[str] = set().union(*(outlets[period] for period in each))
    return each, Read(sum(one.reports for one in each.values()), len(every))


@dataclass(frozen=True, slots=True)
class Wait:
    """How many days a dispute took from its first letter to its first suit after it."""

    incident: Outline
    letter: PartialDate
    suit: PartialDate
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long disputes took from letter to suit.

    Attributes:
        waits: of the disputes of which both days are told to the day, the shortest first.
        inexact: disputes that have both steps, of which one is not told to the day.
        letters: disputes in which a letter is told and no suit after it.
        median: in days; None without any.
    """

    waits: tuple[Wait, ...]
    inexact: int
    letters: int
    median: float | None


BINS: Final = (
    ("within a week", 7),
    ("8 to 30 days", 30),
    ("31 to 90 days", 90),
    ("91 to 180 days", 180),
    ("181 to 365 days", 365),
    ("over a year", None),
)


def waits(incidents: Iterable[Outline]) -> Waits:
    """How long disputes took from letter to suit; where reports differ on a day, the earliest counts."""
    found, inexact, letters = list[Wait](), 0, 0
    for incident in incidents:
        stages = [step.stage for step in incident.steps]
        if Stage.LETTER not in stages:
            continue
        letter = stages.index(Stage.LETTER)
        suit = next((step for step in incident.steps[letter:] if step.stage is Stage.COMPLAINT), None)
        if suit is None:
            letters += 1
            continue
        sent, filed = (_to_the_day(each.happened) for each in (incident.steps[letter], suit))
        if sent is None or filed is None or filed.earliest() < sent.earliest():
            inexact += 1
            continue
        found.append(Wait(incident, sent, filed, (filed.earliest() - sent.earliest()).days))
    found.sort(key=lambda wait: (wait.days, wait.incident.slug))
    middle = median(wait.days for wait in found) if found else None
    return Waits(waits=tuple(found), inexact=inexact, letters=letters, median=middle)


def _to_the_day(dates: Sequence[PartialDate]) -> PartialDate | None:
    return dates[0] if dates and dates[0].precision == "day" else None


def binned(found: Waits) -> list[tuple[str, int]]:
    """How many disputes took how long."""
    counts, least = list[tuple[str, int]](), -1
    for words, most in BINS:
        inside = sum(least < wait.days and (most is None or wait.days <= most) for wait in found.waits)
        counts.append((words, inside))
        least = most or least
    return counts


def outcomes(incidents: Iterable[Outline]) -> dict[Stage, int]:
    """How many disputes stand at each stage, in the order of the vocabulary."""
    counts = Counter(each.stage for each in incidents)
    return {stage: counts[stage] for stage in Stage if counts[stage]}


@dataclass(frozen=True, slots=True)
class Sum:
    """What was agreed in one dispute, in one currency.

    Attributes:
        incident: the dispute.
        figures: all that reports give, the smallest first.
        counted: the one of them that is added up; None where they differ or are of several things.
    """

    incident: Outline
    figures: tuple[Figure, ...]
    counted: Figure | None


@dataclass(frozen=True, slots=True)
class Sums:
    """What was agreed in one currency, the dispute with the highest figure first.

    Attributes:
        currency: its code.
        sums: one for each dispute.
        total: of the figures that count.
        hedged: how many of these are not told as exact.
    """

    currency: str
    sums: tuple[Sum, ...]
    total: float
    hedged: int

    @property
    def counted(self) -> int:
        """How many disputes are in the total."""
        return sum(each.counted is not None for each in self.sums)


def settled(incidents: Iterable[Outline]) -> list[Sums]:
    """Sums agreed, the currency of most disputes first; currencies are never added to each other."""
    found: defaultdict[str, list[Sum]] = defaultdict(list)
    for incident in incidents:
        for currency in dict.fromkeys(figure.amount.unit for figure in incident.agreed):
            alike = tuple(figure for figure in incident.agreed if figure.amount.unit == currency)
            found[currency].append(Sum(incident, alike, _counted(alike)))
    made = [_sums(currency, sums) for currency, sums in found.items()]
    return sorted(made, key=lambda each: (-len(each.sums), each.currency))


def _sums(currency: str, sums: Sequence[Sum]) -> Sums:
    figures = [each.counted.amount for each in sums if each.counted]
    return Sums(
        currency,
        tuple(sorted(sums, key=lambda each: (-each.figures[-1].amount.value, each.incident.slug))),
        sum(amount.value for amount in figures),
        sum(amount.hedge is not AmountHedge.EXACT for amount in figures),
    )


def _counted(figures: Sequence[Figure]) -> Figure | None:
    """The one figure, or of several that all agree an exact one before others; None where they do not all agree."""
    if any(len(figure.agrees) < len(figures) - 1 for figure in figures):
        return None
    return min(figures, key=lambda figure: figure.amount.hedge is not AmountHedge.EXACT)
