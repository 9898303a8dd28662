"""`disputed import`: pages, texts, JSON lines and web archives that are at hand."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click
import structlog

from commands.configuration import Settings
from commands.crawl import caught_up
from commands.inputs import PAGES, inputs
from commands.workplace import Failed, opened_base
from crawler.captures import CaptureStore, FetchedPage, keep_new, read_warc
from kb.database import Base

_ARCHIVES = (".warc", ".warc.gz")
_AT_ONCE = 50
_TAKEN = (*PAGES, ".txt", ".jsonl", ".ndjson", *_ARCHIVES)


@click.command("import", epilog="Example: disputed import reports.jsonl pages/ crawl.warc.gz")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def import_command(settings: Settings, paths: tuple[Path, ...]) -> None:
    """Import pages (.html), texts (.txt), JSON lines (.jsonl), web archives (.warc, .warc.gz) or folders of them.

    docs/formats.md describes the JSON lines.
    """
    with opened_base(settings) as base:
        store = CaptureStore(settings.captures_address)
        taken = sum(_taken(base, store, settings, file) for file in _files(paths))
        store.close()
        if not taken:
            kinds = ", ".join(_TAKEN)
            raise Failed(f"nothing was imported: a reason stands above, or there is no file of a kind taken ({kinds})")
        for result in caught_up(base, settings):
            click.echo(f"{result.step}: {result.done} done, {result.failed} failed")


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.name.lower().endswith(_TAKEN))
        else:
            yield path


def _taken(base: Base, store: CaptureStore, settings: Settings, file: Path) -> int:
    """How many reports or pages of a file were taken over."""
    if not file.is_file():
        address = str(file).startswith(("http:/", "https:/"))
        reason = "an address is fetched by `disputed crawl ADDRESS`" if address else "there is no such file"
        structlog.get_logger().warning("not imported", step="import", file=str(file), reason=reason)
        return 0
    if file.name.lower().endswith(_ARCHIVES):
        return _pages(base, store, (_fetched(page.url, page.payload, page.fetched) for page in read_warc(file)))
    if file.suffix.lower() in PAGES:
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return _pages(base, store, [_fetched(file.resolve().as_uri(), file.read_bytes(), changed)])
    return sum(_report(base, file, settings))


def _pages(base: Base, store: CaptureStore, pages: Iterable[FetchedPage]) -> int:
    taken, rest = 0, iter(pages)
    while some := list(islice(rest, _AT_ONCE)):
        keep_new(base, store, *some)
        taken += len(some)
    return taken


def _fetched(url: str, payload: bytes, fetched: datetime) -> FetchedPage:
    headers = {"content-type": "text/html"}
    return FetchedPage(url=url, final_url=url, status=200, payload=payload, headers=headers, fetched=fetched, outlet="")


def _report(base: Base, file: Path, settings: Settings) -> Iterator[int]:
    for given in inputs([str(file)], settings):
        if given.report is None:
            log = structlog.get_logger()
            log.warning("not imported", step="import", file=str(file), report=given.name, reason=given.error)
            yield 0
        else:
            base.reports.put(given.report)
            yield 1
