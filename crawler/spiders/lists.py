"""The list spider: asks for what outlets list and goes no further, to find out whether it can be used."""

from collections.abc import Iterator

import scrapy
from scrapy.http import Response

from crawler.feeds import FeedUnreadable
from crawler.spiders.feeds import FeedSpider
from crawler.spiders.pages import first_address
from kb.health import Fault


class ListSpider(FeedSpider):
    """Fetches feeds, sitemaps and sections as the crawler does, and notes those that list nothing that it can read."""

    name = "lists"

    def _listed(self, response: Response, outlet: str, depth: int) -> Iterator[scrapy.Request]:  # noqa: ARG002
        asked = first_address(response)
        try:
            self._entries(response.body, asked, response.url, outlet)
        except FeedUnreadable as error:
            self.note_failure(asked, outlet, Fault.NO_FEED, str(error), is_feed=True)
        return iter(())
