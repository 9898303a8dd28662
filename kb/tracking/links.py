"""How sure it is that two claims, or two groups of claims, are of one dispute, and why."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kb.tracking.parties import KIN, MEANT, OPEN, SAME, VARIANT, Parties
from kb.tracking.sides import NOTHING_KNOWN
from kb.tracking.told import Part, same_forum

WINDOW = timedelta(days=1100)
JOINED = 0.63
"""Links of at least this score join what they link."""
SUGGESTED = 0.45
"""Links of at least this score, and less than `JOINED`, are for a person to judge."""

_FADING = timedelta(days=60).total_seconds()
_FADING_LATER = timedelta(days=365).total_seconds()
_SAME_DOCKET = 0.97
_OTHER_CONDUCT = 0.6
_OTHER_NEWS = 0.75
_UNSURE_CASE = 0.8
"""Where one has a docket number, the other none, and nothing is known of who stands on one side."""
_NEWS = timedelta(days=20).total_seconds()
_BEFOREHAND = timedelta(days=7).total_seconds()


@dataclass(frozen=True, slots=True)
class Link:
    """How sure it is that two are of one dispute, between 0 and 1, and what speaks for it."""

    score: float
    reasons: tuple[str, ...]


NO_LINK = Link(0.0, ())


def link(one: Part, other: Part, parties: Parties = NOTHING_KNOWN) -> Link:
    """How sure it is that two parts are of one dispute.

    Parties have the say: each side must be able to be one. Conduct, time and wording shade it. Two first-instance
    docket numbers or two countries' courts speak against it, one docket number in common settles it.
    """
    sides = [
        _side(*side, parties) for side in zip(one.named, other.named, one.all_parties, other.all_parties, strict=True)
    ]
    gap = _gap(one, other)
    agreeing = any(some.agrees(others) for some in one.sorts for others in other.sorts)
    if not all(sides) or (gap is not None and gap > WINDOW.total_seconds()) or speaks_against(one, other):
        return NO_LINK
    if one.entries & other.entries:
        return Link(_SAME_DOCKET, ("entered as one dispute",))
    if one.dockets & other.dockets:
        return Link(_SAME_DOCKET, (f"the same docket number: {min(one.dockets & other.dockets)}",))
    fading = _FADING if one.opens and other.opens else _FADING_LATER
    near = 0.5 if gap is None else 1 / (1 + gap / fading)
    wording = _overlap(one.words, other.words)
    score = sides[0] * sides[1] * (0.65 + 0.2 * near + 0.15 * wording)
    score *= (1 if agreeing else _OTHER_CONDUCT) * (_OTHER_NEWS if _is_other_news(one, other) else 1)
    if OPEN in sides and bool(one.dockets) != bool(other.dockets):
        score *= _UNSURE_CASE
    return Link(round(score, 6), tuple(_reasons(sides, gap, wording, agreeing=agreeing)))


def _is_other_news(one: Part, other: Part) -> bool:
    """Whether one leaves a side unnamed and tells of a beginning at another time than the other, which names both."""
    named, unnamed = sorted((one, other), key=lambda part: not all(part.named))
    if all(unnamed.named) or not (one.opens and other.opens and one.times and other.times):
        return False
    later = unnamed.times[0] - named.times[0]
    return later > _NEWS or later < -_BEFOREHAND


def speaks_against(one: Part, other: Part) -> bool:
    """Whether the public record, docket numbers or courts say that two parts are of two disputes."""
    if one.entries and other.entries:
        return not one.entries & other.entries
    if one.dockets and other.dockets:
        return not one.dockets & other.dockets
    return not any(same_forum(some.forum, others.forum) for some in one.sorts for others in other.sorts)


def _side(
    named: Collection[str], others: Collection[str], every: Collection[str], all_others: Collection[str], known: Parties
) -> float:
    """How likely it is that two sides, by the parties that have a name and by all of them, are one."""
    if named and others:
        return max(known.same(one, other) for one in named for other in others)
    groups, keys = (every, all_others) if not named else (all_others, every)
    return max((known.meaning(group, keys) for group in groups), default=OPEN) if keys else OPEN


def _gap(one: Part, other: Part) -> float | None:
    """Seconds between what two parts tell, where it is nearest; None where one has no time.

    A report of a dispute's beginning is news when it begins: it is as far off as the first report of the other.
    """
    if not one.times or not other.times:
        return None
    if one.opens and other.opens:
        return abs(one.times[0] - other.times[0])
    few, many = sorted((one.times, other.times), key=len)
    return min(distance(when, many) for when in few)


def distance(when: float | None, times: Sequence[float]) -> float:
    """Seconds to the nearest of these times, which are in order; infinite where there is none."""
    if when is None:
        return float("inf")
    n = bisect_left(times, when)
    return min((abs(when - each) for each in times[max(0, n - 1) : n + 1]), default=float("inf"))


def _overlap(some: frozenset[str], others: frozenset[str]) -> float:
    """The share of the smaller set that is in the larger."""
    return len(some & others) / min(len(some), len(others)) if some and others else 0.0


def _reasons(sides: Iterable[float], gap: float | None, wording: float, *, agreeing: bool) -> Iterable[str]:
    told = {SAME: "the same {}", VARIANT: "a shorter name of the {}", KIN: "owner and owned as {}"}
    told |= {MEANT: "a group that can be the {}", OPEN: "nobody named as {}"}
    yield from (told[side].format(what) for side, what in zip(sides, ("accuser", "accused"), strict=True))
    yield "conduct that can be the same" if agreeing else "other conduct"
    if gap is not None:
        yield f"{round(gap / 86_400)} days apart"
    if wording:
        yield f"{wording:.0%} of the telling words in common"
