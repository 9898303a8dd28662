"""The registry as the base keeps it."""

from pydantic import TypeAdapter
from sqlalchemy import func, select

from kb.database.sessions import Sessions
from kb.database.tables import ClaimPartyRow, OrganisationRow
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
            for organisation in registry.organisations:
                key, body = name_key(organisation.name), _ORGANISATION.dump_python(organisation, mode="json")
                if key not in known:
                    session.add(OrganisationRow(key=key, slug=party_slug(organisation.name), body=body))
                elif known[key].body != body:
                    known[key].body = body

    def registry(self) -> Registry:
        """Every organisation, as the value that the reader receives."""
        with self._sessions.read() as session:
            return registry_of(
                _ORGANISATION.validate_python(body) for body in session.scalars(select(OrganisationRow.body))
            )

    def get(self, address: str) -> tuple[Organisation, bool] | None:
        """The party of this slug, and whether the registry knows it; None for a party of no claim and no registry."""
        with self._sessions.read() as session:
            row = session.scalar(select(OrganisationRow).where(OrganisationRow.slug == address))
            if row is not None:
                return _ORGANISATION.validate_python(row.body), True
            name = session.scalar(select(func.min(ClaimPartyRow.name)).where(ClaimPartyRow.slug == address))
            return (Organisation(name=name), False) if name else None
