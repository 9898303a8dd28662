"""What may be seen: all that nobody has hidden."""

from sqlalchemy import ColumnElement, and_, select

from kb.database.tables import ClaimRow, IncidentRow


def in_sight() -> ColumnElement[bool]:
    """That neither a claim nor its incident is hidden."""
    hidden = select(IncidentRow.id).where(IncidentRow.hidden, IncidentRow.id == ClaimRow.incident_id)
    return and_(~ClaimRow.hidden, ~hidden.exists())
