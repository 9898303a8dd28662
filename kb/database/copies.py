"""Which reports are in the same words, found by bands of their wordings' signatures: no other report is looked at."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.copies import ALIKE, Copy, Wording
from kb.database.reports import summaries_by_id
from kb.database.sessions import Sessions, batches
from kb.database.tables import ReportRow, WordingBandRow, WordingRow

MOST = 100
"""So many copies of one report are given, those published first."""


class Copies:
    """Reports in nearly the same words; what is given follows from their texts alone, in whatever order they came."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def of(self, report_id: str) -> list[Copy]:
        """The other reports in nearly the words of this one, those published first before the others."""
        with self._sessions.read() as session:
            of_report = select(WordingRow).join(ReportRow, ReportRow.wording_id == WordingRow.id)
            own = session.scalar(of_report.where(ReportRow.id == report_id))
            if own is None:
                return []
            likeness = _alike(session, own)
            rows = _of_wordings(session, likeness, report_id)
            told = summaries_by_id(session, {identity for identity, _ in rows})
            return [Copy(told[identity], likeness[wording]) for identity, wording in rows]


def _alike(session: Session, own: WordingRow) -> dict[str, float]:
    """The wordings that are like this one, and this one, with how like they are."""
    wording = Wording(own.signature)
    sharing = select(WordingBandRow.wording_id).where(WordingBandRow.band.in_(wording.bands))
    near = session.scalars(select(WordingRow).where(WordingRow.id.in_(sharing)))
    likeness = {row.id: wording.likeness(Wording(row.signature)) for row in near}
    return {identity: share for identity, share in likeness.items() if share >= ALIKE}


def _of_wordings(session: Session, wordings: dict[str, float], but: str) -> list[tuple[str, str]]:
    """The reports of these wordings, each with its own."""
    in_order = (ReportRow.published.is_(None), ReportRow.published, ReportRow.id)
    found = [
        row
        for some in batches(wordings)
        for row in session.execute(
            select(ReportRow.published, ReportRow.id, ReportRow.wording_id)
            .where(ReportRow.wording_id.in_(some), ReportRow.id != but)
            .order_by(*in_order)
            .limit(MOST)
        )
    ]
    found.sort(key=lambda row: (row.published is None, row.published, row.id))
    return [(row.id, row.wording_id) for row in found[:MOST]]
