"""Which addresses may be fetched: public ones over HTTP, and others only where they are allowed by name."""

import ipaddress
import socket
from urllib.parse import urlsplit

Number = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS = {"http": 80, "https": 443}
LONGEST = 2000
"""Bytes of an address; longer ones are traps, and no database has an index of them."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):
    """The address must not be fetched; the message says why."""


def check(url: str, allowed_hosts: frozenset[str], *, look_up: bool = True) -> None:
    """Refuse an address that is not public, unless its "host:port" is allowed.

    Args:
        url: the address.
        allowed_hosts: "host:port" pairs that may lead anywhere.
        look_up: find out what a name stands for; without it names pass, and are judged when they are connected to.

    Raises:
        AddressRefused: too long, not HTTP, without a host, or leading to a private or otherwise reserved network.
    """
    if len(url.encode()) > LONGEST:
        raise AddressRefused(f"its address is longer than {LONGEST:,} bytes: {url[:80]}…")
    host, port = host_and_port(url)
    if f"{host}:{port}" in allowed_hosts:
        return
    for number in _looked_up(host, port) if look_up else _number(host):
        judge(host, port, number, allowed_hosts)


def judge(host: str, port: int, number: Number, allowed_hosts: frozenset[str]) -> None:
    """Refuse one of the numbers that a host stands for.

    Raises:
        AddressRefused: it is not public, and "host:port" is not allowed.
    """
    inside = _inside(number)
    public = inside.is_global and not inside.is_multicast and not inside.is_reserved
    if not public and f"{host}:{port}" not in allowed_hosts:
        raise AddressRefused(
            f"{host}:{port} leads to {number}, which is no public address; name {host}:{port} in "
            "crawl.allowed_hosts if that is meant"
        )


def is_web_address(url: str) -> bool:
    """Whether the words are an http or https address with a host."""
    try:
        host_and_port(url)
    except AddressRefused:
        return False
    return True


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


def _inside(number: Number) -> Number:
    """The IPv4 address that an IPv6 address carries, or the address itself."""
    if isinstance(number, ipaddress.IPv4Address):
        return number
    if number in _NAT64:
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or number


def _number(host: str) -> list[Number]:
    try:
        return [ipaddress.ip_address(host.split("%", maxsplit=1)[0])]
    except ValueError:
        return []


def _looked_up(host: str, port: int) -> list[Number]:
    """What a host's name stands for; nothing where it is unknown, which the fetch itself will report."""
    try:
        found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
