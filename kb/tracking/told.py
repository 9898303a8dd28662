"""What is compared of claims, worked out once, and of claims taken together."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from typing import NamedTuple, Self

from kb.model import Claim, Conduct, Role, Stage
from kb.tracking.parties import Parties
from kb.tracking.proceedings import dockets, forum, forum_told
from kb.tracking.sides import NOTHING_KNOWN, Handle, Sides

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
    entry: str = ""
    """What the public record calls the dispute of which this is an entry; empty for what a report says."""

    def agrees(self, other: "Sort") -> bool:
        """Whether nothing here speaks against it; the same entry or one docket number in common settles it."""
        if self.entry and other.entry:
            return self.entry == other.entry
        if self.dockets and other.dockets:
            return bool(self.dockets & other.dockets)
        return same_forum(self.forum, other.forum) and same_conduct(self.conduct, other.conduct)

    @property
    def cases(self) -> frozenset[str]:
        """What two claims of one dispute that have it in common need nothing else for."""
        return self.dockets | ({f"entry: {self.entry}"} if self.entry else set())

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


def same_forum(one: str, other: str) -> bool:
    """Whether two countries of courts can be one; an empty one is not known."""
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
        entry = claim.report.title[: told.span.start] if claim.entry else ""
        sort = Sort(frozenset(told.conduct), dockets(docket), country, entry)
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
    def entries(self) -> frozenset[str]:
        """What the public record calls it."""
        return frozenset({sort.entry for sort in self.sorts} - {""})

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
