"""Times of publication: as declared, else as htmldate finds them, never later than the page was fetched."""

from datetime import UTC, datetime, timedelta

import dateparser
from htmldate import find_date

_SLACK = timedelta(hours=26)


def declared(value: str, fetched: datetime) -> tuple[datetime | None, bool]:
    """A declared date as an instant, and whether it has a time of day; (None, False) if it is none or lies in the future."""
    if not value:
        return None, False
    try:
        moment: datetime | None = datetime.fromisoformat(value.strip())
    except ValueError:
        moment = dateparser.parse(value, languages=["en"], settings={"TIMEZONE": "UTC", "PREFER_DATES_FROM": "past"})
    if moment is None:
        return None, False
    precise = ":" in value
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > fetched + _SLACK or moment.year < 1990:
        return None, False
    return moment, precise


def found(html: str, url: str, fetched: datetime) -> datetime | None:
    """The date that htmldate finds in a page that declares none."""
    try:
        day = find_date(html, url=url, original_date=True, max_date=(fetched + _SLACK).strftime("%Y-%m-%d"))
    except Exception:
        return None
    return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
