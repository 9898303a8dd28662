"""What the steps made of the pages, to compare one way of making it with another."""

from typing import Any

import sqlalchemy as sa

from kb.database import Base
from kb.database.sessions import engine_at
from kb.database.tables import CaptureRow, ReadingRow, ReportRow


def state(base: Base) -> dict[str, Any]:
    """What the steps made of the pages."""
    readings = {identity: base.readings.latest(identity) for identity in base.reports.identities()}
    incidents = {
        (each.slug, each.title, each.stage, each.opened, each.updated, frozenset(claim.id for claim in each.claims))
        for each in base.incidents.latest(10_000)
    }
    return {"readings": readings, "incidents": incidents}


def rows(address: str) -> tuple[int, int, int, int]:
    """How many captured pages there are, how many different ones, how many reports, and how many readings."""
    engine = engine_at(address)
    with engine.connect() as connection:
        urls = list(connection.scalars(sa.select(CaptureRow.url).where(CaptureRow.kind == "page")))
        counts = [connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in (ReportRow, ReadingRow)]
    engine.dispose()
    return (len(urls), len(set(urls)), counts[0] or 0, counts[1] or 0)
