"""How much of what is in the base."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kb.database.outlets import WATCHED
from kb.database.sessions import Sessions
from kb.database.tables import (
    CaptureRow,
    ClaimRow,
    OrganisationRow,
    OutboxRow,
    OutletRow,
    ReadingRow,
    ReportRow,
    Table,
)
from kb.database.work import WAITING
from kb.model import PUBLIC_RECORD


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseStatus:
    """Counts of what the base holds at one time.

    Attributes:
        counted: when.
        outlets: outlets watched.
        outlets_reached: outlets that have answered at least once.
        captures: pages and feeds captured.
        pages: pages among them.
        pages_pending: pages not extracted yet.
        pages_refused: pages that hold no report.
        reports: reports, entries from public record left aside.
        reports_read: reports with at least one reading.
        entries: entries from public record.
        claims: published allegations.
        incidents: incidents.
        organisations: parties that the registry knows.
        outbox: changes that the search index has yet to take over.
        index_refused: things that the search index does not take.
    """

    counted: datetime
    outlets: int
    outlets_reached: int
    captures: int
    pages: int
    pages_pending: int
    pages_refused: int
    reports: int
    reports_read: int
    entries: int
    claims: int
    incidents: int
    organisations: int
    outbox: int
    index_refused: int


def status_of(sessions: Sessions, now: datetime) -> BaseStatus:
    """Count everything at one moment."""
    watched, crawled = OutletRow.state == WATCHED, ReportRow.outlet != PUBLIC_RECORD
    with sessions.read() as session:
        return BaseStatus(
            counted=now,
            outlets=_count(session, OutletRow, watched),
            outlets_reached=_count(session, OutletRow, watched, OutletRow.last_success.is_not(None)),
            captures=_count(session, CaptureRow),
            pages=_count(session, CaptureRow, CaptureRow.kind == "page"),
            pages_pending=_count(session, CaptureRow, CaptureRow.state == "pending"),
            pages_refused=_count(session, CaptureRow, CaptureRow.state == "refused"),
            reports=_count(session, ReportRow, crawled),
            reports_read=_count(session, ReportRow, crawled, ReportRow.id.in_(select(ReadingRow.report_id))),
            entries=_count(session, ReportRow, ReportRow.outlet == PUBLIC_RECORD),
            claims=_count(session, ClaimRow),
            incidents=session.scalar(select(func.count(func.distinct(ClaimRow.incident_id)))) or 0,
            organisations=_count(session, OrganisationRow),
            outbox=_count(session, OutboxRow, WAITING),
            index_refused=_count(session, OutboxRow, ~WAITING),
        )


def _count(session: Session, table: type[Table], *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0
