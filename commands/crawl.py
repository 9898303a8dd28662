"""`disputed crawl`: outlets and pages are captured, and all steps after that are run."""

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import click

from commands import logs
from commands.configuration import Settings
from commands.workplace import (
    DEMONSTRATION,
    Failed,
    agent,
    coordinating,
    opened_base,
    opened_engine,
    shown_progress,
    steps_over,
)
from crawler.addresses import AddressRefused, host_and_port
from crawler.captures import CaptureStore
from kb.database import Base
from kb.model import Outlet
from pipeline.catching_up import index_changes
from pipeline.crawling import CrawlFailed, CrawlOrder, CrawlProcess
from pipeline.step import StepResult
from pipeline.workers import check


@click.command("crawl", epilog="Example: disputed crawl --outlet techcrunch")
@click.argument("pages", nargs=-1)
@click.option("--outlet", "slugs", multiple=True, help="Only this outlet; may be given several times.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
@click.option("--only-capture", is_flag=True, help="Capture, and leave extracting, reading and the rest for later.")
@click.pass_obj
def crawl_command(
    settings: Settings, pages: tuple[str, ...], slugs: tuple[str, ...], as_json: bool, only_capture: bool
) -> None:
    """Crawl the outlets once, or only these PAGES; then extract, read, track and index what came."""
    for page in pages:
        _check(page)
    with opened_base(settings) as base:
        if not settings.contact and base.facts.get("kind") != DEMONSTRATION:
            raise Failed("no contact address: set `contact` in disputed.toml, so that outlets can reach you")
        CaptureStore(settings.captures_address).check()
        if not only_capture:
            check(settings.scheduler)
        wanted = [] if pages and not slugs else _chosen(base, slugs)
        with shown_progress("crawling"):
            results = [crawled(order(settings, wanted, pages))]
        if not only_capture:
            results += caught_up(base, settings)
    if as_json:
        click.echo(json.dumps({r.step: {"done": r.done, "failed": r.failed, "notes": r.notes} for r in results}))
    else:
        _tell(results)
    if pages and not wanted and results[0].failed == len(pages):
        raise Failed("none of these pages could be fetched; the reasons are above")


def _tell(results: Sequence[StepResult]) -> None:
    for result in results:
        click.echo(f"{result.step}: {result.done} done, {result.failed} failed")
        for note in result.notes:
            click.echo(f"  {note}")


def _check(page: str) -> None:
    try:
        host_and_port(page)
    except AddressRefused as error:
        raise click.UsageError(f"{error}; an address looks like https://example.com/news/page") from error


def crawled(wanted: CrawlOrder) -> StepResult:
    """What one crawl captured; errors as `Failed`."""
    try:
        with CrawlProcess(wanted) as crawl:
            return crawl.result()
    except CrawlFailed as error:
        raise Failed(f"the crawl did not end well: {error}") from error


def order(
    settings: Settings,
    outlets: list[Outlet],
    pages: tuple[str, ...] = (),
    allowed: frozenset[str] = frozenset(),
    rest: timedelta = timedelta(),
) -> CrawlOrder:
    """The order for one crawl under these settings.

    Args:
        settings: where everything is.
        outlets: which outlets.
        pages: single pages besides.
        allowed: hosts that may be fetched besides those that the configuration allows.
        rest: an outlet is left alone for so long after a crawl of it, by this process or another.
    """
    return CrawlOrder(
        database=settings.database_address,
        captures=settings.captures_address,
        outlets=outlets,
        pages=pages,
        agent=agent(settings),
        allowed_hosts=frozenset(settings.crawl.allowed_hosts) | allowed,
        rest=rest,
        prepare=partial(logs.configure, settings.log, verbose=settings.verbose),
    )


def caught_up(base: Base, settings: Settings) -> list[StepResult]:
    """Every step after the crawl, with progress, once nobody else is at it."""
    engine = opened_engine(settings)
    with coordinating(base), steps_over(base, settings) as steps:
        with shown_progress("extracting") as progress:
            results = [steps.extract(progress)]
        with shown_progress("reading") as progress:
            results.append(steps.read(progress))
        return [*results, steps.track(), index_changes(base, engine)]


def _chosen(base: Base, slugs: tuple[str, ...]) -> list[Outlet]:
    known = {outlet.slug: outlet for outlet in base.outlets.watched() if not outlet.sample}
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        raise click.UsageError(f"no outlet {unknown[0]!r} is watched; those watched are {', '.join(sorted(known))}")
    return [known[slug] for slug in slugs] if slugs else list(known.values())
