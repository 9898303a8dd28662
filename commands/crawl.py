"""`disputed crawl`: outlets and pages are captured, and all steps after that are run."""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import click

from commands import logs
from commands.configuration import Settings, tokens
from commands.handed_in import allowed_hosts, due
from commands.workplace import (
    DEMONSTRATION,
    Failed,
    check_contact,
    coordinating,
    opened_base,
    opened_engine,
    shown_progress,
)
from crawler.addresses import AddressRefused, host_and_port
from crawler.captures import CaptureStore
from crawler.process import CrawlAgent, Pace
from kb.database import Base
from kb.model import Outlet
from kb.search import EngineUnavailable
from pipeline.catching_up import Steps
from pipeline.crawling import CrawlFailed, CrawlOrder, CrawlProcess
from pipeline.forgetting import forget_due
from pipeline.indexing import index_changes
from pipeline.step import StepResult
from pipeline.workers import check

_NO_CONTACT = "demonstration base, no contact configured"


@click.command("crawl", epilog="Example: disputed crawl --outlet techcrunch")
@click.argument("pages", nargs=-1)
@click.option("--outlet", "slugs", multiple=True, help="Only this outlet; may be given several times.")
@click.option("--archive", "archives", multiple=True, help="Take the outlets' pages out of this web archive.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
@click.option("--only-capture", is_flag=True, help="Capture, and leave extracting, reading and the rest for later.")
@click.pass_obj
def crawl_command(
    settings: Settings,
    pages: tuple[str, ...],
    slugs: tuple[str, ...],
    archives: tuple[str, ...],
    as_json: bool,
    only_capture: bool,
) -> None:
    """Crawl the outlets once, or only these PAGES; then extract, read, track and index what came."""
    if pages and archives:
        raise click.UsageError("give either pages or archives: pages in an archive are those of the outlets")
    for address in (*pages, *archives):
        _check(address)
    with opened_base(settings) as base:
        if base.facts.get("kind") != DEMONSTRATION:
            check_contact(settings)
        CaptureStore(settings.captures_address).check()
        if not only_capture:
            check(settings.scheduler)
        wanted = [] if pages and not slugs else _chosen(base, slugs)
        asked = pages if pages or slugs or archives else tuple(due(base, allowed_hosts(settings, base)))
        with shown_progress("crawling"):
            results = [crawled(order(settings, wanted, asked, archives))]
        base.submissions.follow()
        try:
            if not only_capture:
                results += caught_up(base, settings)
        finally:
            _tell(results, as_json=as_json)
    if pages and not wanted and results[0].failed == len(pages):
        raise Failed("none of these pages could be fetched; the reasons are above")


def _tell(results: Sequence[StepResult], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({r.step: {"done": r.done, "failed": r.failed, "notes": r.notes} for r in results}))
        return
    for result in results:
        click.echo(told(result))
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
    archives: tuple[str, ...] = (),
    allowed: frozenset[str] = frozenset(),
    rest: timedelta = timedelta(),
) -> CrawlOrder:
    """The order for one crawl under these settings.

    Args:
        settings: where everything is.
        outlets: which outlets.
        pages: single pages besides.
        archives: web archives to take the outlets' pages from instead.
        allowed: hosts that may be fetched besides those that the configuration allows.
        rest: an outlet is left alone for so long after a crawl of it, by this process or another.
    """
    return CrawlOrder(
        database=settings.database_address,
        captures=settings.captures_address,
        outlets=outlets,
        pages=pages,
        archives=archives,
        agent=agent(settings),
        allowed_hosts=frozenset(settings.crawl.allowed_hosts) | allowed,
        pace=Pace(
            rest=rest,
            requests_a_day=settings.crawl.requests_a_day,
            ages=[timedelta(hours=hours) for hours in settings.crawl.revisit_hours],
        ),
        prepare=partial(logs.configure, settings.log, verbose=settings.verbose),
    )


def agent(settings: Settings) -> CrawlAgent:
    """As whom to crawl; `Misconfigured` where outlets could not reach whoever runs a base of one's own."""
    if settings.own:
        check_contact(settings)
    return CrawlAgent(settings.contact or _NO_CONTACT, tokens(os.environ))


def steps_over(base: Base, settings: Settings) -> Steps:
    """The steps over this base, done where these settings say."""
    return Steps(base, settings.captures_address, settings.readers, settings.scheduler)


def caught_up(base: Base, settings: Settings) -> Iterator[StepResult]:
    """Every step after the crawl, with progress, once nobody else is at it; what each did, as soon as it is done.

    Raises:
        Failed: the search engine cannot be used; all but indexing was done.
    """
    with coordinating(base), steps_over(base, settings) as steps:
        with shown_progress("extracting") as progress:
            yield steps.extract(progress)
        with shown_progress("reading") as progress:
            yield steps.read(progress)
        yield steps.track()
        yield texts_forgotten(base, settings)
        yield indexed(base, settings)


def texts_forgotten(base: Base, settings: Settings) -> StepResult:
    """What may be kept no longer removed: older than the configuration allows, or of outlets that opted out."""
    return forget_due(base, settings.captures_address, texts_since(settings))


def texts_since(settings: Settings) -> datetime | None:
    """Since when texts were fetched that may be kept; None where they may be kept for ever."""
    return datetime.now(UTC) - timedelta(days=settings.keep_texts) if settings.keep_texts else None


def indexed(base: Base, settings: Settings) -> StepResult:
    """The search index brought up to the base.

    Raises:
        Failed: the search engine cannot be used; all else is kept.
    """
    try:
        return index_changes(base, opened_engine(settings))
    except EngineUnavailable as error:
        raise Failed(f"{error}\nAll else is done and kept; `disputed index` then makes it searchable.") from error


def told(result: StepResult) -> str:
    """What a step did, in a line."""
    return f"{result.step}: {result.done} done, {result.failed} failed"


def _chosen(base: Base, slugs: tuple[str, ...]) -> list[Outlet]:
    known = {outlet.slug: outlet for outlet in base.outlets.watched() if not outlet.sample}
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        raise click.UsageError(f"no outlet {unknown[0]!r} is watched; those watched are {', '.join(sorted(known))}")
    return [known[slug] for slug in slugs] if slugs else list(known.values())
