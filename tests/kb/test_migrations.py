from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from values import allegation, reading, report

from kb.database import open_base
from kb.database.sessions import MIGRATIONS, Sessions
from kb.database.tables import Table
from kb.registry import load
from kb.tracking.track import track


def migrate(address: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        going_up = (MigrationContext.configure(connection).get_current_revision() or "") < revision
        (command.upgrade if going_up else command.downgrade)(config, revision)
    engine.dispose()


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/base.sqlite"


def test_the_tables_are_those_that_the_migrations_make(address: str) -> None:
    sessions = Sessions(address)
    with sessions.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    sessions.close()


def test_a_base_survives_the_way_back_and_forth(address: str) -> None:
    with open_base(address) as base:
        base.organisations.seed(load())
        base.reports.put(report())
        base.readings.put("r1", reading(allegation()))
        track(base)
        before = base.incidents.latest(10)
        base.reports.put(report(text="Changed."))
        base.readings.put("r1", reading(allegation(), allegation(("Gamma",))))
    migrate(address, "0001")
    with open_base(address) as base:
        assert base.organisations.get("gamma") is not None
        assert base.organisations.get("openai") is not None
        assert [incident.slug for incident in base.incidents.latest(10)] == [incident.slug for incident in before]
        assert len(base.incidents.changed()) == 1
        assert track(base).tracked == 2
