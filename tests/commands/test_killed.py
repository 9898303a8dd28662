"""Whoever is killed in whatever step, and whatever goes away meanwhile: it ends in the same state as if nothing had been."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import product
from pathlib import Path
from threading import Event
from typing import Any, get_args

import psutil
import pytest
import sqlalchemy as sa
import tantivy
from news_site import Site, sample_pages
from outcome import rows, state

from crawler.captures import CaptureStore
from kb.database import Base, open_base
from kb.database.sessions import engine_at
from kb.database.tables import LeaseRow
from kb.search import SearchEngine, open_engine
from kb.search.query import Kind, Query
from tests.servers.dask import Cluster, running_cluster
from tests.servers.postgresql import PostgreSQL

pytestmark = [pytest.mark.xdist_group("killed"), pytest.mark.timeout(1800)]
FULL = "DISPUTED_TEST_REPORTS" in os.environ
PAGES = int(os.environ.get("DISPUTED_TEST_REPORTS") or 120) // 10
HALTING = Path(__file__).parents[1] / "support" / "halting.py"
STEPS = ("crawl", "extract", "read", "track", "index")
COMMITS = {"crawl": PAGES // 2, "extract": PAGES // 3, "read": PAGES // 3, "track": 1, "index": 1}
"""At which commit of each step it halts."""
MOMENTS = ("before", "after")
ALL = [
    (database, ((step, moment, who),))
    for step, moment, who, database in product(
        STEPS, MOMENTS, ("coordinator", "crawler", "pool", "Dask worker"), ("sqlite", "postgresql")
    )
    if (step, who) not in {("crawl", "pool"), ("crawl", "Dask worker")}  # they have nothing to do yet
    and (moment == "before" or who == "coordinator" or (step, who) == ("crawl", "crawler"))
]
FEW = [
    ("sqlite", (("extract", "before", "pool"), ("read", "before", "coordinator"), ("index", "before", "coordinator"))),
    (
        "postgresql",
        (("crawl", "before", "crawler"), ("extract", "after", "coordinator"), ("track", "before", "coordinator")),
    ),
]


class HeldSite(Site):
    """Its last page is long in coming, so that a crawl of it goes on until it is let go."""

    def __init__(self) -> None:
        super().__init__({f"/{n}": page for n, page in enumerate(sample_pages(PAGES))})
        self.let_go = Event()

    def answer(self, path: str, asked: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        if path == f"/{PAGES - 1}":
            self.let_go.wait()
        return super().answer(path, asked)


@pytest.fixture(scope="module")
def site() -> HeldSite:
    return HeldSite()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


def prepared(folder: Path, site: Site) -> Path:
    """A folder with a configuration of its own, to crawl this site again and again."""
    folder.mkdir(exist_ok=True)
    (folder / "outlets.toml").write_text(
        f'[[outlet]]\nname = "Reference"\nhome = "http://{site.host}/"\ncountry = "GB"\nkind = "general"\n'
        f'feeds = [{{ url = "http://{site.host}/feed.xml", source = "a test" }}]\n'
    )
    (folder / "disputed.toml").write_text(
        'folder = "."\ncontact = "desk@example.org"\n[crawl]\nevery_minutes = 0.02\noutlets = "outlets.toml"\n'
        f'allowed_hosts = ["{site.host}"]\n'
    )
    return folder


@contextmanager
def running(folder: Path, address: str, *halts: str, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`disputed run`, which halts there."""
    command = [str(HALTING)] if halts else ["-m", "commands"]
    environment = {"DISPUTED_DATABASE": address, "DISPUTED_READERS": "1", **settings}
    environment["DISPUTED_TEST_HALT"] = " ".join([str(folder), *halts])
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *command, "run", "--port", "0"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )
    try:
        yield process
        process.terminate()
        process.wait(timeout=60)
    finally:
        process.kill()
        process.wait()


def halt(step: str, moment: str) -> str:
    """Where to halt, as halting.py has it written."""
    return f"{step}:{COMMITS[step]}:{moment}"


def log_of(folder: Path) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", (folder / "log").read_text())


