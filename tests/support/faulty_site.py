"""A site on loopback at which everything goes wrong that goes wrong on the web, beside pages that are in order."""

import gzip
import ssl
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

from news_site import sample_pages

from kb.model import Feed, Outlet, OutletKind

Answer = Callable[["Handler"], None]
ENDLESS_SECONDS = 60


class Handler(BaseHTTPRequestHandler):
    """Answers by the table of its site."""

    protocol_version = "HTTP/1.1"
    site: "FaultySite"

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.site.asked[self.path] += 1
        answer = self.site.answers.get(path)
        if answer is None:
            answer = next((a for start, a in self.site.below.items() if path.startswith(start)), missing)
        try:
            answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, status: int, body: bytes = b"", kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        self.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **named}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class FaultySite:
    """Serves what its tables say.

    Attributes:
        answers: what is answered at a path.
        below: what is answered at every path that begins so.
        asked: how often each path was asked for.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.below: dict[str, Answer] = {}
        self.asked: Counter[str] = Counter()
        handler = type("OfThisSite", (Handler,), {"site": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            scheme = "https"
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.home = f"{scheme}://{self.host}"
        threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True).start()

    def outlet(self, slug: str, feeds: tuple[str, ...], sitemaps: tuple[str, ...] = ()) -> Outlet:
        return Outlet(
            slug=slug,
            name=slug,
            home=f"{self.home}/",
            country="",
            kind=OutletKind.GENERAL,
            feeds=tuple(Feed(url=self.home + path, source="test") for path in feeds),
            sitemaps=tuple(Feed(url=self.home + path, source="test") for path in sitemaps),
        )


def page(number: int) -> bytes:
    return sample_pages(number + 1)[number]


def html(body: bytes, status: int = 200, **headers: str) -> Answer:
    return lambda handler: handler.send(status, body, **headers)


def feed(*links: str) -> Answer:
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    return lambda handler: handler.send(200, body, "application/rss+xml")


def sitemap(pages: tuple[str, ...] = (), further: tuple[str, ...] = ()) -> Answer:
    if further:
        inside = "".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in further)
        body = f"<sitemapindex>{inside}</sitemapindex>".encode()
    else:
        inside = "".join(f"<url><loc>{link}</loc></url>" for link in pages)
        body = f"<urlset>{inside}</urlset>".encode()
    return lambda handler: handler.send(200, body, "application/xml")


def raw(body: bytes, kind: str) -> Answer:
    return lambda handler: handler.send(200, body, kind)


def missing(handler: Handler) -> None:
    handler.send(404, b"<p>There is nothing here.</p>")


def away(location: str, status: int = 302) -> Answer:
    return lambda handler: handler.send(status, Location=location)


def further_away(handler: Handler) -> None:
    """Redirect to an address that was never named before, and so on."""
    start, _, number = handler.path.rpartition("/")
    handler.send(302, Location=f"{start}/{int(number) + 1}")


def at_first(times: int, first: Answer, then: Answer) -> Answer:
    """Answer in one way so many times, then in another."""
    asked = count(1)

    def answer(handler: Handler) -> None:
        chosen = first if next(asked) <= times else then
        chosen(handler)

    return answer


def slow_drip(handler: Handler) -> None:
    """A byte a second, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(ENDLESS_SECONDS):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(1)
    handler.close_connection = True


def silence(handler: Handler) -> None:
    """No answer at all."""
    time.sleep(ENDLESS_SECONDS)
    handler.close_connection = True


def endless(handler: Handler) -> None:
    """A body that never ends."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    deadline = time.monotonic() + ENDLESS_SECONDS
    while time.monotonic() < deadline:
        handler.wfile.write(b"<p>and so on</p>" * 5000)
    handler.close_connection = True


def dies_in_mid_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<html><body><p>So far")
    handler.close_connection = True


def hangs_up(handler: Handler) -> None:
    handler.close_connection = True


def no_http(handler: Handler) -> None:
    handler.wfile.write(b"\x16\x03\x01 this is another protocol\r\n\r\n")
    handler.close_connection = True


def bomb(megabytes: int = 200) -> bytes:
    """A few bytes that unpack to many."""
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


def packed(body: bytes) -> Answer:
    return lambda handler: handler.send(200, body, Content_Encoding="gzip")


def torn(body: bytes) -> bytes:
    """A packed body that lacks its end."""
    whole = gzip.compress(body)
    return whole[: len(whole) // 2]


ENTITY_BOMB = (
    b"<?xml version='1.0'?><!DOCTYPE bomb [<!ENTITY a0 'boom'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><rss version='2.0'><channel><title>&a9;</title></channel></rss>"
)
EXTERNAL_ENTITY = (
    b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY file SYSTEM 'file:///etc/passwd'>]>"
    b"<urlset><url><loc>/&file;</loc></url></urlset>"
)
