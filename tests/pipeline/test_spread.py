"""Everything spread: two crawls, two readers of which one is killed, PostgreSQL and an object store; nothing changes."""

import html
import os
import subprocess
import sys
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from news_site import Site

from kb.database import Base, open_base
from kb.database.sessions import engine_at
from kb.database.tables import CaptureRow, ReadingRow, ReportRow
from kb.model import Reading
from kb.registry import load
from kb.search import open_engine
from pipeline.catching_up import Steps
from pipeline.step import StepResult
from samples.reports import SampleReport, reports
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


def page(report: SampleReport, number: int) -> bytes:
    told = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in report.paragraphs)
    title = html.escape(report.title)
    date = f'<meta property="article:published_time" content="{report.published.isoformat()}">'
    body = f"<article><h1>{title}</h1>{told}<p>This is report number {number} of those that we wrote.</p></article>"
    return f"<html lang='en'><head><title>{title}</title>{date}</head><body>{body}</body></html>".encode()


def news() -> list[Site]:
    pages = [page(report, n) for n, report in enumerate(islice(cycle(reports()), REPORTS))]
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


def state(base: Base) -> dict[str, Any]:
    """What the steps made of the pages."""
    readings = {identity: base.readings.latest(identity) for identity in base.reports.identities()}
    incidents = {
        (each.slug, each.title, each.stage, each.opened, each.updated, frozenset(claim.id for claim in each.claims))
        for each in base.incidents.latest(10_000)
    }
    return {"readings": readings, "incidents": incidents}


def rows(address: str) -> tuple[int, int, int, int]:
    """How many captured pages there are, how many different ones, how many reports, and how many readings."""
    engine = engine_at(address)
    with engine.connect() as connection:
        urls = list(connection.scalars(sa.select(CaptureRow.url).where(CaptureRow.kind == "page")))
        counts = [connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in (ReportRow, ReadingRow)]
    engine.dispose()
    return (len(urls), len(set(urls)), counts[0] or 0, counts[1] or 0)


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
    engine = open_engine(f"tantivy:{tmp_path / 'index'}")
    with open_base(alone) as base:
        assert crawled(base, alone, str(tmp_path / "captures"), sites, 1) == [REPORTS]
        with Steps(base, engine, str(tmp_path / "captures"), 1) as steps:
            assert [result.failed for result in steps.all()] == [0] * 4
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
        with Steps(base, engine, captures, 1, cluster.address) as steps:
            results.append(steps.extract())
            killing(cluster, results, steps)
            results.append(steps.track())
        assert [(result.done, result.failed) for result in results[:2]] == [(REPORTS, 0)] * 2
        assert rows(postgresql) == (REPORTS,) * 4
        assert state(base) == expected
