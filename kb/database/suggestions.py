"""Suggestions: incidents that may be one, for people to judge."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from kb.database.sessions import Sessions, batches
from kb.database.tables import ClaimRow, IncidentRow, SuggestionRow
from kb.model import Suggested
from kb.tracking.grouping import Suggestion


class Suggestions:
    """What may be one."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def surest(self, limit: int, offset: int = 0) -> list[Suggested]:
        """Suggestions on incidents in sight, the surest first."""
        statement = (
            select(SuggestionRow)
            .where(*_in_sight())
            .order_by(SuggestionRow.score.desc(), SuggestionRow.one_id, SuggestionRow.other_id)
        )
        with self._sessions.read() as session:
            return [_suggested(row) for row in session.scalars(statement.limit(limit).offset(offset))]

    def count(self) -> int:
        """How many suggestions there are on incidents in sight."""
        with self._sessions.read() as session:
            return session.scalar(select(func.count()).select_from(SuggestionRow).where(*_in_sight())) or 0


def _in_sight() -> tuple[ColumnElement[bool], ...]:
    hidden = select(IncidentRow.id).where(IncidentRow.hidden)
    return SuggestionRow.one_id.not_in(hidden), SuggestionRow.other_id.not_in(hidden)


def replace_suggestions(
    session: Session, changed: Collection[int], found: Iterable[Suggestion], rows: Mapping[str, ClaimRow]
) -> None:
    """Let these be the suggestions on incidents that changed.

    Args:
        session: in which the claims were placed.
        changed: numbers of the incidents.
        found: what may be one, by claims.
        rows: where each claim was placed.
    """
    for some in batches(sorted(changed)):
        held = SuggestionRow.one_id.in_(some) | SuggestionRow.other_id.in_(some)
        session.execute(delete(SuggestionRow).where(held), execution_options={"synchronize_session": False})
    for each in found:
        places = [{rows[claim].incident_id for claim in claims if claim in rows} - {None} for claims in each.groups]
        if all(len(place) == 1 for place in places) and places[0] != places[1]:
            one, other = sorted(number for place in places for number in place if number is not None)
            session.merge(SuggestionRow(one_id=one, other_id=other, score=each.score, reasons=list(each.reasons)))


def _suggested(row: SuggestionRow) -> Suggested:
    return Suggested(row.one_id, row.other_id, row.score, tuple(row.reasons))
