"""The registry as the base keeps it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import JSON, func, select, type_coerce
from sqlalchemy.orm import Session

from kb.database.sessions import Sessions, batches
from kb.database.sight import in_sight
from kb.database.tables import ClaimPartyRow, ClaimRow, OrganisationRow, OutboxRow
from kb.model import Kinship, Organisation, Registry, name_key, party_slug
from kb.registry import registry_of

_ORGANISATION = TypeAdapter(Organisation)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedParty:
    """A party as a list of parties shows it.

    Attributes:
        name: as it is called.
        kind: as the registry has it; empty where it does not know the party.
        aliases: the other names that the registry gives it, in one text.
        accusing: in how many incidents it accuses.
        accused: in how many it is accused.
    """

    name: str
    kind: str = ""
    aliases: str = ""
    accusing: int = 0
    accused: int = 0


class Organisations:
    """The parties known."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def seed(self, registry: Registry) -> None:
        """Take over the organisations of a registry, changed or new; those not named stay."""
        with self._sessions.write() as session:
            known = {row.key: row for row in session.scalars(select(OrganisationRow))}
            changed: set[str] = set()
            for organisation in registry.organisations:
                key, body = name_key(organisation.name), _ORGANISATION.dump_python(organisation, mode="json")
                if key not in known:
                    session.add(OrganisationRow(key=key, slug=party_slug(organisation.name), body=body))
                elif known[key].body != body:
                    known[key].body = body
                else:
                    continue
                changed.add(key)
            _note(session, changed)

    def registry(self) -> Registry:
        """Every organisation, as the value that the reader receives."""
        with self._sessions.read() as session:
            return registry_of(
                _ORGANISATION.validate_python(body) for body in session.scalars(select(OrganisationRow.body))
            )

    def get(self, address: str) -> tuple[Organisation, bool] | None:
        """The party of this slug, and whether the registry knows it; None if neither that nor a claim in sight does."""
        with self._sessions.read() as session:
            row = session.scalar(select(OrganisationRow).where(OrganisationRow.slug == address))
            if row is not None:
                return _ORGANISATION.validate_python(row.body), True
            seen = select(ClaimRow.id).where(ClaimRow.id == ClaimPartyRow.claim_id, in_sight()).exists()
            name = session.scalar(select(func.min(ClaimPartyRow.name)).where(ClaimPartyRow.slug == address, seen))
            return (Organisation(name=name), False) if name else None

    def below(self, name: str) -> list[Kinship]:
        """What belongs to an organisation, directly or through others, each with what it belongs to; nearest first."""
        body = type_coerce(OrganisationRow.body, JSON)
        parent, own = body["parent"].as_string(), body["name"].as_string()
        with self._sessions.read() as session:
            kin = [Kinship(*row) for row in session.execute(select(parent, own).where(parent != "").order_by(own))]
        found: list[Kinship] = []
        fringe, seen = {name_key(name)}, {name_key(name)}
        while near := [
            each for each in kin if name_key(each.parent) in fringe and name_key(each.subsidiary) not in seen
        ]:
            found += near
            fringe = {name_key(each.subsidiary) for each in near}
            seen |= fringe
        return found

    def listed(self) -> list[ListedParty]:
        """Every party of an incident, the one in most incidents first."""
        body = type_coerce(OrganisationRow.body, JSON)
        incidents = func.count(func.distinct(ClaimRow.incident_id))
        statement = (
            select(
                ClaimPartyRow.key,
                func.min(ClaimPartyRow.name),
                ClaimPartyRow.side,
                incidents,
                func.min(body["kind"].as_string()),
                func.min(body["aliases"].as_string()),
            )
            .join(ClaimRow, ClaimRow.id == ClaimPartyRow.claim_id)
            .outerjoin(OrganisationRow, OrganisationRow.key == ClaimPartyRow.key)
            .where(ClaimRow.incident_id.is_not(None), in_sight())
            .group_by(ClaimPartyRow.key, ClaimPartyRow.side)
        )
        found: dict[str, ListedParty] = {}
        with self._sessions.read() as session:
            for key, name, side, count, kind, aliases in session.execute(statement):
                known = found.get(key, ListedParty(name=name, kind=kind or "", aliases=aliases or ""))
                found[key] = replace(known, **{"accusing" if side == "accuser" else "accused": count})
        return sorted(found.values(), key=lambda each: (-each.accusing - each.accused, each.name.casefold(), each.name))

    def known(self, names: Collection[str]) -> set[str]:
        """The keys of those among these names under which the registry has a party."""
        with self._sessions.read() as session:
            return {
                key
                for some in batches({name_key(name) for name in names})
                for key in session.scalars(select(OrganisationRow.key).where(OrganisationRow.key.in_(some)))
            }


def _note(session: Session, parties: Collection[str]) -> None:
    """Have the search index take over anew what these parties are in: it is found by their other names and tickers."""
    wanted: set[tuple[str, str]] = set()
    for some in batches(parties):
        of_parties = select(ClaimPartyRow.claim_id).where(ClaimPartyRow.key.in_(some))
        statement = select(ClaimRow.report_id, ClaimRow.incident_id).where(ClaimRow.id.in_(of_parties))
        for report, incident in session.execute(statement):
            wanted |= {("report", report)} | ({("incident", str(incident))} if incident is not None else set())
    session.add_all(OutboxRow(kind=kind, key=key) for kind, key in sorted(wanted))
