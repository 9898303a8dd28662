"""The extract step: captured pages become reports, or say why they do not."""

from functools import partial

import structlog

from crawler.captures import CaptureStore
from crawler.extraction import Unextractable, extract
from kb.database import Base
from kb.model import Capture, Report
from pipeline.step import Progress, StepResult, journalled, silent
from pipeline.workers import Workers

BATCH = 200


class CaptureExtractor:
    """Reads a capture's bytes and extracts the report that they hold.

    Args:
        captures_address: fsspec address of the captures.
    """

    def __init__(self, captures_address: str) -> None:
        self._store = CaptureStore(captures_address)

    def __call__(self, capture: Capture) -> Report:
        """The report of one captured page.

        Raises:
            Unextractable: the page holds no report, with the reason.
        """
        payload = self._store.read(capture)
        url = capture.final_url if capture.final_url.startswith(("http://", "https://")) else ""
        extraction = extract(payload, url=url, media_type=capture.media_type, fetched=capture.fetched)
        return extraction.report(capture.outlet)


def extractors(captures_address: str, processes: int) -> Workers[Capture, Report]:
    """Processes that extract reports from captures."""
    return Workers(partial(CaptureExtractor, captures_address), processes)


def extract_pending(
    base: Base,
    workers: Workers[Capture, Report],
    progress: Progress = silent,
    waiting: set[int] | None = None,
) -> StepResult:
    """Extract every captured page that has neither become a report nor been refused.

    Only a page that holds no report is refused for good. One that could not be tried, because its bytes were out of
    reach or its process died, stays pending.

    Args:
        base: where captures are taken from and reports go.
        workers: what extracts.
        progress: called after each page.
        waiting: ids of captures that are not to be tried now; those that fail are added.
    """
    waiting = set() if waiting is None else waiting
    with journalled(base, "extract") as result:
        while captures := _due(base, waiting):
            for capture, outcome in workers.map(captures):
                if not _keep(base, capture, outcome, result):
                    waiting.add(capture.id)
                progress(result.done + result.failed, None)
    return result


def _due(base: Base, waiting: set[int]) -> list[Capture]:
    captures = base.captures.pending(BATCH + len(waiting))
    return [capture for capture in captures if capture.id not in waiting]


def _keep(base: Base, capture: Capture, outcome: Report | Exception, result: StepResult) -> bool:
    """Whether the page is done with, as a report or as none."""
    if isinstance(outcome, Report):
        base.reports.put(outcome, capture.id)
        base.captures.extracted(capture.id, outcome.id)
        result.done += 1
        return True
    result.failed += 1
    log = structlog.get_logger().bind(step="extract", url=capture.url)
    if isinstance(outcome, Unextractable):
        log.warning("no report in the page", reason=str(outcome))
        base.captures.refuse(capture.id, str(outcome))
        return True
    reason = f"{type(outcome).__name__}: {outcome}"
    tries = base.captures.failed(capture.id, reason)
    log.error("page not extracted; it stays pending", reason=reason, tries=tries)
    return False
