"""How sure it is that two claims, or two groups of claims, are of one dispute, and why."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple, Self

from kb.model import Claim, Conduct, Role, Stage
from kb.tracking.parties import KIN, MEANT, OPEN, SAME, VARIANT, Parties
from kb.tracking.proceedings import dockets, forum, forum_told
from kb.tracking.sides import NOTHING_KNOWN, Handle, Sides

WINDOW = timedelta(days=1100)
JOINED = 0.6
"""Links of at least this score join what they link."""
SUGGESTED = 0.45
"""Links of at least this score, and less than `JOINED`, are for a person to judge."""

_FADING = timedelta(days=60).total_seconds()
_FADING_LATER = timedelta(days=365).total_seconds()
_SAME_DOCKET = 0.97
_OTHER_CONDUCT = 0.6
_OTHER_NEWS = 0.75
_NEWS = timedelta(days=45).total_seconds()
_BEFOREHAND = timedelta(days=7).total_seconds()

_COPYRIGHT = frozenset(
    {
        Conduct.TRAINING_COPYRIGHT,
        Conduct.OUTPUT_COPYRIGHT,
        Conduct.COPYRIGHT,
        Conduct.CMI,
        Conduct.SCRAPING,
        Conduct.OPEN_LICENCE,
        Conduct.CONTRACT,
        Conduct.UNFAIR_COMPETITION,
        Conduct.TRADEMARK,
    }
)
_SECRETS = frozenset({Conduct.TRADE_SECRET, Conduct.CONTRACT, Conduct.UNFAIR_COMPETITION})
_EXTRACTION = frozenset({Conduct.DISTILLATION, Conduct.SCRAPING, Conduct.CONTRACT})
_FAMILIES = (_COPYRIGHT, _SECRETS, _EXTRACTION, frozenset({Conduct.LIKENESS, Conduct.TRADEMARK}))

_WORD = re.compile(r"[^\W_]{4,}")
_COMMON = frozenset(
    "accuse accused accuses accusing action against alleged allegedly alleges alleging also artificial case class "
    "claim claims company companies complaint copied copying copyright copyrighted court data district federal "
    "filed filing from generative have infringed infringement infringing intelligence into judge lawsuit legal "
    "maker makers material model models more northern over said says southern startup states stealing stole "
    "stolen sued sues suing suit taken that their them they this tool tools train trained training used using "
    "violated violating when which with without work works".split()
)


class Sort(NamedTuple):
    """What decides, besides parties and time, whether claims can be of one dispute."""

    conduct: frozenset[Conduct]
    dockets: frozenset[str]
    forum: str

    def agrees(self, other: "Sort") -> bool:
        """Whether nothing here speaks against it; one docket number in common settles it."""
        if self.dockets and other.dockets:
            return bool(self.dockets & other.dockets)
        return _same_forum(self.forum, other.forum) and same_conduct(self.conduct, other.conduct)

    @property
    def conduct_marks(self) -> frozenset[Conduct | int]:
        """The codes, and the families that hold them all: two sorts with one in common can be of the same conduct."""
        if Conduct.OTHER in self.conduct or not self.conduct:
            return frozenset()
        return self.conduct | {n for n, family in enumerate(_FAMILIES) if self.conduct <= family}


def same_conduct(some: frozenset[Conduct], others: frozenset[Conduct]) -> bool:
    """Whether what two claims say was done can be one thing."""
    if not some or not others or Conduct.OTHER in some or Conduct.OTHER in others:
        return True
    return bool(some & others) or any(some <= family and others <= family for family in _FAMILIES)


def _same_forum(one: str, other: str) -> bool:
    return not one or not other or one == other


@dataclass(frozen=True)
class Told:
    """A claim with what is compared of it, worked out once; `when` is in seconds since 1970."""

    claim: Claim
    sides: Sides
    sort: Sort
    when: float | None

    @classmethod
    def of(cls, claim: Claim, parties: Parties = NOTHING_KNOWN) -> Self:
        """What is compared of this claim."""
        told = claim.allegation
        proceeding = told.proceeding
        court, docket = (proceeding.court, proceeding.docket) if proceeding else ("", "")
        country = forum(f"{court} {docket}") or forum_told(f"{claim.report.title}\n{told.sentence}")
        sort = Sort(frozenset(told.conduct), dockets(docket), country)
        when = _when(claim)
        return cls(claim, Sides.of(told.accusers, told.accused, parties), sort, when.timestamp() if when else None)

    @property
    def order(self) -> tuple[float, str]:
        """Earlier claims first, those without a time last."""
        return (float("inf") if self.when is None else self.when, self.claim.id)

    @property
    def opens(self) -> bool:
        """Whether the step told is one that begins a dispute."""
        return self.claim.allegation.stage in {Stage.ACCUSED, Stage.LETTER, Stage.COMPLAINT}

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of headline and sentence, and of what was taken, that not every such report has."""
        told = self.claim.allegation
        title = self.claim.report.title if told.role is Role.MAIN else ""
        text = " ".join((title, told.sentence, *told.objects)).casefold()
        parties = " ".join(self.sides.accusers | self.sides.accused).split()
        return frozenset(_WORD.findall(text)) - _COMMON - frozenset(parties)


