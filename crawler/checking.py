"""Whether the addresses of outlets can be used, found out by the crawler itself with all its manners."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.process import CrawlAgent, crawl
from crawler.spiders.lists import ListSpider
from kb.database import open_base
from kb.model import Outlet


def unusable(outlets: Sequence[Outlet], *, agent: CrawlAgent, allowed_hosts: frozenset[str]) -> tuple[str, ...]:
    """Ask once for everything that these outlets list; return the addresses that cannot be used, with the reason.

    Nothing is kept. Like `crawl` it can be called only once in a process.

    Args:
        outlets: whose feeds, sitemaps and sections are asked for.
        agent: as whom.
        allowed_hosts: loopback or private "host:port" pairs that may be fetched.
    """
    with TemporaryDirectory() as folder, open_base(f"sqlite:///{Path(folder) / 'base.sqlite'}") as base:
        base.outlets.put(outlets)
        result = crawl(
            base,
            str(Path(folder) / "captures"),
            outlets,
            agent=agent,
            allowed_hosts=allowed_hosts,
            spider=ListSpider,
        )
    return result.problems
