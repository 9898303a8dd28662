"""What every request passes on its way out: addresses that are not public are refused, also after a redirect."""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.threads import deferToThread

from crawler.addresses import AddressRefused, check
from crawler.resolver import proxy_hosts


class PublicAddressesOnly:
    """Refuses requests to addresses that are neither public nor allowed.

    Names are judged by `crawler.resolver` when they are connected to; behind a proxy, which looks them up itself, they
    are looked up here as well.
    """

    def __init__(self, allowed_hosts: frozenset[str]) -> None:
        self._allowed_hosts, self._proxied = allowed_hosts, bool(proxy_hosts())

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PublicAddressesOnly":
        """As Scrapy makes it, from the setting ALLOWED_HOSTS."""
        return cls(frozenset(crawler.settings.getlist("ALLOWED_HOSTS")))

    async def process_request(self, request: Request) -> None:
        """Let the request pass or drop it; what takes time is done aside from the event loop."""
        parts = urlsplit(request.url)
        if f"{parts.hostname}:{parts.port or 80}" in self._allowed_hosts:
            request.meta["autothrottle_dont_adjust_delay"] = True
        try:
            if self._proxied:
                await maybe_deferred_to_future(deferToThread(check, request.url, self._allowed_hosts))
            else:
                check(request.url, self._allowed_hosts, look_up=False)
        except AddressRefused as error:
            raise IgnoreRequest(str(error)) from error
