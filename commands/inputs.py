"""What the verbs take: files of pages, texts and JSON lines, standard input, or addresses."""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from commands.configuration import Settings
from commands.crawl import crawled, order
from crawler.captures import CaptureStore
from crawler.extraction import Extraction, Unextractable, extract, extract_text
from crawler.extraction.extract import LARGEST
from kb.database import open_base
from kb.interchange import report_from_record
from kb.model import Report

PAGES = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True)
class Input:
    """One thing handed in: as which it is named in the output, and its report, or what is wrong with it.

    Attributes:
        name: the id of a JSON line, or the argument as given.
        report: None where it could not be taken.
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
            yield from _lines(sys.stdin.buffer.read().decode("utf-8", "replace"), "-")
        elif argument.endswith((".jsonl", ".ndjson")):
            yield from _file_lines(argument)
        else:
            yield _page(argument, settings)


def _file_lines(argument: str) -> Iterator[Input]:
    try:
        text = Path(argument).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        yield Input(argument, None, f"{argument} cannot be read: {error.strerror}")
        return
    yield from _lines(text, argument)


def _lines(text: str, source: str) -> Iterator[Input]:
    for n, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _line(line, f"{source}:{n}")


def _line(line: str, place: str) -> Input:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Input(place, None, f"not a JSON object: {error}")
    if not isinstance(record, dict):
        return Input(place, None, "not a JSON object")
    name = str(record.get("id") or place)
    try:
        return Input(name, report_from_record({**record, "id": name}, datetime.now(UTC)), record=record)
    except ValueError as error:
        return Input(name, None, str(error), record)


def _page(argument: str, settings: Settings) -> Input:
    try:
        extraction = extraction_of(argument, settings)
    except (Unextractable, OSError) as error:
        return Input(argument, None, str(error))
    report = extraction.report("")
    return Input(argument, report)


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
    if b"\x00" in payload[:4000]:
        raise Unextractable("the file is binary, neither a page nor a text")
    return extract_text(payload.decode("utf-8", "replace"))


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
