"""The sample sites, served on loopback."""

import hashlib
import threading
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar, Self

from kb.model import Feed, Outlet, OutletKind, slug
from samples.rendering import SITES, Page, SiteDescription, render
from samples.reports import SiteName, reports

HOST = "127.0.0.1"
PORTS = (8931, 8932, 8933, 8934, 8935)
_KINDS = (OutletKind.GENERAL, OutletKind.TECHNOLOGY, OutletKind.TRADE, OutletKind.AGGREGATOR, OutletKind.COURT)


class PortsTaken(Exception):
    """A port that the sample sites need is in use; the message says which."""


class Sites:
    """Serves the sample sites while it is entered.

    Args:
        ports: one for each site; 0 takes a free one.

    Raises:
        PortsTaken: one of the ports is in use.
    """

    def __init__(self, ports: tuple[int, int, int, int, int] = PORTS) -> None:
        self._servers: list[ThreadingHTTPServer] = []
        for site, port in zip(SITES, ports, strict=True):
            try:
                self._servers.append(ThreadingHTTPServer((HOST, port), _handler(site, self)))
            except OSError as error:
                self._close()
                raise PortsTaken(
                    f"port {port} is in use; the demonstration serves its sample reports at {HOST}, ports "
                    f"{PORTS[0]} to {PORTS[-1]}, whatever site.port is. Another `disputed run` may be running: stop "
                    "it, or make a base of your own with `disputed init`, which needs none of these ports"
                ) from error
        self.bases: dict[SiteName, str] = {
            site.name: f"http://{HOST}:{server.server_address[1]}"
            for site, server in zip(SITES, self._servers, strict=True)
        }

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The "host:port" pairs that a crawler must be allowed to fetch."""
        return frozenset(base.removeprefix("http://") for base in self.bases.values())

    def outlets(self) -> list[Outlet]:
        """The sites as outlets."""
        return [
            Outlet(
                slug=slug(site.title),
                name=site.title,
                home=f"{self.bases[site.name]}/",
                country="",
                kind=kind,
                court="S.D.N.Y." if kind is OutletKind.COURT else "",
                timezone="America/New_York",
                feeds=tuple(Feed(url=self.bases[site.name] + path, source="the demonstration") for path in site.feeds),
                sitemaps=tuple(
                    Feed(url=self.bases[site.name] + path, source="the demonstration") for path in site.sitemaps
                ),
                sample=True,
            )
            for site, kind in zip(SITES, _KINDS, strict=True)
        ]

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
        self._close()

    def _close(self) -> None:
        for server in self._servers:
            server.server_close()


def _handler(site: SiteDescription, sites: Sites) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        description: ClassVar[SiteDescription] = site
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = render(self.description, self.path.split("?")[0], sites.bases)
            if page is None:
                self._send(404, Page("text/plain", "not found\n"))
                return
            etag = f'"{hashlib.sha256(page.body.encode()).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == etag:
                self._send(304, Page(page.media_type, ""), etag)
            else:
                self._send(200, page, etag)

        def _send(self, status: int, page: Page, etag: str = "") -> None:
            body = page.body.encode()
            self.send_response(status)
            self.send_header("Content-Type", page.media_type)
            self.send_header("Content-Length", str(len(body)))
            if etag:
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", format_datetime(reports()[0].published, usegmt=True))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing; the crawler logs what it fetches."""

    return Handler
