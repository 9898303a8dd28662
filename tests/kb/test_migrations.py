from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from values import START, a_capture, allegation, outlet, reading, report, unfetched

from kb.database import Base, open_base
from kb.database.fetches import FeedTry, Happening
from kb.database.hosts import Host
from kb.database.sessions import MIGRATIONS, Sessions, engine_at
from kb.database.tables import Table
from kb.health import Fault
from kb.model import Conduct
from kb.registry import load
from kb.tracking.editing import correct, make
from kb.tracking.track import track


def migrate(address: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = engine_at(address)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        going_up = (MigrationContext.configure(connection).get_current_revision() or "") < revision != "base"
        (command.upgrade if going_up else command.downgrade)(config, revision)
    engine.dispose()


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


REVISIONS = sorted(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
ARRIVED = {
    "0002": {"incidents.changes", "incidents.tracked"},
    "0004": {"captures.last_checked", "captures.due"},  # a page is due from when it was last checked
    "0006": {"captures.tries", "outlets.state"},
    "0007": {"leases.name", "leases.holder", "leases.expires"},
    "0009": {"outbox.refused"},
    "0010": {
        "claims.correction",
        "claims.decided",
        "claims.hidden",
        *(f"edits.{name}" for name in ("id", "made", "who", "why", "verb", "what")),
        *(f"edited_claims.{name}" for name in ("edit_id", "claim_id")),
        "incidents.hidden",
    },
    "0011": {
        *(f"suggestions.{name}" for name in ("one_id", "other_id", "score", "reasons")),
    },
    "0012": {
        str(column)
        for table in ("feeds", "tallies", "unfetched", "hosts")
        for column in Table.metadata.tables[table].columns
    },
    "0013": {"captures.gone", "captures.extractor", "report_revisions.extractor"},
    "0014": {"incidents.outline", "incidents.changes"},  # all are tracked anew, which makes their outlines
    "0015": {"incidents.outline", "incidents.changes"},
}
"""What was not kept before a revision, and so does not survive the way back beyond it."""


def fill_every_table(base: Base) -> None:
    base.organisations.seed(load())
    base.outlets.put([outlet("courier")])
    base.fetches.note([], [FeedTry(outlet="courier", url="https://news.example/feed", when=START)])
    base.fetches.note([Happening(outlet="courier", what=Fault.EMPTY, when=START, url="https://news.example/a")])
    base.fetches.put_unfetched(unfetched("https://news.example/a"))
    base.hosts.keep([Host(host="news.example:443", robots="")])
    number = base.captures.add(a_capture())
    base.captures.unchanged("https://news.example/a", START + timedelta(hours=4))
    base.captures.failed(number, "out of reach")
    base.reports.put(report(), number, "v1")
    base.captures.extracted(number, "r1", "v1")
    base.readings.put("r1", reading(allegation()))
    base.reports.put(report("r2", title="Ä “quoted” title", text="Alpha accuses Beta of distillation. " * 5))
    base.readings.put("r2", reading(allegation(("Gamma",)), allegation(conduct=(Conduct.PATENT,))))
    track(base)
    claim = base.claims.of_report("r1")[0].id
    make(base, correct(base, claim, {"stage": "ruling"}), who="Ann", why="the docket says so")
    base.journal.finish(base.journal.start("read"), 1, 0, "a note")
    base.facts.set("kind", "own")
    base.leases.acquire("steps", "somebody")


def contents(address: str, left_out: set[str]) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, without these columns."""
    engine = engine_at(address)
    found = {}
    with engine.connect() as connection:
        for table in Table.metadata.sorted_tables:
            kept = [column for column in table.columns if f"{table.name}.{column.name}" not in left_out]
            if kept:
                rows = connection.execute(sa.select(*kept).order_by(*table.primary_key.columns))
                found[table.name] = [tuple(row) for row in rows]
    engine.dispose()
    return found


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_a_base_of_any_revision_holds_is_kept_on_the_way_to_the_newest(address: str, revision: str) -> None:
    left_out = set().union(*(columns for arrived, columns in ARRIVED.items() if arrived > revision))
    with open_base(address) as base:
        fill_every_table(base)
    before = contents(address, left_out)
    assert all(before.values())
    migrate(address, revision)
    open_base(address).close()
    assert contents(address, left_out) == before
    with open_base(address) as base:
        fill_every_table(base)
        base.reports.put(report("r3"))
        assert base.reports.count() == 3


def columns(address: str) -> set[str]:
    engine = engine_at(address)
    inspector = sa.inspect(engine)
    found = {
        f"{table}.{each['name']}" for table in inspector.get_table_names() for each in inspector.get_columns(table)
    }
    engine.dispose()
    return found


def test_since_the_third_revision_tables_are_only_added_to(tmp_path: Path) -> None:
    """So that a site of the version before reads on while the tables are those of the next, as docs/servers.md says."""
    address = f"sqlite:///{tmp_path}/base.sqlite"
    before: set[str] = set()
    for revision in (each for each in REVISIONS if each >= "0003"):
        migrate(address, revision)
        assert before <= columns(address)
        before = columns(address)


def test_the_way_back_leaves_nothing(address: str) -> None:
    with open_base(address) as base:
        fill_every_table(base)
    migrate(address, "base")
    engine = engine_at(address)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_every_text_is_ordered_by_its_code_points(postgresql: str) -> None:
    open_base(postgresql).close()
    engine = engine_at(postgresql)
    columns = sa.text(
        "SELECT table_name, column_name, collation_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type = 'text'"
    )
    with engine.connect() as connection:
        found = connection.execute(columns).all()
    engine.dispose()
    assert len(found) > 40
    assert {row.collation_name for row in found} == {"C"}
