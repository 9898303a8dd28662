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
from scrapy.http import Headers, Response
from twisted.python.failure import Failure

from crawler.addresses import LONGEST
from crawler.captures import CaptureStore, CapturesUnavailable, keep_new
from crawler.contacts import Contacts
from crawler.faults import AskedToWait, HostRests, fault_of
from crawler.manners import PATIENCE
from crawler.records import FetchedPage
from crawler.shares import HostBusy, Shares, SharesLost, host_of
from kb.database import Base, BaseUnavailable
from kb.database.captures import Visit
from kb.health import CAPTURED, UNCHANGED, Fault

NOT_MODIFIED = 304
EMPTY_ANSWER = "the answer is empty"
_LOOK_EVERY_SECONDS = 1.0
_MOST_WAITS = 3
_MOST_TOLD, _LONGEST_TOLD = 100, 200
_FATAL = (BaseUnavailable, CapturesUnavailable, SharesLost)


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
        self.asked: set[str] = set()
        self.contacts = Contacts(base)
        self.put_off: list[tuple[scrapy.Request, datetime]] = []
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401
        """As Scrapy makes it."""
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
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
                yield from self.page_request(url, "")
            except ValueError as error:
                self.note_failure(url, "", Fault.REFUSED_ADDRESS, str(error), is_feed=False)

    def is_at_work(self) -> bool:
        """Whether anything was asked for that has not come to its end."""
        return self.open.total() > 0

    def due(self) -> Iterator[scrapy.Request]:
        """What was put off and may be asked for by now: the host has rested, and no other crawl asks it."""
        now = datetime.now(UTC)
        hosts = {host_of(request.url) for request, until in self.put_off if until <= now}
        free = {host for host in hosts if self.shares.take_host(host)}
        ready = [request for request, until in self.put_off if until <= now and host_of(request.url) in free]
        self.put_off = [each for each in self.put_off if each[1] > now or host_of(each[0].url) not in free]
        yield from ready

    def ended(self, outlet: str) -> None:
        """Note that one thing asked for of an outlet has come to its end, after what it led to was asked for."""
        self.open[outlet] -= 1

    def page_request(self, url: str, outlet: str) -> Iterator[scrapy.Request]:
        """A conditional request for a page of an outlet."""
        yield from self.conditional(url, outlet, self.page_fetched)

    def conditional(self, url: str, outlet: str, callback: Any, **more: Any) -> Iterator[scrapy.Request]:  # noqa: ANN401 - Scrapy's callback
        """A request that the server may answer with "not modified"; none where this crawl has asked for it already.

        `more` goes to the callback.
        """
        if url in self.asked:
            return
        self.asked.add(url)
        if len(url.encode()) > LONGEST:
            problem = f"its address is longer than {LONGEST:,} bytes"
            self._count_failure(url[:_LONGEST_TOLD], problem)
            self.contacts.happened(outlet, Fault.REFUSED_ADDRESS, url[:_LONGEST_TOLD], problem)
            return
        known = self.base.captures.latest(url)
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
        sent = {name: value for name, value in headers.items() if value}
        yield self.request(url, outlet, callback, headers=sent, cb_kwargs=more)

    def request(self, url: str, outlet: str, callback: Any, **options: Any) -> scrapy.Request:  # noqa: ANN401
        """A request for an outlet; `options` are those of Scrapy."""
        more = {"outlet": outlet, **options.pop("cb_kwargs", {})}
        request = scrapy.Request(url, callback, errback=self.not_fetched, cb_kwargs=more, **options)
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
            self._note_fetched(outlet, first, UNCHANGED, is_feed=is_feed)
            return
        if not response.body:
            self.note_failure(first, outlet, Fault.EMPTY, EMPTY_ANSWER, is_feed=is_feed)
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
        kept = keep_new(self.base, self.store, fetched)
        self._note_fetched(outlet, first, CAPTURED if kept else UNCHANGED, is_feed=is_feed)

    def _note_fetched(self, outlet: str, url: str, what: str, *, is_feed: bool) -> None:
        if what == UNCHANGED:
            self.unchanged += 1
        elif not is_feed:
            self.captured += 1
        if not is_feed:
            self.contacts.page_fetched(outlet, url, what)
        structlog.get_logger().debug(what, step="crawl", outlet=outlet, url=url)

    def not_fetched(self, failure: Failure) -> None:
        """Record why something could not be fetched; the rest goes on."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, _FATAL):
            self.give_up(failure.value)
            return
        until = self._may_be_asked(request, failure.value)
        if until is not None and until - datetime.now(UTC) <= PATIENCE:
            self.put_off.append((request, until))
            return
        outlet = str(request.cb_kwargs.get("outlet", ""))
        fault, problem = fault_of(failure.value)
        self._left(request, outlet, fault, problem, until)
        self.ended(outlet)

    def _left(self, request: scrapy.Request, outlet: str, fault: Fault, problem: str, again: datetime | None) -> None:
        """Note what could not be fetched; a page that is known stays so, and is asked for again when it is older."""
        url, visit = first_asked(request), request.meta.get("visit")
        if fault is Fault.GONE:
            self.base.captures.gone(url, datetime.now(UTC))
        if visit is not None:
            self._count_failure(url, problem)
            self.contacts.happened(outlet, fault, url, problem)
            self.revisit_failed(visit, again)
        else:
            is_feed = request.callback != self.page_fetched
            self.note_failure(url, outlet, fault, problem, again=again, is_feed=is_feed)

    def revisit_failed(self, visit: Visit, again: datetime | None) -> None:
        """What to do about a known page that could not be fetched again; `again` is when it may be asked for."""

    def _may_be_asked(self, request: scrapy.Request, error: BaseException | None) -> datetime | None:
        """When a request may be made that was turned back for the time being; None where it was for good."""
        if isinstance(error, HostBusy):
            return datetime.now(UTC)
        if isinstance(error, AskedToWait):
            request.meta["waits"] = request.meta.get("waits", 0) + 1
            return error.until if request.meta["waits"] <= _MOST_WAITS else None
        return error.until if isinstance(error, HostRests) else None

    def note_failure(
        self, url: str, outlet: str, fault: Fault, problem: str, *, is_feed: bool, again: datetime | None = None
    ) -> None:
        """Count what could not be fetched, and say why; `again` is when to ask for it once more, if that is known."""
        self._count_failure(url, problem)
        if is_feed:
            self.contacts.feed_failed(outlet, url, fault, problem)
        else:
            self.contacts.page_failed(outlet, url, fault, problem, again)

    def _count_failure(self, url: str, problem: str) -> None:
        self.failed += 1
        if len(self.problems) < _MOST_TOLD:
            self.problems.append(f"{url}: {problem}")

    def give_up(self, error: Exception) -> None:
        """End the crawl; what was captured is kept."""
        if self._closing is None:
            self.error = error
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="given up"))

    def _went_wrong(self, failure: Failure, response: object) -> None:
        """What is wrong with one page is told; where nothing can be kept any more the crawl ends."""
        if isinstance(failure.value, _FATAL) or not isinstance(response, Response):
            self.give_up(failure.value if isinstance(failure.value, Exception) else RuntimeError(repr(failure.value)))
            return
        outlet = str(response.cb_kwargs.get("outlet", ""))
        is_feed = response.request is not None and response.request.callback != self.page_fetched
        problem = f"{type(failure.value).__name__}: {failure.value}"
        self.note_failure(first_address(response), outlet, Fault.OURS, problem, is_feed=is_feed)
        self.ended(outlet)


def _as_text(headers: Headers) -> dict[str, str]:
    return {name.decode("latin-1"): b", ".join(values).decode("latin-1") for name, values in headers.items() if values}


def first_address(response: Response) -> str:
    """The address asked for, before any redirect."""
    return first_asked(response.request) if response.request else response.url


def first_asked(request: scrapy.Request) -> str:
    """The address asked for first, of a request that a redirect led to."""
    return str(request.meta.get("redirect_urls", [request.url])[0])
