"""What every request passes on its way out: addresses that are not public are refused, also after a redirect."""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from crawler.addresses import AddressRefused, check


class PublicAddressesOnly:
    """Refuses requests to addresses that are neither public nor allowed."""

    def __init__(self, allowed_hosts: frozenset[str]) -> None:
        self._allowed_hosts = allowed_hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PublicAddressesOnly":
        """As Scrapy makes it, from the setting ALLOWED_HOSTS."""
        return cls(frozenset(crawler.settings.getlist("ALLOWED_HOSTS")))

    def process_request(self, request: Request) -> "Deferred[None]":
        """Look the address up aside from the event loop, and let the request pass or drop it."""
        parts = urlsplit(request.url)
        if f"{parts.hostname}:{parts.port or 80}" in self._allowed_hosts:
            request.meta["autothrottle_dont_adjust_delay"] = True
        return deferToThread(self._check, request.url)

    def _check(self, url: str) -> None:
        try:
            check(url, self._allowed_hosts)
        except AddressRefused as error:
            raise IgnoreRequest(str(error)) from error
