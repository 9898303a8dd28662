"""One crawl, from start to end, in this process."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from scrapy.crawler import CrawlerProcess

from crawler.captures import CaptureStore
from crawler.extraction.extract import LARGEST
from crawler.shares import Shares
from crawler.spiders.feeds import FeedSpider
from kb.database import Base
from kb.model import Outlet


@dataclass(frozen=True, slots=True)
class CrawlAgent:
    """As whom the crawler presents itself.

    Attributes:
        contact: e-mail or web address at which outlets can reach whoever runs it.
    """

    contact: str

    @property
    def header(self) -> str:
        """The User-Agent."""
        return f"Disputed/{version('disputed')} (+{self.contact})"


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What a crawl did: pages captured, pages and feeds that could not be fetched, and why."""

    captured: int
    unchanged: int
    failed: int
    problems: tuple[str, ...]


def crawl(
    base: Base,
    captures_address: str,
    outlets: Sequence[Outlet],
    *,
    agent: CrawlAgent,
    allowed_hosts: frozenset[str] = frozenset(),
    pages: Sequence[str] = (),
    rest: timedelta = timedelta(),
    ages: Sequence[timedelta] = (),
) -> CrawlResult:
    """Follow the feeds of these outlets and fetch these pages; what is known is fetched again only if it has changed.

    Several processes may do so at once for one base: each outlet is crawled by one of them, and so is each host at a
    time. It returns when all outlets are crawled, by whomever.

    Can be called only once in a process, since its event loop cannot be started again.

    Args:
        base: where captures are recorded.
        captures_address: fsspec address of the captures.
        outlets: whose feeds are followed.
        agent: as whom.
        allowed_hosts: loopback or private "host:port" pairs that may be fetched.
        pages: single pages besides.
        rest: an outlet is left alone for so long after a crawl of it.
        ages: how old a page of these outlets is when it is asked for again.

    Raises:
        BaseUnavailable: the database went away.
        CapturesUnavailable: the captures went away.
        SharesLost: another may have taken over, since this process was held up for too long.
    """
    process = CrawlerProcess(_settings(agent, allowed_hosts))
    crawler = process.create_crawler(FeedSpider)
    store = CaptureStore(captures_address)
    since = base.leases.now() - rest
    what = {"outlets": outlets, "since": since, "ages": ages, "pages": pages}
    with Shares(base.leases, unhurried=allowed_hosts) as shares:
        process.crawl(crawler, base=base, store=store, shares=shares, **what)
        process.start()
    spider = crawler.spider
    if not isinstance(spider, FeedSpider):
        raise TypeError("the crawl did not start; the log says why")
    if spider.error is not None:
        raise spider.error
    store.close()
    return CrawlResult(spider.captured, spider.unchanged, spider.failed, tuple(spider.problems))


def _settings(agent: CrawlAgent, allowed_hosts: frozenset[str]) -> dict[str, Any]:
    local = {"concurrency": 8, "delay": 0.0, "jitter": 0.0, "throttle": False}
    return {
        "USER_AGENT": agent.header,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": "Disputed",
        "ALLOWED_HOSTS": sorted(allowed_hosts),
        "TWISTED_DNS_RESOLVER": "crawler.resolver.PublicResolver",
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.middlewares.PublicAddressesOnly": 50,
            "crawler.middlewares.OneCrawlAHost": 60,
        },
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": 2.0,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 1.0,
        "DOWNLOAD_SLOTS": {host.rpartition(":")[0]: local for host in allowed_hosts},
        "DOWNLOAD_TIMEOUT": 30,
        "DOWNLOAD_MAXSIZE": LARGEST,
        "DOWNLOAD_WARNSIZE": 0,
        "RETRY_TIMES": 1,
        "REDIRECT_MAX_TIMES": 5,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,  # it would run whatever code whoever knows its token sends
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
