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


def extract_pending(base: Base, workers: Workers[Capture, Report], progress: Progress = silent) -> StepResult:
    """Extract every captured page that has neither become a report nor been refused."""
    with journalled(base, "extract") as result:
        while captures := base.captures.pending(BATCH):
            for capture, outcome in workers.map(captures):
                _keep(base, capture, outcome, result)
                progress(result.done + result.failed, None)
    return result


def _keep(base: Base, capture: Capture, outcome: Report | Exception, result: StepResult) -> None:
    if isinstance(outcome, Report):
        base.reports.put(outcome, capture.id)
        base.captures.extracted(capture.id, outcome.id)
        result.done += 1
        return
    reason = str(outcome) if isinstance(outcome, Unextractable) else f"{type(outcome).__name__}: {outcome}"
    structlog.get_logger().warning("no report in the page", step="extract", url=capture.url, reason=reason)
    base.captures.refuse(capture.id, reason)
    result.failed += 1
