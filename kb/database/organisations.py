"""The registry as the base keeps it."""

from collections.abc import Collection

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.database.sessions import Sessions, batches
from kb.database.sight import in_sight
from kb.database.tables import ClaimPartyRow, ClaimRow, OrganisationRow, OutboxRow
from kb.model import Organisation, Registry, name_key, party_slug
from kb.registry import registry_of

_ORGANISATION = TypeAdapter(Organisation)


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

    def known_among(self, names: Collection[str]) -> set[str]:
        """Those of these names that the registry knows a party by."""
        keys = {name_key(name) for name in names}
        with self._sessions.read() as session:
            found = {
                key
                for some in batches(keys)
                for key in session.scalars(select(OrganisationRow.key).where(OrganisationRow.key.in_(some)))
            }
        return {name for name in names if name_key(name) in found}

    def get(self, address: str) -> tuple[Organisation, bool] | None:
        """The party of this slug, and whether the registry knows it; None if neither that nor a claim in sight does."""
        with self._sessions.read() as session:
            row = session.scalar(select(OrganisationRow).where(OrganisationRow.slug == address))
            if row is not None:
                return _ORGANISATION.validate_python(row.body), True
            seen = select(ClaimRow.id).where(ClaimRow.id == ClaimPartyRow.claim_id, in_sight()).exists()
            name = session.scalar(select(func.min(ClaimPartyRow.name)).where(ClaimPartyRow.slug == address, seen))
            return (Organisation(name=name), False) if name else None


def _note(session: Session, parties: Collection[str]) -> None:
    """Have the search index take over anew what these parties are in: it is found by their other names and tickers."""
    wanted: set[tuple[str, str]] = set()
    for some in batches(parties):
        of_parties = select(ClaimPartyRow.claim_id).where(ClaimPartyRow.key.in_(some))
        statement = select(ClaimRow.report_id, ClaimRow.incident_id).where(ClaimRow.id.in_(of_parties))
        for report, incident in session.execute(statement):
            wanted |= {("report", report)} | ({("incident", str(incident))} if incident is not None else set())
    session.add_all(OutboxRow(kind=kind, key=key) for kind, key in sorted(wanted))
