"""The base as it stood: an incident with the claims that it held at a moment, as their reports were read by then."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.database.claims import claims_in, corrected_allegation
from kb.database.edits import corrections_of, edits_naming
from kb.database.reports import summaries
from kb.database.sessions import Sessions, batches
from kb.database.sight import in_sight
from kb.database.tables import ClaimRow, IncidentRow, ReadingRow, ReportRevisionRow, RevisionRow
from kb.interchange import reading_from_json
from kb.model import Claim, Hiding, Incident, Reading, ReportSummary
from kb.tracking.telling import tell


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident as it was.

    Attributes:
        incident: told by today's rules from the claims of then; why they belonged together is not kept.
        lost: how many further claims it held of which the base no longer knows the report.
    """

    incident: Incident
    lost: int


class Past:
    """The base as it stood."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def incident(self, address: str, until: datetime) -> PastIncident | None:
        """What the incident of this slug was just before a moment; None if the base held no such incident then."""
        with self._sessions.read() as session:
            held = _revision(session, address, until)
            if held is None or not held.what["claims"]:
                return None
            wanted = set(held.what["claims"]) - _hidden(session, held.what["claims"])
            reports = {*held.what.get("reports", ()), *_reports_of(session, wanted)}
            shown = _summaries(session, reports, until)
            read = _claims(wanted, shown, _readings(session, reports, until))
            corrections = corrections_of(edits_naming(session, wanted, until))
            claims = [_corrected(claim, corrections) for claim in read]
            return PastIncident(tell(claims, address), len(wanted) - len(claims)) if claims else None


def _corrected(claim: Claim, corrections: Mapping[str, Mapping[str, Any]]) -> Claim:
    values = corrections.get(claim.id)
    if not values:
        return claim
    return replace(claim, allegation=corrected_allegation(claim.allegation, values), corrected=tuple(sorted(values)))


def _revision(session: Session, address: str, until: datetime) -> RevisionRow | None:
    """The change that said last which claims the incident holds; None if it was merged away or not there."""
    statement = (
        select(RevisionRow)
        .join(IncidentRow, IncidentRow.id == RevisionRow.incident_id)
        .where(IncidentRow.slug == address, RevisionRow.recorded < until)
        .order_by(RevisionRow.recorded.desc(), RevisionRow.id.desc())
    )
    said = (row for row in session.scalars(statement) if row.what.keys() & {"claims", "merged_into"})
    row = next(said, None)
    return row if row is not None and "claims" in row.what else None


def _hidden(session: Session, claims: Collection[str]) -> set[str]:
    """Those of these claims that are hidden now, or whose incident is, and so are not to be seen as they were either.

    Also one that is read no more, or was told of another incident then.
    """
    found = {
        edit.what.claim
        for edit in edits_naming(session, claims)
        if edit.in_force and isinstance(edit.what, Hiding) and edit.what.claim
    }
    for some in batches(claims):
        found.update(session.scalars(select(ClaimRow.id).where(ClaimRow.id.in_(some), ~in_sight())))
    return found


def _reports_of(session: Session, claims: Collection[str]) -> set[str]:
    """The reports of those among these claims that there still are."""
    found: set[str] = set()
    for some in batches(claims):
        found.update(session.scalars(select(ClaimRow.report_id).where(ClaimRow.id.in_(some))))
    return found


def _summaries(session: Session, reports: Collection[str], until: datetime) -> dict[str, ReportSummary]:
    """What was known of these reports then."""
    newest = (
        select(ReportRevisionRow.report_id, func.max(ReportRevisionRow.number).label("number"))
        .where(ReportRevisionRow.recorded < until)
        .group_by(ReportRevisionRow.report_id)
    )
    rows: list[ReportRevisionRow] = []
    for some in batches(reports):
        of_these = newest.where(ReportRevisionRow.report_id.in_(some)).subquery()
        state = (ReportRevisionRow.report_id == of_these.c.report_id) & (ReportRevisionRow.number == of_these.c.number)
        rows += session.scalars(select(ReportRevisionRow).join(of_these, state))
    return {summary.id: summary for summary in summaries(session, rows)}


def _readings(session: Session, reports: Collection[str], until: datetime) -> Iterable[tuple[int, str, Reading]]:
    """The readings of these reports that there were then, each report's newest first."""
    for some in batches(reports):
        statement = select(ReadingRow).where(ReadingRow.report_id.in_(some), ReadingRow.recorded < until)
        for row in session.scalars(statement.order_by(ReadingRow.recorded.desc(), ReadingRow.id.desc())):
            yield row.id, row.report_id, reading_from_json(row.body)


def _claims(
    wanted: Collection[str], reports: dict[str, ReportSummary], readings: Iterable[tuple[int, str, Reading]]
) -> list[Claim]:
    """These claims, each as the newest reading that finds it has it."""
    found: dict[str, Claim] = {}
    for number, report, reading in readings:
        for identity, position in claims_in(report, reading).items():
            if identity in wanted and identity not in found and report in reports:
                found[identity] = Claim(
                    id=identity,
                    report=reports[report],
                    allegation=reading.allegations[position],
                    responses=reading.responses,
                    reading=number,
                )
        if len(found) == len(wanted):
            break
    return list(found.values())
