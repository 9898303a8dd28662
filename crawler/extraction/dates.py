"""Times of publication, each with where it was found; none later than the page was fetched."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import dateparser
from htmldate import find_date
from lxml.html import HtmlElement

from kb.model import DateSource

_SLACK = timedelta(hours=26)
_EARLIEST = 1990
_LONGEST = 100
# nothing that is reckoned from today, so that a page gives the same whenever it is read
_READING = {"TIMEZONE": "UTC", "PARSERS": ["timestamp", "absolute-time"], "REQUIRE_PARTS": ["year", "month", "day"]}


class Published(NamedTuple):
    """When a report was published, and how that is known.

    Attributes:
        time: the instant, with zone; None where the page does not say.
        precise: whether with a time of day.
        source: where it was found; None where there is no time.
    """

    time: datetime | None = None
    precise: bool = False
    source: DateSource | None = None


def published(declared: Iterable[tuple[str, DateSource]], page: HtmlElement, fetched: datetime) -> Published:
    """The first declared time that can be one, else the day that htmldate finds in the page."""
    for value, source in declared:
        moment = _believed(value, fetched)
        if moment:
            return Published(moment, ":" in value, source)
    return _found(page, fetched)


def modified(declared: str, fetched: datetime) -> datetime | None:
    """A declared time of change; None if it is none or lies in the future."""
    return _believed(declared, fetched)


def instant(value: str) -> datetime | None:
    """A written time as an instant, UTC where it names no zone; None if it is none."""
    if not value.strip():
        return None
    try:
        moment: datetime | None = datetime.fromisoformat(value.strip())
    except ValueError:
        moment = dateparser.parse(value[:_LONGEST], languages=["en"], settings=_READING)
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _believed(value: str, fetched: datetime) -> datetime | None:
    moment = instant(value)
    return moment if moment and moment.year >= _EARLIEST and moment <= fetched + _SLACK else None


def _found(page: HtmlElement, fetched: datetime) -> Published:
    """The day that htmldate finds."""
    day = _by_htmldate(page, fetched)
    if day.endswith(
        "-01-01"
    ):  # of a mere year, as of a notice of copyright, it makes the first day, unless asked for less
        day = _by_htmldate(page, fetched, extensive_search=False)
    return Published(datetime.fromisoformat(day).replace(tzinfo=UTC), False, DateSource.TEXT) if day else Published()


def _by_htmldate(page: HtmlElement, fetched: datetime, *, extensive_search: bool = True) -> str:
    """An ISO day; the empty address keeps htmldate from taking that of the address, which it prefers."""
    latest = (fetched + _SLACK).strftime("%Y-%m-%d")
    try:
        return find_date(page, extensive_search, original_date=True, url="", max_date=latest) or ""
    except Exception:
        return ""
