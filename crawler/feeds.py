"""Feeds of every sort: which pages they list, and when each was last changed."""

import gzip
import io
import json
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from scrapy.utils.sitemap import Sitemap

from crawler.extraction.canonical import without_tracking

LARGEST_UNPACKED = 50_000_000
"""Bytes of a packed feed once unpacked: what the sitemaps protocol allows."""
_GZIP = b"\x1f\x8b\x08"


class FeedUnreadable(Exception):
    """The response is no feed; the message says what it looks like."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed lists.

    Attributes:
        url: address of a page, or of a further list.
        changed: when it was last changed; None where the feed does not say.
        is_list: a further list of pages, as in an index of sitemaps.
    """

    url: str
    changed: datetime | None
    is_list: bool = False


def entries(payload: bytes, url: str) -> list[Entry]:
    """The pages that an RSS, Atom or JSON feed or a sitemap lists, each once.

    Raises:
        FeedUnreadable: it is none of these.
    """
    payload = _unpacked(payload)
    start = payload.lstrip()[:600].lower()
    if start.startswith(b"{"):
        found = _json_entries(payload)
    elif b"<urlset" in start or b"<sitemapindex" in start:
        sitemap = Sitemap(payload)
        index = sitemap.type == "sitemapindex"
        found = [Entry(each["loc"], _moment(each.get("lastmod", "")), index) for each in sitemap if each.get("loc")]
    else:
        found = _syndicated(payload)
    unique = {address: entry for entry in found if (address := _address(url, entry.url))}
    return [replace(entry, url=address) for address, entry in unique.items()]


def _unpacked(payload: bytes) -> bytes:
    if not payload.startswith(_GZIP):
        return payload
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(payload)) as file:
            unpacked = file.read(LARGEST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FeedUnreadable(f"it begins like gzip and cannot be unpacked: {error}") from error
    if len(unpacked) > LARGEST_UNPACKED:
        raise FeedUnreadable(f"it unpacks to more than the {LARGEST_UNPACKED:,} bytes that are read")
    return unpacked


def _address(feed: str, named: str) -> str:
    """The web address that an entry names, without tracking; empty where it names none."""
    try:
        address = without_tracking(urljoin(feed, named.strip())) if named.strip() else ""
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.hostname else ""


def _json_entries(payload: bytes) -> list[Entry]:
    try:
        items = json.loads(payload)["items"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FeedUnreadable("it begins like JSON and is no JSON feed") from error
    if not isinstance(items, list):
        raise FeedUnreadable("it begins like a JSON feed and its items are no list")
    return [_json_entry(item) for item in items if isinstance(item, dict)]


def _json_entry(item: dict[str, Any]) -> Entry:
    address, changed = (
        next((item[key] for key in keys if item.get(key) and isinstance(item[key], str)), "")
        for keys in (("external_url", "url"), ("date_modified", "date_published"))
    )
    return Entry(address, _moment(changed))


def _syndicated(payload: bytes) -> list[Entry]:
    feed = feedparser.parse(payload)
    if not feed.get("version") and not feed.entries:
        raise FeedUnreadable("it is no RSS, Atom or JSON feed and no sitemap")
    if feed.bozo and not feed.entries:
        raise FeedUnreadable(f"it is no sound feed, and no page could be made out in it: {feed.bozo_exception}")
    return [
        Entry(str(e.get("link", "")), _utc(e.get("updated_parsed") or e.get("published_parsed"))) for e in feed.entries
    ]


def _utc(parsed: struct_time | None) -> datetime | None:
    return datetime(*parsed[:6], tzinfo=UTC) if parsed else None


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
