"""What is put into the index, made from the base: one description of search fields for every engine."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kb.model import Claim, Incident, Report, ReportSummary
from kb.search.query import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One thing that can be found.

    Attributes:
        kind: incident, report or claim.
        key: an incident's number, a report's or claim's id.
        title: shown as the result's headline.
        names: names of its parties, searched above all else.
        aliases: other names that the registry gives these parties.
        passages: sentences that may be shown.
        hidden: text that is searched and never shown.
        part_of: the report that a claim belongs to; when that report is put anew, its former claims go.
        published: time of its newest report.
        facets: values by facet.
    """

    kind: Kind
    key: str
    title: str
    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    passages: tuple[str, ...]
    hidden: str = ""
    part_of: str = ""
    published: datetime | None
    facets: dict[str, tuple[str, ...]]


def of_incident(number: int, incident: Incident) -> SearchDocument:
    """The incident with the sentences of its claims."""
    passages = dict.fromkeys(claim.allegation.sentence for claim in incident.claims)
    return SearchDocument(
        kind="incident",
        key=str(number),
        title=incident.title,
        names=(*incident.accusers, *incident.accused),
        passages=tuple(passages),
        hidden="\n".join(dict.fromkeys(claim.report.title for claim in incident.claims)),
        published=incident.updated,
        facets={
            "accuser": incident.accusers,
            "accused": incident.accused,
            "conduct": tuple(incident.conduct),
            "stage": (incident.stage.value,),
            "outlet": tuple(dict.fromkeys(c.report.outlet_name for c in incident.claims if c.report.outlet_name)),
            "year": _years(claim.report for claim in incident.claims),
        },
    )


def of_report(report: Report, summary: ReportSummary, claims: list[Claim]) -> SearchDocument:
    """The report; its text is searched, of it only the sentences of claims are shown."""
    return SearchDocument(
        kind="report",
        key=report.id,
        title=report.title,
        names=tuple(dict.fromkeys(name for claim in claims for name in _parties(claim))),
        passages=tuple(dict.fromkeys(claim.allegation.sentence for claim in claims)),
        hidden=report.text,
        published=report.published,
        facets=_facets_of_claims(claims, summary),
    )


def of_claim(claim: Claim) -> SearchDocument:
    """One claim with its sentence."""
    return SearchDocument(
        kind="claim",
        key=claim.id,
        title=claim.report.title,
        names=_parties(claim),
        passages=(claim.allegation.sentence,),
        part_of=claim.report.id,
        published=claim.report.published,
        facets=_facets_of_claims([claim], claim.report),
    )


def _parties(claim: Claim) -> tuple[str, ...]:
    return (*claim.allegation.accusers, *claim.allegation.accused)


def _facets_of_claims(claims: list[Claim], report: ReportSummary) -> dict[str, tuple[str, ...]]:
    found = [claim.allegation for claim in claims]
    return {
        "accuser": tuple(dict.fromkeys(name for each in found for name in each.accusers)),
        "accused": tuple(dict.fromkeys(name for each in found for name in each.accused)),
        "conduct": tuple(dict.fromkeys(code.value for each in found for code in each.conduct)),
        "stage": tuple(dict.fromkeys(each.stage.value for each in found)),
        "outlet": (report.outlet_name,) if report.outlet_name else (),
        "year": _years([report]),
    }


def _years(reports: Iterable[ReportSummary]) -> tuple[str, ...]:
    return tuple(sorted({str(report.published.year) for report in reports if report.published}))
