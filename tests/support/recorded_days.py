"""A base written on days that a test chooses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from values import report

from kb.database import Base
from kb.database.sessions import engine_at
from kb.database.tables import ReadingRow, ReportRevisionRow, RevisionRow
from kb.model import Reading
from kb.tracking.track import track

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Days:
    """Has what is written into a base be recorded at noon of a day, counted from 1 July 2026."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.engine = engine_at(base.address)

    def close(self) -> None:
        self.engine.dispose()

    @staticmethod
    def moment(day: int, hours: int = 0) -> datetime:
        return NOON + timedelta(days=day, hours=hours)

    def on(self, day: int, *readings: tuple[str, Reading], **values: Any) -> None:
        """Put these readings of reports on this day and track; `values` are those of the reports."""
        began = datetime.now(UTC)
        for identity, each in readings:
            self.base.reports.put(report(identity, **{"text": f"As of day {day}.", **values}))
            self.base.readings.put(identity, each)
        track(self.base)
        with self.engine.begin() as connection:
            for table in (ReadingRow, ReportRevisionRow, RevisionRow):
                now = sa.update(table).where(table.recorded >= began)
                connection.execute(now.values(recorded=self.moment(day)))
