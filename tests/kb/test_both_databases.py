"""What SQLite and PostgreSQL would see differently, were it left to them."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from values import START, a_capture, allegation, outlet, reading, report

from kb.database import Base, BaseAddressRefused, BaseUnavailable, open_base
from kb.database.sessions import PASSWORD, Sessions, without_password
from kb.database.tables import ReportRow
from kb.database.work import OutboxEntry
from kb.model import Capture, Organisation
from kb.registry import registry_of
from kb.tracking.track import track
from tests.servers.postgresql import PostgreSQL

REPOSITORY = Path(__file__).resolve().parents[2]
NAMES = ["b", "B", "a-b", "ab", "a b", "A", "é", "z", "Z", "ä", "_", "10", "9", "😀", "\uff5e"]


def test_texts_are_ordered_by_their_code_points(base: Base) -> None:
    for name in NAMES:
        base.reports.put(report(name, title=f"About {name}"))
    assert base.reports.identities() == sorted(NAMES)
    assert [summary.id for summary in base.reports.latest(99)] == sorted(NAMES)


def test_of_two_spellings_of_a_party_both_databases_show_the_same(base: Base) -> None:
    for n, name in enumerate(["de Vries", "De Vries", "DE VRIES"]):
        base.reports.put(report(f"r{n}"))
        base.readings.put(f"r{n}", reading(allegation((name,))))
    track(base)
    assert [name for name, _, _ in base.claims.parties()] == ["Beta", "DE VRIES"]
    found = base.organisations.get("de-vries")
    assert found is not None
    assert found[0].name == "DE VRIES"


def test_case_matters_and_wildcards_are_letters(base: Base) -> None:
    base.outlets.put([outlet("A%"), outlet("a%"), outlet("ab")])
    assert base.outlets.get("A%") == outlet("A%")
    assert base.outlets.get("a_") is None
    assert base.captures.add(a_capture("https://news.example/A")) != base.captures.add(a_capture())


@pytest.mark.parametrize("bad", ["\x00", "\ud800"])
def test_what_no_text_can_hold_is_replaced_one_for_one(base: Base, bad: str) -> None:
    base.reports.put(report("r1", title=f"Alpha{bad}", text=f"Be{bad}ta accuses.", byline=(f"An{bad}n",)))
    found = base.reports.get("r1")
    assert found is not None
    assert (found.title, found.text, found.byline) == ("Alpha\ufffd", "Be\ufffdta accuses.", ("An\ufffdn",))
    assert not base.reports.put(report("r1", title=f"Alpha{bad}", text=f"Be{bad}ta accuses.", byline=(f"An{bad}n",)))
    base.captures.refuse(base.captures.add(a_capture(f"https://news.example/{bad}")), f"no {bad}")
    assert [reason for _, reason in base.captures.refusals()] == ["no \ufffd"]


@pytest.mark.parametrize("bad", ["\x00", "\ud800"])
def test_to_ask_for_what_no_text_can_hold_finds_nothing(base: Base, bad: str) -> None:
    assert base.incidents.get(f"a{bad}") is None
    assert base.incidents.resolve(bad) is None
    assert base.organisations.get(bad) is None
    assert base.reports.get(bad) is None
    assert base.claims.get(bad) is None


def test_a_capture_may_lie_far_into_a_file(base: Base) -> None:
    far = Capture(**{**{n: getattr(a_capture(), n) for n in Capture.__dataclass_fields__ if n != "id"}, "offset": 2**40})  # fmt: skip
    base.captures.add(far)
    assert base.captures.pending(1)[0].offset == 2**40


def test_times_are_instants_whatever_zone_they_are_given_in(base: Base) -> None:
    elsewhere = datetime(2026, 6, 1, 23, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-7)))
    base.captures.add(a_capture(hours=1))
    base.captures.unchanged("https://news.example/a", elsewhere)
    kept = base.captures.pending(1)[0]
    assert kept.last_checked == elsewhere
    assert kept.last_checked.tzinfo is UTC


def test_the_zone_of_a_server_changes_nothing(postgresql: str) -> None:
    with psycopg.connect(postgresql, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET timezone = 'Pacific/Chatham'".encode())
        connection.execute(f"ALTER DATABASE {name} SET datestyle = 'SQL, DMY'".encode())
    with open_base(postgresql) as base:
        base.captures.add(a_capture())
        assert base.captures.pending(1)[0].fetched == START


def test_one_session_reads_as_at_one_moment(address: str) -> None:
    with open_base(address) as base:
        base.reports.put(report("r1"))
        sessions = Sessions(address)
        count = sa.select(sa.func.count()).select_from(ReportRow)
        with sessions.read() as session:
            assert session.scalar(count) == 1
            base.reports.put(report("r2"))
            assert session.scalar(count) == 1
        with sessions.read() as session:
            assert session.scalar(count) == 2
        sessions.close()


def test_whoever_reads_writes_nothing(postgresql: str) -> None:
    sessions = Sessions(postgresql)
    with pytest.raises(sa.exc.InternalError, match="read-only"), sessions.read() as session:
        session.execute(sa.delete(ReportRow))
    sessions.close()


WRITE = """
import sys
from datetime import timedelta
from values import START, a_capture, allegation, outlet, reading, report
from kb.database import open_base
from kb.database.fetches import FeedTry
from kb.registry import load
from kb.tracking.track import track
with open_base(sys.argv[1]) as base:
    for n in range(12):
        base.outlets.put([outlet("courier")])
        base.fetches.note([], [FeedTry(outlet="courier", url="https://news.example/feed", when=START + timedelta(hours=n))])
        base.facts.set("kind", "own")
        base.captures.add(a_capture(f"https://news.example/{n}"))
        base.reports.put(report(f"r{n}", title=f"Title {n}"))
        base.readings.put(f"r{n}", reading(allegation((f"Party {n % 3}",))))
        base.readings.put(f"r{n}", reading(allegation((f"Party {n % 3}",), ("Delta",))))
        if n % 3 == 0:
            track(base)
    base.organisations.seed(load())
