"""Where an Elasticsearch is, as the configuration says it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from kb.search.engine import SearchAddressRefused

FORM: Final = "https://USER@HOST:9200/INDEX?ca=FILE"
_INDEX = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """An index and where it is.

    Attributes:
        hosts: web addresses of its nodes, of which any one will do.
        index: the name that it goes by; the indices behind it begin with this name.
        user: who logs in; empty: an API key does, or nobody.
        ca: certificate of the authority that signed the server's; None: one that this machine trusts anyway.
    """

    hosts: tuple[str, ...]
    index: str
    user: str = ""
    ca: Path | None = None

    def __str__(self) -> str:
        return f"{', '.join(self.hosts)} (index {self.index})"


def read(text: str) -> Address:
    """The address as it is written: `https://USER@HOST:9200/INDEX?ca=FILE`.

    USER and FILE may be left out; several hosts of one cluster have commas between them.

    Raises:
        SearchAddressRefused: it is none, or has a password in it, which only the environment may have; it is not shown.
    """
    try:
        parts = urlsplit(text)
        login, _, places = parts.netloc.rpartition("@")
        hosts = tuple(_host(parts.scheme, place) for place in places.split(","))
    except ValueError as error:
        raise SearchAddressRefused(
            f"the address of the search engine cannot be read: write {FORM} as `search`"
        ) from error
    if ":" in login:
        raise SearchAddressRefused(
            "there is a password in the address of the search engine: take it out, and give it in the environment as "
            "DISPUTED_SEARCH_PASSWORD"
        )
    options = dict(parse_qsl(parts.query))
    address = Address(hosts, parts.path.strip("/"), unquote(login), Path(options["ca"]) if options.get("ca") else None)
    if not _INDEX.fullmatch(address.index) or parts.fragment or options.keys() - {"ca"}:
        raise SearchAddressRefused(f"`search` is no address of an index: write {FORM}, INDEX in small letters")
    _check_authority(address)
    return address


def _host(scheme: str, place: str) -> str:
    host = urlsplit(f"{scheme}://{place}")
    if not host.hostname:
        raise ValueError("a host is missing")
    name = f"[{host.hostname}]" if ":" in host.hostname else host.hostname
    return f"{scheme}://{name}:{host.port or _PORTS[scheme]}"


def _check_authority(address: Address) -> None:
    if address.ca is None:
        return
    if address.hosts[0].startswith("http:"):
        raise SearchAddressRefused(
            f"{address} has no certificate to check with {address.ca}: write https, or leave ca out"
        )
    if not address.ca.is_file():
        raise SearchAddressRefused(
            f"there is no file {address.ca}, which `ca` in the address of the search engine names"
        )
