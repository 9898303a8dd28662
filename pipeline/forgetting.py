"""The forget step: texts that may be kept no longer go, what was read in them stays."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime

import structlog

from crawler.captures import CapturesInUse, CaptureStore
from kb.database import Base
from pipeline.step import StepResult, journalled


def forget(base: Base, captures_address: str, outlet: str) -> StepResult:
    """Stop watching an outlet, and remove its captures and the texts of its reports.

    A file of captures is replaced by one that holds only those of others. Killed half-way and run again, it ends in the
    same state.

    Raises:
        CapturesInUse: a crawl is writing to such a file.
    """
    with journalled(base, "forget") as result, closing(CaptureStore(captures_address)) as store:
        base.outlets.forget(outlet)
        result.done = base.reports.forget_texts(outlet)
        _remove_captures_of(base, store, outlet)
    return result


def forget_due(base: Base, captures_address: str, limit: datetime | None) -> StepResult:
    """Remove the captures and texts of outlets that opted out, and all that are older than texts may be.

    A file that a crawl is writing to is left for the next time. Killed half-way and run again, this ends in the same
    state.

    Args:
        base: whose texts.
        captures_address: fsspec address of the captures.
        limit: what was fetched or taken in before this time is removed; None where texts may be kept for ever.
    """
    with journalled(base, "forget") as result, closing(CaptureStore(captures_address)) as store:
        for outlet in base.outlets.opted_out_with_texts():
            result.done += base.reports.forget_texts(outlet)
            with _unless_in_use():
                _remove_captures_of(base, store, outlet)
        if limit is not None:
            result.done += base.reports.remove_texts_before(limit)
            with _unless_in_use():
                _remove_captures_before(base, store, limit)
    return result


def _remove_captures_of(base: Base, store: CaptureStore, outlet: str) -> None:
    for warc in base.captures.files_of(outlet):
        with store.replacing(warc):
            base.captures.moved(store.copied(base.captures.in_file(warc, but_of=outlet)))
    base.captures.forget(outlet)


def _remove_captures_before(base: Base, store: CaptureStore, limit: datetime) -> None:
    for warc in base.captures.files_before(limit):
        with store.replacing(warc):
            base.captures.moved(store.copied(base.captures.in_file(warc, since=limit)))
    base.captures.removed_before(limit)


@contextmanager
def _unless_in_use() -> Iterator[None]:
    try:
        yield
    except CapturesInUse as error:
        structlog.get_logger().info("captures removed later", step="forget", reason=str(error))
