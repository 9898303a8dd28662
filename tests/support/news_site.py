"""A news site of the tests on loopback."""

import hashlib
import html
import threading
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from typing import Any

from kb.model import Feed, Outlet, OutletKind
from samples.reports import SampleReport, reports


def sample_pages(count: int) -> list[bytes]:
    """So many pages with the sample reports, no two alike."""
    return [_page(report, n) for n, report in enumerate(islice(cycle(reports()), count))]


def _page(report: SampleReport, number: int) -> bytes:
    told = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in report.paragraphs)
    title = html.escape(report.title)
    date = f'<meta property="article:published_time" content="{report.published.isoformat()}">'
    body = f"<article><h1>{title}</h1>{told}<p>This is report number {number} of those that we wrote.</p></article>"
    return f"<html lang='en'><head><title>{title}</title>{date}</head><body>{body}</body></html>".encode()


class Site:
    """Serves pages, a feed of them, and robots.txt, and counts what was asked."""

    def __init__(self, pages: dict[str, bytes], slug: str = "reference", slowness: float = 0.0) -> None:
        self.pages, self.slug, self.slowness = pages, slug, slowness
        self.updated = ""
        self.lists: dict[str, bytes] = {}
        self.redirects = {"/away": "http://127.0.0.1:1/"}
        self.asked: list[tuple[str, int]] = []
        self.askers: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, body, headers = site.answer(self.path, dict(self.headers))
                site.asked.append((self.path, status))
                site.askers.append(self.headers["User-Agent"])
                time.sleep(site.slowness)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True).start()

    def answer(self, path: str, asked: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        if path == "/robots.txt":
            return 200, b"User-agent: *\nDisallow: /private/\n", {"Content-Type": "text/plain"}
        if path in self.redirects:
            return 302, b"", {"Location": self.redirects[path]}
        body = self.feed() if path == "/feed.xml" else self.lists.get(path, self.pages.get(path))
        if body is None:
            return 404, b"", {}
        etag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        if asked.get("If-None-Match") == etag:
            return 304, b"", {"ETag": etag}
        kind = "application/rss+xml" if path == "/feed.xml" else "text/html"
        return 200, body, {"ETag": etag, "Content-Type": kind}

    def feed(self) -> bytes:
        return self.feed_of(self.pages)

    def feed_of(self, paths: Iterable[str]) -> bytes:
        date = f"<pubDate>{self.updated}</pubDate>" if self.updated else ""
        items = "".join(f"<item><link>http://{self.host}{path}</link>{date}</item>" for path in paths)
        return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()

    def outlet(self, slug: str = "", feed: str = "/feed.xml") -> Outlet:
        feeds = (Feed(url=f"http://{self.host}{feed}", source="test"),)
        slug = slug or self.slug
        home = f"http://{self.host}/"
        return Outlet(slug=slug, name=slug.title(), home=home, country="", kind=OutletKind.GENERAL, feeds=feeds)
