"""Several crawls for one base: each outlet is crawled by one of them, each host asked by one at a time."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import groupby

import pytest
from news_site import Site

from crawler.captures import CaptureStore
from crawler.shares import Shares, SharesLost
from kb.database import Base, open_base
from kb.model import Capture

CRAWL = """
import sys
from crawler.process import CrawlAgent, crawl
from kb.database import open_base
database, captures, contact, *hosts = sys.argv[1:]
with open_base(database) as base:
    print(crawl(base, captures, base.outlets.all(), agent=CrawlAgent(contact), allowed_hosts=frozenset(hosts)).captured)
"""


def sites(count: int, pages: int, slowness: float) -> list[Site]:
    return [
        Site({f"/{n}-{m}": f"<p>Page {m} of site {n}.</p>".encode() for m in range(pages)}, f"site-{n}", slowness)
        for n in range(count)
    ]


def start(address: str, captures: str, contact: str, served: list[Site]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", CRAWL, address, captures, contact, *sorted({site.host for site in served})]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def done(process: "subprocess.Popen[str]") -> int:
    output = process.communicate(timeout=240)[0]
    assert process.returncode == 0, output
    return int(output.split()[-1])


def pages_of(base: Base, captures: str) -> list[Capture]:
    """The captured pages; the bytes of each are where its row says."""
    pages = base.captures.pending(10_000)
    store = CaptureStore(captures)
    for page in pages:
        assert store.read(page).startswith(b"<p>Page")
    return pages


def test_two_crawls_share_the_outlets_and_none_is_crawled_twice(
    base: Base, address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    captures = str(tmp_path_factory.mktemp("captures"))
    served = sites(40, 3, 0.2)
    base.outlets.put([site.outlet() for site in served])
    counts = [done(crawl) for crawl in [start(address, captures, f"{n}@example.org", served) for n in "ab"]]
    assert sum(counts) == 120
    assert min(counts) > 0
    assert len({page.url for page in pages_of(base, captures)}) == 120
    for site in served:
        assert len(set(site.askers)) == 1
        assert sorted(path for path, _ in site.asked if path in site.pages) == sorted(site.pages)


def test_the_outlets_of_a_killed_crawl_are_taken_over(
    base: Base, address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    captures = str(tmp_path_factory.mktemp("captures"))
    served = sites(4, 30, 0.5)
    base.outlets.put([site.outlet() for site in served])
    killed = start(address, captures, "a@example.org", served)
    while sum(len(site.asked) for site in served) < 40:
        assert killed.poll() is None
        time.sleep(0.05)
    other = start(address, captures, "b@example.org", served)
    time.sleep(4)
    os.kill(killed.pid, signal.SIGKILL)
    died = time.monotonic()
    killed.wait()
    done(other)
    assert time.monotonic() - died > 10
    pages = [page.url for page in pages_of(base, captures)]
    assert (len(pages), len(set(pages))) == (120, 120)
    for site in served:
        assert [asker for asker, _ in groupby(site.askers)] == sorted(set(site.askers)), "both asked at once"


def test_a_host_of_two_outlets_is_asked_by_one_crawl_at_a_time(
    base: Base, address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    captures = str(tmp_path_factory.mktemp("captures"))
    [site] = sites(1, 20, 0.2)
    other = site.outlet(slug="other", feed="/more.xml")
    site.lists["/more.xml"] = site.feed_of([f"/more-{n}" for n in range(20)])
    site.lists.update({f"/more-{n}": f"<p>Page {n} of the other.</p>".encode() for n in range(20)})
    base.outlets.put([site.outlet(), other])
    crawls = [start(address, captures, f"{n}@example.org", [site]) for n in "ab"]
    counts = [done(crawl) for crawl in crawls]
    assert sum(counts) == 40
    assert len(list(groupby(site.askers))) == len(set(site.askers))


def test_an_outlet_is_left_alone_for_a_while_after_a_crawl(base: Base) -> None:
    [site] = sites(1, 1, 0)
    base.outlets.put([site.outlet()])
    before = base.leases.now()
    assert base.outlets.left_alone(before) == set()
    base.outlets.note_crawled("site-0", base.leases.now())
    assert base.outlets.left_alone(before) == {"site-0"}
    assert base.outlets.left_alone(datetime(2100, 1, 1, tzinfo=UTC)) == set()


def test_an_outlet_that_is_forgotten_before_it_is_taken_is_never_asked(
    base: Base, address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    [site] = sites(1, 1, 0)
    base.outlets.put([site.outlet()])
    base.outlets.forget("site-0")
    assert done(start(address, str(tmp_path_factory.mktemp("captures")), "a@example.org", [site])) == 0
    assert site.asked == []


def test_a_public_host_has_a_pause_between_two_crawls(base: Base) -> None:
    with Shares(base.leases, unhurried=frozenset({"127.0.0.1:80"})) as first, Shares(base.leases) as second:
        for host in ("news.example:443", "127.0.0.1:80"):
            assert first.take_host(host)
            assert not second.take_host(host)
            first.give_back_host(host)
        assert second.take_host("127.0.0.1:80")
        begun = time.monotonic()
        while not second.take_host("news.example:443"):
            time.sleep(0.2)
        assert 3 < time.monotonic() - begun < 9


def test_leases_are_renewed_and_a_crawl_that_lost_them_stops(address: str) -> None:
    with open_base(address) as base, Shares(base.leases, seconds=2) as shares, Shares(base.leases, seconds=2) as other:
        assert shares.take_outlet("a")
        time.sleep(4)
        assert not other.take_outlet("a")
        shares.check()
        with base._sessions.write():
            time.sleep(3)
        shares.check()
        with base._sessions.write() as session:
            session.connection().exec_driver_sql("UPDATE leases SET holder = 'another'")
        time.sleep(1.5)
        with pytest.raises(SharesLost, match="could not renew"):
            shares.check()
