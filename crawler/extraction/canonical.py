"""The address by which a page is known, whatever way led to it."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit, urlunsplit

import tldextract
from w3lib.url import url_query_cleaner

_TRACKING = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "utm_id",
    "utm_name",
    "fbclid",
    "gclid",
    "dclid",
    "msclkid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "cmpid",
    "ref",
    "ref_src",
    "taid",
    "guccounter",
    "smid",
    "amp",
    "outputType",
    *(
        spelt
        for name in ("PHPSESSID", "JSESSIONID", "sessionid", "session_id", "CFID", "CFTOKEN", "zenid", "osCsid")
        for spelt in {name, name.lower()}
    ),
)
_SESSION_PATH = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_AMP_PATH = re.compile(r"/amp/?$|\.amp(?=\.html?$|$)", re.IGNORECASE)
_domain = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def canonical(named: Iterable[str], url: str) -> tuple[str, str]:
    """A page's own address, and the host of another site that it names as its original's.

    A page speaks for its own registrable domain only: what it names elsewhere must never be taken for that site's word.
    A page without an address, handed in as a file, is believed.

    Args:
        named: what the page names as its address, the best first.
        url: the address that answered; empty for a file.
    """
    addresses = [_joined(url, each) for each in named if each.strip()]
    believable = [address for address in addresses if _believable(address, url)]
    own = next((address for address in believable if _same_site(address, url)), _without_amp(without_tracking(url)))
    foreign = next((address for address in believable if not _same_site(address, url)), "")
    return own, (urlsplit(foreign).hostname or "").removeprefix("www.")


def site_of(url: str) -> str:
    """The registrable domain of an address, by the suffix list that comes with the library; a number as it is."""
    host, parts = urlsplit(url).hostname or "", _domain(url)
    if parts.top_domain_under_public_suffix or parts.ipv4 or parts.ipv6:
        return parts.top_domain_under_public_suffix or host
    return ".".join(host.rstrip(".").split(".")[-2:])  # the list's own rule for suffixes that it does not name


def without_tracking(url: str) -> str:
    """The address without fragment and without what only says where a reader came from, or who reads."""
    return str(url_query_cleaner(_SESSION_PATH.sub("", url.split("#", 1)[0]), _TRACKING, remove=True))


def _without_amp(url: str) -> str:
    """The address of the full page behind that of its version for phones."""
    parts = urlsplit(url)
    path = _AMP_PATH.sub("", parts.path)
    return url if path == parts.path else urlunsplit(parts._replace(path=path))


def _joined(url: str, named: str) -> str:
    try:
        return without_tracking(urljoin(url, named.strip()))
    except ValueError:
        return ""


def _believable(address: str, url: str) -> bool:
    named, asked = urlsplit(address), urlsplit(url)
    if named.scheme not in {"http", "https"} or not named.hostname:
        return False
    return bool(named.path.strip("/")) or not asked.path.strip("/")


def _same_site(address: str, url: str) -> bool:
    return not url or site_of(address) == site_of(url)
