"""Incidents: which claims they hold, under which address, and every change to them."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from kb.database.claims import claims_of
from kb.database.sessions import Sessions
from kb.database.tables import ClaimPartyRow, ClaimRow, IncidentRow, OutboxRow, RevisionRow
from kb.model import Incident, free_slug, name_key, slug
from kb.tracking.grouping import Group
from kb.tracking.telling import tell

_PROGRAM = "program"


class Incidents:
    """The disputes known."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def assign(self, groups: Sequence[Group], why: str) -> int:
        """Let each group be one incident, keeping the addresses that there are; return how many incidents changed.

        A group goes on as the incident to which most of its claims belonged. An incident that lost all its claims is
        merged into the one that took most of them, and its address leads there.
        """
        changed = 0
        with self._sessions.write() as session:
            identities = [identity for each in groups for identity in each.reasons]
            rows = _claim_rows(session, identities)
            before = {identity: row.incident_id for identity, row in rows.items()}
            for each, incident in zip(groups, _keepers(session, groups, before), strict=True):
                changed += _fill(session, each, incident, rows, why)
            session.flush()
            _merge_emptied(session, before, rows)
            stale = session.scalars(select(IncidentRow).where(IncidentRow.stale))
            for incident in stale:
                incident.stale = False
        return changed

    def get(self, address: str) -> Incident | None:
        """The incident of this slug; None if there is none, or if it was merged into another."""
        found = self._holding(ClaimRow.incident_id == IncidentRow.id, IncidentRow.slug == address)
        return found[0] if found else None

    def by_number(self, number: int) -> Incident | None:
        """The incident of this number in the database; None if it was merged or lost its claims."""
        found = self._holding(ClaimRow.incident_id == number)
        return found[0] if found else None

    def resolve(self, address: str) -> str | None:
        """Where an address leads: to itself, or to the incident into which the one it named was merged."""
        with self._sessions.read() as session:
            row = session.scalar(select(IncidentRow).where(IncidentRow.slug == address))
            while row is not None and row.merged_into is not None:
                row = session.get_one(IncidentRow, row.merged_into)
            return row.slug if row else None

    def latest(self, limit: int, offset: int = 0) -> list[Incident]:
        """Incidents, the one with the newest report first."""
        statement = (
            select(IncidentRow)
            .where(IncidentRow.merged_into.is_(None), exists().where(ClaimRow.incident_id == IncidentRow.id))
            .order_by(IncidentRow.updated.desc().nulls_last(), IncidentRow.id)
        )
        with self._sessions.read() as session:
            return _incidents(session, list(session.scalars(statement.limit(limit).offset(offset))))

    def of_party(self, name: str) -> list[Incident]:
        """The incidents in which a party accuses or is accused, the newest first."""
        claims = select(ClaimPartyRow.claim_id).where(ClaimPartyRow.key == name_key(name))
        return self._holding(ClaimRow.id.in_(claims))

    def of_report(self, report_id: str) -> list[Incident]:
        """The incidents that a report tells of, the newest first."""
        return self._holding(ClaimRow.report_id == report_id)

    def numbers(self) -> list[int]:
        """The numbers of all incidents that were not merged."""
        with self._sessions.read() as session:
            return list(session.scalars(select(IncidentRow.id).where(IncidentRow.merged_into.is_(None))))

    def count(self) -> int:
        """How many incidents there are."""
        with self._sessions.read() as session:
            return session.scalar(select(func.count()).where(IncidentRow.merged_into.is_(None))) or 0

    def _holding(self, *conditions: ColumnElement[bool]) -> list[Incident]:
        held = select(ClaimRow.incident_id).join(IncidentRow, ClaimRow.incident_id == IncidentRow.id).where(*conditions)
        statement = (
            select(IncidentRow).where(IncidentRow.id.in_(held)).order_by(IncidentRow.updated.desc().nulls_last())
        )
        with self._sessions.read() as session:
            return _incidents(session, list(session.scalars(statement)))


def _claim_rows(session: Session, identities: Sequence[str]) -> dict[str, ClaimRow]:
    rows: dict[str, ClaimRow] = {}
    for start in range(0, len(identities), 400):
        some = identities[start : start + 400]
        rows.update((row.id, row) for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(some))))
    return rows


def _keepers(session: Session, groups: Sequence[Group], before: dict[str, int | None]) -> list[IncidentRow | None]:
    """For each group the incident that it goes on as, each given once, to the group that held most of it."""
    wishes = []
    for n, each in enumerate(groups):
        held = Counter(before[identity] for identity in each.reasons if before.get(identity) is not None)
        wishes += [(-count, incident, n) for incident, count in held.items() if incident is not None]
    taken: dict[int, int] = {}
    for _, incident, n in sorted(wishes):
        if n not in taken and incident not in taken.values():
            taken[n] = incident
    return [session.get(IncidentRow, taken[n]) if n in taken else None for n in range(len(groups))]


def _fill(session: Session, each: Group, incident: IncidentRow | None, rows: dict[str, ClaimRow], why: str) -> bool:
    members = [rows[identity] for identity in each.reasons if identity in rows]
    if not members:
        return False
    told = tell(claims_of(session, members))
    unchanged = incident is not None and all(
        row.incident_id == incident.id and tuple(row.reasons) == each.reasons[row.id] for row in members
    )
    if incident is not None and unchanged and not incident.stale:
        return False
    if incident is None:
        incident = IncidentRow(slug=_free_slug(session, told.title), title=told.title, stale=False)
        session.add(incident)
        session.flush()
    for row in members:
        row.incident_id, row.reasons = incident.id, list(each.reasons[row.id])
    incident.title, incident.opened, incident.updated, incident.merged_into = (
        told.title,
        told.opened,
        told.updated,
        None,
    )
    _record(session, incident.id, {"title": told.title, "claims": sorted(row.id for row in members)}, why)
    session.add(OutboxRow(kind="incident", key=str(incident.id)))
    return True


def _free_slug(session: Session, title: str) -> str:
    return free_slug(
        title, set(session.scalars(select(IncidentRow.slug).where(IncidentRow.slug.startswith(slug(title)))))
    )


def _merge_emptied(session: Session, before: dict[str, int | None], rows: dict[str, ClaimRow]) -> None:
    moved: dict[int, Counter[int]] = {}
    for identity, old in before.items():
        new = rows[identity].incident_id
        if old is not None and new is not None and new != old:
            moved.setdefault(old, Counter())[new] += 1
    for old, targets in moved.items():
        if session.scalar(select(exists().where(ClaimRow.incident_id == old))):
            continue
        incident = session.get_one(IncidentRow, old)
        incident.merged_into = targets.most_common(1)[0][0]
        _record(session, old, {"merged_into": incident.merged_into}, "its claims tell of that incident")
        session.add(OutboxRow(kind="incident", key=str(old)))


def _record(session: Session, incident: int, what: dict[str, object], why: str) -> None:
    session.add(RevisionRow(incident_id=incident, recorded=datetime.now(UTC), who=_PROGRAM, what=what, why=why))


def _incidents(session: Session, rows: Sequence[IncidentRow]) -> list[Incident]:
    held: dict[int, list[ClaimRow]] = {}
    for claim in session.scalars(select(ClaimRow).where(ClaimRow.incident_id.in_([row.id for row in rows]))):
        held.setdefault(claim.incident_id or 0, []).append(claim)
    return [tell(claims_of(session, held[row.id]), row.slug) for row in rows if row.id in held]
