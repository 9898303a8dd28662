"""What requests pass on their way out, also after a redirect, and answers on their way in."""

import time
import zlib
from contextlib import suppress

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.threads import deferToThread

from crawler.addresses import AddressRefused, check
from crawler.contacts import Contacts
from crawler.extraction.extract import LARGEST
from crawler.faults import FetchRefused
from crawler.resolver import proxy_hosts
from crawler.shares import HostBusy, Shares, host_of
from crawler.spiders.pages import PageSpider
from kb.database import BaseUnavailable
from kb.health import Fault

_IDLE_SECONDS = 3.0
_CHUNK = 1_000_000


class PublicAddressesOnly:
    """Refuses requests to addresses that are neither public nor allowed.

    Names are judged by `crawler.resolver` when they are connected to; behind a proxy, which looks them up itself, they
    are looked up here as well.
    """

    def __init__(self, allowed_hosts: frozenset[str]) -> None:
        self._allowed_hosts, self._proxied = allowed_hosts, bool(proxy_hosts())

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PublicAddressesOnly":
        """As Scrapy makes it, from the setting ALLOWED_HOSTS."""
        return cls(frozenset(crawler.settings.getlist("ALLOWED_HOSTS")))

    async def process_request(self, request: Request) -> None:
        """Let the request pass or drop it; what takes time is done aside from the event loop."""
        if host_of(request.url) in self._allowed_hosts:
            request.meta["autothrottle_dont_adjust_delay"] = True
        try:
            if self._proxied:
                await maybe_deferred_to_future(deferToThread(check, request.url, self._allowed_hosts))
            else:
                check(request.url, self._allowed_hosts, look_up=False)
        except AddressRefused as error:
            raise FetchRefused(Fault.REFUSED_ADDRESS, str(error)) from error


class OneCrawlAHost:
    """Lets a host be asked by one of the crawls that share a base at a time.

    A host is had from the first request to it until there has been none for a moment.
    """

    def __init__(self, crawler: Crawler, shares: Shares, contacts: Contacts) -> None:
        self._shares, self._contacts = shares, contacts
        self._under_way: dict[str, set[Request]] = {}
        self._asked: dict[str, float] = {}
        self._looking = create_looping_call(self._give_back_idle)
        crawler.signals.connect(self._begun, signals.request_reached_downloader)
        crawler.signals.connect(self._ended, signals.request_left_downloader)
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "OneCrawlAHost":
        """As Scrapy makes it, with the shares of its spider."""
        if not isinstance(crawler.spider, PageSpider):
            raise NotConfigured("only our own spiders share hosts")
        return cls(crawler, crawler.spider.shares, crawler.spider.contacts)

    def process_request(self, request: Request) -> None:
        """Let the request pass, or have it put off."""
        self._shares.check()
        host = host_of(request.url)
        if not self._shares.take_host(host):
            raise HostBusy(f"another crawl asks {host} just now")
        self._asked[host] = time.monotonic()

    def _begun(self, request: Request) -> None:
        self._under_way.setdefault(host_of(request.url), set()).add(request)

    def _ended(self, request: Request) -> None:
        host = host_of(request.url)
        self._under_way.get(host, set()).discard(request)
        self._asked[host] = time.monotonic()

    def _give_back_idle(self) -> None:
        idle = time.monotonic() - _IDLE_SECONDS
        for host in [host for host, asked in self._asked.items() if asked < idle and not self._under_way.get(host)]:
            with suppress(BaseUnavailable):  # it is tried again, and in the end lost by the clock
                self._contacts.give_back(host)
                self._shares.give_back_host(host)
                del self._asked[host]
                self._under_way.pop(host, None)

    def _opened(self) -> None:
        self._looking.start(1, now=False)

    def _closed(self) -> None:
        if self._looking.running:
            self._looking.stop()


class WholeBodies:
    """Refuses packed answers that lack their end, which Scrapy would take for whole."""

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002 - Scrapy's way
        """Let the answer pass if it is whole, or not packed with gzip."""
        packed = (response.headers.get("Content-Encoding") or b"").strip().lower() in {b"gzip", b"x-gzip"}
        if packed and response.body and not is_whole(response.body):
            raise FetchRefused(Fault.DAMAGED, "it says that it is packed and cannot be unpacked to its end")
        return response


def is_whole(packed: bytes, most: int = LARGEST) -> bool:
    """Whether bytes packed with gzip can be unpacked to their end; those of more than `most` bytes pass unread."""
    unpacker, unpacked = zlib.decompressobj(wbits=31), 0
    try:
        while packed and not unpacker.eof and unpacked <= most:
            unpacked += len(unpacker.decompress(packed, _CHUNK))
            packed = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof or unpacked > most
