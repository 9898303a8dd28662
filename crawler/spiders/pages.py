"""The page spider: fetches single pages and captures them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Self

import scrapy
import structlog
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.captures import CaptureStore, CapturesUnavailable, keep_new
from crawler.records import FetchedPage
from crawler.shares import HostBusy, Shares, SharesLost, host_of
from kb.database import Base, BaseUnavailable

NOT_MODIFIED = 304
_GONE = (404, 410)
_LOOK_EVERY_SECONDS = 1.0
_FATAL = (BaseUnavailable, CapturesUnavailable, SharesLost)
_NO_ADDRESS = "its name is not known here or leads to no public address; the network may be out of reach"
_FAILURES = {
    "ResolveHost": _NO_ADDRESS,
    "DNSLookup": _NO_ADDRESS,
    "Refused": "nothing answers at that address",
    "Timeout": "it did not answer in time",
    "TimedOut": "it did not answer in time",
    "DownloadCancelled": "it is larger than what is read",
    "ResponseNeverReceived": "it closed the connection without an answer",
    "ConnectionLost": "it closed the connection without an answer",
}


class PageSpider(scrapy.Spider):
    """Captures the pages that it is given.

    Args:
        base: where captures are recorded.
        store: where their bytes go.
        shares: what this crawl has to itself.
        pages: addresses.

    Attributes:
        error: what ended it before its time.
    """

    name = "pages"
    custom_settings: dict[Any, Any] | None = {"HTTPERROR_ALLOWED_CODES": [NOT_MODIFIED]}  # noqa: RUF012 - Scrapy's way

    def __init__(
        self,
        base: Base,
        store: CaptureStore,
        shares: Shares,
        pages: Sequence[str] = (),
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(**kwargs)
        self.base, self.store, self.shares, self.pages = base, store, shares, pages
        self.captured = self.failed = self.unchanged = 0
        self.problems: list[str] = []
        self.error: Exception | None = None
        self.open: Counter[str] = Counter()
        self.put_off: list[scrapy.Request] = []
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401
        """As Scrapy makes it."""
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._dropped, signals.request_dropped)
        crawler.signals.connect(spider._went_wrong, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """What is to be asked for, as there is leave to ask for it, until everything has come to its end."""
        try:
            for request in self.first():
                yield request
            while self.is_at_work():
                for request in self.due():
                    yield request
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
        except Exception as error:  # Scrapy would log it and end as if all were done
            self.give_up(error)

    def first(self) -> Iterator[scrapy.Request]:
        """The pages, each asked for only if it has changed since it was last captured."""
        for url in self.pages:
            try:
                yield self.page_request(url, "")
            except ValueError as error:
                self.note_failure(url, "", str(error))

    def is_at_work(self) -> bool:
        """Whether anything was asked for that has not come to its end."""
        return self.open.total() > 0

    def due(self) -> Iterator[scrapy.Request]:
        """What was put off and may be asked for by now, since no other crawl asks those hosts any more."""
        hosts = {host_of(request.url) for request in self.put_off}
        free = {host for host in hosts if self.shares.take_host(host)}
        ready = [request for request in self.put_off if host_of(request.url) in free]
        self.put_off = [request for request in self.put_off if host_of(request.url) not in free]
        for request in ready:
            yield request.replace(dont_filter=True)

    def ended(self, outlet: str) -> None:
        """Note that one thing asked for of an outlet has come to its end, after what it led to was asked for."""
        self.open[outlet] -= 1

    def page_request(self, url: str, outlet: str) -> scrapy.Request:
        """A conditional request for a page of an outlet."""
        return self.conditional(url, outlet, self.page_fetched)

    def conditional(self, url: str, outlet: str, callback: Any) -> scrapy.Request:  # noqa: ANN401 - Scrapy's callback
        """A request that the server may answer with "not modified"."""
        known = self.base.captures.latest(url)
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
        sent = {name: value for name, value in headers.items() if value}
        return self.request(url, outlet, callback, headers=sent)

    def request(self, url: str, outlet: str, callback: Any, **options: Any) -> scrapy.Request:  # noqa: ANN401
        """A request for an outlet; `options` are those of Scrapy."""
        request = scrapy.Request(url, callback, errback=self.not_fetched, cb_kwargs={"outlet": outlet}, **options)
        self.open[outlet] += 1
        return request

    def page_fetched(self, response: Response, outlet: str) -> None:
        """Keep a page."""
        self.capture(response, outlet, is_feed=False)
        self.ended(outlet)

    def capture(self, response: Response, outlet: str, *, is_feed: bool) -> None:
        """Keep a response unless it is one already kept, or nothing can be kept any more."""
        if self.error is not None:
            return
        first = first_address(response)
        if response.status == NOT_MODIFIED:
            self.base.captures.unchanged(first, datetime.now(UTC))
            self.unchanged += 1
            return
        fetched = FetchedPage(
            url=first,
            final_url=response.url,
            status=response.status,
            payload=response.body,
            headers=_as_text(response.headers),
            fetched=datetime.now(UTC),
            outlet=outlet,
            is_feed=is_feed,
            requested=_as_text(response.request.headers) if response.request else None,
        )
        if keep_new(self.base, self.store, fetched):
            self.captured += not is_feed
            self.log_event("captured", outlet, first)
        else:
            self.unchanged += 1

    def not_fetched(self, failure: Failure) -> None:
        """Record why something could not be fetched; the rest goes on."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, HostBusy):
            self.put_off.append(request)
            return
        if isinstance(failure.value, _FATAL):
            self.give_up(failure.value)
            return
        outlet = str(request.cb_kwargs.get("outlet", ""))
        problem = reason(failure)
        if isinstance(failure.value, HttpError) and failure.value.response.status in _GONE:
            self.base.captures.gone(first_address(failure.value.response), datetime.now(UTC))
        self.note_failure(request.url, outlet, problem)
        self.fetch_failed(request, outlet, problem)
        self.ended(outlet)

    def note_failure(self, url: str, outlet: str, problem: str) -> None:
        """Count what could not be fetched, and say why."""
        self.failed += 1
        self.problems.append(f"{url}: {problem}")
        structlog.get_logger().warning("not fetched", step="crawl", outlet=outlet, url=url, reason=problem)

    def fetch_failed(self, request: scrapy.Request, outlet: str, problem: str) -> None:
        """What else a failure means."""

    def give_up(self, error: Exception) -> None:
        """End the crawl; what was captured is kept."""
        if self._closing is None:
            self.error = error
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="given up"))

    def _dropped(self, request: scrapy.Request) -> None:
        """It was asked for before, by this crawl."""
        self.ended(str(request.cb_kwargs.get("outlet", "")))

    def _went_wrong(self, failure: Failure, response: object) -> None:
        """What is wrong with one page is told; where nothing can be kept any more the crawl ends."""
        if isinstance(failure.value, _FATAL) or not isinstance(response, Response):
            self.give_up(failure.value if isinstance(failure.value, Exception) else RuntimeError(repr(failure.value)))
            return
        outlet = str(response.cb_kwargs.get("outlet", ""))
        self.note_failure(response.url, outlet, f"{type(failure.value).__name__}: {failure.value}")
        self.ended(outlet)

    def log_event(self, event: str, outlet: str, url: str) -> None:
        """One line of the log."""
        structlog.get_logger().debug(event, step="crawl", outlet=outlet, url=url)


def _as_text(headers: Headers) -> dict[str, str]:
    return {name.decode("latin-1"): b", ".join(values).decode("latin-1") for name, values in headers.items() if values}


def first_address(response: Response) -> str:
    """The address asked for, before any redirect."""
    asked = response.request.url if response.request else response.url
    return str(response.meta.get("redirect_urls", [asked])[0])


def reason(failure: Failure) -> str:
    """Why a fetch failed, in words that a person understands."""
    error = failure.value
    if isinstance(error, HttpError):
        return f"the server answered {error.response.status}"
    if isinstance(error, IgnoreRequest):
        return str(error) or "not allowed"
    kind = type(error).__name__
    words = next((words for name, words in _FAILURES.items() if name in kind), "")
    return words or f"{kind}: {str(error)[:200] or 'no answer'}"