def until(folder: Path, happened: Callable[[], object], seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, log_of(folder)
        time.sleep(0.05)


def is_through(base: Base) -> bool:
    """Whether all pages have taken all steps."""
    status = base.status()
    read = (status.pages, status.pages_pending, status.reports, status.reports_read)
    return read == (PAGES, 0, PAGES, PAGES) and not status.outbox


def outcome(folder: Path, address: str) -> dict[str, Any]:
    """All that is in the base and can be found, after a look whether every page is where its record says."""
    engine = open_engine(f"tantivy:{folder / 'index'}")
    with open_base(address) as base:
        found = {kind: sorted(found_of(kind, engine, base)) for kind in get_args(Kind)}
        store = CaptureStore(str(folder / "captures"))
        pages = [base.captures.latest(url) for url in urls_of(address)]
        assert all(page and store.read(page) for page in pages)
        return {**state(base), "found": found, "indexed": engine.count(), "rows": rows(address)}


def found_of(kind: Kind, engine: SearchEngine, base: Base) -> list[str]:
    """What can be found; of incidents their addresses, since a number is not given twice when a transaction failed."""
    keys = [hit.key for hit in engine.search(Query(kind=kind, size=10_000)).hits]
    if kind != "incident":
        return keys
    return [incident.slug for key in keys if (incident := base.incidents.by_number(int(key)))]


def urls_of(address: str) -> list[str]:
    engine = engine_at(address)
    with engine.connect() as connection:
        found = list(connection.scalars(sa.text("SELECT url FROM captures WHERE kind = 'page'")))
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def undisturbed(site: HeldSite, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = prepared(tmp_path_factory.mktemp("undisturbed"), site)
    address = f"sqlite:///{folder}/base.sqlite"
    site.let_go.set()
    with open_base(address) as base, running(folder, address):
        until(folder, lambda: is_through(base))
    expected = outcome(folder, address)
    assert (expected["rows"], bool(expected["incidents"])) == ((PAGES,) * 4, True)
    return expected


def halted(folder: Path, step: str) -> int:
    """The process that halted in this step, once one did."""
    file = folder / f"halted-{step}"
    until(folder, file.exists)
    return int(file.read_text())


def killed(process: "subprocess.Popen[bytes]", who: str, base: Base) -> list[int]:
    """Kill somebody of those who work for a coordinator; return who is dead or must end by itself then."""
    children = [child.pid for child in psutil.Process(process.pid).children() if is_worker(child)]
    crawlers = [process_of(lease.holder) for lease in base.leases.beginning("crawl outlet ")]
    victims = {
        "coordinator": [process.pid],
        "crawler": [child for child in children if child in crawlers],
        "pool": [child for child in children if child not in crawlers],
    }[who]
    assert victims
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    if who != "coordinator":
        return victims
    process.wait()
    return [process.pid, *children]


def is_worker(child: psutil.Process) -> bool:
    """Whether it was started by Python's own means and lives: one that ended meanwhile has no command line."""
    with suppress(psutil.NoSuchProcess):
        return "spawn_main" in child.cmdline()[-2]
    return False


def process_of(holder: str) -> int:
    return int(holder.split("/")[1])


def holders(address: str) -> set[str]:
    """Who has any lease just now."""
    engine = engine_at(address)
    with engine.connect() as connection:
        found = set(connection.scalars(sa.select(LeaseRow.holder)))
    engine.dispose()
    return found


def expire(address: str, gone: Collection[str]) -> None:
    """Let the leases of those who are gone run out at once; the clock has them run out twenty seconds later."""
    engine = engine_at(address)
    with engine.begin() as connection:
        connection.execute(sa.delete(LeaseRow).where(LeaseRow.holder.in_(gone)))
    engine.dispose()


@pytest.mark.parametrize(("database", "kills"), ALL if FULL else FEW, ids=str)
def test_whoever_is_killed_in_a_step_the_end_is_the_same(
    database: str,
    kills: tuple[tuple[str, str, str], ...],
    site: HeldSite,
    undisturbed: dict[str, Any],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    folder = prepared(tmp_path / "own", site)
    sqlite = f"sqlite:///{folder}/base.sqlite"
    address = sqlite if database == "sqlite" else request.getfixturevalue("postgresql")
    victims = {who for _, _, who in kills}
    cluster = request.getfixturevalue("cluster") if "Dask worker" in victims else None
    settings = {"DISPUTED_READERS": "2" if "pool" in victims else "1"}
    settings |= {"DISPUTED_SCHEDULER": cluster.address} if cluster else {}
    halts = [halt(step, moment) for step, moment, _ in kills]
    site.let_go.clear()
    with open_base(address) as base, ExitStack() as stack:
        process = stack.enter_context(running(folder, address, *halts, **settings))
        for number, (step, _, who) in enumerate(kills, 1):
            halted(folder, step)
            dead = cluster_killed(cluster) if cluster else killed(process, who, base)
            (folder / f"go-{step}").touch()
            until(folder, partial(are_gone, dead))
            expire(address, [holder for holder in holders(address) if process_of(holder) in dead])
            if who == "coordinator":
                process = stack.enter_context(running(folder, address, *halts[number:], **settings))
        site.let_go.set()
        until(folder, lambda: is_through(base))
        assert process.poll() is None
    assert outcome(folder, address) == undisturbed
    assert "Traceback" not in log_of(folder)


def cluster_killed(cluster: Cluster) -> list[int]:
    """Kill a worker of it, which another takes the place of."""
    cluster.wait_for_workers(2)
    cluster.kill_a_worker()
    return []


def are_gone(processes: Collection[int]) -> bool:
    """Whether nothing is left of processes but perhaps their entries in the table."""
    known = {each.pid: each.info["status"] for each in psutil.process_iter(["status"])}
    return all(known.get(each, psutil.STATUS_ZOMBIE) == psutil.STATUS_ZOMBIE for each in processes)


@pytest.mark.parametrize("crashed", [STEPS, ()] if FULL else [("crawl", "read", "index")], ids=str)
def test_postgresql_goes_away_in_each_step_and_the_same_process_goes_on(
    crashed: tuple[str, ...], site: HeldSite, undisturbed: dict[str, Any], own_postgresql: PostgreSQL, tmp_path: Path
) -> None:
    folder, address = prepared(tmp_path / "own", site), own_postgresql.address
    site.let_go.set()
    with running(folder, address, *(halt(step, "before") for step in STEPS)) as process:
        for _ in STEPS:
            until(folder, lambda: any(is_halted(folder, step) for step in STEPS))
            step = next(step for step in STEPS if is_halted(folder, step))
            told = log_of(folder).count("round stopped")
            working = holders(address)
            (own_postgresql.kill if step in crashed else own_postgresql.stop)()
            (folder / f"go-{step}").touch()
            until(folder, partial(is_told_again, folder, told))
            assert f"127.0.0.1:{own_postgresql.port}/" in log_of(folder).rpartition("round stopped")[2]
            own_postgresql.start()
            expire(address, working)
        with open_base(address) as base:
            until(folder, lambda: is_through(base))
        assert process.poll() is None
    assert outcome(folder, address) == undisturbed


def test_an_index_that_takes_nothing_ends_no_crawl_and_catches_up(site: HeldSite, tmp_path: Path) -> None:
    folder = prepared(tmp_path / "own", site)
    address = f"sqlite:///{folder}/base.sqlite"
    open_engine(f"tantivy:{folder / 'index'}").close()
    other = tantivy.Index.open(str(folder / "index")).writer()
    site.let_go.clear()
    with open_base(address) as base, running(folder, address):
        until(folder, lambda: base.status().reports_read == PAGES - 1)
        until(folder, lambda: "index does not follow" in log_of(folder))
        assert "round stopped" not in log_of(folder)
        site.let_go.set()
        until(folder, lambda: "round stopped" in log_of(folder))
        assert base.status().reports_read == PAGES
        other.wait_merging_threads()
        until(folder, lambda: is_through(base))
    assert open_engine(f"tantivy:{folder / 'index'}").count() > PAGES


def is_halted(folder: Path, step: str) -> bool:
    return (folder / f"halted-{step}").exists() and not (folder / f"go-{step}").exists()


def is_told_again(folder: Path, before: int) -> bool:
    """Whether a round was stopped oftener than that."""
    return log_of(folder).count("round stopped") > before
