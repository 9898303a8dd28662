"""One process at a time does the steps of a base; another takes over from one that was killed."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from kb.database import Base, open_base
from kb.database.sessions import engine_at
from kb.database.tables import ReadingRow
from kb.tracking.track import track
from tests.servers.postgresql import PostgreSQL

DISPUTED = str(Path(sys.executable).with_name("disputed"))
REPORTS = 800
OUTLETS = """
[[outlet]]
name = "Nobody"
home = "http://127.0.0.1:9/"
country = "GB"
kind = "general"
feeds = [{ url = "http://127.0.0.1:9/feed", source = "a test" }]
"""


def settings(address: str) -> dict[str, str]:
    return {**os.environ, "DISPUTED_DATABASE": address, "DISPUTED_READERS": "1"}


def started(folder: Path, address: str, *arguments: str, log: str) -> "subprocess.Popen[bytes]":
    with (folder / log).open("wb") as output:
        return subprocess.Popen(
            [DISPUTED, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=settings(address),
        )


def until(happened: Callable[[], object], seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def fill(folder: Path, base: Base, reports: int = REPORTS) -> None:
    from values import report  # noqa: PLC0415

    for n in range(reports):
        base.reports.put(report(f"r{n}", title=f"Publisher {n % 7} sues OpenAI over copying of book {n}", text=""))
    (folder / "base").mkdir(exist_ok=True)


def readings(address: str) -> Counter[str]:
    engine = engine_at(address)
    with engine.connect() as connection:
        found = Counter(connection.scalars(sa.select(ReadingRow.report_id)))
    engine.dispose()
    return found


def test_a_second_one_waits_and_takes_over_from_a_killed_one_and_nothing_is_done_twice(
    address: str, tmp_path: Path
) -> None:
    with open_base(address) as base:
        fill(tmp_path, base)
        first = started(tmp_path, address, "track", log="first")
        until(lambda: base.status().reports_read > 5)
        second = started(tmp_path, address, "track", log="second")
        until(lambda: f"process {first.pid} on" in (tmp_path / "second").read_text())
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert base.status().reports_read < REPORTS
        assert second.wait(timeout=120) == 0, (tmp_path / "second").read_text()
        assert base.leases.state("steps") is None
        assert readings(address) == Counter({f"r{n}": 1 for n in range(REPORTS)})
        assert base.status().outbox == 0
        assert track(base).changed == 0
    done = re.search(r"read: (\d+) done, 0 failed", (tmp_path / "second").read_text())
    assert done
    assert 0 < int(done[1]) < REPORTS - 5


def test_one_that_is_stopped_by_hand_lets_the_next_begin_at_once(address: str, tmp_path: Path) -> None:
    with open_base(address) as base:
        fill(tmp_path, base, 1000)  # else a slow look at the base may find all of them read
        first = started(tmp_path, address, "track", log="first")
        until(lambda: base.status().reports_read > 0)
        first.send_signal(signal.SIGINT)
        assert first.wait(timeout=30) == 130
        assert base.leases.state("steps") is None


@contextmanager
def running(folder: Path, address: str, log: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = started(folder, address, "run", "--port", "0", log=log)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


@pytest.fixture
def own_base(tmp_path: Path) -> Path:
    (tmp_path / "outlets.toml").write_text(OUTLETS)
    (tmp_path / "disputed.toml").write_text(
        'folder = "."\ncontact = "desk@example.org"\n[crawl]\nevery_minutes = 0.02\noutlets = "outlets.toml"\n'
        'allowed_hosts = ["127.0.0.1:9"]\n'
    )
    (tmp_path / "reports.jsonl").write_text(
        json.dumps({"title": "Anthropic sues DeepSeek over distillation of Claude"})
    )
    return tmp_path


def log_of(folder: Path, name: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", (folder / name).read_text())


def test_two_that_run_share_the_work_and_one_goes_on_alone_when_the_other_is_killed(
    postgresql: str, own_base: Path
) -> None:
    with running(own_base, postgresql, "first") as first:
        until(lambda: "round finished" in log_of(own_base, "first"))
        with running(own_base, postgresql, "second"):
            until(lambda: "round finished" in log_of(own_base, "second"))
            assert "Disputed is at http" in log_of(own_base, "second")
            done = subprocess.run(
                [DISPUTED, "import", "reports.jsonl"], cwd=own_base, env=settings(postgresql), timeout=100, check=False
            )
            assert done.returncode == 0
            first.send_signal(signal.SIGKILL)
            finished = log_of(own_base, "second").count("round finished")
            until(lambda: log_of(own_base, "second").count("round finished") > finished + 1)
    with open_base(postgresql) as base:
        assert base.incidents.count() == 1


def answer(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_while_postgresql_is_down_the_site_says_so_and_both_go_on_after_it(
    own_postgresql: PostgreSQL, own_base: Path
) -> None:
    with running(own_base, own_postgresql.address, "log"):
        until(lambda: "round finished" in log_of(own_base, "log"))
        site = re.search(r"http://127\.0\.0\.1:\d+/", log_of(own_base, "log"))
        assert site
        assert answer(site[0])[0] == 200
        own_postgresql.stop()
        status, page = answer(site[0])
        assert (status, "The base is not available" in page) == (503, True)
        until(lambda: "round stopped" in log_of(own_base, "log"))
        down = subprocess.run(
            [DISPUTED, "track"],
            cwd=own_base,
            env=settings(own_postgresql.address),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (down.returncode, "Traceback" in down.stderr) == (1, False)
        assert f"127.0.0.1:{own_postgresql.port}" in down.stderr
        own_postgresql.start()
        assert answer(site[0])[0] == 200
        finished = log_of(own_base, "log").count("round finished")
        until(lambda: log_of(own_base, "log").count("round finished") > finished + 1)
    assert "round failed" not in log_of(own_base, "log")
