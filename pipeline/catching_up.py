"""All steps after the crawl, one after the other: what was captured becomes searchable."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from crawler.captures import CaptureStore
from kb.database import Base
from kb.tracking.track import track
from pipeline.extracting import extract_pending, extractors
from pipeline.reading import read_unread, readers
from pipeline.step import Progress, StepResult, journalled, silent


class Steps:
    """The steps over one base but indexing, with their processes kept warm between runs; use it as a context manager.

    Args:
        base: what the steps take from and put back into.
        captures_address: fsspec address of the captures.
        processes: how many extract, and how many read.
        scheduler: address of a Dask scheduler, whose workers extract and read in place of these processes.
    """

    def __init__(self, base: Base, captures_address: str, processes: int, scheduler: str = "") -> None:
        self._base = base
        self._store = CaptureStore(captures_address)
        self._registry = base.organisations.registry()
        self._extractors = extractors(processes, scheduler)
        self._readers = readers(self._registry, processes, scheduler)
        self._waiting: set[int] = set()
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._extractors)
            stack.enter_context(self._readers)
            self._entered = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered.__exit__(kind, error, trace)

    def extract(self, progress: Progress = silent) -> StepResult:
        """Captured pages to reports; one that could not be tried is not tried twice by the same steps."""
        return extract_pending(self._base, self._store, self._extractors, progress, self._waiting)

    def read(self, progress: Progress = silent) -> StepResult:
        """Reports to readings."""
        return read_unread(self._base, self._readers, self._registry, progress)

    def track(self) -> StepResult:
        """Readings to incidents."""
        return track_claims(self._base)

    def all(self, progress: Progress = silent) -> list[StepResult]:
        """Every one of these steps once, in the order in which a report takes them."""
        return [self.extract(progress), self.read(progress), self.track()]


def track_claims(base: Base) -> StepResult:
    """Put every claim that belongs to no incident yet into one."""
    with journalled(base, "track") as result:
        result.done = track(base).tracked
    return result
