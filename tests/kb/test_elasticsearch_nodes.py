"""Three nodes of Elasticsearch: one is lost at work, most are lost, and their disk runs full."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from repeated import repeated
from values import report

from kb.database import Base, open_base
from kb.search import EngineUnavailable, SearchEngine, open_engine
from kb.search.documents import SearchDocument
from kb.search.elastic import versions, writing
from kb.search.engine import WalkEnded
from kb.search.indexing import Indexed, catch_up
from kb.search.query import BEGINNING, Query, Results
from pipeline.indexing import index_changes
from tests.servers.nodes import Cluster, running_nodes
from web import create_app

pytestmark = pytest.mark.xdist_group("elasticsearch")
REPORTS = int(os.environ.get("DISPUTED_TEST_REPORTS") or 100) * 12
GIB = 1024**3
DISK = "cluster.routing.allocation.disk."
ALPHA = SearchDocument(kind="incident", key="1", title="Alpha accuses Beta", names=("Alpha",), passages=("Of it.",))


@pytest.fixture(scope="module")
def started() -> Iterator[Cluster]:
    with running_nodes() as running:
        yield running


@pytest.fixture
def cluster(started: Cluster) -> Cluster:
    """All three nodes, whichever of them the test before has lost."""
    started.restore()
    return started


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as opened:
        yield opened


def until(happened: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def filled(base: Base) -> None:
    for number in range(REPORTS):
        base.reports.put(report(f"r{number}"))


_COPIES = 4
"""So many searches in turn reach both copies of an index, of which one may show a change a moment after the other."""


def incidents(count: int) -> list[SearchDocument]:
    return [replace(ALPHA, key=str(number)) for number in range(count)]


def searching(engine: SearchEngine) -> AbstractContextManager[list[int]]:
    """Search without a pause meanwhile; gives how many were found each time. A search that fails fails the test."""
    return repeated(lambda: engine.search(Query(kind="report", size=5)).total)


def test_a_node_lost_at_work_is_missed_by_nobody_and_catches_up(cluster: Cluster, base: Base) -> None:
    """The one with the copy that changes go to first."""
    engine = open_engine(cluster.address("lost"))
    engine.put(incidents(50))
    cluster.wait_until_green()
    walks = [engine.search(Query(size=10, after=BEGINNING)) for _ in range(6)]
    filled(base)
    lost = cluster.nodes[cluster.holder("lost")]
    with searching(engine) as found, ThreadPoolExecutor(1) as pool:
        catching_up = pool.submit(catch_up, base, engine)
        until(lambda: found and found[-1] > 0)
        lost.kill()
        searches = len(found)
        assert 0 < [gone_on(engine, walk) for walk in walks].count(False) < len(walks)
        assert (catching_up.result(), base.outbox.pending(1)) == (Indexed(REPORTS, 0), [])
        until(lambda: len(found) > searches and found[-_COPIES:] == [REPORTS] * _COPIES)
    assert max(found) == REPORTS, "more is found than there is"
    assert open_engine(cluster.address("lost")).count() == REPORTS + 50
    cluster.restore()
    assert engine.count() == REPORTS + 50


def gone_on(engine: SearchEngine, walk: Results) -> bool:
    """Whether a walk goes on; one whose moment was kept at a lost node has to begin again."""
    try:
        return len(engine.search(Query(size=10, after=walk.next)).hits) == 10
    except WalkEnded:
        return False


def test_another_master_is_elected_and_without_one_searches_go_on_and_changes_wait(
    cluster: Cluster, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(cluster.address("elected"))
    engine.put(incidents(50))
    cluster.wait_until_green()
    filled(base)
    master = cluster.master()
    with searching(engine) as found, ThreadPoolExecutor(1) as pool:
        catching_up = pool.submit(catch_up, base, engine)
        until(lambda: found and found[-1] > 0)
        cluster.nodes[master].kill()
        assert (catching_up.result(), base.outbox.pending(1)) == (Indexed(REPORTS, 0), [])
        assert cluster.master() != master
        until(lambda: found[-_COPIES:] == [REPORTS] * _COPIES)
        other = next(name for name in cluster.nodes if name not in {master, cluster.holder("elected")})
        cluster.nodes[other].kill()
        until(lambda: not cluster.has_master())
        base.reports.put(report("another"))
        monkeypatch.setitem(writing._BULK, "timeout", "1s")
        away = (
            "is not ready: start those of its nodes.*no master|does not answer in time: start|cannot be reached: start"
        )
        with pytest.raises(EngineUnavailable, match=away):
            catch_up(base, engine)
        searches = len(found)
        until(lambda: len(found) > searches + _COPIES)
    assert (set(found[searches:]), len(base.outbox.pending(9))) == ({REPORTS}, 1)
    cluster.restore()
    assert (catch_up(base, engine), engine.search(Query(kind="report")).total) == (Indexed(1, 0), REPORTS + 1)


@contextmanager
def watermark(cluster: Cluster, room: int) -> Iterator[None]:
    """Have the disk count as full when so many bytes more are on it."""
    disk = os.statvfs(cluster.nodes["one"].folder)
    mark = f"{disk.f_bavail * disk.f_frsize - room}b"
    settings = {f"{DISK}watermark.{name}": mark for name in ("low", "high", "flood_stage")}
    settings |= {f"{DISK}threshold_enabled": "true", "cluster.info.update.interval": "10s"}
    with cluster.client() as client:
        client.cluster.put_settings(persistent=settings)
        try:
            yield
        finally:
            client.cluster.put_settings(persistent={**dict.fromkeys(settings), f"{DISK}threshold_enabled": "false"})


def is_flooded(cluster: Cluster, index: str) -> bool:
    with cluster.client() as client:
        [found] = client.indices.get_settings(index=index, name="index.blocks*").body.values() or [{}]
    return bool(found)


def status_of(folder: Path, search: str) -> str:
    """What `disputed status` says."""
    settings = {"DISPUTED_DATABASE": f"sqlite:///{folder}/base.sqlite", "DISPUTED_SEARCH": search}
    command = [sys.executable, "-m", "commands", "status"]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **settings}, capture_output=True, text=True, check=True
    ).stdout


def test_a_disk_that_runs_full_is_told_and_we_catch_up_when_there_is_room(
    cluster: Cluster, base: Base, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(versions, "_ROOM_SECONDS", 3)
    engine = open_engine(cluster.address("flooded"))
    site = create_app(base, engine, demonstration=False).test_client()
    base.reports.put(report("r1"))
    ballast = cluster.nodes["one"].folder / "ballast"
    with watermark(cluster, room=2 * GIB):
        assert index_changes(base, engine).done == 1
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, 4 * GIB)
        try:
            until(lambda: is_flooded(cluster, "flooded"))
            base.reports.put(report("r2"))
            with pytest.raises(EngineUnavailable, match="disk is full.*Free space.*changes wait in the base"):
                index_changes(base, engine)
            with pytest.raises(EngineUnavailable, match="no node that may take.*free space.*changes wait in the base"):
                engine.rebuild([ALPHA])
            page = site.get("/search?kind=report&q=distillation")
            assert (page.status_code, "The newest changes cannot be searched yet" in page.text) == (200, True)
            told = " ".join(status_of(tmp_path, cluster.address("flooded")).split())
            assert re.search("Due: .*1 change to index.*Last index stopped: Elasticsearch at .*disk is full", told)
            assert (engine.count(), len(base.outbox.pending(9))) == (1, 1)
        finally:
            ballast.unlink()
        until(lambda: not is_flooded(cluster, "flooded"))
        assert index_changes(base, engine).done == 1
        assert engine.search(Query(kind="report")).total == 2
        assert "The newest changes" not in site.get("/search?kind=report&q=distillation").text
