"""The feed spider: follows the feeds and sitemaps of outlets to pages that are new or have changed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import scrapy
import structlog
from scrapy.http import Response

from crawler.captures import CaptureStore, CaptureUnreadable
from crawler.dockets import filings
from crawler.feeds import Entry, FeedUnreadable, entries
from crawler.revisits import next_visit
from crawler.robots import BY_AGREEMENT
from crawler.sections import articles
from crawler.shares import Shares, host_of
from crawler.spiders.pages import EMPTY_ANSWER, NOT_MODIFIED, PageSpider, first_address
from kb.database import Base
from kb.database.captures import Visit
from kb.health import Fault
from kb.model import Feed, Outlet, OutletKind

_OUTLETS_AT_ONCE = 32
_DEEPEST_LIST, _MOST_LISTS = 3, 200
_AT_ONCE = 1000


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
        tokens: by their names, for the feeds that ask for one.
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
        tokens: Mapping[str, str] = MappingProxyType({}),
        ages: Sequence[timedelta] = (),
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(base, store, shares, **kwargs)
        self.waiting, self.since, self.tokens, self.ages = list(outlets), since, tokens, ages
        self.courts = {outlet.slug: outlet for outlet in outlets if outlet.kind is OutletKind.COURT}
        self.sections = {section.url for outlet in outlets for section in outlet.sections}
        self.taken: set[str] = set()
        self.lists: Counter[str] = Counter()

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
        requests = [request for feed in outlet.lists for request in self._asking(feed, outlet.slug)]
        for url in self.base.fetches.due(outlet.slug, datetime.now(UTC), _AT_ONCE):
            requests.extend(self.page_request(url, outlet.slug))
        requests.extend(self._revisits(outlet.slug))
        self._leave_if_through(outlet.slug)
        return requests

    def _asking(self, feed: Feed, outlet: str) -> Iterator[scrapy.Request]:
        """The request for a feed. One with a token is no crawl but a use that the host allows to whom it gave that."""
        if feed.token and feed.token not in self.tokens:
            problem = f"it asks for a token: give it in the environment as {token_variable(feed.token)}"
            self.note_failure(feed.url, outlet, Fault.FORBIDDEN, problem, is_feed=True)
            return
        for request in self.conditional(feed.url, outlet, self.feed_fetched):
            if feed.token:
                request.headers["Authorization"] = f"Token {self.tokens[feed.token]}"
                request.meta[BY_AGREEMENT] = host_of(feed.url)
            yield request

    def _revisits(self, outlet: str) -> Iterator[scrapy.Request]:
        """The known pages of an outlet that are old enough to be asked for again."""
        now = datetime.now(UTC)
        later: dict[str, datetime | None] = {}
        for visit in self.base.captures.due(outlet, now, _AT_ONCE):
            when = next_visit(visit.first, visit.seen, self.ages)
            if when is None or when > now:
                later[visit.url] = when
                continue
            for request in self.page_request(visit.url, outlet):
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

    def feed_fetched(self, response: Response, outlet: str, depth: int = 0) -> Iterator[scrapy.Request]:
        """Keep a feed and go on to the pages that it lists; `depth` counts the lists that led to it."""
        yield from self._listed(response, outlet, depth)
        self.ended(outlet)

    def _listed(self, response: Response, outlet: str, depth: int) -> Iterator[scrapy.Request]:
        first = first_address(response)
        if response.status == NOT_MODIFIED:
            self.contacts.feed_answered(outlet, first)
            yield from self._unfinished(first, outlet, depth)
            return
        if not response.body:
            self.note_failure(first, outlet, Fault.EMPTY, EMPTY_ANSWER, is_feed=True)
            return
        try:
            listed = self._entries(response.body, first, response.url, outlet)
        except FeedUnreadable as error:
            self.note_failure(first, outlet, Fault.NO_FEED, str(error), is_feed=True)
            return
        self.contacts.feed_answered(outlet, first, len(listed))
        yield from self._followed(listed, outlet, depth)
        self.capture(response, outlet, is_feed=True)

    def _entries(self, payload: bytes, asked: str, url: str, outlet: str) -> list[Entry]:
        """The pages that a list names; a court's feed names none that is open to everybody."""
        if outlet in self.courts:
            filings(payload, url, self.courts[outlet], datetime.now(UTC))
            return []
        return articles(payload, url) if asked in self.sections else entries(payload, url)

    def revisit_failed(self, visit: Visit, again: datetime | None) -> None:
        """Ask for a known page once more when its host may be asked, or when it is older."""
        self.base.captures.look_again({visit.url: again or next_visit(visit.first, datetime.now(UTC), self.ages)})

    def _followed(self, listed: Sequence[Entry], outlet: str, depth: int) -> Iterator[scrapy.Request]:
        for entry in self._new(listed):
            if not entry.is_list:
                yield from self.page_request(entry.url, outlet)
            elif self._leads_on(entry, outlet, depth):
                yield from self.conditional(entry.url, outlet, self.feed_fetched, depth=depth + 1)

    def _leads_on(self, entry: Entry, outlet: str, depth: int) -> bool:
        """Whether a further list is to be asked for: lists can lead to lists without end."""
        self.lists[outlet] += 1
        if depth < _DEEPEST_LIST and self.lists[outlet] <= _MOST_LISTS:
            return True
        if self.lists[outlet] - 1 <= _MOST_LISTS:
            problem = f"lists are followed {_DEEPEST_LIST} deep, and {_MOST_LISTS} of an outlet"
            self.contacts.happened(outlet, Fault.TRAP, entry.url, problem)
        return False

    def _new(self, listed: Sequence[Entry]) -> list[Entry]:
        addresses = [entry.url for entry in listed]
        known = self.base.captures.known(addresses)
        left = self.base.fetches.left(addresses, datetime.now(UTC))

        def is_left(entry: Entry) -> bool:
            noted = left.get(entry.url)
            return noted is not None and not (entry.changed and entry.changed > noted)

        return [
            entry
            for entry in listed
            if entry.is_list or (not is_left(entry) and (entry.url not in known or self._changed(entry)))
        ]

    def _changed(self, entry: Entry) -> bool:
        latest = self.base.captures.latest(entry.url) if entry.changed else None
        return bool(latest and entry.changed and entry.changed > latest.seen)

    def _unfinished(self, url: str, outlet: str, depth: int) -> Iterator[scrapy.Request]:
        """What a feed listed when it was last captured and a killed crawl never reached; further lists are asked again.

        Captures are known by the address asked for, whatever it redirects to.
        """
        latest = self.base.captures.latest(url)
        if latest is None:
            return
        try:
            listed = self._entries(self.store.read(latest), url, latest.final_url, outlet)
        except (CaptureUnreadable, FeedUnreadable) as error:
            log = structlog.get_logger().bind(step="crawl", outlet=outlet, url=url)
            log.warning("feed asked for anew", reason=str(error))
            yield self.request(url, outlet, self.feed_fetched, cb_kwargs={"depth": depth})
            return
        yield from self._followed(listed, outlet, depth)


def token_variable(name: str) -> str:
    """The variable of the environment that holds the token of this name."""
    return f"DISPUTED_{name.upper()}_TOKEN"
