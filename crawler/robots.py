"""robots.txt, obeyed as RFC 9309 has it, and the delay that many ask for in it."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.internet.defer import Deferred

from crawler.contacts import Contacts
from crawler.faults import FetchRefused, HostRests
from crawler.manners import Manners
from crawler.shares import HostBusy, host_of
from kb.database.hosts import Host
from kb.health import Fault

BY_AGREEMENT = "by_agreement_with"
"""Under which a request says which host gave us a token for it: a use that is agreed on is no crawl."""
_NOT_MODIFIED = 304
_LONGEST_DELAY = 86_400.0
_LONGEST = 500_000
"""Characters that are read: as many as RFC 9309 asks for at least."""


class Robots(RobotsTxtMiddleware):
    """Asks each host once in a crawl for its robots.txt, and only whether that has changed.

    A host whose robots.txt cannot be had is not asked for anything, unless it is known what it said before.
    """

    def __init__(self, crawler: Crawler, contacts: Contacts) -> None:
        super().__init__(crawler)
        logging.getLogger(RobotsTxtMiddleware.__module__).setLevel(logging.CRITICAL)  # it is told as a fault
        self._contacts = contacts
        self._failed: dict[str, Exception] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Robots":
        """As Scrapy makes it, with the contacts of its spider."""
        contacts = getattr(crawler.spider, "contacts", None)
        if not isinstance(contacts, Contacts):
            raise NotConfigured("only our own spiders heed hosts")
        return cls(crawler, contacts)

    async def process_request(self, request: Request, spider: Any = None) -> None:  # noqa: ANN401, ARG002 - Scrapy's way
        """Let the request pass if robots.txt does."""
        if request.meta.get("dont_obey_robotstxt"):
            if urlsplit(request.url).path == "/robots.txt":
                self._ask_whether_changed(request)
            return
        if request.meta.get(BY_AGREEMENT) == host_of(request.url):
            return
        netloc = urlsplit(request.url).netloc
        if netloc in self._failed and _is_over(self._failed[netloc]):
            del self._failed[netloc], self._parsers[netloc]
        rules = await self._rules(request, netloc)
        if netloc in self._failed:
            raise self._failed[netloc]
        self.process_request_2(rules, request)
        delay = rules.crawl_delay(str(self._robotstxt_useragent)) if rules is not None else None
        manners = self.crawler.get_downloader_middleware(Manners)
        if delay and manners is not None:
            manners.slow_down(request, timedelta(seconds=min(delay, _LONGEST_DELAY)))

    async def _rules(self, request: Request, netloc: str) -> RobotParser | None:
        """What robots.txt says, once it is known; of those that wait for it Scrapy tells the first alone."""
        await self.robot_parser(request)
        while isinstance(self._parsers[netloc], Deferred):  # asked for once more meanwhile
            await self.robot_parser(request)
        parser = self._parsers[netloc]
        return parser if isinstance(parser, RobotParser) else None

    def _ask_whether_changed(self, request: Request) -> None:
        host = self._contacts.host(host_of(request.url))
        if host.robots is not None:
            asked = {"If-None-Match": host.robots_etag, "If-Modified-Since": host.robots_modified}
            request.headers.update({name: value for name, value in asked.items() if value})

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        rules = _said(response, self._contacts.host(host_of(request.url)))
        await super()._parse_robots(response.replace(body=rules.encode()), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._failed[netloc] = exc
        super()._robots_error(exc, netloc)


def _is_over(error: Exception) -> bool:
    """Whether robots.txt is to be asked for once more after this."""
    return isinstance(error, HostBusy) or (isinstance(error, HostRests) and error.until <= datetime.now(UTC))


def _said(response: Response, host: Host) -> str:
    """What robots.txt says, noted of its host; nothing where there is none.

    Raises:
        FetchRefused: the server failed, and it is not known what it said before.
    """
    if response.status >= 500 and host.robots is None:
        words = f"robots.txt of {host.host} cannot be had: the server answered {response.status}"
        raise FetchRefused(Fault.ROBOTS_FAILED, words)
    if host.robots is not None and (response.status >= 500 or response.status == _NOT_MODIFIED):
        return host.robots
    said = response.body.decode("utf-8", "replace")[:_LONGEST].replace("\0", "") if response.status < 300 else ""
    if host.robots is not None and said != host.robots:
        host.robots_changed = datetime.now(UTC)
        structlog.get_logger().warning("robots.txt changed", step="crawl", host=host.host)
    host.robots = said
    host.robots_etag, host.robots_modified = (
        (response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified")
    )
    return said
