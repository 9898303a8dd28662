"""Captures of which the base knows nothing: a base that was lost is made again from them."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

import structlog
from warcio.archiveiterator import ArchiveIterator

from crawler.captures import UNREADABLE, CaptureStore
from crawler.records import FetchedPage, fetched_page
from kb.database import Base
from kb.database.captures import FoundAgain
from kb.model import Capture


def restore(
    base: Base, store: CaptureStore, progress: Callable[[int, int | None], None], feeds_since: datetime | None = None
) -> int:
    """Take over every capture that the base does not know, file by file, in the order in which they were written.

    What was removed at will does not come back: captures of outlets that are forgotten or opted out, pages whose
    address alone is still known, and feeds that are too old to be kept. Killed half-way and run again, this takes over
    what is still missing.

    Args:
        base: which is to know them.
        store: where their bytes are.
        progress: called after each file.
        feeds_since: feeds fetched before this time are left out; None where captures may be kept for ever.

    Returns:
        How many captures were taken over.

    Raises:
        CapturesUnavailable: the captures cannot be reached.
    """
    unwanted, files, restored = base.outlets.without_texts(), store.files(), 0
    for done, warc in enumerate(files, 1):
        known = {capture.offset for capture in base.captures.in_file(warc)}
        captures, found = [], []
        for each in _described(store, warc, known):
            if isinstance(each, FoundAgain):
                found.append(each)
            elif each.outlet not in unwanted and not _is_old_feed(each, feeds_since):
                captures.append(each)
        restored += base.captures.restore(captures, found)
        progress(done, len(files))
    return restored


def _is_old_feed(capture: Capture, since: datetime | None) -> bool:
    return since is not None and capture.kind == "feed" and capture.fetched < since


def _described(store: CaptureStore, warc: str, known: Collection[int]) -> Iterator[Capture | FoundAgain]:
    """What the records of a file say of pages and feeds, but for those at known places, up to where it is torn."""
    log = structlog.get_logger().bind(step="replay", file=warc)
    with store.reading(warc) as file:
        archive = ArchiveIterator(file)
        try:
            for record in archive:
                offset = archive.offset
                if offset in known:
                    continue
                try:
                    page = fetched_page(record)
                except ValueError as error:
                    log.warning("record left out", offset=offset, reason=str(error))
                    continue
                if page is not None:
                    yield page.capture(warc, offset) if isinstance(page, FetchedPage) else page
        except (*UNREADABLE, AttributeError) as error:
            log.warning("captures read no further", offset=archive.offset, reason=str(error))