def _when(claim: Claim) -> datetime | None:
    """When it was told: by the report's date, else by the date of what it tells."""
    if claim.report.published:
        return claim.report.published
    told = claim.allegation.reached or claim.allegation.stated
    return datetime.combine(told.earliest(), time(), UTC) if told else claim.report.crawled


@dataclass(frozen=True, slots=True)
class Link:
    """How sure it is that two are of one dispute, between 0 and 1, and what speaks for it."""

    score: float
    reasons: tuple[str, ...]


NO_LINK = Link(0.0, ())


@dataclass(frozen=True)
class Part:
    """Claims taken together, at least one of them."""

    claims: tuple[Told, ...]

    @cached_property
    def ids(self) -> frozenset[str]:
        """Of the claims."""
        return frozenset(told.claim.id for told in self.claims)

    @cached_property
    def order(self) -> tuple[float, str]:
        """That of the earliest claim."""
        return min(told.order for told in self.claims)

    @cached_property
    def named(self) -> tuple[frozenset[str], frozenset[str]]:
        """Keys of the parties on either side that have a name."""
        accusers = (told.sides.named_accusers for told in self.claims)
        accused = (told.sides.named_accused for told in self.claims)
        return frozenset[str]().union(*accusers), frozenset[str]().union(*accused)

    @cached_property
    def all_parties(self) -> tuple[frozenset[str], frozenset[str]]:
        """Keys of the parties on either side, groups without a name among them."""
        accusers, accused = (told.sides.accusers for told in self.claims), (told.sides.accused for told in self.claims)
        return frozenset[str]().union(*accusers), frozenset[str]().union(*accused)

    @cached_property
    def pairs(self) -> frozenset[Handle]:
        """Each accuser with each accused of one claim."""
        return frozenset[Handle]().union(*(told.sides.pairs for told in self.claims))

    @cached_property
    def sorts(self) -> frozenset[Sort]:
        """What the claims say besides parties and time."""
        return frozenset(told.sort for told in self.claims)

    @cached_property
    def dockets(self) -> frozenset[str]:
        """First-instance docket numbers."""
        return frozenset[str]().union(*(sort.dockets for sort in self.sorts))

    @cached_property
    def times(self) -> list[float]:
        """When the claims were told, in order."""
        return sorted(told.when for told in self.claims if told.when is not None)

    @cached_property
    def opens(self) -> bool:
        """Whether the earliest claim tells of a dispute's beginning."""
        return min(self.claims, key=lambda told: told.order).opens

    @cached_property
    def words(self) -> frozenset[str]:
        """The telling words of all claims."""
        return frozenset[str]().union(*(told.words for told in self.claims))


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
    if one.dockets & other.dockets:
        return Link(_SAME_DOCKET, (f"the same docket number: {min(one.dockets & other.dockets)}",))
    fading = _FADING if one.opens and other.opens else _FADING_LATER
    near = 0.5 if gap is None else 1 / (1 + gap / fading)
    wording = _overlap(one.words, other.words)
    score = sides[0] * sides[1] * (0.65 + 0.2 * near + 0.15 * wording)
    score *= (1 if agreeing else _OTHER_CONDUCT) * (_OTHER_NEWS if _is_other_news(one, other) else 1)
    return Link(round(score, 6), tuple(_reasons(sides, gap, wording, agreeing=agreeing)))


def _is_other_news(one: Part, other: Part) -> bool:
    """Whether one leaves a side unnamed and tells of a beginning at another time than the other, which names both."""
    named, unnamed = sorted((one, other), key=lambda part: not all(part.named))
    if all(unnamed.named) or not (one.opens and other.opens and one.times and other.times):
        return False
    later = unnamed.times[0] - named.times[0]
    return later > _NEWS or later < -_BEFOREHAND


def speaks_against(one: Part, other: Part) -> bool:
    """Whether docket numbers or courts say that two parts are of two disputes."""
    if one.dockets and other.dockets:
        return not one.dockets & other.dockets
    return not any(_same_forum(some.forum, others.forum) for some in one.sorts for others in other.sorts)


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
