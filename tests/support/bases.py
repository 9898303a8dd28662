"""What tests do with a whole base."""

from kb.database import Base
from kb.database.sessions import engine_at
from kb.database.tables import Table
from kb.model import Claim


def emptied(base: Base) -> None:
    """Take everything out of a base."""
    engine = engine_at(base.address)
    with engine.begin() as connection:
        for table in reversed(Table.metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


def all_claims(base: Base) -> list[Claim]:
    return [claim for identity in base.reports.identities() for claim in base.claims.of_report(identity)]
