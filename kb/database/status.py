"""How much of what is in the base."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select

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
    counts = {
        "outlets": _count(OutletRow, watched),
        "outlets_reached": _count(OutletRow, watched, OutletRow.last_success.is_not(None)),
        "captures": _count(CaptureRow),
        "pages": _count(CaptureRow, CaptureRow.kind == "page"),
        "pages_pending": _count(CaptureRow, CaptureRow.state == "pending"),
        "pages_refused": _count(CaptureRow, CaptureRow.state == "refused"),
        "reports": _count(ReportRow, crawled),
        "reports_read": _count(ReportRow, crawled, ReportRow.id.in_(select(ReadingRow.report_id))),
        "entries": _count(ReportRow, ReportRow.outlet == PUBLIC_RECORD),
        "claims": _count(ClaimRow),
        "incidents": select(func.count(func.distinct(ClaimRow.incident_id))).scalar_subquery(),
        "organisations": _count(OrganisationRow),
        "outbox": _count(OutboxRow, WAITING),
        "index_refused": _count(OutboxRow, ~WAITING),
    }
    with sessions.read() as session:
        found = session.execute(select(*(each.label(name) for name, each in counts.items()))).one()
    return BaseStatus(counted=now, **found._mapping)


def _count(table: type[Table], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()
