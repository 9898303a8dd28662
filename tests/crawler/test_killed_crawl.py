"""A crawl that is killed at any moment, again and again, and a crawl of a site in which nothing has changed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from faulty_site import FaultySite, conditional, page
from news_site import Site, sample_pages

from crawler.captures import CaptureStore, read_warc
from kb.database import open_base

KILLS = int(os.environ.get("DISPUTED_TEST_KILLS") or 4)
CRAWL = """
import sys
from crawler.process import CrawlAgent, crawl
from kb.database import open_base
database, captures, host = sys.argv[1:]
with open_base(database) as base:
    crawl(base, captures, base.outlets.all(), agent=CrawlAgent("tests@example.org"), allowed_hosts=frozenset({host}))
"""


@pytest.mark.timeout(1200)
def test_however_often_a_crawl_is_killed_every_page_is_in_once_and_no_capture_unreadable(tmp_path: Path) -> None:
    site = Site({f"/{n}": page for n, page in enumerate(sample_pages(60 * KILLS))}, slowness=0.1)
    database, captures = f"sqlite:///{tmp_path}/base.sqlite", str(tmp_path / "captures")
    command = [sys.executable, "-c", CRAWL, database, captures, site.host]
    moments = random.Random(site.host)
    with open_base(database) as base:
        base.outlets.put([site.outlet()])
        for _ in range(KILLS):
            crawl = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            asked = len(site.asked)
            while len(site.asked) == asked and crawl.poll() is None:
                time.sleep(0.01)
            time.sleep(moments.uniform(0, 1.5))
            crawl.send_signal(signal.SIGKILL)
            crawl.wait()
            expire_leases(base.address)
        subprocess.run(command, check=True, timeout=300, stdout=subprocess.DEVNULL)
        pages = base.captures.pending(100_000)
        assert sorted(each.url for each in pages) == sorted(f"http://{site.host}{path}" for path in site.pages)
        store = CaptureStore(captures)
        for each in pages:
            assert store.read(each) == site.pages[each.url.removeprefix(f"http://{site.host}")]
    archived = [each.payload for file in Path(captures).iterdir() for each in read_warc(file)]
    assert set(site.pages.values()) <= set(archived)


def expire_leases(address: str) -> None:
    """As if so much time had passed that nobody waits for the killed any more."""
    with open_base(address) as base:
        for lease in base.leases.beginning("crawl "):
            base.leases.release(lease.name, lease.holder)


def test_a_second_crawl_of_an_unchanged_site_costs_conditional_requests_alone(tmp_path: Path) -> None:
    site = FaultySite()
    site.answers = {f"/{n}": conditional(page(n)) for n in range(20)}
    feeds = tuple(f"/feed-{n}.xml" for n in range(5))
    for n, path in enumerate(feeds):
        items = "".join(f"<item><link>/{m}</link></item>" for m in range(n * 4, n * 4 + 4))
        site.answers[path] = conditional(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), "text/xml")
    site.answers["/robots.txt"] = conditional(b"User-agent: *\nAllow: /\n", "text/plain")
    database, captures = f"sqlite:///{tmp_path}/base.sqlite", str(tmp_path / "captures")
    with open_base(database) as base:
        base.outlets.put([site.outlet("o", feeds)])
    for _ in range(2):
        command = [sys.executable, "-c", CRAWL, database, captures, site.host]
        first = sum(site.asked.values())
        subprocess.run(command, check=True, timeout=100, stdout=subprocess.DEVNULL)
    second = sum(site.asked.values()) - first
    assert first == 26
    assert second >= 6
    assert site.unchanged == second
