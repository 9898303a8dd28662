"""What is put into the index, made from the base."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Final

from kb.model import Allegation, Claim, Conduct, Incident, Interval, Report, ReportSummary, Stage, name_key
from kb.search.fields import NO_RESPONSE, ORIGINS, Time
from kb.search.query import Kind
from kb.tracking.answers import answers
from kb.tracking.origins import corroboration

SEARCHED: Final = 2_000_000
"""How many characters of a report's text are searched; an engine need not take a document of any size."""
Stretch = tuple[datetime, datetime]
"""The first and the last moment of a time."""
_LONGEST_PLACE = 200
_CODES_IN_ORDER: Final[dict[str, list[str]]] = {"conduct": [*Conduct], "stage": [*Stage]}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One thing that can be found; `values_of` gives what each of its fields holds.

    Attributes:
        kind: incident, report or claim.
        key: an incident's number, a report's or claim's id.
        title: shown as the result's headline.
        names: names of its parties, searched above all else.
        aliases: other names that the registry gives these parties.
        passages: sentences that may be shown.
        hidden: text that is searched and never shown.
        part_of: the report that a claim belongs to; when that report is put anew, its former claims go.
        incidents: numbers of the incidents that a report or claim belongs to, the one it tells of most first.
        values: of the other fields, by the field's name.
        times: those known.
    """

    kind: Kind
    key: str
    title: str
    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    passages: tuple[str, ...]
    hidden: str = ""
    part_of: str = ""
    incidents: tuple[int, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: Mapping[Time, Stretch] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """What no other document of an index is called."""
        return identity(self.kind, self.key)

    @property
    def group(self) -> str:
        """What is the same for the documents that a collapsed search shows as one."""
        return identity("incident", str(self.incidents[0])) if self.incidents else self.identity

    def values_of(self, name: str) -> tuple[str, ...]:
        """What the field of this name holds."""
        own = {
            "title": (self.title,),
            "names": self.names,
            "aliases": self.aliases,
            "passages": self.passages,
            "hidden": (self.hidden,) if self.hidden else (),
        }
        return own[name] if name in own else self.values.get(name, ())

    def place_by(self, name: str) -> str:
        """What puts it in its place when documents are put in the order of a field; empty without a value of it."""
        first = next(iter(self.values_of(name)), "")
        if name in _CODES_IN_ORDER:
            return f"{_CODES_IN_ORDER[name].index(first):02}" if first in _CODES_IN_ORDER[name] else ""
        return name_key(first)[:_LONGEST_PLACE]


def identity(kind: Kind, key: str) -> str:
    """What a document is called within an index."""
    return f"{kind}/{key}"


def of_incident(number: int, incident: Incident) -> SearchDocument:
    """The incident with the sentences of its claims."""
    reports = [claim.report for claim in incident.claims]
    allegations = [claim.allegation for claim in incident.claims]
    return SearchDocument(
        kind="incident",
        key=str(number),
        title=incident.title,
        names=(*incident.accusers, *incident.accused),
        passages=_distinct(allegation.sentence for allegation in allegations),
        hidden="\n".join(_distinct(report.title for report in reports)),
        incidents=(number,),
        values={
            "accuser": incident.accusers,
            "accused": incident.accused,
            "conduct": tuple(incident.conduct),
            "stage": (incident.stage.value,),
            "origins": (_origins(len(corroboration(incident.claims).origins)),),
            "response": _responses(incident.claims),
            **_proceedings(allegations),
            **_publication(reports),
        },
        times=_times(reports, allegations),
    )


def of_report(
    report: Report, summary: ReportSummary, claims: list[Claim], incidents: Mapping[str, int]
) -> SearchDocument:
    """The report; of its text the first SEARCHED characters are searched, and only the sentences of claims are shown.

    Args:
        report: with its text.
        summary: what pages show of it.
        claims: all that it carries.
        incidents: the number of each claim's incident, by the claim's id.
    """
    allegations = [claim.allegation for claim in claims]
    return SearchDocument(
        kind="report",
        key=report.id,
        title=report.title,
        names=_distinct(name for each in allegations for name in _parties(each)),
        passages=_distinct(each.sentence for each in allegations),
        hidden=report.text[:SEARCHED],
        incidents=tuple(dict.fromkeys(incidents[claim.id] for claim in claims if claim.id in incidents)),
        values=_values([summary], claims),
        times=_times([summary], allegations),
    )


def of_claim(claim: Claim, incidents: Mapping[str, int]) -> SearchDocument:
    """One claim with its sentence; `incidents` is as for `of_report`."""
    return SearchDocument(
        kind="claim",
        key=claim.id,
        title=claim.report.title,
        names=_parties(claim.allegation),
        passages=(claim.allegation.sentence,),
        part_of=claim.report.id,
        incidents=(incidents[claim.id],) if claim.id in incidents else (),
        values=_values([claim.report], [claim]),
        times=_times([claim.report], [claim.allegation]),
    )


def _parties(allegation: Allegation) -> tuple[str, ...]:
    return (*allegation.accusers, *allegation.accused)


def _values(reports: Sequence[ReportSummary], claims: Sequence[Claim]) -> dict[str, tuple[str, ...]]:
    allegations = [claim.allegation for claim in claims]
    return {
        "accuser": _distinct(name for each in allegations for name in each.accusers),
        "accused": _distinct(name for each in allegations for name in each.accused),
        "conduct": _distinct(code.value for each in allegations for code in each.conduct),
        "stage": _distinct(each.stage.value for each in allegations),
        "response": _responses(claims),
        **_proceedings(allegations),
        **_publication(reports),
    }


def _responses(claims: Sequence[Claim]) -> tuple[str, ...]:
    """How those accused answered as these claims' reports tell it, or that none is known to have answered."""
    told = [answer.code.value for party in answers((), claims) for answer in party.answers]
    return _distinct(told) or ((NO_RESPONSE,) if claims else ())


def _origins(number: int) -> str:
    """The class that so many origins are in."""
    return next(name for name, least in reversed(ORIGINS.items()) if number >= least)


def _proceedings(allegations: Iterable[Allegation]) -> dict[str, tuple[str, ...]]:
    found = [each.proceeding for each in allegations if each.proceeding]
    return {"court": _distinct(each.court for each in found), "docket": _distinct(each.docket for each in found)}


def _publication(reports: Sequence[ReportSummary]) -> dict[str, tuple[str, ...]]:
    years = {str(report.published.year) for report in reports if report.published}
    return {"outlet": _distinct(report.outlet_name for report in reports), "year": tuple(sorted(years))}


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))


def _times(reports: Sequence[ReportSummary], allegations: Sequence[Allegation]) -> dict[Time, Stretch]:
    moments: dict[Time, list[datetime]] = {
        "occurred": [day for each in allegations if each.occurred for day in _days_of(each.occurred)],
        "stated": [day for each in allegations if each.stated for day in _days_of(Interval(each.stated, each.stated))],
        "published": [report.published for report in reports if report.published],
        "crawled": [report.crawled for report in reports if report.crawled],
        "recorded": [report.recorded for report in reports if report.recorded],
    }
    return {kind: (min(found), max(found)) for kind, found in moments.items() if found}


def _days_of(interval: Interval) -> Iterator[datetime]:
    """The first and the last moment that an interval can mean; an end left open is taken for the other."""
    first, last = interval.start or interval.end, interval.end or interval.start
    if first and last:
        yield datetime.combine(first.earliest(), time.min, UTC)
        yield datetime.combine(last.latest(), time.max, UTC)
