"""Feeds of what is filed in courts: CM/ECF's, CourtListener's docket feeds and the answers of its search API."""

import json
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from html import unescape
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import feedparser
from w3lib.html import remove_tags

from crawler.feeds import FeedUnreadable
from kb.filings import Filing
from kb.model import Outlet

_NUMBER = r"(?P<docket>\d:\d\d-[a-z]{2,4}-\d+(?:-\w+)*)"
_CM_ECF = re.compile(rf"^{_NUMBER}\s+(?P<caption>\S.*)$")
_COURTLISTENER = re.compile(rf"^(?:Entry #\d+|Minute entry from .+?) in (?P<caption>.+), {_NUMBER}$")
_SHORT = re.compile(r"^\s*\[(?P<what>.+?)\](?=\s|\(|$)")
_DOCUMENT = re.compile(r"""href=["'](?P<url>https?://[^"']+)["']""")


def filings(payload: bytes, url: str, court: Outlet, fetched: datetime) -> list[Filing]:
    """What a feed says was filed, the oldest first; entries without docket number, parties, day or words are left out.

    Args:
        payload: the feed.
        url: its address.
        court: whose it is.
        fetched: when.

    Raises:
        FeedUnreadable: it is no feed, and no answer of CourtListener's search.
    """
    told = {"outlet": court.slug, "crawled": fetched}
    found = _searched(payload, url, told) if payload.lstrip().startswith(b"{") else _listed(payload, court, told)
    return sorted(found, key=lambda filing: filing.filed)


def _listed(payload: bytes, court: Outlet, told: Mapping[str, Any]) -> Iterator[Filing]:
    feed = feedparser.parse(payload)
    if not feed.get("version") and not feed.entries:
        raise FeedUnreadable("it is no RSS or Atom feed, and no answer of CourtListener's search")
    return (filing for entry in feed.entries if (filing := _entry(entry, court, told)))


def _entry(entry: Any, court: Outlet, told: Mapping[str, Any]) -> Filing | None:  # noqa: ANN401 - the library's own
    title = " ".join(entry.get("title", "").split())
    found = _CM_ECF.match(title) or _COURTLISTENER.match(title)
    moment = entry.get("published_parsed")
    summary = entry.get("summary", "")
    short = _SHORT.match(summary)
    what = _plain(short["what"] if short else summary)
    if not found or not moment or not what:
        return None
    filed = datetime.fromtimestamp(timegm(moment), UTC)
    document = _DOCUMENT.search(summary)
    return Filing(
        **told,
        court=court.court,
        docket=found["docket"],
        caption=found["caption"],
        what=what,
        filed=filed,
        day=filed.astimezone(ZoneInfo(court.timezone)).date(),
        url=document["url"].replace("&amp;", "&") if document else entry.get("link", ""),
    )


def _plain(markup: str) -> str:
    """The words of a piece of HTML."""
    return " ".join(unescape(remove_tags(markup)).split())


def _searched(payload: bytes, url: str, told: Mapping[str, Any]) -> Iterator[Filing]:
    try:
        results = json.loads(payload)["results"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FeedUnreadable("it begins like JSON and is no answer of CourtListener's search") from error
    if not isinstance(results, list):
        raise FeedUnreadable("it begins like an answer of CourtListener's search and its results are no list")
    return (filing for each in results if isinstance(each, dict) for filing in _of_docket(each, url, told))


def _of_docket(found: Mapping[str, Any], url: str, told: Mapping[str, Any]) -> Iterator[Filing]:
    """The documents of a docket that was found, or else that it was opened."""
    opened = {"entry_date_filed": found.get("dateFiled"), "description": "New case"}
    for document in found.get("recap_documents") or [opened]:
        if not isinstance(document, dict):
            continue
        day = _day(document.get("entry_date_filed"))
        what = _plain(_text(document, "description") or _text(document, "short_description"))
        if day is None or not what or not _text(found, "docketNumber") or not _text(found, "caseName"):
            continue
        yield Filing(
            **told,
            court=_text(found, "court_citation_string"),
            docket=_text(found, "docketNumber"),
            caption=_plain(_text(found, "caseName")),
            what=what,
            filed=datetime.combine(day, time(), UTC),
            day=day,
            url=urljoin(url, _text(document, "absolute_url") or _text(found, "docket_absolute_url")),
            nature=" ".join(filter(None, (_text(found, "suitNature"), _text(found, "cause")))),
        )


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return value.strip() if isinstance(value, str) else ""


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
