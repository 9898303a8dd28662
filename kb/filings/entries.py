"""Filings that concern us, as reports with readings made by rule.

A docket tells little: number, caption, day, and a word or two for what was filed. In a proceeding that the base knows
it is an event of that dispute, and a step of it only where the docket says so. Of a proceeding that the base does not
know only the complaint counts, and only against a party that we watch: it accuses that party where the docket tells of
intellectual property and the party makes AI, and waits for review where that is likely and not told, or where the suit
is for a declaration, so that the plaintiff may be the one accused.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from kb.filings import Filing
from kb.filings.words import conduct_of, is_routine, seeks_declaration, speaks_of_ai, stage_told
from kb.model import (
    BY_RULE,
    Allegation,
    Claim,
    Conduct,
    Organisation,
    PartialDate,
    Proceeding,
    Reading,
    Registry,
    Report,
    Span,
    Stage,
    name_key,
)
from kb.record.entries import Entry
from kb.tracking.known import known_on
from kb.tracking.proceedings import dockets, same_court
from kb.tracking.stages import history, since_known

_READER: Final = "docket"
_SURE, _TO_BE_REVIEWED = 0.9, 0.5
_MAKES_AI: Final = "ai-lab"


@dataclass(frozen=True)
class Watched:
    """The organisations of a registry, to be found in captions.

    Attributes:
        by_key: each by the keys of its names; names that are also ordinary words are left out.
    """

    by_key: Mapping[str, Organisation]

    @classmethod
    def of(cls, registry: Registry) -> Self:
        """Those of this registry."""
        told = [(name, each) for each in registry.organisations for name in (*each.aliases, each.legal_name)]
        told += [(each.name, each) for each in registry.organisations]
        return cls({name_key(name): each for name, each in told if name and name not in each.ambiguous})

    def party(self, name: str) -> Organisation | None:
        """The organisation that a party of a caption is."""
        return self.by_key.get(name_key(name))

    def parties(self, filing: Filing) -> frozenset[str]:
        """The keys under which claims can name the parties of a filing, wherever its caption names them ("In re")."""
        words = f" {name_key(filing.caption)} "
        named = (organisation.name for key, organisation in self.by_key.items() if f" {key} " in words)
        return frozenset(name_key(name) for name in (*filing.sides, *named) if name)


def is_of(filing: Filing, claim: Claim, parties: Collection[str]) -> bool:
    """Whether a claim tells of the proceeding of a filing.

    Courts number alike, so that the number alone says nothing: the court must be the same, and a party; or, where the
    court of one is not known, a party of either side.

    Args:
        filing: what was filed.
        claim: any.
        parties: the keys of the filing's parties.
    """
    proceeding = claim.allegation.proceeding
    if proceeding is None or not filing.number or filing.number not in dockets(proceeding.docket):
        return False
    sides = claim.allegation.accusers, claim.allegation.accused
    met = [any(name_key(name) in parties for name in side) for side in sides]
    same = same_court(filing.court, proceeding.court)
    return any(met) if same else same is None and all(met)


def event(filing: Filing, of_it: Sequence[Claim], dispute: Sequence[Claim]) -> Entry | None:
    """A filing in a proceeding that the base knows; None where it is routine.

    Args:
        filing: what was filed.
        of_it: claims that tell of the proceeding, at least one.
        dispute: all claims of their dispute, which say how it stands.
    """
    told = stage_told(filing.what)
    if told is None and is_routine(filing.what):
        return None
    first = min(of_it, key=lambda claim: (not claim.on_record, since_known(claim))).allegation
    before = history(known_on([*of_it, *dispute], filing.filed.date()))
    stage = told or (before[-1].stage if before else Stage.COMPLAINT)
    allegation = _allegation(filing, first.accusers, first.accused, first.conduct, stage)
    return _entry(filing, allegation if told else replace(allegation, stated=None, reached=None))


def complaint(filing: Filing, watched: Watched, beside: str = "") -> Entry | None:
    """A complaint in a proceeding that the base does not know; None where it is no concern of ours.

    Args:
        filing: what was filed.
        watched: the parties that we watch.
        beside: what else was filed in the proceeding at that time, which may tell its nature.
    """
    plaintiff, defendant = filing.sides
    accused = watched.party(defendant)
    if accused is None or stage_told(filing.what) is not Stage.COMPLAINT or "cv" not in filing.number:
        return None
    conduct = conduct_of(filing.nature, f"{filing.what} {beside}")
    confidence = _confidence(filing, accused, conduct)
    if not confidence:
        return None
    known = watched.party(plaintiff)
    accuser = known.name if known else plaintiff
    allegation = _allegation(filing, (accuser,), (accused.name,), conduct or (Conduct.OTHER,), Stage.COMPLAINT)
    return _entry(filing, replace(allegation, confidence=confidence))


def _confidence(filing: Filing, accused: Organisation, conduct: Collection[Conduct]) -> float:
    """How sure it is that a complaint is within the scope; 0 where it is not."""
    if filing.nature and not conduct:
        return 0.0
    if accused.kind == _MAKES_AI or speaks_of_ai(filing.what):
        told = conduct and not seeks_declaration(f"{filing.nature} {filing.what}")
        return _SURE if told else _TO_BE_REVIEWED
    return _TO_BE_REVIEWED if {Conduct.COPYRIGHT, Conduct.TRADE_SECRET}.intersection(conduct) else 0.0


def _allegation(
    filing: Filing, accusers: tuple[str, ...], accused: tuple[str, ...], conduct: tuple[Conduct, ...], stage: Stage
) -> Allegation:
    """What a filing tells that brings the dispute to a stage."""
    title, day = _title(filing), PartialDate.of(filing.day)
    return Allegation(
        accusers=accusers,
        accused=accused,
        conduct=conduct,
        stage=stage,
        stated=day if stage is Stage.COMPLAINT else None,
        reached=day,
        proceeding=Proceeding(filing.court, filing.docket),
        confidence=1.0,
        span=Span("title", 0, len(title)),
        sentence=title,
        reasons=("by rule from the court's docket",),
    )


def _title(filing: Filing) -> str:
    return f"{filing.caption}, {filing.docket}: {filing.what}"


def _entry(filing: Filing, allegation: Allegation) -> Entry:
    report = Report(
        id=_digest((filing.outlet, filing.docket, filing.what, filing.filed.isoformat(), filing.url), 16),
        url=filing.url,
        outlet=filing.outlet,
        title=_title(filing),
        text="",
        published=filing.filed,
        published_precise=True,
        crawled=filing.crawled,
        language="en",
    )
    reading = Reading(
        allegations=(allegation,),
        organisations=(*allegation.accusers, *allegation.accused),
        reader=_READER,
        model=BY_RULE,
        registry=f"{_READER} {_digest(allegation, 12)}",
    )
    return Entry(report, reading)


def _digest(content: object, length: int) -> str:
    return hashlib.sha256(repr(content).encode("utf-8", "surrogatepass")).hexdigest()[:length]
