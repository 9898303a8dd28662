"""One crawl, from start to end, in this process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from scrapy.crawler import CrawlerProcess

from crawler.captures import CaptureStore
from crawler.extraction.extract import LARGEST
from crawler.shares import Shares
from crawler.spiders.archives import ArchiveSpider
from crawler.spiders.feeds import FeedSpider
from crawler.spiders.pages import PageSpider
from kb.database import Base
from kb.health import SEEN_BACK
from kb.model import Outlet


@dataclass(frozen=True, slots=True)
class CrawlAgent:
    """As whom the crawler presents itself.

    Attributes:
        contact: e-mail or web address at which outlets can reach whoever runs it.
        tokens: that it was given, by their names, for the feeds that ask for one.
    """

    contact: str
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def header(self) -> str:
        """The User-Agent."""
        return f"Disputed/{version('disputed')} (+{self.contact})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often what is asked for.

    Attributes:
        rest: an outlet is left alone for so long after a crawl of it.
        requests_a_day: how many requests a host may be sent in a day.
        ages: how old a page of an outlet is, since it was published, when it is asked for again.
    """

    rest: timedelta = timedelta()
    requests_a_day: int = 5000
    ages: Sequence[timedelta] = ()


USUAL = Pace()


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
    pace: Pace = USUAL,
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
        pace: how often what is asked for.

    Raises:
        BaseUnavailable: the database went away.
        CapturesUnavailable: the captures went away.
        SharesLost: another may have taken over, since this process was held up for too long.
    """
    return run(
        FeedSpider,
        base,
        captures_address,
        agent=agent,
        allowed_hosts=allowed_hosts,
        pace=pace,
        outlets=outlets,
        since=base.leases.now() - pace.rest,
        ages=pace.ages,
        pages=pages,
        tokens=agent.tokens,
    )


def crawl_archives(
    base: Base,
    captures_address: str,
    archives: Sequence[str],
    outlets: Sequence[Outlet],
    *,
    agent: CrawlAgent,
    allowed_hosts: frozenset[str] = frozenset(),
    pace: Pace = USUAL,
) -> CrawlResult:
    """Take the pages of these outlets out of web archives; what was read of an archive is not read again.

    Can be called only once in a process, as `crawl` can, which raises the same.

    Args:
        base: where captures are recorded, and how far each archive was read.
        captures_address: fsspec address of the captures.
        archives: addresses of WARC files, or of lists of such as Common Crawl publishes them.
        outlets: whose pages are kept.
        agent: as whom.
        allowed_hosts: loopback or private "host:port" pairs that may be fetched.
        pace: how often hosts are asked.
    """
    return run(
        ArchiveSpider,
        base,
        captures_address,
        agent=agent,
        allowed_hosts=allowed_hosts,
        pace=pace,
        outlets=outlets,
        archives=archives,
    )


def run(
    kind: type[PageSpider],
    base: Base,
    captures_address: str,
    *,
    agent: CrawlAgent,
    allowed_hosts: frozenset[str],
    pace: Pace = USUAL,
    **given: Any,  # noqa: ANN401 - what the spider takes
) -> CrawlResult:
    """Have a spider of this kind do its work; as `crawl`."""
    process = CrawlerProcess(_settings(agent, allowed_hosts, pace.requests_a_day))
    crawler = process.create_crawler(kind)
    store = CaptureStore(captures_address)
    with Shares(base.leases, unhurried=allowed_hosts) as shares:
        process.crawl(crawler, base=base, store=store, shares=shares, **given)
        process.start()
    spider = crawler.spider
    if not isinstance(spider, PageSpider):
        raise TypeError("the crawl did not start; the log says why")
    if spider.error is not None:
        raise spider.error
    spider.contacts.keep()
    base.fetches.tidy(datetime.now(UTC) - SEEN_BACK)
    store.close()
    return CrawlResult(spider.captured, spider.unchanged, spider.failed, tuple(spider.problems))


def _settings(agent: CrawlAgent, allowed_hosts: frozenset[str], requests_a_day: int) -> dict[str, Any]:
    local = {"concurrency": 8, "delay": 0.001, "jitter": 0.0}  # without delay Scrapy sends bursts of any length
    return {
        "USER_AGENT": agent.header,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": "Disputed",
        "REQUESTS_A_DAY": requests_a_day,
        "ALLOWED_HOSTS": sorted(allowed_hosts),
        "TWISTED_DNS_RESOLVER": "crawler.resolver.PublicResolver",
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.middlewares.PublicAddressesOnly": 50,
            "crawler.middlewares.OneCrawlAHost": 60,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawler.robots.Robots": 100,
            "crawler.middlewares.WholeBodies": 595,
            "crawler.manners.Manners": 760,
        },
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": 2.0,
        "CONCURRENT_REQUESTS": 256,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 1.0,
        "DOWNLOAD_SLOTS": {host.rpartition(":")[0]: local for host in allowed_hosts},
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # our spiders see to it, and redirects may meet
        "DOWNLOAD_TIMEOUT": 30,
        "URLLENGTH_LIMIT": 0,  # addresses too long are refused and told, not dropped
        "DOWNLOAD_MAXSIZE": LARGEST,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "RETRY_TIMES": 1,
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",  # it is told as a fault
        "RETRY_EXCEPTIONS": [  # none that took long: such a page is tried again by a later crawl
            "scrapy.exceptions.CannotResolveHostError",
            "scrapy.exceptions.DownloadConnectionRefusedError",
            "scrapy.exceptions.DownloadFailedError",
            "scrapy.exceptions.ResponseDataLossError",
        ],
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],  # to 429 and 503 the answer is to wait
        "REDIRECT_MAX_TIMES": 5,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,  # it would run whatever code whoever knows its token sends
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
