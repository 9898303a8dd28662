"""Everything spread: two crawls, two readers of which one is killed, PostgreSQL and an object store; nothing changes."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from news_site import Site, sample_pages
from outcome import rows, state

from kb.database import Base, open_base
from kb.model import Reading
from kb.registry import load
from pipeline.catching_up import Steps
from pipeline.step import StepResult
from tests.servers.dask import Cluster, running_cluster
from tests.servers.s3 import S3

REPORTS = int(os.environ.get("DISPUTED_TEST_REPORTS") or 100)
SITES = 8
CRAWL = """
import sys
from crawler.process import CrawlAgent, crawl
from kb.database import open_base
database, captures, *hosts = sys.argv[1:]
with open_base(database) as base:
    print(crawl(base, captures, base.outlets.all(), agent=CrawlAgent("t@example.org"), allowed_hosts=frozenset(hosts)).captured)
"""

pytestmark = [pytest.mark.xdist_group("dask"), pytest.mark.timeout(3600)]


def news() -> list[Site]:
    pages = sample_pages(REPORTS)
    return [
        Site({f"/{n}": each for n, each in enumerate(pages) if n % SITES == site}, f"site-{site}", slowness=0.05)
        for site in range(SITES)
    ]


def crawled(base: Base, address: str, captures: str, sites: list[Site], crawls: int) -> list[int]:
    """How many pages each of several crawls at once captured."""
    base.organisations.seed(load())
    base.outlets.put([site.outlet() for site in sites])
    command = [sys.executable, "-c", CRAWL, address, captures, *(site.host for site in sites)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(crawls)]
    outputs = [crawl.communicate(timeout=1800)[0] for crawl in running]
    assert [crawl.returncode for crawl in running] == [0] * crawls
    return [int(output.split()[-1]) for output in outputs]


def killing(cluster: Cluster, results: list[StepResult], steps: Steps) -> None:
    """Read, and kill a worker when a quarter is read."""
    killed = False

    def progress(done: int, _total: int | None) -> None:
        nonlocal killed
        if not killed and done >= REPORTS // 4:
            killed = True
            cluster.kill_a_worker()

    results.append(steps.read(progress))
    assert killed


def test_nothing_is_lost_or_doubled_and_the_result_is_that_of_one_process(
    postgresql: str, s3: S3, tmp_path: Path
) -> None:
    sites = news()
    alone = f"sqlite:///{tmp_path}/base.sqlite"
    with open_base(alone) as base:
        assert crawled(base, alone, str(tmp_path / "captures"), sites, 1) == [REPORTS]
        with Steps(base, str(tmp_path / "captures"), 1) as steps:
            assert [result.failed for result in steps.all()] == [0] * 3
        expected = state(base)
    assert all(isinstance(reading, Reading) for reading in expected["readings"].values())
    assert expected["incidents"]
    for site in sites:
        site.asked.clear()

    captures = f"{s3.new_bucket()}/captures"
    with open_base(postgresql) as base, running_cluster() as cluster:
        counts = crawled(base, postgresql, captures, sites, 2)
        assert sum(counts) == REPORTS
        asked = Counter((site.slug, path) for site in sites for path, status in site.asked if path in site.pages)
        assert set(asked.values()) == {1}
        results: list[StepResult] = []
        with Steps(base, captures, 1, cluster.address) as steps:
            results.append(steps.extract())
            killing(cluster, results, steps)
            results.append(steps.track())
        assert [(result.done, result.failed) for result in results[:2]] == [(REPORTS, 0)] * 2
        assert rows(postgresql) == (REPORTS,) * 4
        assert state(base) == expected
