"""Addresses that people hand in on the site: which are taken, and which of them a crawl asks for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

import tldextract
from w3lib.url import safe_url_string

from commands.configuration import Settings
from commands.workplace import DEMONSTRATION
from crawler.addresses import AddressRefused, check, host_and_port
from kb.database import Base
from samples.sites import HOST, PORTS

_AT_ONCE = 100
_SAMPLES = frozenset(f"{HOST}:{port}" for port in PORTS)
_suffixes = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


def allowed_hosts(settings: Settings, base: Base) -> frozenset[str]:
    """The hosts that are not public and may be asked all the same: those configured, and the demonstration's own."""
    demonstration = base.facts.get("kind") == DEMONSTRATION and not settings.own
    return frozenset(settings.crawl.allowed_hosts) | (_SAMPLES if demonstration else frozenset())


def accepted(base: Base, allowed: frozenset[str], url: str) -> str:
    """An address as it is asked for, if it may be; no name is looked up, which the crawl does when it connects.

    Raises:
        ValueError: it is no public web address, holds a password, or is of an outlet that does not wish to be read.
    """
    from crawler.extraction.canonical import site_of, without_tracking  # noqa: PLC0415 - it brings all that extracts, which the site needs only here

    if not url.isprintable() or " " in url:
        raise ValueError("it has spaces or invisible characters in it")
    try:
        host, port = host_and_port(url)
        check(url, allowed, look_up=False)
    except AddressRefused as error:
        raise ValueError(str(error)) from error
    if urlsplit(url).username is not None or urlsplit(url).password is not None:
        raise ValueError("it holds a name or a password")
    if f"{host}:{port}" not in allowed:
        found = _suffixes(url)
        if not (found.top_domain_under_public_suffix or found.ipv4 or found.ipv6):
            raise ValueError(f"{host} is no public host")
        if site_of(url) in {site_of(outlet.home) for outlet in base.outlets.unwilling()}:
            raise ValueError("its outlet does not wish to be read here")
    return safe_url_string(without_tracking(url))  # as Scrapy spells it, so that the capture is found by it


def due(base: Base, allowed: frozenset[str], *, only_allowed: bool = False) -> Sequence[str]:
    """The addresses handed in that a crawl is to ask for now, so many at once.

    Args:
        base: in which they wait.
        allowed: "host:port" pairs that may be asked whatever they lead to.
        only_allowed: leave all others alone, as where there is no network.
    """
    base.submissions.follow()
    found = base.submissions.due(datetime.now(UTC), _AT_ONCE)
    return [url for url in found if not only_allowed or "{}:{}".format(*host_and_port(url)) in allowed]
