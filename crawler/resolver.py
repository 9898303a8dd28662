"""Looks names up for the crawler once, and lets it connect only to those of their addresses that may be fetched."""

import ipaddress
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

import structlog
from scrapy.resolver import CachingHostnameResolver
from scrapy.settings import BaseSettings
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from crawler.addresses import AddressRefused, judge


def proxy_hosts() -> frozenset[str]:
    """The hosts of the proxies that the environment names, which look names up themselves."""
    return frozenset(filter(None, (urlsplit(address).hostname for address in getproxies().values())))


class PublicResolver(CachingHostnameResolver):
    """What every connection of the crawl asks, so that no name can lead elsewhere than was checked.

    Args:
        reactor: of Twisted.
        cache_size: how many names are remembered.
        allowed_hosts: "host:port" pairs that may lead anywhere.
    """

    def __init__(self, reactor: Any, cache_size: int, allowed_hosts: frozenset[str]) -> None:  # noqa: ANN401
        super().__init__(reactor, cache_size)
        self._allowed_hosts, self._proxies = allowed_hosts, proxy_hosts()

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:  # noqa: ANN401 - Scrapy hands over its process here
        """As Scrapy makes it, from the setting ALLOWED_HOSTS."""
        settings: BaseSettings = crawler.settings
        return cls(reactor, settings.getint("DNSCACHE_SIZE"), frozenset(settings.getlist("ALLOWED_HOSTS")))

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Look a name up, or take a number as it is, and hand on what may be connected to."""
        host = hostName.lower()
        receiver: Any = resolutionReceiver
        if host not in self._proxies:
            receiver = _PublicOnly(receiver, host, portNumber, self._allowed_hosts)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Hands on the addresses that may be connected to."""

    def __init__(self, receiver: Any, host: str, port: int, allowed_hosts: frozenset[str]) -> None:  # noqa: ANN401
        self._receiver, self._host, self._port, self._allowed_hosts = receiver, host, port, allowed_hosts

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802, ANN401
        number = ipaddress.ip_address(address.host.split("%")[0])
        try:
            judge(self._host, self._port, number, self._allowed_hosts)
        except AddressRefused as error:
            structlog.get_logger().warning("address refused", step="crawl", reason=str(error))
        else:
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()
