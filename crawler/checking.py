"""Whether the addresses of outlets can be used, found out by the crawler itself with all its manners."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.process import CrawlAgent, CrawlResult, run
from crawler.spiders.lists import ListSpider
from kb.database import open_base
from kb.model import Outlet


def ask_once(outlets: Sequence[Outlet], *, agent: CrawlAgent, allowed_hosts: frozenset[str]) -> CrawlResult:
    """Ask for everything that these outlets list; the result says what cannot be used, and why. Nothing is kept.

    Like `crawl` it can be called only once in a process.

    Args:
        outlets: whose feeds, sitemaps and sections are asked for.
        agent: as whom.
        allowed_hosts: loopback or private "host:port" pairs that may be fetched.
    """
    with TemporaryDirectory() as folder, open_base(f"sqlite:///{Path(folder) / 'base.sqlite'}") as base:
        base.outlets.put(outlets)
        return run(
            ListSpider,
            base,
            str(Path(folder) / "captures"),
            agent=agent,
            allowed_hosts=allowed_hosts,
            outlets=outlets,
            since=base.leases.now(),
        )
