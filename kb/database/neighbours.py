"""Which other incidents may be related to one, found by its parties and what belongs to them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import JSON, Select, func, select, type_coerce
from sqlalchemy.orm import Session

from kb.database.claims import claims_where
from kb.database.sessions import Sessions
from kb.database.tables import ClaimPartyRow, ClaimRow, IncidentRow, OrganisationRow
from kb.model import Claim, Incident, Kinship, Neighbour, Stage, name_key
from kb.tracking.parties import is_generic

_PARTIES = 6
"""Of each side so many are asked for, those most told."""
_CANDIDATES = 40
_LOOKED_AT = 3
"""So many claims of each candidate say what it is about."""


class Neighbours:
    """Incidents beside incidents. What it costs does not grow with how much each of them holds."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def kin(self, incident: Incident) -> list[Kinship]:
        """What the registry says of whom the parties of an incident belong to, and of what belongs to them."""
        names = _named(incident)
        body = type_coerce(OrganisationRow.body, JSON)
        name, parent = body["name"].as_string(), body["parent"].as_string()
        statement = select(parent, name).where(parent != "", name.in_(names) | parent.in_(names)).order_by(parent, name)
        with self._sessions.read() as session:
            return [Kinship(*row) for row in session.execute(statement)]

    def of(self, incident: Incident, kin: Sequence[Kinship]) -> tuple[list[Neighbour], int]:
        """Incidents that share most parties with one, the newest of equals first, and how many share any.

        Args:
            incident: which.
            kin: parties whose incidents are looked at, too.
        """
        keys = {name_key(name) for name in _named(incident)}
        relatives = {name_key(name) for each in kin for name in (each.parent, each.subsidiary)}
        if not keys:
            return [], 0
        with self._sessions.read() as session:
            rows = list(session.scalars(_sharing(incident.slug, keys | relatives).limit(_CANDIDATES)))
            total = session.scalar(select(func.count()).select_from(_sharing(incident.slug, keys).subquery()))
            return _neighbours(session, rows), total or 0


def _named(incident: Incident) -> list[str]:
    sides = (incident.accusers[:_PARTIES], incident.accused[:_PARTIES])
    return [name for names in sides for name in names if not is_generic(name)]


def _sharing(address: str, keys: Collection[str]) -> Select[Any]:
    """Incidents with these parties on whatever side, those with most of them first."""
    shared = func.count(func.distinct(ClaimPartyRow.key))
    return (
        select(IncidentRow)
        .join(ClaimRow, ClaimRow.incident_id == IncidentRow.id)
        .join(ClaimPartyRow, ClaimPartyRow.claim_id == ClaimRow.id)
        .where(ClaimPartyRow.key.in_(sorted(keys)), IncidentRow.slug != address, ~IncidentRow.hidden)
        .group_by(IncidentRow.id)
        .order_by(shared.desc(), IncidentRow.updated.desc().nulls_last(), IncidentRow.id)
    )


def _neighbours(session: Session, rows: Sequence[IncidentRow]) -> list[Neighbour]:
    numbers = [row.id for row in rows]
    parties: dict[int, dict[str, set[str]]] = {number: {"accuser": set(), "accused": set()} for number in numbers}
    statement = (
        select(ClaimRow.incident_id, ClaimPartyRow.side, ClaimPartyRow.name)
        .join(ClaimPartyRow, ClaimPartyRow.claim_id == ClaimRow.id)
        .where(ClaimRow.incident_id.in_(numbers))
        .distinct()
    )
    for number, side, name in session.execute(statement):
        parties[number or 0][side].add(name)
    claims = _some_claims(session, numbers)
    return [
        _neighbour(row, parties[row.id]["accuser"], parties[row.id]["accused"], claims.get(row.id, ())) for row in rows
    ]


def _some_claims(session: Session, numbers: Sequence[int]) -> dict[int, list[Claim]]:
    """A few claims of each of these incidents."""
    place = func.row_number().over(partition_by=ClaimRow.incident_id, order_by=ClaimRow.id).label("place")
    placed = select(ClaimRow.id, place).where(ClaimRow.incident_id.in_(numbers)).subquery()
    first = select(placed.c.id).where(placed.c.place <= _LOOKED_AT)
    found: dict[int, list[Claim]] = {}
    for row, claim in claims_where(session, ClaimRow.id.in_(first)):
        found.setdefault(row.incident_id or 0, []).append(claim)
    return found


def _neighbour(
    row: IncidentRow, accusers: Collection[str], accused: Collection[str], claims: Sequence[Claim]
) -> Neighbour:
    told = [claim.allegation for claim in claims]
    return Neighbour(
        slug=row.slug,
        title=row.title,
        accusers=frozenset(accusers),
        accused=frozenset(accused),
        conduct=frozenset(code for each in told for code in each.conduct),
        dockets=frozenset(each.proceeding.docket for each in told if each.proceeding and each.proceeding.docket),
        sued=any(each.proceeding or each.stage not in {Stage.ACCUSED, Stage.LETTER} for each in told),
        opened=row.opened,
    )
