"""The feed spider: follows the feeds and sitemaps of outlets to pages that are new or have changed."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import scrapy
import structlog
from scrapy.http import Response

from crawler.captures import CaptureStore, CaptureUnreadable
from crawler.feeds import Entry, FeedUnreadable, entries
from crawler.spiders.pages import PageSpider, first_address
from kb.database import Base
from kb.model import Outlet


class FeedSpider(PageSpider):
    """Captures what outlets list.

    Args:
        base: where captures are recorded and known pages looked up.
        store: where bytes go.
        outlets: whose feeds and sitemaps are followed.
    """

    name = "feeds"

    def __init__(self, base: Base, store: CaptureStore, outlets: Sequence[Outlet] = (), **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(base, store, **kwargs)
        self.outlets = outlets

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Every feed and sitemap of every outlet."""
        for outlet in self.outlets:
            for feed in (*outlet.feeds, *outlet.sitemaps):
                yield self.conditional(feed.url, outlet.slug, self.feed_fetched)
        async for request in super().start():
            yield request

    def feed_fetched(self, response: Response, outlet: str) -> Iterator[scrapy.Request]:
        """Keep a feed and go on to the pages that it lists."""
        self.base.outlets.note_contact(outlet, datetime.now(UTC), "")
        if response.status == 304:
            yield from self._unfinished(first_address(response), outlet)
            return
        try:
            listed = entries(response.body, response.url)
        except FeedUnreadable as error:
            self.base.outlets.note_contact(outlet, datetime.now(UTC), f"{response.url}: {error}")
            structlog.get_logger().warning("no feed", step="crawl", outlet=outlet, url=response.url, reason=str(error))
            return
        yield from self._followed(listed, outlet)
        self.capture(response, outlet, is_feed=True)

    def fetch_failed(self, request: scrapy.Request, outlet: str, problem: str) -> None:
        """A feed that cannot be fetched is a problem of its outlet."""
        if request.callback == self.feed_fetched:
            self.base.outlets.note_contact(outlet, datetime.now(UTC), f"{request.url}: {problem}")

    def _followed(self, listed: Sequence[Entry], outlet: str) -> Iterator[scrapy.Request]:
        for entry in self._new(listed):
            follow = self.feed_fetched if entry.is_list else self.page_fetched
            yield self.conditional(entry.url, outlet, follow)

    def _new(self, listed: Sequence[Entry]) -> list[Entry]:
        known = self.base.captures.known(entry.url for entry in listed)
        return [entry for entry in listed if entry.is_list or entry.url not in known or self._changed(entry)]

    def _changed(self, entry: Entry) -> bool:
        latest = self.base.captures.latest(entry.url) if entry.changed else None
        return bool(latest and entry.changed and entry.changed > latest.seen)

    def _unfinished(self, url: str, outlet: str) -> Iterator[scrapy.Request]:
        """What a feed listed when it was last captured and a killed crawl never reached; further lists are asked again.

        Captures are known by the address asked for, whatever it redirects to.
        """
        latest = self.base.captures.latest(url)
        if latest is None:
            return
        try:
            listed = entries(self.store.read(latest), latest.final_url)
        except (CaptureUnreadable, FeedUnreadable) as error:
            log = structlog.get_logger().bind(step="crawl", outlet=outlet, url=url)
            log.warning("feed asked for anew", reason=str(error))
            yield self.request(url, outlet, self.feed_fetched, dont_filter=True)
            return
        yield from self._followed(listed, outlet)
