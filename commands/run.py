"""`disputed run`: everything, then the site, which goes on by itself."""

import signal
import threading
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import timedelta

import click
import structlog

from commands.configuration import Settings
from commands.crawl import order, steps_over, texts_forgotten
from commands.handed_in import allowed_hosts, due
from commands.serve import announce, site
from commands.workplace import (
    DEMONSTRATION,
    ROUNDS,
    STEPS,
    Failed,
    check_contact,
    coordinating,
    opened_base,
    opened_engine,
)
from crawler.captures import CaptureStore, CapturesUnavailable
from kb.database import Base, BaseUnavailable, LeaseLost
from kb.database.leases import new_holder
from kb.model import Outlet
from kb.search import EngineUnavailable
from pipeline.catching_up import Steps
from pipeline.crawling import CrawlFailed, CrawlProcess
from pipeline.indexing import index_changes
from pipeline.workers import WorkersUnavailable, check
from samples.sites import PortsTaken, Sites

_LOOK_EVERY_SECONDS = 2.0
_SOON_SECONDS = 5.0
_PASSING = (BaseUnavailable, CapturesUnavailable, CrawlFailed, EngineUnavailable, LeaseLost, WorkersUnavailable)


@click.command("run", epilog="Example: disputed run")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the site, instead of the configured one.")
@click.option("--offline", is_flag=True, help="Crawl no outlet but the demonstration's own.")
@click.pass_obj
def run_command(settings: Settings, port: int | None, offline: bool) -> None:
    """Crawl, extract, read, track and index, again and again, and serve the site.

    Without a configuration file this opens the demonstration base, which has sample reports of our own in it.
    """
    stop = threading.Event()
    with ExitStack() as stack:
        base = stack.enter_context(opened_base(settings))
        demonstration = base.facts.get("kind") == DEMONSTRATION and not settings.own
        if not demonstration:
            check_contact(settings)
        CaptureStore(settings.captures_address).check()
        check(settings.scheduler)
        server = site(settings, base, port=port)
        sites = _demonstration_sites(stack, base) if demonstration else None
        rounds = Rounds(settings, base, sites, stop, offline=offline)
        worker = threading.Thread(target=rounds.run, name="rounds")
        worker.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: server.stop())
        announce(server)
        try:
            server.serve()
        finally:
            stop.set()
            worker.join()


def _demonstration_sites(stack: ExitStack, base: Base) -> Sites:
    try:
        sites = stack.enter_context(Sites())
    except PortsTaken as error:
        raise Failed(str(error)) from error
    base.outlets.put(sites.outlets())
    return sites


class _Stopped(Exception):
    """The program ends; what a step has not done yet it does after the next start."""


class Rounds:
    """Crawls in rounds, the demonstration's own outlets first, and takes what comes through all steps meanwhile.

    Args:
        settings: where everything is.
        base: what is filled.
        sites: the demonstration's own outlets; None in a base of one's own.
        stop: set when the program ends.
        offline: leave all other outlets alone.
    """

    def __init__(
        self, settings: Settings, base: Base, sites: Sites | None, stop: threading.Event, *, offline: bool
    ) -> None:
        self._settings, self._base, self._sites = settings, base, sites
        self._stop, self._offline = stop, offline
        self._index_follows = True
        self._finished = 0

    def run(self) -> None:
        """Go on until stopped; all that do so for one base share the crawl, and one at a time does the steps.

        After an error this tries again: soon at first, then more seldom.
        """
        pause, longest = _SOON_SECONDS / 2, self._settings.crawl.every_minutes * 60
        while not self._stop.is_set():
            finished = self._finished
            try:
                with self._base.leases.held(ROUNDS + new_holder()):
                    self._rounds()
            except _Stopped:
                return
            except _PASSING as error:
                structlog.get_logger().error("round stopped", reason=str(error), doing="tries again soon")
            except Exception:
                structlog.get_logger().exception("round failed")
            pause = _SOON_SECONDS if self._finished > finished else pause * 2
            self._stop.wait(min(pause, longest))

    def _rounds(self) -> None:
        while True:
            self._go_on()
            self._round()
            self._finished += 1
            counts = {"incidents": self._base.incidents.count(), "reports": self._base.reports.count()}
            structlog.get_logger().info("round finished", **counts)
            self._stop.wait(self._settings.crawl.every_minutes * 60)

    def _round(self) -> None:
        self._index_follows = True
        with steps_over(self._base, self._settings) as steps:
            if self._sites is not None:
                allowed = allowed_hosts(self._settings, self._base)
                handed_in = due(self._base, allowed, only_allowed=True)
                self._crawl(steps, self._sites.outlets(), self._sites.allowed_hosts, handed_in)
            if not self._offline:
                real = [outlet for outlet in self._base.outlets.watched() if not outlet.sample]
                self._crawl(steps, real, frozenset(), due(self._base, frozenset()))
        with coordinating(self._base, go_on=self._go_on):
            if texts_forgotten(self._base, self._settings).done or not self._index_follows:
                self._index()

    def _crawl(self, steps: Steps, outlets: list[Outlet], allowed: frozenset[str], pages: Sequence[str]) -> None:
        rest = timedelta(minutes=self._settings.crawl.every_minutes)
        with CrawlProcess(order(self._settings, outlets, tuple(pages), allowed=allowed, rest=rest)) as crawl:
            while crawl.running:
                if self._base.leases.state(STEPS) is None:
                    self._catch_up(steps)
                self._stop.wait(_LOOK_EVERY_SECONDS)
                self._go_on()
            crawl.result()
        self._base.submissions.follow()
        self._catch_up(steps)

    def _catch_up(self, steps: Steps) -> None:
        """All steps once; between two times others have their turn.

        Where the index takes nothing the rest of the round goes on, since what is not crawled in time may be gone; at
        its end the index has another try.
        """
        with coordinating(self._base, go_on=self._go_on):
            steps.all(self._go_on)
            if self._index_follows:
                try:
                    self._index()
                except EngineUnavailable as error:
                    self._index_follows = False
                    reason = str(error)
                    structlog.get_logger().error("index does not follow", reason=reason, doing="goes on without it")

    def _index(self) -> None:
        with closing(opened_engine(self._settings)) as engine:
            index_changes(self._base, engine)

    def _go_on(self, _done: int = 0, _total: int | None = None) -> None:
        if self._stop.is_set():
            raise _Stopped("the program was ended")
