import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.process import CrawlAgent
from kb.model import Feed, Outlet, OutletKind
from pipeline.crawling import CrawlFailed, CrawlOrder, CrawlProcess

RUN = """
import sys, time
from crawler.process import CrawlAgent
from pipeline.crawling import CrawlOrder, CrawlProcess

if __name__ == "__main__":
    database, captures, host = sys.argv[1:]
    order = CrawlOrder(database=database, captures=captures, pages=(f"http://{host}/a",), agent=CrawlAgent("t@example.org"), allowed_hosts=frozenset({host}))
    with CrawlProcess(order) as crawl:
        print(crawl._process.pid, flush=True)
        time.sleep(300)
"""


@pytest.fixture
def silent_host() -> Iterator[str]:
    """A server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def order(folder: Path, host: str) -> CrawlOrder:
    feeds = (Feed(url=f"http://{host}/feed", source="test"),)
    outlet = Outlet(slug="o", name="O", home=f"http://{host}/", country="", kind=OutletKind.GENERAL, feeds=feeds)
    return CrawlOrder(
        database=f"sqlite:///{folder}/base.sqlite",
        captures=str(folder / "captures"),
        outlets=[outlet],
        agent=CrawlAgent("tests@example.org"),
        allowed_hosts=frozenset({host}),
    )


def test_a_crawl_ends_when_what_started_it_fails(tmp_path: Path, silent_host: str) -> None:
    def failing(crawl: CrawlProcess) -> None:
        with crawl:
            while not (tmp_path / "base.sqlite").exists():
                time.sleep(0.1)
            time.sleep(2)
            assert crawl.running
            raise ZeroDivisionError

    crawl = CrawlProcess(order(tmp_path, silent_host))
    begun = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        failing(crawl)
    assert time.monotonic() - begun < 25
    assert not crawl._process.is_alive()


def test_a_crawl_that_dies_is_an_error(tmp_path: Path, silent_host: str) -> None:
    with CrawlProcess(order(tmp_path, silent_host)) as crawl:
        os.kill(crawl._process.pid or 0, signal.SIGKILL)
        with pytest.raises(CrawlFailed, match="died"):
            crawl.result()


def test_a_crawl_does_not_outlive_the_program_that_started_it(tmp_path: Path, silent_host: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(RUN)
    command = [
        sys.executable,
        str(script),
        f"sqlite:///{tmp_path}/base.sqlite",
        str(tmp_path / "captures"),
        silent_host,
    ]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    crawl = int(program.stdout.readline())
    while not (tmp_path / "base.sqlite").exists():
        time.sleep(0.1)
    time.sleep(2)
    program.kill()
    program.wait()
    deadline = time.monotonic() + 20
    while is_alive(crawl) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not is_alive(crawl)


def is_alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
