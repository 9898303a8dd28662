"""The formats that other programs read and the one in which the base keeps readings."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from kb.model import (
    PUBLIC_RECORD,
    Allegation,
    Amount,
    Interval,
    PartialDate,
    Reading,
    Report,
    Response,
    Scheduled,
    Span,
)

_READING = TypeAdapter(Reading)
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")


def well_formed(value: Any) -> Any:  # noqa: ANN401 - whatever JSON may hold
    """The value with what no text can hold (half a surrogate pair, a NUL) replaced in all its strings, one for one."""
    if isinstance(value, str):
        return _NO_CHARACTER.sub("\ufffd", value)
    if isinstance(value, dict):
        return {well_formed(key): well_formed(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(well_formed(each) for each in value)
    return value


def reading_to_json(reading: Reading) -> str:
    """The whole reading, without loss."""
    return _READING.dump_json(reading).decode()


def reading_from_json(text: str) -> Reading:
    """The reading that `reading_to_json` wrote."""
    return _READING.validate_json(text)


def report_id(url: str, text: str) -> str:
    """Sixteen hexadecimal digits that stand for a report: of its address, or of its text where it has none."""
    return hashlib.sha256((url or text).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def report_from_record(record: Mapping[str, Any], crawled: datetime | None = None) -> Report:
    """The report of one JSON object with `title` or `text`, and perhaps id, published, outlet, url and truncated.

    Raises:
        ValueError: neither title nor text is there, or a value is not of its kind; the message says which.
    """
    title, text = _string(record, "title"), _string(record, "text")
    if not title.strip() and not text.strip():
        raise ValueError("neither `title` nor `text`: give at least one of them")
    url, outlet = _string(record, "url"), _string(record, "outlet")
    if outlet == PUBLIC_RECORD:
        raise ValueError(f"`outlet` must not be {PUBLIC_RECORD!r}, which marks what was entered from public record")
    published, precise = published_time(_string(record, "published"))
    return Report(
        id=_string(record, "id") or report_id(url, f"{title}\n{text}"),
        url=url,
        outlet=outlet,
        title=title,
        text=text,
        published=published,
        published_precise=precise,
        crawled=crawled,
        truncated=bool(record.get("truncated")),
    )


_MAY_BE_NUMBERS = {"id", "published"}


def _string(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) and not (key in _MAY_BE_NUMBERS and isinstance(value, int)):
        raise ValueError(f"`{key}` must be a text, it is {type(value).__name__}")
    return str(value)


_MONTH_OR_YEAR = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")


def published_time(value: str) -> tuple[datetime | None, bool]:
    """An ISO date or time as an instant, and whether it has a time of day.

    (None, False) for an empty text, and where only month or year is given, which is no instant.

    Raises:
        ValueError: not an ISO date or time.
    """
    if not value or _MONTH_OR_YEAR.fullmatch(value):
        return None, False
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"`published` must be an ISO date or time, it is {value!r}") from error
    precise = len(value) > len("2026-01-01")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), precise


def reading_record(report: Report, reading: Reading, *, everything: bool = False) -> dict[str, Any]:
    """What `disputed read --jsonl` prints for one report.

    Args:
        report: what was read.
        reading: what was found.
        everything: also what would wait for review.
    """
    allegations = [a for a in reading.allegations if everything or a.published]
    return {
        "id": report.id,
        "title": report.title,
        "published": _time(report),
        "allegations": [allegation_record(allegation) for allegation in allegations],
        "responses": [_response(response) for response in reading.responses],
        "organisations": list(reading.organisations),
        "scheduled": [_scheduled(event) for event in reading.scheduled],
    }


def error_record(identity: str, message: str) -> dict[str, Any]:
    """The line for an input that could not be read."""
    return {"id": identity, "allegations": [], "error": message}


def allegation_record(allegation: Allegation) -> dict[str, Any]:
    """One allegation with the keys of the interchange format."""
    proceeding = allegation.proceeding
    return {
        "role": allegation.role.value,
        "accusers": list(allegation.accusers),
        "accused": list(allegation.accused),
        "victim": list(allegation.victims),
        "conduct": [code.value for code in allegation.conduct],
        "stage": allegation.stage.value,
        "object": list(allegation.objects),
        "occurred": _interval(allegation.occurred),
        "stated": _date(allegation.stated),
        "reached": _date(allegation.reached),
        "hedge": allegation.hedge,
        "attribution": list(allegation.attribution),
        "relief": list(allegation.relief),
        "proceeding": {"court": proceeding.court, "docket": proceeding.docket} if proceeding else None,
        "amounts": [_amount(amount) for amount in allegation.amounts],
        "confidence": round(allegation.confidence, 3),
        **_place(allegation.span, allegation.sentence),
    }


def _response(response: Response) -> dict[str, Any]:
    return {"by": response.by, "response": response.code.value, **_place(response.span, response.sentence)}


def _scheduled(event: Scheduled) -> dict[str, Any]:
    return {"kind": event.kind.value, "date": event.date.iso, **_place(event.span, event.sentence)}


def _place(span: Span, sentence: str) -> dict[str, Any]:
    return {"field": span.field, "span": [span.start, span.end], "sentence": sentence}


def _amount(amount: Amount) -> dict[str, Any]:
    return {"value": amount.value, "unit": amount.unit, "what": amount.what, "hedge": amount.hedge.value}


def _interval(interval: Interval | None) -> list[str | None]:
    return [_date(interval.start), _date(interval.end)] if interval else []


def _date(date: PartialDate | None) -> str | None:
    return date.iso if date else None


def _time(report: Report) -> str | None:
    if report.published is None:
        return None
    return report.published.isoformat() if report.published_precise else report.published.date().isoformat()
