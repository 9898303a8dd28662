"""The crawl step, in a process of its own: an event loop that ran once cannot be started again."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

from crawler.process import CrawlAgent, CrawlResult, crawl
from kb.database import open_base
from kb.model import Outlet
from pipeline.step import StepResult, journalled


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOrder:
    """What is to be crawled.

    Attributes:
        database: address of the base.
        captures: fsspec address of the captures.
        outlets: whose feeds are followed.
        pages: single pages besides.
        agent: as whom.
        allowed_hosts: loopback or private "host:port" pairs that may be fetched.
    """

    database: str
    captures: str
    outlets: Sequence[Outlet] = ()
    pages: Sequence[str] = ()
    agent: CrawlAgent
    allowed_hosts: frozenset[str] = frozenset()


def crawl_now(order: CrawlOrder) -> StepResult:
    """Crawl in this process, which can do so only once, and say what was captured."""
    with open_base(order.database) as base, journalled(base, "crawl") as result:
        outcome: CrawlResult = crawl(
            base,
            order.captures,
            order.outlets,
            agent=order.agent,
            allowed_hosts=order.allowed_hosts,
            pages=order.pages,
        )
        result.done, result.failed = outcome.captured, outcome.failed
        result.notes.extend(outcome.problems)
    return result


def crawl_aside(order: CrawlOrder) -> "Future[StepResult]":
    """Crawl in a new process; the future ends with the crawl."""
    executor = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    future = executor.submit(crawl_now, order)
    executor.shutdown(wait=False)
    return future
