"""The crawl step, in a process of its own: an event loop that ran once cannot be started again."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Self

import structlog

from crawler.process import USUAL, CrawlAgent, CrawlResult, Pace, crawl, crawl_archives
from kb.database import Base, open_base
from kb.model import Outlet
from pipeline.step import StepResult, journalled

_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOrder:
    """What is to be crawled.

    Attributes:
        database: address of the base.
        captures: fsspec address of the captures.
        outlets: whose feeds are followed.
        pages: single pages besides.
        archives: web archives, or lists of such, to take the outlets' pages from instead.
        agent: as whom.
        allowed_hosts: loopback or private "host:port" pairs that may be fetched.
        pace: how often what is asked for.
        prepare: called first in the process that crawls; it sets the log up there.
    """

    database: str
    captures: str
    outlets: Sequence[Outlet] = ()
    pages: Sequence[str] = ()
    archives: Sequence[str] = ()
    agent: CrawlAgent
    allowed_hosts: frozenset[str] = frozenset()
    pace: Pace = USUAL
    prepare: Callable[[], None] | None = None


class CrawlFailed(Exception):
    """The crawl ended without an outcome; the message says why."""


def crawl_now(order: CrawlOrder) -> StepResult:
    """Crawl in this process, which can do so only once, and say what was captured."""
    with open_base(order.database) as base, journalled(base, "crawl") as result:
        outcome = _crawled(base, order)
        result.done, result.failed = outcome.captured, outcome.failed
        result.notes.extend(outcome.problems)
    return result


def _crawled(base: Base, order: CrawlOrder) -> CrawlResult:
    if order.archives:
        return crawl_archives(
            base,
            order.captures,
            order.archives,
            order.outlets,
            agent=order.agent,
            allowed_hosts=order.allowed_hosts,
            pace=order.pace,
        )
    return crawl(
        base,
        order.captures,
        order.outlets,
        agent=order.agent,
        allowed_hosts=order.allowed_hosts,
        pages=order.pages,
        pace=order.pace,
    )


class CrawlProcess:
    """A crawl in a process of its own, which ends at the latest when this is left; use it as a context manager.

    Args:
        order: what is to be crawled.
    """

    def __init__(self, order: CrawlOrder) -> None:
        context = multiprocessing.get_context("spawn")
        self._outcome, self._sending = context.Pipe(duplex=False)
        self._process = context.Process(target=_crawl_and_tell, args=(order, self._sending), name="crawl")

    def __enter__(self) -> Self:
        self._process.start()
        self._sending.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._outcome.close()

    @property
    def running(self) -> bool:
        """Whether its outcome is still to come."""
        return self._process.is_alive() and not self._outcome.poll()

    def result(self) -> StepResult:
        """What it captured, once it has ended.

        Raises:
            CrawlFailed: it ended in an error, or was killed.
        """
        try:
            outcome = self._outcome.recv()
        except EOFError:
            self._process.join()
            raise CrawlFailed(f"the crawl's process died with status {self._process.exitcode}") from None
        if isinstance(outcome, StepResult):
            return outcome
        raise CrawlFailed(str(outcome))

    def _stop(self) -> None:
        """Ask it to end, then not to wait for its open requests, then kill it: captures are kept one by one."""
        for end in (self._process.terminate, self._process.terminate, self._process.kill):
            if self._process.is_alive():
                end()
                self._process.join(_PATIENCE_SECONDS)


def _crawl_and_tell(order: CrawlOrder, outcome: Connection) -> None:
    if order.prepare is not None:
        order.prepare()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        told: StepResult | str = crawl_now(order)
    except Exception as error:
        structlog.get_logger().exception("crawl failed", step="crawl")
        told = f"{type(error).__name__}: {error}"
    with suppress(OSError):
        outcome.send(told)


def _end_with_parent() -> None:
    """A crawl must not go on beside the one that a new start of the program begins."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            os.kill(os.getpid(), number)
            time.sleep(_PATIENCE_SECONDS)