print("done")
"""


def test_several_that_write_the_same_at_once_end_as_one_would(address: str) -> None:
    open_base(address).close()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests/support")])}
    command = [sys.executable, "-c", WRITE, address]
    writers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        for _ in range(3)
    ]
    for writer in writers:
        assert writer.communicate(timeout=120)[0].strip().splitlines()[-1] == "done"
    with open_base(address) as base:
        track(base)
        status = base.status()
        assert (status.reports, status.pages, status.claims, status.incidents) == (12, 12, 12, 3)
        assert track(base).changed == 0
        assert all(base.reports.get(f"r{n}") == report(f"r{n}", title=f"Title {n}") for n in range(12))


def test_threads_may_write_the_same_at_once(base: Base) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: base.captures.add(a_capture()), range(40)))
        kept = list(pool.map(lambda n: base.reports.put(report(text=f"State {n % 5}")), range(40)))
    assert len(ids) == 1
    assert sum(kept) >= 5
    assert base.reports.count() == 1


def test_more_can_leave_the_outbox_than_one_statement_may_name(base: Base) -> None:
    base.reports.put(report("r1"))
    last = base.outbox.pending(1)[0].id
    base.outbox.done([OutboxEntry(last + 70_000 - n, "report", "r") for n in range(70_001)])
    assert base.outbox.pending(1) == []


def test_the_order_of_the_registry_is_that_of_its_names(base: Base) -> None:
    parties = [Organisation(name=name) for name in ("Beta", "alpha", "Gamma")]
    base.organisations.seed(registry_of(parties))
    base.organisations.seed(registry_of([Organisation(name="alpha", aliases=("A",))]))
    assert [party.name for party in base.organisations.registry().organisations] == ["alpha", "Beta", "Gamma"]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:secret@host/db",
        "postgresql+psycopg://me:se:c@ret@host/db",
        "postgresql://host/db?password=secret",
    ],
)
def test_a_password_in_an_address_is_refused_and_never_shown(address: str) -> None:
    with pytest.raises(BaseAddressRefused, match=PASSWORD) as refused:
        open_base(address)
    for shown in (str(refused.value), without_password(address)):
        assert "secret" not in shown
        assert "c@ret" not in shown


def test_a_password_comes_from_the_environment(own_postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> None:
    address = own_postgresql.with_password("right")
    monkeypatch.setenv(PASSWORD, "wrong-secret")
    with pytest.raises(BaseUnavailable, match="password authentication failed") as refused:
        open_base(address)
    assert "wrong-secret" not in str(refused.value)
    assert PASSWORD in str(refused.value)
    monkeypatch.setenv(PASSWORD, "right")
    open_base(address).close()
    monkeypatch.delenv(PASSWORD)
    monkeypatch.setenv("PGPASSWORD", "right")
    open_base(address).close()


def test_a_database_that_cannot_hold_every_text_is_refused(own_postgresql: PostgreSQL) -> None:
    with psycopg.connect(own_postgresql.address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE old TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(BaseUnavailable, match="LATIN1.*createdb"):
        open_base(own_postgresql.address.replace("/postgres", "/old"))


@pytest.mark.parametrize("address", ["mysql://host/db", "oracle://host/db", "nonsense", "postgresql:/host"])
def test_another_kind_of_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(BaseAddressRefused, match=address):
        open_base(address)


def test_what_graph_and_trends_are_counted_from_is_the_same(base: Base) -> None:
    for n, day in enumerate([0, 40, 41]):
        base.reports.put(report(f"r{n}", days=day))
        base.readings.put(f"r{n}", reading(allegation()))
    base.reports.put(report("unread", days=0))
    track(base)
    assert base.reports.read_by_month() == [("2026-06", "courier", 1), ("2026-07", "courier", 2)]
    (incident,) = base.incidents.every()
    assert base.incidents.newest(1) == [incident]
    assert incident.first["published"].iso == "2026-06-01"
    found = base.claims.between("alpha", "beta", [incident.slug], 2)
    assert {slug: len(claims) for slug, claims in found.items()} == {incident.slug: 2}
    assert base.claims.between("beta", "alpha", [incident.slug], 2) == {}
    assert base.organisations.known({"Alpha"}) == set()
