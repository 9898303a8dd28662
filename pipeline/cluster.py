"""Workers of a Dask cluster: the same work as that of processes of this machine, spread over several machines.

What builds the function travels once to each worker, and each thing with its task; the workers need neither the base
nor the captures. The scheduler gives what a dead worker held to another one; a thing that its workers die of is tried
once more when nothing else is under way, and given back as `WorkerDied` if they die of it again.
"""

import hashlib
import logging
import pickle
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, Self, cast

import structlog
from distributed import CancelledError, Client, Future, Security
from distributed.scheduler import KilledWorker

from pipeline.workers import IN_FLIGHT_PER_PROCESS, Item, Result, WorkerDied, WorkersUnavailable, nothing

_CONNECT_SECONDS = 10
_LOOK_EVERY_SECONDS = 2.0
_TELL_EVERY_SECONDS = 30.0
_FUNCTIONS_KEPT = 4


class ClusterWorkers(Generic[Item, Result]):
    """The workers of a Dask cluster.

    Args:
        make: builds the function; it is pickled.
        scheduler: address of the cluster's scheduler.
    """

    def __init__(self, make: Callable[[], Callable[[Item], Result]], scheduler: str) -> None:
        self._make = pickle.dumps(make)
        self._scheduler = scheduler
        self._client: Client | None = None
        self._looked = self._told = -_TELL_EVERY_SECONDS
        self._room = IN_FLIGHT_PER_PROCESS

    def __enter__(self) -> Self:
        self._client = connected(self._scheduler)
        self._function = self._client.submit(_as_it_is, self._make, key=f"function-{_digest(self._make)}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def map(
        self, items: Iterable[Item], meanwhile: Callable[[], None] = nothing
    ) -> Iterator[tuple[Item, Result | Exception]]:
        """Each thing with its result, or with the exception that the function raised, in the order given."""
        waiting: deque[tuple[Item, Future[Any]]] = deque()
        for item in items:
            waiting.append((item, self._submit(item)))
            self._look()
            if len(waiting) >= self._room:
                yield self._first(waiting, meanwhile)
        while waiting:
            yield self._first(waiting, meanwhile)

    def _submit(self, item: Item) -> "Future[Any]":
        if self._client is None:
            raise RuntimeError("these workers are used as a context manager")
        try:
            return self._client.submit(_apply, self._function, pickle.dumps(item), pure=False)
        except (OSError, ValueError) as error:
            raise self._gone(error) from error

    def _first(
        self, waiting: deque[tuple[Item, "Future[Any]"]], meanwhile: Callable[[], None]
    ) -> tuple[Item, Result | Exception]:
        item, future = waiting.popleft()
        try:
            return item, self._outcome(future, meanwhile)
        except KilledWorker:
            for _, other in waiting:
                self._await(other, meanwhile)
        try:
            return item, self._outcome(self._submit(item), meanwhile)
        except KilledWorker:
            return item, WorkerDied("every worker died that worked on this, also on this alone")

    def _outcome(self, future: "Future[Any]", meanwhile: Callable[[], None]) -> Result | Exception:
        """What the function returned or raised; all else that goes wrong ends the work, but the death of workers."""
        self._await(future, meanwhile)
        try:
            return cast(Result | Exception, future.result())
        except KilledWorker:
            raise
        except (Exception, CancelledError) as error:
            raise self._gone(error) from error

    def _await(self, future: "Future[Any]", meanwhile: Callable[[], None]) -> None:
        while not future.done():
            with suppress(TimeoutError, CancelledError):
                future.exception(timeout=_LOOK_EVERY_SECONDS)
            self._look()
            meanwhile()

    def _look(self) -> None:
        """Have as much under way as there are workers for; say so where there are none."""
        now = time.monotonic()
        if self._client is None or now - self._looked < _LOOK_EVERY_SECONDS:
            return
        self._looked = now
        try:
            threads = sum(self._client.nthreads().values())
        except OSError as error:
            raise self._gone(error) from error
        self._room = IN_FLIGHT_PER_PROCESS * max(1, threads)
        if not threads and now - self._told >= _TELL_EVERY_SECONDS:
            self._told = now
            start = f"dask worker {self._scheduler} --nthreads 1"
            structlog.get_logger().warning("no worker: waiting for one", scheduler=self._scheduler, start=start)

    def _gone(self, error: BaseException) -> WorkersUnavailable:
        if isinstance(error, (CancelledError, OSError)):
            return WorkersUnavailable(
                f"the connection to the Dask scheduler {self._scheduler} is lost. Start it again, then run this again: "
                "what is done already is not done twice."
            )
        return WorkersUnavailable(
            f"the workers of the Dask scheduler {self._scheduler} cannot do this work: {error or repr(error)}. "
            "Scheduler and workers must be started from the same version of Disputed as this one."
        )


def connected(scheduler: str) -> "Client":
    """A connection to a Dask scheduler.

    Raises:
        WorkersUnavailable: it cannot be reached.
    """
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told by an error, without its trace
    try:
        _check_certificates(scheduler)
        return Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False, name="disputed")
    except (OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
        raise WorkersUnavailable(
            f"the Dask scheduler {scheduler} cannot be reached: {error}. Start it (`dask scheduler`), correct "
            "`scheduler` in the configuration, or take it out to use processes of this machine."
        ) from error


def _check_certificates(scheduler: str) -> None:
    """Without certificates Dask's own client fails, and then hangs when the program ends."""
    if scheduler.startswith("tls:") and not Security().get_connection_args("client")["ssl_context"]:
        raise WorkersUnavailable(
            f"the Dask scheduler {scheduler} asks for a certificate, and none is named here: set "
            "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY in the environment."
        )


class _NotPrepared(Exception):
    """A worker cannot build the function, or not take a thing for what it is."""


_functions: OrderedDict[str, Callable[[Any], Any]] = OrderedDict()
_one_at_a_time = threading.Lock()


def _as_it_is(make: bytes) -> bytes:
    """What builds the function, at a worker, from which the others have it."""
    return make


def _apply(make: bytes, item: bytes) -> Any:  # noqa: ANN401
    """What the function makes of one thing, or the exception that it raises; called at a worker.

    A worker may have several threads, and no function need be safe to use from them at once.
    """
    with _one_at_a_time:
        try:
            function, taken = _function(make), pickle.loads(item)  # noqa: S301 - a scheduler may run anything here
        except Exception as error:
            raise _NotPrepared(f"{type(error).__name__}: {error}") from error
        try:
            return function(taken)
        except Exception as error:
            return error


def _function(make: bytes) -> Callable[[Any], Any]:
    """The function, built once in each process; a few are kept, since a registry that changed makes another."""
    digest = _digest(make)
    if digest not in _functions:
        _functions[digest] = pickle.loads(make)()  # noqa: S301 - a scheduler may run anything here
    _functions.move_to_end(digest)
    while len(_functions) > _FUNCTIONS_KEPT:
        _functions.popitem(last=False)
    return _functions[digest]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
