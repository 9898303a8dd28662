"""How a dispute came to where it stands: the one rule by which steps follow each other, and the history it makes.

A step is of the day on which it was taken, where that is said, and otherwise of the day on which it was reported. Each
day counts by the furthest step told of it. A step that opens a dispute never takes back one that decided something,
but for a new suit after an end, since reports often merely repeat that there is a suit; of steps that decide, the
newest stands. Two entries of the public record or of a docket are two steps though they are of one stage, such as two
rulings: each is an event, while two reports may tell one event differently. What has no day at all counts if it is
further than everything else.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date

from kb.model import Claim, PartialDate, Stage, Transition

_PROGRESS = {
    stage: n
    for n, stages in enumerate(
        [
            (Stage.ACCUSED,),
            (Stage.LETTER, Stage.INVESTIGATION),
            (Stage.COMPLAINT, Stage.CHARGED),
            (Stage.RULING,),
            (Stage.VERDICT,),
            (Stage.APPEAL,),
            (Stage.DISMISSED, Stage.SETTLED, Stage.LICENSED, Stage.WITHDRAWN),
        ]
    )
    for stage in stages
}
_DECIDING = _PROGRESS[Stage.RULING]
_ENDS = frozenset({Stage.DISMISSED, Stage.WITHDRAWN})
SAYINGS = frozenset({Stage.ACCUSED, Stage.LETTER, Stage.COMPLAINT})
"""Stages that consist in the accusation, so that they were reached when it was made."""


def history(claims: Sequence[Claim]) -> tuple[Transition, ...]:
    """The steps that these claims tell, in their order; the last is where the dispute stands.

    Args:
        claims: in any order; one that repeats a step stands with those that told it first.
    """
    ordered = sorted(claims, key=since_known)
    steps = _steps([claim for claim in ordered if claim.steps] or ordered)
    told: list[list[Claim]] = [[] for _ in steps]
    for claim in ordered:
        place = _place(claim, steps)
        if place is not None:
            told[place].append(claim)
    return tuple(_transition(stage, each) for (stage, _), each in zip(steps, told, strict=True))


def since_known(claim: Claim) -> tuple[float, str]:
    """For sorting claims: since when they could be known, those that nobody can place in time last."""
    return (claim.known.timestamp() if claim.known else float("inf"), claim.id)


def happened(claim: Claim) -> PartialDate | None:
    """When the stage that a claim tells was reached, where it says so."""
    allegation = claim.allegation
    return allegation.reached or (allegation.stated if allegation.stage in SAYINGS else None)


def _steps(claims: Iterable[Claim]) -> list[tuple[Stage, date | None]]:
    """Each stage that the dispute came to, with its day."""
    days: dict[date, Stage] = {}
    undated: list[Stage] = []
    of_record: set[tuple[Stage, date | None]] = set()
    for claim in claims:
        day, stage = _day(claim), claim.allegation.stage
        if claim.on_record:
            of_record.add((stage, day))
        if day is None:
            undated.append(stage)
        else:
            days[day] = max(days.get(day, stage), stage, key=_furthest)
    steps: list[tuple[Stage, date | None]] = []
    on_record = False
    for day in sorted(days):
        stage = _next_stage(steps[-1][0], days[day]) if steps else days[day]
        entered = (stage, day) in of_record
        if not steps or stage is not steps[-1][0] or (on_record and entered):
            steps.append((stage, day))
            on_record = entered
        on_record = on_record or entered
    last = max(undated, key=_furthest, default=None)
    if last is not None and (not steps or _furthest(last) > _furthest(steps[-1][0])):
        steps.append((last, None))
    return steps


def _day(claim: Claim) -> date | None:
    """The day of the step that a claim tells: nothing is known later than it was published."""
    at, known = happened(claim), claim.known.astimezone(UTC).date() if claim.known else None
    return min((day for day in (at.latest() if at else None, known) if day), default=None)


def _next_stage(current: Stage, told: Stage) -> Stage:
    if _PROGRESS[told] >= _DECIDING:
        return told
    if _PROGRESS[current] >= _DECIDING:
        return told if current in _ENDS and told is Stage.COMPLAINT else current
    return max(current, told, key=_furthest)


def _furthest(stage: Stage) -> tuple[int, Stage]:
    return _PROGRESS[stage], stage


def _place(claim: Claim, steps: Sequence[tuple[Stage, date | None]]) -> int | None:
    """Which step a claim tells of: the newest of its stage that was taken by then, or else the first of its stage."""
    alike = [(n, day) for n, (stage, day) in enumerate(steps) if stage is claim.allegation.stage]
    told = _day(claim)
    by_then = [n for n, day in alike if told is None or (day is not None and day <= told)]
    return by_then[-1] if by_then else next((n for n, _ in alike), None)


def _transition(stage: Stage, claims: Sequence[Claim]) -> Transition:
    published = (claim.report.published for claim in claims if not claim.on_record)
    return Transition(
        stage=stage,
        happened=_dates(date for claim in claims if (date := happened(claim))),
        reported=min(filter(None, published), default=None),
        claims=tuple(claims),
    )


def _dates(told: Iterable[PartialDate]) -> tuple[PartialDate, ...]:
    """Each date once, without those that merely say less than another ("June 2026" beside "10 June 2026")."""
    dates = {each.iso: PartialDate(each.iso) for each in told}
    exact = [each for each in dates.values() if not any(_says_less(each, other) for other in dates.values())]
    return tuple(sorted(exact, key=lambda each: (each.earliest(), each.latest())))


def _says_less(one: PartialDate, other: PartialDate) -> bool:
    return one != other and one.earliest() <= other.earliest() and other.latest() <= one.latest()
