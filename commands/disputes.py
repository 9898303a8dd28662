"""Which disputes reports are about, by their readings and from these reports alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from commands.inputs import Input
from kb.database.claims import claim_id
from kb.model import Allegation, Claim, Reading, Report, ReportSummary, Role, free_slug, name_key
from kb.tracking.grouping import group
from kb.tracking.links import WINDOW
from kb.tracking.parties import Parties
from kb.tracking.sides import NOTHING_KNOWN, Sides
from kb.tracking.telling import tell

DOUBTFUL = 0.4
"""Findings of at least this confidence, though not published, can show that a report tells of a known dispute."""
OPENING = 300
"""How many characters after the headline are a report's opening, which names those that it is about."""


def grouped(read: Sequence[tuple[Input, Reading | str]], parties: Parties = NOTHING_KNOWN) -> list[list[str]]:
    """For each report, in order, the slugs of the disputes that it is about.

    Disputes that it mentions besides are left out; they help to tell what others are about. A report of whose findings
    none may be published goes with a dispute that others tell of, if there is one that it can only be.
    """
    sure: dict[str, Claim] = {}
    unsure: dict[str, Claim] = {}
    for n, (given, reading) in enumerate(read):
        if isinstance(reading, Reading) and given.report is not None:
            published = [each for each in reading.allegations if each.published]
            claims = _claims(str(n), given.report, published or _doubtful(given.report, reading))
            (sure if published else unsure).update((claim.id, claim) for claim in claims)
    claims_by_id = sure | unsure
    groups = group(sure.values(), parties=parties, unsure=unsure.values())
    disputes = [_Dispute.of([claims_by_id[identity] for identity in each.reasons]) for each in groups]
    about = _about(read, disputes)
    for n, (given, reading) in enumerate(read):
        if not about[n] and isinstance(reading, Reading) and given.report is not None:
            about[n] = _named_in(given.report, bool(reading.allegations), disputes)
    slugs = _slugs(disputes)
    return [[slugs[place] for place in places] for places in about]


def _doubtful(report: Report, reading: Reading) -> list[Allegation]:
    """Findings that are not sure enough to be published; of a report without a date they tell too little."""
    return [each for each in reading.allegations if report.published and each.confidence >= DOUBTFUL]


@dataclass(frozen=True, slots=True)
class _Dispute:
    """Claims of one dispute, the parties of those that reports are about, and when it was reported."""

    claims: Sequence[Claim]
    sides: Sides
    times: Sequence[datetime]

    @classmethod
    def of(cls, claims: Sequence[Claim]) -> Self:
        main = [claim.allegation for claim in claims if claim.allegation.role is Role.MAIN]
        sides = Sides.of((n for each in main for n in each.accusers), (n for each in main for n in each.accused))
        return cls(claims, sides, [claim.report.published for claim in claims if claim.report.published])

    def is_named_in(self, text: str) -> bool:
        """Whether a party of each side is named in a text, which is given as names are compared."""
        named = (self.sides.named_accusers, self.sides.named_accused)
        return all(any(f" {key} " in text for key in side) for side in named)

    def is_of_its_time(self, report: Report) -> bool:
        """Whether a report can be of this dispute by when it was published."""
        return any(report.published and abs(report.published - time) <= WINDOW for time in self.times)


def _about(read: Sequence[tuple[Input, Reading | str]], disputes: Sequence[_Dispute]) -> list[list[int]]:
    """For each report the places of the disputes that it is about; of one that is about none those it mentions.

    Where the headline names both sides of one, the report is about those alone whose sides it names.
    """
    found: dict[Role, list[list[int]]] = {role: [[] for _ in read] for role in Role}
    for place, dispute in enumerate(disputes):
        for claim in dispute.claims:
            held = found[claim.allegation.role][int(claim.report.id)]
            if place not in held:
                held.append(place)
    about = [main or other for main, other in zip(found[Role.MAIN], found[Role.BACKGROUND], strict=True)]
    return [_in_headline(given, places, disputes) or places for (given, _), places in zip(read, about, strict=True)]


def _in_headline(given: Input, places: Sequence[int], disputes: Sequence[_Dispute]) -> list[int]:
    headline = _as_compared(given.report.title) if given.report else ""
    return [place for place in places if disputes[place].is_named_in(headline)]


def _as_compared(text: str) -> str:
    return f" {name_key(text)} "


def _named_in(report: Report, accuses: bool, disputes: Sequence[_Dispute]) -> list[int]:
    """The place of the one dispute whose parties a report names at its beginning; none if there are several.

    That is the headline; where anything was found that accuses, though unsure, the opening as well.
    """
    opening = _as_compared(f"{report.title} {report.text[:OPENING]}" if accuses else report.title)
    found = [n for n, each in enumerate(disputes) if each.is_of_its_time(report) and each.is_named_in(opening)]
    return found if len(found) == 1 else []


def _slugs(disputes: Sequence[_Dispute]) -> list[str]:
    taken: list[str] = []
    for dispute in disputes:
        taken.append(free_slug(tell(dispute.claims).title, taken))
    return taken


def _claims(place: str, report: Report, allegations: Sequence[Allegation]) -> list[Claim]:
    """The claims of a report; its place in the input stands for it, since two lines may be alike in all else."""
    summary = ReportSummary(
        id=place,
        url=report.url,
        outlet=report.outlet,
        outlet_name=report.outlet,
        title=report.title,
        published=report.published,
    )
    return [Claim(id=claim_id(place, each), report=summary, allegation=each) for each in allegations]
