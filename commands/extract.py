"""`disputed extract`: the report that a page holds."""

import json
import sys
from typing import Any

import click

from commands.configuration import Settings
from commands.crawl import caught_up, told
from commands.inputs import extraction_of
from commands.workplace import opened_base
from crawler.extraction import Extraction, Unextractable
from kb.interchange import well_formed


@click.command("extract", epilog="Example: disputed extract page.html --jsonl")
@click.argument("pages", nargs=-1)
@click.option("--again", is_flag=True, help="Instead of PAGES: everything captured, anew, and what follows from it.")
@click.option("--jsonl", is_flag=True, help="One JSON object a line, in the order of the input.")
@click.pass_obj
def extract_command(settings: Settings, pages: tuple[str, ...], again: bool, jsonl: bool) -> None:
    """Extract reports from PAGES, files or addresses, and show them; or make all reports of the base again."""
    if bool(pages) == again:
        raise click.UsageError("say which pages: files or addresses, or --again for all captures of the base")
    if again:
        _extract_again(settings)
        return
    good = 0
    for page in pages:
        record = well_formed(_record(page, settings))
        good += "error" not in record
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n" if jsonl else _text(record))
    if not good:
        sys.exit(1)


def _extract_again(settings: Settings) -> None:
    with opened_base(settings) as base:
        click.echo(f"{base.captures.again()} captured pages are extracted anew")
        for result in caught_up(base, settings):
            click.echo(told(result))


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
