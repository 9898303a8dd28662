"""Captures of which the base knows nothing: a base that was lost is made again from them."""

from collections.abc import Callable, Iterator

import structlog
from warcio.archiveiterator import ArchiveIterator

from crawler.captures import UNREADABLE, CaptureStore
from crawler.records import FetchedPage, fetched_page
from kb.database import Base
from kb.database.captures import FoundAgain
from kb.model import Capture


def restore(base: Base, store: CaptureStore, progress: Callable[[int, int | None], None]) -> int:
    """Take over every file of captures that the base does not know, in the order in which they were written.

    Killed half-way and run again, this goes on with the file that it was at.

    Args:
        base: which is to know them.
        store: where their bytes are.
        progress: called after each file.

    Returns:
        How many captures were taken over.

    Raises:
        CapturesUnavailable: the captures cannot be reached.
    """
    known = set(base.captures.files())
    files = [warc for warc in store.files() if warc not in known]
    before = base.captures.count()
    for done, warc in enumerate(files, 1):
        found = list(_described(store, warc))
        captures = [each for each in found if isinstance(each, Capture)]
        base.captures.restore(captures, [each for each in found if isinstance(each, FoundAgain)])
        progress(done, len(files))
    return base.captures.count() - before


def _described(store: CaptureStore, warc: str) -> Iterator[Capture | FoundAgain]:
    """What the records of a file say of pages and feeds, up to where it is torn."""
    log = structlog.get_logger().bind(step="replay", file=warc)
    with store.reading(warc) as file:
        archive = ArchiveIterator(file)
        try:
            for record in archive:
                offset = archive.offset
                try:
                    page = fetched_page(record)
                except ValueError as error:
                    log.warning("record left out", offset=offset, reason=str(error))
                    continue
                if page is not None:
                    yield page.capture(warc, offset) if isinstance(page, FetchedPage) else page
        except (*UNREADABLE, AttributeError) as error:
            log.warning("captures read no further", offset=archive.offset, reason=str(error))
