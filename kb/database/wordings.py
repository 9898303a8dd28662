"""Under which wording each report is found."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.copies import Wording
from kb.database.tables import ReportRow, WordingBandRow, WordingRow


def put_wording(session: Session, report: ReportRow, wording: Wording | None) -> None:
    """Have a report be found by this wording and no longer by the one before."""
    before, report.wording_id = report.wording_id, wording.id if wording else None
    if before == report.wording_id:
        return
    if wording is not None and session.get(WordingRow, wording.id) is None:
        session.add(WordingRow(id=wording.id, signature=wording.signature))
        session.flush()
        session.add_all(WordingBandRow(band=band, wording_id=wording.id) for band in wording.bands)
    session.flush()
    if before is not None:
        of_others = select(ReportRow.id).where(ReportRow.wording_id == before)
        session.execute(delete(WordingRow).where(WordingRow.id == before, ~of_others.exists()))
