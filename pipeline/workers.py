"""Processes that apply one function to many things, and outlive the death of any of them.

The function is built once in each process, so that what is dear to make (a language model) is made once. Results come
back in the order of the input, whatever the number of processes. A process that dies has the things it held tried again
alone; one that kills its process even alone is given back as `WorkerDied` and the rest goes on.

They are processes of this machine, or workers of a Dask cluster (`pipeline.cluster`) where a scheduler is named.
"""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Outcome_co = TypeVar("Outcome_co", covariant=True)

IN_FLIGHT_PER_PROCESS = 4
_function: Callable[[Any], Any] | None = None


class WorkerDied(Exception):
    """The process died while it worked on this one thing, also when it was tried again alone."""


class WorkersUnavailable(Exception):
    """The workers that the configuration names cannot be used; the message says why and what to do."""


class VersionsDiffer(Exception):
    """A worker has another version of what is to be done than the one who asks for it."""


def nothing() -> None:
    """Do nothing meanwhile."""


class Workers(Protocol[Item, Outcome_co]):
    """What applies one function to many things; use it as a context manager."""

    def __enter__(self) -> Self:
        """Reach the workers.

        Raises:
            WorkersUnavailable: they cannot be reached.
        """
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the workers go."""
        ...

    def map(
        self, items: Iterable[Item], meanwhile: Callable[[], None] = nothing
    ) -> Iterator[tuple[Item, Outcome_co | Exception]]:
        """Each thing with its result, or with the exception that the function raised, in the order given.

        Things are taken from `items` as there is room for them. `meanwhile` is called now and then where results are
        long in coming; an exception that it raises ends the work.

        Raises:
            WorkersUnavailable: the workers went away, or are not of this version.
        """
        ...


def workers(make: Callable[[], Callable[[Item], Result]], processes: int, scheduler: str = "") -> Workers[Item, Result]:
    """Workers for one function.

    Args:
        make: builds the function, once in each process; it must be picklable, what it returns need not be.
        processes: how many of this machine; with 1 the function runs in the calling process.
        scheduler: address of a Dask scheduler, whose workers are used in place of processes of this machine.
    """
    if not scheduler:
        return ProcessWorkers(make, processes)
    from pipeline.cluster import ClusterWorkers  # noqa: PLC0415 - Dask is loaded only where it is used

    return ClusterWorkers(make, scheduler)


def check(scheduler: str) -> None:
    """Find out whether the workers that the configuration names can be asked.

    Args:
        scheduler: address of a Dask scheduler; empty where processes of this machine work, which are always there.

    Raises:
        WorkersUnavailable: they cannot.
    """
    with workers(_nothing_to_make, 1, scheduler):
        pass


def _nothing_to_make() -> Callable[[Any], Any]:
    return _apply


class ProcessWorkers(Generic[Item, Result]):
    """A pool of processes of this machine.

    Args:
        make: builds the function.
        processes: how many; with 1 the function runs in the calling process.
    """

    def __init__(self, make: Callable[[], Callable[[Item], Result]], processes: int) -> None:
        self._make = make
        self._processes = processes
        self._executor: ProcessPoolExecutor | None = None
        self._local: Callable[[Item], Result] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def map(
        self,
        items: Iterable[Item],
        meanwhile: Callable[[], None] = nothing,  # noqa: ARG002 - these processes are never waited for
    ) -> Iterator[tuple[Item, Result | Exception]]:
        """Each thing with its result, or with the exception that the function raised, in the order given."""
        if self._processes == 1:
            yield from ((item, self._here(item)) for item in items)
            return
        waiting: deque[tuple[Item, Future[Result]]] = deque()
        for item in items:
            waiting.append((item, self._submit(item)))
            if len(waiting) >= IN_FLIGHT_PER_PROCESS * self._processes:
                yield from self._first(waiting)
        while waiting:
            yield from self._first(waiting)

    def _here(self, item: Item) -> Result | Exception:
        if self._local is None:
            self._local = _made(self._make)
        try:
            return self._local(item)
        except Exception as error:
            return error

    def _submit(self, item: Item) -> Future[Result]:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._processes, multiprocessing.get_context("spawn"), _prepare, (self._make,)
            )
        try:
            return self._executor.submit(_apply, item)
        except BrokenProcessPool as error:
            failed: Future[Result] = Future()
            failed.set_exception(error)
            return failed

    def _first(self, waiting: deque[tuple[Item, Future[Result]]]) -> Iterator[tuple[Item, Result | Exception]]:
        item, future = waiting.popleft()
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            held = [item, *(other for other, _ in waiting)]
            waiting.clear()
            self._stop()
            yield from ((each, self._alone(each)) for each in held)
        elif error is None:
            yield item, future.result()
        elif isinstance(error, Exception) and not isinstance(error, WorkersUnavailable):
            yield item, error
        else:
            raise error

    def _alone(self, item: Item) -> Result | Exception:
        try:
            return self._submit(item).result()
        except BrokenProcessPool:
            self._stop()
            return WorkerDied("the process died while it worked on this alone")
        except WorkersUnavailable:
            raise
        except Exception as error:
            return error

    def _stop(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


def _prepare(make: Callable[[], Callable[[Any], Any]]) -> None:
    global _function  # noqa: PLW0603 - one function a process is what a pool's initializer can leave behind
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    try:
        _function = _made(make)
    except WorkersUnavailable as error:
        _function = partial(_refuse, str(error))  # to raise it here would look like the death of the process


def _made(make: Callable[[], Callable[[Any], Any]]) -> Callable[[Any], Any]:
    try:
        return make()
    except Exception as error:
        raise WorkersUnavailable(
            f"what extracts or reads cannot be set up here: {type(error).__name__}: {error}. Start this again if "
            "Disputed was updated meanwhile; install it again if not."
        ) from error


def _refuse(reason: str, _item: object) -> None:
    raise WorkersUnavailable(reason)


def _end_with_parent() -> None:
    """No process works on when the one that gave it work was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _apply(item: Any) -> Any:  # noqa: ANN401
    assert _function is not None  # noqa: S101 - the initializer ran before any thing arrives
    return _function(item)
