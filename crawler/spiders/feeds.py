"""The feed spider: follows the feeds and sitemaps of outlets to pages that are new or have changed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import scrapy
import structlog
from scrapy.http import Response

from crawler.captures import CaptureStore, CaptureUnreadable
from crawler.feeds import Entry, FeedUnreadable, entries
from crawler.revisits import next_visit
from crawler.shares import Shares
from crawler.spiders.pages import PageSpider, first_address
from kb.database import Base
from kb.model import Outlet

_OUTLETS_AT_ONCE = 32
_REVISITS_AT_ONCE = 1000


class FeedSpider(PageSpider):
    """Captures what outlets list.

    Where several crawl for one base each outlet is taken by one of them, and left alone by the others once that one is
    through with it.

    Args:
        base: where captures are recorded and known pages looked up.
        store: where bytes go.
        shares: what this crawl has to itself.
        outlets: whose feeds and sitemaps are followed.
        since: an outlet of which a crawl has come to its end since then is left alone.
        ages: how old a page is when it is asked for again.
    """

    name = "feeds"

    def __init__(
        self,
        base: Base,
        store: CaptureStore,
        shares: Shares,
        outlets: Sequence[Outlet],
        since: datetime,
        ages: Sequence[timedelta] = (),
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(base, store, shares, **kwargs)
        self.waiting, self.since, self.ages = list(outlets), since, ages
        self.taken: set[str] = set()

    def is_at_work(self) -> bool:
        """Whether there is an outlet that nobody has come through with."""
        return bool(self.waiting or self.taken) or super().is_at_work()

    def due(self) -> Iterator[scrapy.Request]:
        """Every feed and sitemap of the outlets that are free; and what was put off."""
        self._leave_alone()
        for outlet in list(self.waiting):
            if len(self.taken) < _OUTLETS_AT_ONCE and self.shares.take_outlet(outlet.slug):
                yield from self._begun(outlet)
        yield from super().due()

    def _leave_alone(self) -> None:
        if self.waiting:
            left = self.base.outlets.left_alone(self.since)
            self.waiting = [outlet for outlet in self.waiting if outlet.slug not in left]

    def _begun(self, outlet: Outlet) -> list[scrapy.Request]:
        """The first requests of an outlet that was just taken, unless it is to be left alone by now."""
        self._leave_alone()
        if outlet not in self.waiting:
            self.shares.give_back_outlet(outlet.slug)
            return []
        self.waiting.remove(outlet)
        self.taken.add(outlet.slug)
        feeds = (*outlet.feeds, *outlet.sitemaps)
        requests = [self.conditional(feed.url, outlet.slug, self.feed_fetched) for feed in feeds]
        requests += self._revisits(outlet.slug)
        self._leave_if_through(outlet.slug)
        return requests

    def _revisits(self, outlet: str) -> Iterator[scrapy.Request]:
        """The known pages of an outlet that are old enough to be asked for again."""
        now = datetime.now(UTC)
        later: dict[str, datetime | None] = {}
        for visit in self.base.captures.due(outlet, now, _REVISITS_AT_ONCE):
            when = next_visit(visit.first, visit.seen, self.ages)
            if when is None or when > now:
                later[visit.url] = when
                continue
            request = self.page_request(visit.url, outlet)
            request.meta["visit"] = visit
            yield request
        if later:
            self.base.captures.look_again(later)

    def ended(self, outlet: str) -> None:
        """Note that one thing asked for of an outlet has come to its end, and perhaps with it the outlet."""
        super().ended(outlet)
        self._leave_if_through(outlet)

    def _leave_if_through(self, outlet: str) -> None:
        if outlet in self.taken and not self.open[outlet] and self.error is None:
            self.base.outlets.note_crawled(outlet, self.base.leases.now())
            self.taken.remove(outlet)
            self.shares.give_back_outlet(outlet)

    def feed_fetched(self, response: Response, outlet: str) -> Iterator[scrapy.Request]:
        """Keep a feed and go on to the pages that it lists."""
        yield from self._listed(response, outlet)
        self.ended(outlet)

    def _listed(self, response: Response, outlet: str) -> Iterator[scrapy.Request]:
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
        """A feed that cannot be fetched is a problem of its outlet; a page of before is asked for when it is older."""
        visit = request.meta.get("visit")
        if visit is not None:
            self.base.captures.look_again({visit.url: next_visit(visit.first, datetime.now(UTC), self.ages)})
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
