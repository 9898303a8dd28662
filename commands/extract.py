"""`disputed extract`: the report that a page holds."""

import json
import sys
from typing import Any

import click

from commands.configuration import Settings
from commands.inputs import extraction_of, well_formed
from crawler.extraction import Extraction, Unextractable


@click.command("extract", epilog="Example: disputed extract page.html --jsonl")
@click.argument("pages", nargs=-1, required=True)
@click.option("--jsonl", is_flag=True, help="One JSON object a line, in the order of the input.")
@click.pass_obj
def extract_command(settings: Settings, pages: tuple[str, ...], jsonl: bool) -> None:
    """Extract reports from pages: files or addresses."""
    good = 0
    for page in pages:
        record = well_formed(_record(page, settings))
        good += "error" not in record
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n" if jsonl else _text(record))
    if not good:
        sys.exit(1)


def _record(page: str, settings: Settings) -> dict[str, Any]:
    try:
        found: Extraction = extraction_of(page, settings)
    except Unextractable as error:
        return {"page": page, "error": str(error)}
    return {
        "page": page,
        "title": found.title,
        "byline": list(found.byline),
        "published": _time(found),
        "modified": found.modified.isoformat() if found.modified else None,
        "canonical": found.canonical,
        "body": found.body,
        "language": found.language,
        "truncated": found.truncated,
    }


def _time(found: Extraction) -> str | None:
    if found.published is None:
        return None
    return found.published.isoformat() if found.published_precise else found.published.date().isoformat()


def _text(record: dict[str, Any]) -> str:
    if "error" in record:
        return f"{record['page']}: {record['error']}\n"
    about = " · ".join(
        filter(None, [record["published"] or "no date", ", ".join(record["byline"]), record["language"]])
    )
    return f"{record['title']}\n{about}\n\n{record['body']}\n\n"
