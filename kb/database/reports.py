"""Reports and their revisions."""

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select, update
from sqlalchemy.orm import Session, defer

from kb.copies import wording_of
from kb.database.sessions import Sessions, batches
from kb.database.tables import CaptureRow, OutboxRow, OutletRow, ReadingRow, ReportRevisionRow, ReportRow
from kb.database.wordings import put_wording
from kb.model import BY_RULE, PUBLIC_RECORD, OutletKind, Report, ReportSummary
from kb.revisions import State, substance

_REPORT = TypeAdapter(Report)


class Reports:
    """What outlets published."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def put(self, report: Report, capture_id: int | None = None, extractor: str = "") -> bool:
        """Keep a report; earlier states are kept.

        Args:
            report: as it is now, or was when it was crawled.
            capture_id: from which capture it was made; None where it was handed in.
            extractor: by which version of the extraction.

        Returns:
            Whether its newest state is a new one. False where nothing but noise differs from the one before, and where
            it was made from a capture older than that one.
        """
        wording = wording_of(report.text) if report.outlet != PUBLIC_RECORD else None
        with self._sessions.write() as session:
            row = session.get(ReportRow, report.id)
            if row is None:
                row = ReportRow(id=report.id, url=report.url, outlet=report.outlet, current=0, first_seen=_now())
                session.add(row)
            elif not self._replaces(session, report, capture_id, extractor):
                return False
            row.current += 1
            row.url, row.outlet, row.published = report.url, report.outlet, report.published
            session.flush()
            put_wording(session, row, wording)
            session.add(_revision(report, row.current, capture_id, extractor))
            session.add(OutboxRow(kind="report", key=report.id))
        return True

    @staticmethod
    def _replaces(session: Session, report: Report, capture_id: int | None, extractor: str) -> bool:
        """Whether a report differs from its newest state and is of no older capture, as when all are extracted anew."""
        newest = session.scalars(_current().where(ReportRow.id == report.id)).one()
        state = _report(newest)
        if capture_id is not None and report.crawled and state.crawled and report.crawled < state.crawled:
            return False
        if newest.digest and substance(report) == substance(state):
            newest.extractor = extractor
            if report.published_source is not None:
                newest.body = {**newest.body, "published_source": report.published_source}
            return False
        return True

    def get(self, identity: str) -> Report | None:
        """The newest state of a report."""
        with self._sessions.read() as session:
            row = session.scalar(_current().where(ReportRow.id == identity))
            return _report(row) if row else None

    def summary(self, identity: str) -> ReportSummary | None:
        """What pages show of a report."""
        with self._sessions.read() as session:
            found = session.execute(current_summaries().where(ReportRow.id == identity)).first()
            return summary_of(*found) if found else None

    def summaries(self, identities: Collection[str]) -> dict[str, ReportSummary]:
        """What pages show of the reports of these ids."""
        with self._sessions.read() as session:
            return summaries_by_id(session, set(identities))

    def latest(self, limit: int, offset: int = 0, outlet: str = "") -> list[ReportSummary]:
        """Reports, newest publication first, of one outlet or of all; entries from public record only if asked for."""
        statement = _current().order_by(ReportRow.published.desc().nulls_last(), ReportRow.id)
        statement = statement.where(ReportRow.outlet == outlet if outlet else ReportRow.outlet != PUBLIC_RECORD)
        with self._sessions.read() as session:
            rows = session.scalars(statement.limit(limit).offset(offset).options(_WITHOUT_TEXT))
            return summaries(session, list(rows))

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

    def read_by_month(self) -> list[tuple[str, str, int]]:
        """How many reports were read, by month of publication ("2026-06", UTC) and outlet; entries left aside."""
        month = func.substr(cast(ReportRow.published, Text), 1, 7)
        statement = (
            select(month, ReportRow.outlet, func.count())
            .where(ReportRow.published.is_not(None), ReportRow.reading_id.is_not(None))
            .where(ReportRow.outlet != PUBLIC_RECORD)
            .group_by(month, ReportRow.outlet)
        )
        with self._sessions.read() as session:
            return sorted((when, outlet, count) for when, outlet, count in session.execute(statement))

    def states(self, identity: str) -> list[State]:
        """Every state of a report, the first one first."""
        statement = (
            select(ReportRevisionRow, CaptureRow.url)
            .outerjoin(CaptureRow, CaptureRow.id == ReportRevisionRow.capture_id)
            .where(ReportRevisionRow.report_id == identity)
            .order_by(ReportRevisionRow.number)
        )
        with self._sessions.read() as session:
            return [
                State(
                    report=_report(row),
                    kept=bool(row.digest),
                    asked=url or "",
                    capture=row.capture_id,
                    extractor=row.extractor,
                )
                for row, url in session.execute(statement)
            ]

    def gone_since(self, identity: str) -> datetime | None:
        """Since when the address of a report answers that there is nothing any more; None while it does not."""
        gone = (
            _current().where(ReportRow.id == identity).join(CaptureRow, CaptureRow.id == ReportRevisionRow.capture_id)
        )
        with self._sessions.read() as session:
            return session.scalar(gone.with_only_columns(CaptureRow.gone))

    def forget_texts(self, outlet: str) -> int:
        """Remove the texts of an outlet's reports, in every state; return of how many reports.

        What is known of them and what was read in them stays, and they are not read again.
        """
        return self._remove_texts(ReportRow.outlet == outlet)

    def remove_texts_before(self, limit: datetime) -> int:
        """Remove every text that was kept or fetched before this time, like those of a forgotten outlet."""
        fetched = select(CaptureRow.id).where(CaptureRow.fetched < limit)
        old = or_(ReportRevisionRow.recorded < limit, ReportRevisionRow.capture_id.in_(fetched))
        return self._remove_texts(old, ReportRow.outlet != PUBLIC_RECORD)

    def _remove_texts(self, *which: ColumnElement[bool]) -> int:
        states = select(ReportRevisionRow.id, ReportRow.id).join(ReportRow, ReportRow.id == ReportRevisionRow.report_id)
        with self._sessions.write() as session:
            found = session.execute(states.where(ReportRevisionRow.digest != "", *which)).all()
            for numbers in batches([number for number, _ in found]):
                removed = update(ReportRevisionRow).where(ReportRevisionRow.id.in_(numbers))
                session.execute(removed.values(text="", digest=""))
            reports = {identity for _, identity in found}
            session.add_all(OutboxRow(kind="report", key=identity) for identity in sorted(reports))
        return len(reports)


def _now() -> datetime:
    return datetime.now(UTC)


NEWEST_STATE = and_(ReportRevisionRow.report_id == ReportRow.id, ReportRevisionRow.number == ReportRow.current)
"""That a state of a report is its newest."""
_WITHOUT_TEXT = defer(ReportRevisionRow.text, raiseload=True)


def _current() -> Select[ReportRevisionRow]:
    return select(ReportRevisionRow).join(ReportRow, NEWEST_STATE)


def current_summaries() -> Select[Any]:
    """Rows for `summary_of`, of the newest state of each report; their texts, which are long, are not fetched."""
    return summaries_of_states().where(NEWEST_STATE)


def summaries_of_states() -> Select[Any]:
    """The same of every state of each report."""
    return (
        select(ReportRevisionRow, OutletRow.body)
        .join(ReportRow, ReportRow.id == ReportRevisionRow.report_id)
        .outerjoin(OutletRow, OutletRow.slug == ReportRow.outlet)
        .options(_WITHOUT_TEXT)
    )


def _revision(report: Report, number: int, capture_id: int | None, extractor: str) -> ReportRevisionRow:
    body = _REPORT.dump_python(report, mode="json", exclude={"revision"})
    text = body.pop("text")
    return ReportRevisionRow(
        report_id=report.id,
        number=number,
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        body=body,
        text=text,
        capture_id=capture_id,
        recorded=_now(),
        extractor=extractor,
    )


def _report(row: ReportRevisionRow) -> Report:
    return _REPORT.validate_python({**row.body, "text": row.text, "revision": row.number})


def summaries(session: Session, rows: list[ReportRevisionRow]) -> list[ReportSummary]:
    """What pages show of these reports, with their outlets' names."""
    slugs = {row.body["outlet"] for row in rows}
    found = session.scalars(select(OutletRow).where(OutletRow.slug.in_(slugs)))
    outlets = {outlet.slug: outlet.body for outlet in found}
    return [summary_of(row, outlets.get(row.body["outlet"])) for row in rows]


def summary_of(state: ReportRevisionRow, outlet: dict[str, Any] | None) -> ReportSummary:
    """What pages show of a report in one of its states, of an outlet with this body, if there is one."""
    report, outlet = _REPORT.validate_python({**state.body, "text": ""}), outlet or {}
    shared = ReportSummary.__dataclass_fields__.keys() & Report.__dataclass_fields__.keys()
    return ReportSummary(
        **{name: getattr(report, name) for name in shared},
        outlet_name=str(outlet.get("name") or report.outlet),
        sample=bool(outlet.get("sample")),
        filing=outlet.get("kind") == OutletKind.COURT,
        recorded=state.recorded,
    )


def summaries_by_id(session: Session, identities: set[str]) -> dict[str, ReportSummary]:
    """What pages show of the reports of these ids."""
    found = (
        summary_of(*row)
        for some in batches(identities)
        for row in session.execute(current_summaries().where(ReportRow.id.in_(some)))
    )
    return {summary.id: summary for summary in found}
