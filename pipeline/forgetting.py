"""The forget step: texts that may be kept no longer go, what was read in them stays."""

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from crawler.captures import CapturesInUse, CaptureStore
from kb.database import Base
from kb.model import Capture
from pipeline.step import StepResult, journalled


def forget(base: Base, captures_address: str, outlet: str) -> StepResult:
    """Stop watching an outlet, and remove its captures and the texts of its reports.

    A file of captures is replaced by one that holds only those of others. Killed half-way and run again, it ends in the
    same state.

    Raises:
        CapturesInUse: a crawl is writing to such a file.
    """
    with journalled(base, "forget") as result:
        base.outlets.forget(outlet)
        result.done = _remove_outlet(base, CaptureStore(captures_address), outlet)
    return result


def forget_due(base: Base, captures_address: str, limit: datetime | None) -> StepResult:
    """Remove the captures and texts of outlets that opted out, and all that are older than texts may be.

    What a crawl is writing to is left for the next time. Killed half-way and run again, it ends in the same state.

    Args:
        base: whose texts.
        captures_address: fsspec address of the captures.
        limit: what was fetched or taken in before this time is removed; None where texts may be kept for ever.
    """
    with journalled(base, "forget") as result:
        store = CaptureStore(captures_address)
        for outlet in base.outlets.opted_out_with_texts():
            result.done += _unless_in_use(_remove_outlet, base, store, outlet)
        if limit is not None:
            result.done += _unless_in_use(_remove_before, base, store, limit)
    return result


def _remove_outlet(base: Base, store: CaptureStore, outlet: str) -> int:
    """Of how many reports the texts were removed."""
    _remove(base, store, base.captures.files_of(outlet), lambda warc: base.captures.in_file(warc, but_of=outlet))
    base.captures.forget(outlet)
    return base.reports.forget_texts(outlet)


def _remove_before(base: Base, store: CaptureStore, limit: datetime) -> int:
    """Of how many reports the texts were removed."""
    _remove(base, store, base.captures.files_before(limit), lambda warc: base.captures.in_file(warc, since=limit))
    removed = base.reports.remove_texts_before(limit)
    base.captures.removed_before(limit)
    return removed


def _remove(base: Base, store: CaptureStore, files: Iterable[str], staying: Callable[[str], Iterable[Capture]]) -> None:
    """Replace files of captures by what stays of each."""
    for warc in files:
        with store.replacing(warc):
            base.captures.moved(store.copied(staying(warc)))
    store.close()


def _unless_in_use(remove: Callable[..., int], base: Base, store: CaptureStore, what: object) -> int:
    try:
        return remove(base, store, what)
    except CapturesInUse as error:
        structlog.get_logger().info("texts removed later", step="forget", reason=str(error))
        return 0
