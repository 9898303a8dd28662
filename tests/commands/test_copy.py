"""`disputed copy`, as a person types it and as it is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from values import report

from kb.database import BaseUnavailable, open_base
from kb.database.sessions import engine_at
from kb.database.tables import OutboxRow, SettingRow

DISPUTED = str(Path(sys.executable).with_name("disputed"))
ROWS = 60_000


def command(folder: Path, address: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [DISPUTED, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "DISPUTED_DATABASE": address},
    )


def rows(address: str) -> int:
    engine = engine_at(address)
    try:
        with engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) or 0
    except sa.exc.DBAPIError:
        return 0
    finally:
        engine.dispose()


@pytest.fixture
def filled(tmp_path: Path) -> str:
    address = f"sqlite:///{tmp_path}/base/disputed.sqlite"
    with open_base(address) as base:
        base.reports.put(report("r1"))
        base.facts.set("kind", "own")
    engine = engine_at(address)
    with engine.begin() as connection:
        connection.execute(sa.insert(OutboxRow), [{"kind": "report", "key": f"k{n}"} for n in range(ROWS)])
    engine.dispose()
    return address


def test_a_copy_that_was_killed_is_made_again_and_taken_up(filled: str, postgresql: str, tmp_path: Path) -> None:
    first = command(tmp_path, filled, "copy", "--to", postgresql)
    deadline = time.monotonic() + 60
    while rows(postgresql) < ROWS // 10:
        assert time.monotonic() < deadline
        assert first.poll() is None, first.communicate()[0]
    first.send_signal(signal.SIGKILL)
    first.communicate()
    with pytest.raises(BaseUnavailable, match="unfinished copy"):
        open_base(postgresql)
    status = command(tmp_path, postgresql, "status")
    assert "unfinished copy" in status.communicate(timeout=60)[0]
    assert status.returncode == 1
    second = command(tmp_path, filled, "copy", "--to", postgresql)
    told = second.communicate(timeout=120)[0]
    assert second.returncode == 0, told
    assert f"outbox              {ROWS + 1:,}".split() == next(line for line in told.splitlines() if "outbox" in line).split()[:2]  # fmt: skip
    assert f'database = "{postgresql}"' in told
    with open_base(postgresql) as base:
        assert base.facts.get("kind") == "own"
        assert base.reports.get("r1") == report("r1")
    assert rows(postgresql) == ROWS + 1
    engine = engine_at(postgresql)
    with engine.connect() as connection:
        assert list(connection.scalars(sa.select(SettingRow.key))) == ["kind", "made"]
    engine.dispose()
    third = command(tmp_path, filled, "copy", "--to", postgresql)
    assert "is not empty" in third.communicate(timeout=60)[0]
    assert third.returncode == 1


def test_where_there_is_no_base_nothing_is_copied_or_made(postgresql: str, tmp_path: Path) -> None:
    done = command(tmp_path, "", "copy", "--to", postgresql)
    assert "there is no base" in done.communicate(timeout=60)[0]
    assert done.returncode == 1
    assert not (tmp_path / "base").exists()


@pytest.mark.parametrize("lease", ["rounds of one", "crawl outlet courier", "crawl host news.example:443", "steps"])
def test_a_copy_waits_until_nobody_works_on_the_base(lease: str, filled: str, tmp_path: Path) -> None:
    with open_base(filled) as base, base.leases.held(lease):
        waiting = command(tmp_path, filled, "copy", "--to", f"sqlite:///{tmp_path}/other.sqlite")
        assert waiting.stdout is not None
        assert f"process {os.getpid()} on" in waiting.stdout.readline()
        time.sleep(1)
        assert waiting.poll() is None
    assert waiting.wait(timeout=120) == 0
