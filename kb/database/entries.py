"""What was entered from public record: kept as reports of ours, in step with the file that they come from."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from kb.database.readings import Readings, remove_claims
from kb.database.reports import Reports
from kb.database.sessions import Sessions
from kb.database.tables import ClaimRow, OutboxRow, ReadingRow, ReportRevisionRow, ReportRow
from kb.model import PUBLIC_RECORD
from kb.record.entries import Entry


class Entries:
    """The entries from public record."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._reports, self._readings = Reports(sessions), Readings(sessions)

    def seed(self, entries: Sequence[Entry]) -> None:
        """Hold these entries and no others: new ones come, changed ones are replaced, those not named go.

        Killed half-way and run again, it ends in the same state.
        """
        for entry in entries:
            self.enter(entry)
        for identity in sorted(self._identities() - {entry.report.id for entry in entries}):
            self._remove(identity)

    def enter(self, entry: Entry, capture_id: int | None = None) -> None:
        """Keep an entry; its claim goes on in the incident of the one that it replaces, so that the address lasts."""
        claims = select(ClaimRow).where(ClaimRow.report_id == entry.report.id)
        with self._sessions.read() as session:
            before = next(((row.incident_id, row.home_id) for row in session.scalars(claims)), None)
        self._reports.put(entry.report, capture_id)
        self._readings.put(entry.report.id, entry.reading)
        if before is not None:
            with self._sessions.write() as session:
                for row in session.scalars(claims.where(ClaimRow.incident_id.is_(None))):
                    row.incident_id, row.home_id = before

    def _identities(self) -> set[str]:
        with self._sessions.read() as session:
            return set(session.scalars(select(ReportRow.id).where(ReportRow.outlet == PUBLIC_RECORD)))

    def _remove(self, identity: str) -> None:
        """Remove an entry with its claims; its incident is tracked anew, and the index forgets it."""
        with self._sessions.write() as session:
            report = session.get(ReportRow, identity)
            if report is None:
                return
            session.add_all(OutboxRow(kind="claim", key=claim) for claim in remove_claims(session, identity))
            session.execute(delete(ReadingRow).where(ReadingRow.report_id == identity))
            session.execute(delete(ReportRevisionRow).where(ReportRevisionRow.report_id == identity))
            session.delete(report)
            session.add(OutboxRow(kind="report", key=identity))
