"""The base as it stood: an incident with the claims that it held at a moment, as their reports were read by then."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.database.claims import claims_in, corrected_allegation
from kb.database.edits import corrections_of, edits_naming, edits_until
from kb.database.incidents import revisions_of
from kb.database.reports import summaries_of_states, summary_of
from kb.database.sessions import Sessions, batches
from kb.database.sight import in_sight
from kb.database.tables import ClaimRow, IncidentRow, ReadingRow, ReportRevisionRow, RevisionRow
from kb.interchange import reading_from_json
from kb.model import Claim, Edit, Hiding, Incident, Reading, ReportSummary, Revision
from kb.tracking.telling import tell

_AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident as it was.

    Attributes:
        incident: told by today's rules from the claims of then; why they belonged together is not kept.
        lost: how many further claims it held of which the base no longer knows the report.
    """

    incident: Incident
    lost: int


@dataclass(frozen=True, slots=True)
class Version:
    """What one change made of an incident; it stays the same whatever is read, tracked or edited later.

    But for what is hidden since, which is not to be seen as it was either.

    Attributes:
        revision: the change.
        past: the incident; None where it ended then, by merging or because nothing told of it any more.
    """

    revision: Revision
    past: PastIncident | None


class Past:
    """The base as it stood."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def incident(self, address: str, until: datetime) -> PastIncident | None:
        """What the incident of this slug was just before a moment; None if the base held no such incident then."""
        with self._sessions.read() as session:
            held = _revision(session, address, until)
            return _as_it_was(session, address, held.what, until) if held else None

    def version(self, address: str, number: int) -> Version | None:
        """What the change of this number made of the incident of this slug; None if there was no such change."""
        with self._sessions.read() as session:
            of_slug = select(IncidentRow.id).where(IncidentRow.slug == address).scalar_subquery()
            found = revisions_of(session, RevisionRow.incident_id == of_slug, first=number)
            if not found:
                return None
            row, revision = found[0]
            return Version(revision, _as_it_was(session, address, row.what, row.recorded + _AN_INSTANT))

    def versions_holding(self, address: str, claim: str) -> list[Revision]:
        """The changes from which on the incident of this slug held a claim, the first one first."""
        with self._sessions.read() as session:
            of_slug = select(IncidentRow.id).where(IncidentRow.slug == address).scalar_subquery()
            found = revisions_of(session, RevisionRow.incident_id == of_slug)
            return [revision for row, revision in found if claim in row.what.get("claims", ())]


def _as_it_was(session: Session, address: str, held: Mapping[str, Any], until: datetime) -> PastIncident | None:
    """The incident with the claims that a change says it held, as they were read before a moment."""
    if not held.get("claims"):
        return None
    edits = edits_naming(session, held["claims"])
    reports, hidden = _now(session, held["claims"])
    wanted = set(held["claims"]) - hidden - _hidden_by(edits)
    shown = _summaries(session, {*held.get("reports", ()), *reports}, until)
    read = _claims(wanted, shown, _readings(session, shown.keys(), until))
    corrections = corrections_of(edits_until(edits, until))
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


def _hidden_by(edits: Iterable[Edit]) -> set[str]:
    """The claims that these edits hide, also those that are read no more."""
    return {edit.what.claim for edit in edits if edit.in_force and isinstance(edit.what, Hiding)}


def _now(session: Session, claims: Collection[str]) -> tuple[set[str], set[str]]:
    """The reports of those of these claims that there still are, and which claims are hidden, or their incident."""
    reports: set[str] = set()
    hidden: set[str] = set()
    for some in batches(claims):
        statement = select(ClaimRow.id, ClaimRow.report_id, in_sight().label("seen")).where(ClaimRow.id.in_(some))
        for identity, report, seen in session.execute(statement):
            reports.add(report)
            if not seen:
                hidden.add(identity)
    return reports, hidden


def _summaries(session: Session, reports: Collection[str], until: datetime) -> dict[str, ReportSummary]:
    """What was known of these reports then."""
    newest = (
        select(ReportRevisionRow.report_id, func.max(ReportRevisionRow.number).label("number"))
        .where(ReportRevisionRow.recorded < until)
        .group_by(ReportRevisionRow.report_id)
    )
    found: dict[str, ReportSummary] = {}
    for some in batches(reports):
        of_these = newest.where(ReportRevisionRow.report_id.in_(some)).subquery()
        state = (ReportRevisionRow.report_id == of_these.c.report_id) & (ReportRevisionRow.number == of_these.c.number)
        for row in session.execute(summaries_of_states().join(of_these, state)):
            summary = summary_of(*row)
            found[summary.id] = summary
    return found


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
