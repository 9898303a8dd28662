"""The extract step: captured pages and feeds of courts become reports, or say why they do not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import structlog

from crawler.captures import CaptureStore, CaptureUnreadable
from crawler.extraction import Unextractable, code_digest, extract
from crawler.feeds import FeedUnreadable
from kb.database import Base
from kb.model import Capture, Report
from pipeline.filing import Docketing
from pipeline.step import Progress, StepResult, journalled, silent
from pipeline.workers import VersionsDiffer, Workers, workers

BATCH = 1000


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """A captured page with its bytes, so that what extracts needs no way to the captures."""

    capture: Capture
    payload: bytes


def extracted(page: CapturedPage) -> Report:
    """The report of one captured page.

    Raises:
        Unextractable: the page holds no report, with the reason.
    """
    capture = page.capture
    url = capture.final_url if capture.final_url.startswith(("http://", "https://")) else ""
    extraction = extract(page.payload, url=url, media_type=capture.media_type, fetched=capture.fetched)
    return replace(extraction.report(capture.outlet), crawled=capture.seen)


def make_extractor(asked: str) -> Callable[[CapturedPage], Report]:
    """The extracting function.

    Args:
        asked: digest of the code whose reports are wanted.

    Raises:
        VersionsDiffer: the code here is another.
    """
    if code_digest() != asked:
        raise VersionsDiffer(f"its extraction is {code_digest()}; asked for is {asked}")
    return extracted


def extractors(processes: int, scheduler: str = "") -> Workers[CapturedPage, Report]:
    """What extracts reports: processes of this machine, or the workers of a Dask scheduler."""
    return workers(partial(make_extractor, code_digest()), processes, scheduler)


def extract_pending(
    base: Base,
    store: CaptureStore,
    workers: Workers[CapturedPage, Report],
    progress: Progress = silent,
    waiting: set[int] | None = None,
) -> StepResult:
    """Extract every captured page that has neither become a report nor been refused, and every feed of a court.

    Only a page that holds no report is refused for good. One that could not be tried, because its bytes were out of
    reach or its process died, stays pending.

    Args:
        base: where captures are taken from and reports go.
        store: where their bytes are.
        workers: what extracts.
        progress: called after each page.
        waiting: ids of captures that are not to be tried now; those that fail are added.
    """
    waiting = set() if waiting is None else waiting
    with journalled(base, "extract") as result:

        def keep(capture: Capture, outcome: Report | int | Exception) -> None:
            if not _keep(base, capture, outcome, result):
                waiting.add(capture.id)
            tell()

        def tell() -> None:
            progress(result.done + result.failed, None)

        docketing = Docketing(base)
        while captures := _due(base, waiting):
            readable = _readable(captures, store, keep)
            pages = _after_filing(readable, docketing, keep)
            for page, outcome in workers.map(pages, tell):
                keep(page.capture, outcome)
    return result


def _readable(
    captures: Iterable[Capture], store: CaptureStore, keep: Callable[[Capture, Exception], None]
) -> Iterator[CapturedPage]:
    """The pages whose bytes can be read; `keep` is told of the others."""
    for capture in captures:
        try:
            yield CapturedPage(capture, store.read(capture))
        except CaptureUnreadable as error:
            keep(capture, error)


def _after_filing(
    captured: Iterable[CapturedPage], docketing: Docketing, keep: Callable[[Capture, int | Exception], None]
) -> Iterator[CapturedPage]:
    """The pages; what is a feed of a court is filed here, since that takes what the base knows."""
    for each in captured:
        if each.capture.kind == "page":
            yield each
            continue
        try:
            keep(each.capture, docketing.file(each.capture, each.payload))
        except FeedUnreadable as error:
            keep(each.capture, error)


def _due(base: Base, waiting: set[int]) -> list[Capture]:
    captures = base.captures.pending(BATCH + len(waiting))
    return [capture for capture in captures if capture.id not in waiting]


def _keep(base: Base, capture: Capture, outcome: Report | int | Exception, result: StepResult) -> bool:
    """Whether the page is done with, as a report or as none; of a court's feed the outcome is how many it became."""
    if isinstance(outcome, int):
        base.captures.extracted(capture.id)
        result.done += outcome
        return True
    if isinstance(outcome, Report):
        outcome = _as_known(base, capture, outcome)
        base.reports.put(outcome, capture.id, code_digest())
        base.captures.extracted(capture.id, outcome.id, code_digest())
        result.done += 1
        return True
    result.failed += 1
    log = structlog.get_logger().bind(step="extract", url=capture.url)
    if isinstance(outcome, Unextractable | FeedUnreadable):
        log.warning("no report in the page", reason=str(outcome))
        base.captures.refuse(capture.id, str(outcome), code_digest())
        return True
    reason = f"{type(outcome).__name__}: {outcome}"
    tries = base.captures.failed(capture.id, reason)
    log.error("page not extracted; it stays pending", reason=reason, tries=tries)
    return False


def _as_known(base: Base, capture: Capture, report: Report) -> Report:
    """The report as the one that its address became before, though it now names an address as its own that is new."""
    before = base.captures.report_at(capture.url, capture.final_url)
    if before in {"", report.id} or base.reports.get(report.id) is not None:
        return report
    return replace(report, id=before)
