"""What the verbs take: files of pages, texts and JSON lines, standard input, or addresses."""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from commands.configuration import Settings
from commands.crawl import crawled, order
from crawler.addresses import is_web_address
from crawler.captures import CaptureStore
from crawler.extraction import Extraction, Unextractable, extract, extract_text
from crawler.extraction.canonical import without_tracking
from crawler.extraction.extract import LARGEST
from kb.database import open_base
from kb.interchange import report_from_record, report_id, well_formed
from kb.model import Report

PAGES = (".html", ".htm", ".xhtml")
_NO_TEXTS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x1f\x8b": "packed by gzip",
    b"WARC/": "a web archive (name it .warc and import it)",
}

LONGEST_TITLE = 400
"""Characters of a title that are taken: headlines have fewer, and what is longer would cost the reader seconds."""

_EARLIEST_YEAR = 1900
_LATEST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Input:
    """One thing handed in: as which it is named in the output, and its report, or what is wrong with it.

    Attributes:
        name: the id of a JSON line, or the argument as given; for the output alone, since two files may use one twice.
        report: None where it could not be taken. Its id is that of its address, or of its text where it has none.
        error: why not.
        record: the JSON object of a JSON line.
    """

    name: str
    report: Report | None
    error: str = ""
    record: dict[str, Any] | None = None


def inputs(arguments: Sequence[str], settings: Settings) -> Iterator[Input]:
    """Everything handed in, in order: files, "-" for JSON lines on standard input, or addresses."""
    for argument in arguments:
        if argument == "-":
            yield from _lines(sys.stdin.buffer.read().decode("utf-8-sig", "replace"), "-")
        elif argument.endswith((".jsonl", ".ndjson")):
            yield from _file_lines(argument)
        else:
            yield _page(argument, settings)


def _file_lines(argument: str) -> Iterator[Input]:
    try:
        text = Path(argument).read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        yield Input(argument, None, f"{argument} cannot be read: {error.strerror}")
        return
    yield from _lines(text, argument)


def _lines(text: str, source: str) -> Iterator[Input]:
    for n, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _line(line, source, n)


def _line(line: str, source: str, n: int) -> Input:
    place = f"{source}:{n}"
    try:
        record = well_formed(json.loads(line))
    except RecursionError:
        return Input(place, None, f"line {n}: nested too deep")
    except ValueError as error:
        return Input(place, None, f"line {n}: not a JSON object: {error}")
    if not isinstance(record, dict):
        return Input(place, None, f"line {n}: not a JSON object")
    given = record.get("id")
    name = place if given is None or given == "" else str(given)
    try:
        return Input(name, _report(record), record=record)
    except ValueError as error:
        return Input(name, None, f"line {n}: {error}", record)


def _report(record: dict[str, Any]) -> Report:
    """The report of a JSON object under an id of our own: the same address gives the same report in every file."""
    now = datetime.now(UTC)
    report = report_from_record({**record, "id": None}, now)
    if report.published is not None and not _believable(report.published, now):
        raise ValueError(
            f"`published` is {record['published']!r}: days from {_EARLIEST_YEAR}-01-01 to {_LATEST.days} days from "
            "now are taken"
        )
    address = without_tracking(report.url) if is_web_address(report.url) else ""
    identity = report_id(address, f"{report.title}\n{report.text}")
    return _with_short_title(replace(report, id=identity, url=address or report.url))


def _believable(published: datetime, now: datetime) -> bool:
    return published.year >= _EARLIEST_YEAR and published <= now + _LATEST


def _with_short_title(report: Report) -> Report:
    if len(report.title) <= LONGEST_TITLE:
        return report
    return replace(report, title=report.title[: LONGEST_TITLE - 1].rstrip() + "…")


def _page(argument: str, settings: Settings) -> Input:
    name = well_formed(argument)
    try:
        report = extraction_of(argument, settings).report("")
    except (Unextractable, OSError) as error:
        return Input(name, None, well_formed(str(error)))
    return Input(name, _with_short_title(Report(**well_formed(asdict(report)))))


def extraction_of(argument: str, settings: Settings) -> Extraction:
    """The extraction of a page in a file or at an address, or of a plain text.

    Raises:
        Unextractable: there is no report in it, or it cannot be had, with the reason.
    """
    now = datetime.now(UTC)
    if argument.startswith(("http://", "https://")):
        return _fetched(argument, settings)
    path = Path(argument)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Unextractable(f"the file has {size:,} bytes, more than the {LARGEST:,} that are read")
        payload = path.read_bytes()
    except OSError as error:
        raise Unextractable(f"{argument} cannot be read: {error.strerror or error}") from error
    if path.suffix.lower() in PAGES or payload.lstrip()[:200].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return extract(payload, url="", media_type="", fetched=now)
    return extract_text(_text_of(payload))


def _text_of(payload: bytes) -> str:
    """The words of a text file, in UTF-8, in UTF-16 with its mark, or else as Western European Windows writes them.

    Raises:
        Unextractable: it is no text but something else that is known by how it begins.
    """
    known = next((name for start, name in _NO_TEXTS.items() if payload.startswith(start)), None)
    if known:
        raise Unextractable(f"the file is {known}, neither a page nor a text")
    if payload.startswith((b"\xff\xfe", b"\xfe\xff")):
        return payload.decode("utf-16", "replace")
    if b"\x00" in payload[:4000]:
        raise Unextractable("the file is binary, neither a page nor a text")
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        return payload.decode("cp1252", "replace")


def _fetched(url: str, settings: Settings) -> Extraction:
    """A page fetched as the crawler fetches it: robots.txt obeyed, private addresses refused."""
    with tempfile.TemporaryDirectory() as folder:
        database, captures = f"sqlite:///{folder}/base.sqlite", f"{folder}/captures"
        open_base(database).close()
        alone = replace(order(settings, [], (url,)), database=database, captures=captures)
        outcome = crawled(alone)
        with open_base(database) as base:
            kept = base.captures.pending(1)
            if not kept:
                raise Unextractable("; ".join(outcome.notes) or "the address gave nothing")
            payload = CaptureStore(captures).read(kept[0])
            return extract(payload, url=kept[0].final_url, media_type=kept[0].media_type, fetched=kept[0].fetched)
