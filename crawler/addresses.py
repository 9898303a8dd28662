"""Which addresses may be fetched: public ones over HTTP, and others only where they are allowed by name."""

import ipaddress
import socket
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


class AddressRefused(Exception):
    """The address must not be fetched; the message says why."""


def check(url: str, allowed_hosts: frozenset[str]) -> None:
    """Refuse an address that is not public, unless its "host:port" is allowed; names are looked up.

    Raises:
        AddressRefused: not HTTP, without a host, or leading to a private, loopback or otherwise reserved network.
    """
    host, port = host_and_port(url)
    if f"{host}:{port}" in allowed_hosts:
        return
    for address in _addresses(host, port):
        if not address.is_global or address.is_multicast:
            raise AddressRefused(
                f"{url} leads to {address}, which is no public address; allow {host}:{port} in "
                "crawl.allowed_hosts if that is meant"
            )


def host_and_port(url: str) -> tuple[str, int]:
    """Where an address leads.

    Raises:
        AddressRefused: it is no http or https address, or has no host.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError as error:
        raise AddressRefused(f"{url!r} is no address: {error}") from error
    if port is None or parts.scheme not in _PORTS or not parts.hostname:
        raise AddressRefused(f"{url!r} is no http or https address")
    return parts.hostname, port


def _addresses(host: str, port: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """What a host's name stands for; nothing where it is unknown, which the fetch itself will report."""
    try:
        found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
