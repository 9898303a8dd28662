"""How fast the crawl is beside plain Scrapy that fetches the same pages and keeps nothing, and whether it loses any.

    python benchmarks/crawl.py [--pages N] [--a-second R]

Hosts on loopback, each with a feed of its pages, answer as fast as real ones let themselves be asked: one page at a
time, so many a second. Ours obeys robots.txt, keeps every response in WARC files, records it, and extracts and stores
the report of each page meanwhile, as `disputed run` does. Fails if a page is lost, if ours has less than .7 of plain
Scrapy's pages a second, or if the crawl's memory grows by more than a tenth in the second half of the run.
`--a-second 0` asks as fast as the machine goes, which says what capture and extraction cost, and is not judged.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from html import escape
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import psutil
import scrapy
from scrapy.crawler import CrawlerProcess

from commands import logs
from crawler.captures import CaptureStore
from crawler.process import CrawlAgent, Pace
from kb.database import Base, open_base
from kb.model import Feed, Outlet, OutletKind
from pipeline.crawling import CrawlOrder, CrawlProcess
from pipeline.extracting import extract_pending, extractors
from samples.reports import reports

HOSTS, PAGES, A_SECOND = 20, 2000, 2.0
LEAST_RATIO, MOST_GROWTH = 0.7, 1.1
PORT = 8947


def page(host: int, number: int) -> bytes:
    """One of the sample reports, told by another host and with a number of its own."""
    report = next(islice(cycle(reports()), host * 31 + number, None))
    told = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in report.paragraphs)
    title = escape(f"{report.title} ({host}-{number})")
    date = f'<meta property="article:published_time" content="{report.published.isoformat()}">'
    body = f"<article><h1>{title}</h1>{told}<p>Report {number} of host {host}.</p></article>"
    return f"<html lang='en'><head><title>{title}</title>{date}</head><body>{body}</body></html>".encode()


class Sites:
    """The hosts, in one event loop: 127.0.0.2 and on, all at one port."""

    def __init__(self, pages: int, a_second: float) -> None:
        self._each, self._pause = pages // HOSTS, 1 / a_second if a_second else 0.0
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def serve(self, ready: Any) -> None:  # noqa: ANN401 - an event of multiprocessing
        """Serve until killed."""
        servers = [
            await asyncio.start_server(self._connection(n), f"127.0.0.{n + 2}", PORT, backlog=512) for n in range(HOSTS)
        ]
        ready.set()
        await asyncio.gather(*(server.serve_forever() for server in servers))

    def _connection(self, host: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
        async def answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    request = await reader.readuntil(b"\r\n\r\n")
                    status, kind, body = await self._answer(host, request.split(b" ", 2)[1].decode())
                    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                    writer.write(head.encode() + body)
                    await writer.drain()
            writer.close()

        return answer_all

    async def _answer(self, host: int, path: str) -> tuple[str, str, bytes]:
        if path == "/feed.xml":
            links = "".join(f"<item><link>/{n}</link></item>" for n in range(self._each))
            return "200 OK", "application/rss+xml", f"<rss version='2.0'><channel>{links}</channel></rss>".encode()
        if path == "/robots.txt":
            return "404 Not Found", "text/plain", b""
        if self._pause:
            async with self._turns[host]:
                await asyncio.sleep(self._pause)
        return "200 OK", "text/html; charset=utf-8", page(host, int(path.removeprefix("/")))


def serve(pages: int, a_second: float, ready: Any) -> None:  # noqa: ANN401
    """The hosts, in a process of their own."""
    asyncio.run(Sites(pages, a_second).serve(ready))


class PlainSpider(scrapy.Spider):
    """Follows the feeds and counts the pages."""

    name = "plain"
    fetched = 0

    async def start(self) -> Any:  # noqa: ANN401 - Scrapy's way
        """The feeds."""
        for n in range(HOSTS):
            yield scrapy.Request(f"http://127.0.0.{n + 2}:{PORT}/feed.xml")

    def parse(self, response: Any) -> Any:  # noqa: ANN401
        """Go on to the pages of a feed."""
        for link in response.xpath("//item/link/text()").getall():
            yield response.follow(link, self.fetched_page)

    def fetched_page(self, response: Any) -> None:  # noqa: ANN401, ARG002
        """Count it."""
        type(self).fetched += 1


def plain(outcome: Any) -> None:  # noqa: ANN401 - a connection of multiprocessing
    """Plain Scrapy over the feeds; sends the pages fetched and the seconds taken."""
    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "CONCURRENT_REQUESTS": 256,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "DOWNLOAD_DELAY": 0.001,
            "TELNETCONSOLE_ENABLED": False,
            "COOKIES_ENABLED": False,
        }
    )
    process.crawl(PlainSpider)
    begun = time.monotonic()
    process.start()
    outcome.send((PlainSpider.fetched, time.monotonic() - begun))


@dataclass
class Memory:
    """What the crawl's process held, looked at once a second."""

    held: list[int] = field(default_factory=list)

    def watch(self, ended: threading.Event) -> None:
        """Look until it is over."""
        while not ended.wait(1):
            with contextlib.suppress(psutil.Error):
                children = psutil.Process().children()
                crawls = [child for child in children if "--multiprocessing-fork" in child.cmdline()]
                self.held.append(max((child.memory_info().rss for child in crawls), default=0))

    @property
    def growth(self) -> float:
        """What it held at the end, as a multiple of what it held half-way."""
        half, end = self.held[len(self.held) // 2 : len(self.held) // 2 + 5], self.held[-5:]
        return statistics.median(end) / statistics.median(half) if half else 1.0


def ours(folder: Path) -> tuple[Base, float, Memory]:
    """Crawl and extract; return the base, the seconds taken and the memory of the crawl."""
    hosts = [f"127.0.0.{n + 2}:{PORT}" for n in range(HOSTS)]
    outlets = [
        Outlet(
            slug=f"host-{n}",
            name=f"Host {n}",
            home=f"http://{host}/",
            country="",
            kind=OutletKind.GENERAL,
            feeds=(Feed(url=f"http://{host}/feed.xml", source="benchmark"),),
        )
        for n, host in enumerate(hosts)
    ]
    database, captures = f"sqlite:///{folder}/base.sqlite", str(folder / "captures")
    base = open_base(database)
    base.outlets.put(outlets)
    order = CrawlOrder(
        database=database,
        captures=captures,
        outlets=outlets,
        agent=CrawlAgent("benchmark@example.org"),
        allowed_hosts=frozenset(hosts),
        pace=Pace(requests_a_day=10**9),
        prepare=partial(logs.configure, "text", verbose=False),
    )
    memory, ended = Memory(), threading.Event()
    threading.Thread(target=memory.watch, args=(ended,), daemon=True).start()
    store = CaptureStore(captures)
    begun = time.monotonic()
    with extractors(2) as workers, CrawlProcess(order) as crawl:
        while crawl.running:
            extract_pending(base, store, workers)
            time.sleep(0.5)
        crawl.result()
        extract_pending(base, store, workers)
    seconds = time.monotonic() - begun
    ended.set()
    return base, seconds, memory


def main() -> None:
    """Measure both and judge."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    options.add_argument("--pages", type=int, default=PAGES)
    options.add_argument("--a-second", type=float, default=A_SECOND, help="pages a second that each host gives")
    asked = options.parse_args()
    pages = asked.pages // HOSTS * HOSTS
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    server = context.Process(target=serve, args=(pages, asked.a_second, ready), daemon=True)
    server.start()
    ready.wait(60)
    receiving, sending = context.Pipe(duplex=False)
    peer = context.Process(target=plain, args=(sending,))
    peer.start()
    fetched, plain_seconds = receiving.recv()
    peer.join()
    with tempfile.TemporaryDirectory() as folder:
        base, seconds, memory = ours(Path(folder))
        status = base.status()
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        base.close()
    server.kill()
    ratio = (pages / seconds) / (fetched / plain_seconds)
    print(f"{pages:,} pages of {HOSTS} hosts, {asked.a_second or 'any number of'} a second each")
    print(f"plain Scrapy  {fetched:7,} pages  {fetched / plain_seconds:7.1f} a second")
    print(f"ours          {status.pages:7,} pages  {pages / seconds:7.1f} a second, captured, extracted and stored")
    print(
        f"ratio {ratio:.2f}; {status.reports:,} reports, {status.pages_pending} pending, {status.pages_refused} refused"
    )
    held = f"{max(memory.held, default=0) / 1e6:.0f} MB at most, at the end {memory.growth:.2f} times of half-way"
    print(f"the crawl held {held}; {size / 1e6:.0f} MB on disk")
    lost = pages - status.reports
    if lost or (asked.a_second and (ratio < LEAST_RATIO or memory.growth > MOST_GROWTH)):
        sys.exit("a page was lost, ours is too slow, or its memory grows")


if __name__ == "__main__":
    main()
