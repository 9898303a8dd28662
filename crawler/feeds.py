"""Feeds of every sort: which pages they list, and when each was last changed."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import struct_time
from urllib.parse import urljoin

import feedparser
from scrapy.utils.sitemap import Sitemap

from crawler.extraction.metadata import without_tracking


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
    start = payload.lstrip()[:600].lower()
    if start.startswith(b"{"):
        found = _json_entries(payload)
    elif b"<urlset" in start or b"<sitemapindex" in start:
        sitemap = Sitemap(payload)
        index = sitemap.type == "sitemapindex"
        found = [Entry(each["loc"], _moment(each.get("lastmod", "")), index) for each in sitemap]
    else:
        found = _syndicated(payload)
    unique = {without_tracking(urljoin(url, entry.url)): entry for entry in found if entry.url}
    return [replace(entry, url=address) for address, entry in unique.items()]


def _json_entries(payload: bytes) -> list[Entry]:
    try:
        items = json.loads(payload)["items"]
        return [
            Entry(
                item.get("external_url") or item["url"],
                _moment(item.get("date_modified") or item.get("date_published") or ""),
            )
            for item in items
            if item.get("url") or item.get("external_url")
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FeedUnreadable("it begins like JSON and is no JSON feed") from error


def _syndicated(payload: bytes) -> list[Entry]:
    feed = feedparser.parse(payload)
    if not feed.get("version") and not feed.entries:
        raise FeedUnreadable("it is no RSS, Atom or JSON feed and no sitemap")
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
