"""Reports and their revisions."""

import hashlib
import json
from datetime import UTC, datetime

from pydantic import TypeAdapter
from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from kb.database.sessions import Sessions, batches
from kb.database.tables import OutboxRow, OutletRow, ReadingRow, ReportRevisionRow, ReportRow
from kb.model import BY_RULE, PUBLIC_RECORD, OutletKind, Report, ReportSummary

_REPORT = TypeAdapter(Report)


class Reports:
    """What outlets published."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def put(self, report: Report, capture_id: int | None = None) -> bool:
        """Keep a report; return whether anything but the time of the crawl is new in it. Earlier states are kept."""
        digest = _digest(report)
        with self._sessions.write() as session:
            row = session.get(ReportRow, report.id)
            if row is not None and self._same(session, row, digest):
                return False
            if row is None:
                row = ReportRow(id=report.id, url=report.url, outlet=report.outlet, current=0, first_seen=_now())
                session.add(row)
            row.current += 1
            row.url, row.outlet, row.published = report.url, report.outlet, report.published
            session.flush()
            session.add(_revision(report, row.current, digest, capture_id))
            session.add(OutboxRow(kind="report", key=report.id))
        return True

    def get(self, identity: str) -> Report | None:
        """The newest state of a report."""
        with self._sessions.read() as session:
            row = session.scalar(_current().where(ReportRow.id == identity))
            return _report(row) if row else None

    def summary(self, identity: str) -> ReportSummary | None:
        """What pages show of a report."""
        with self._sessions.read() as session:
            row = session.scalar(_current().where(ReportRow.id == identity))
            return summaries(session, [row])[0] if row else None

    def latest(self, limit: int, offset: int = 0, outlet: str = "") -> list[ReportSummary]:
        """Reports, newest publication first, of one outlet or of all; entries from public record only if asked for."""
        statement = _current().order_by(ReportRow.published.desc().nulls_last(), ReportRow.id)
        statement = statement.where(ReportRow.outlet == outlet if outlet else ReportRow.outlet != PUBLIC_RECORD)
        with self._sessions.read() as session:
            return summaries(session, list(session.scalars(statement.limit(limit).offset(offset))))

    def identities(self) -> list[str]:
        """The ids of all reports and entries."""
        with self._sessions.read() as session:
            return list(session.scalars(select(ReportRow.id).order_by(ReportRow.id)))

    def unread(self, reader: str, model: str, registry: str, limit: int) -> list[Report]:
        """Reports whose reading in force is not one of their newest state by these versions, in order of arrival.

        Entries from public record and from courts' dockets have readings made by rule, and are never read.
        """
        by_these = and_(
            ReadingRow.revision == ReportRow.current,
            ReadingRow.reader == reader,
            ReadingRow.model == model,
            ReadingRow.registry_version == registry,
        )
        read = and_(ReadingRow.id == ReportRow.reading_id, or_(ReadingRow.model == BY_RULE, by_these))
        due = (
            ReportRow.outlet != PUBLIC_RECORD,
            ReportRevisionRow.digest != "",
            ~select(ReadingRow.id).where(read).exists(),
        )
        statement = _current().where(*due)
        with self._sessions.read() as session:
            return [_report(row) for row in session.scalars(statement.order_by(ReportRevisionRow.id).limit(limit))]

    def count(self) -> int:
        """How many reports there are, entries from public record left aside."""
        counted = select(func.count()).select_from(ReportRow).where(ReportRow.outlet != PUBLIC_RECORD)
        with self._sessions.read() as session:
            return session.scalar(counted) or 0

    def forget_texts(self, outlet: str) -> int:
        """Remove the texts of an outlet's reports, in every state; return of how many reports.

        What is known of them and what was read in them stays, and they are not read again.
        """
        with self._sessions.write() as session:
            with_text = select(ReportRow.id).join(ReportRevisionRow).where(ReportRow.outlet == outlet)
            found = set(session.scalars(with_text.where(ReportRevisionRow.digest != "")))
            for identity in found:
                states = update(ReportRevisionRow).where(ReportRevisionRow.report_id == identity)
                session.execute(states.values(text="", digest=""))
                session.add(OutboxRow(kind="report", key=identity))
        return len(found)

    @staticmethod
    def _same(session: Session, row: ReportRow, digest: str) -> bool:
        current = select(ReportRevisionRow.digest).where(
            ReportRevisionRow.report_id == row.id, ReportRevisionRow.number == row.current
        )
        return session.scalar(current) == digest


def _digest(report: Report) -> str:
    told = _REPORT.dump_python(report, mode="json", exclude={"crawled", "revision"})
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


def _current() -> Select[ReportRevisionRow]:
    newest = and_(ReportRevisionRow.report_id == ReportRow.id, ReportRevisionRow.number == ReportRow.current)
    return select(ReportRevisionRow).join(ReportRow, newest)


def _revision(report: Report, number: int, digest: str, capture_id: int | None) -> ReportRevisionRow:
    body = _REPORT.dump_python(report, mode="json", exclude={"revision"})
    text = body.pop("text")
    return ReportRevisionRow(
        report_id=report.id,
        number=number,
        digest=digest,
        body=body,
        text=text,
        capture_id=capture_id,
        recorded=_now(),
    )


def _report(row: ReportRevisionRow) -> Report:
    return _REPORT.validate_python({**row.body, "text": row.text, "revision": row.number})


def summaries(session: Session, rows: list[ReportRevisionRow]) -> list[ReportSummary]:
    """What pages show of these reports, with their outlets' names."""
    slugs = {row.body["outlet"] for row in rows}
    found = session.scalars(select(OutletRow).where(OutletRow.slug.in_(slugs)))
    outlets = {outlet.slug: outlet.body for outlet in found}
    return [_summary(_report(row), row.recorded, outlets.get(row.body["outlet"], {})) for row in rows]


def _summary(report: Report, recorded: datetime, outlet: dict[str, object]) -> ReportSummary:
    shared = ReportSummary.__dataclass_fields__.keys() & Report.__dataclass_fields__.keys()
    return ReportSummary(
        **{name: getattr(report, name) for name in shared},
        outlet_name=str(outlet.get("name") or report.outlet),
        sample=bool(outlet.get("sample")),
        filing=outlet.get("kind") == OutletKind.COURT,
        recorded=recorded,
    )


def summaries_by_id(session: Session, identities: set[str]) -> dict[str, ReportSummary]:
    """What pages show of the reports of these ids."""
    rows = [row for some in batches(identities) for row in session.scalars(_current().where(ReportRow.id.in_(some)))]
    return {summary.id: summary for summary in summaries(session, rows)}
