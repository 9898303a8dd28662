"""`disputed import`: pages, texts, JSON lines and web archives that are at hand."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click
import structlog

from commands.configuration import Settings
from commands.crawl import caught_up, told
from commands.inputs import PAGES, inputs
from commands.workplace import Failed, opened_base
from crawler.captures import CaptureStore, keep_new, read_warc
from crawler.records import FetchedPage
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
        counted = Counter(taken for file in _files(paths) for taken in _taken(base, store, settings, file))
        store.close()
        if not counted[True]:
            kinds = ", ".join(_TAKEN)
            raise Failed(f"nothing was imported: a reason stands above, or there is no file of a kind taken ({kinds})")
        click.echo(f"import: {counted[True]} done, {counted[False]} failed")
        for result in caught_up(base, settings):
            click.echo(told(result))


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.name.lower().endswith(_TAKEN))
        else:
            yield path


def _taken(base: Base, store: CaptureStore, settings: Settings, file: Path) -> Iterator[bool]:
    """Of each report or page of a file whether it was taken over; why not, the log says."""
    if not file.is_file():
        address = str(file).startswith(("http:/", "https:/"))
        reason = "an address is fetched by `disputed crawl ADDRESS`" if address else "there is no such file"
        yield _refused(file, reason)
    elif file.name.lower().endswith(_ARCHIVES):
        yield from _pages(base, store, (_fetched(page.url, page.payload, page.fetched) for page in read_warc(file)))
    elif file.suffix.lower() in PAGES:
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        yield from _pages(base, store, [_fetched(file.resolve().as_uri(), file.read_bytes(), changed)])
    elif file.suffix.lower() == ".json":
        yield _refused(file, "JSON is taken as lines, one report a line, from a file named .jsonl")
    else:
        yield from _reports(base, file, settings)


def _pages(base: Base, store: CaptureStore, pages: Iterable[FetchedPage]) -> Iterator[bool]:
    rest = iter(pages)
    while some := list(islice(rest, _AT_ONCE)):
        keep_new(base, store, *some)
        yield from (True for _ in some)


def _fetched(url: str, payload: bytes, fetched: datetime) -> FetchedPage:
    headers = {"content-type": "text/html"}
    return FetchedPage(url=url, final_url=url, status=200, payload=payload, headers=headers, fetched=fetched, outlet="")


def _reports(base: Base, file: Path, settings: Settings) -> Iterator[bool]:
    for given in inputs([str(file)], settings):
        if given.report is None:
            yield _refused(file, given.error, report=given.name)
        else:
            base.reports.put(given.report)
            yield True


def _refused(file: Path, reason: str, **more: str) -> bool:
    structlog.get_logger().warning("not imported", step="import", file=str(file), reason=reason, **more)
    return False
