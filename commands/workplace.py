"""What most verbs work on: the settings, the base opened and seeded, the search index."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from commands.configuration import Settings
from crawler.outlets import OutletsError, load
from kb import record, registry
from kb.database import Base, LeaseState, open_base
from kb.model import Outlet
from kb.record.entries import OUTLET, entries_of, version_of
from kb.search import SearchEngine, open_engine
from pipeline.step import Progress as Report

DEMONSTRATION = "demonstration"
OWN = "own"
STEPS = "steps"
"""The lease of whoever extracts, reads, tracks or indexes: for as long as there is something to do."""
ROUNDS = "rounds "
"""The leases of all `disputed run` that crawl in rounds begin so; each has one for its whole life."""


class Failed(Exception):
    """Nothing could be done; the message says why and what to do."""


class Misconfigured(Failed):
    """What is configured cannot be used; the message says which key and what it must be."""


@contextmanager
def opened_base(settings: Settings) -> Iterator[Base]:
    """The base of these settings, its registry, record and outlets seeded."""
    with open_base(settings.database_address) as base:
        seed(base, settings)
        yield base


def seed(base: Base, settings: Settings) -> None:
    """Bring the registry, the public record and the outlets of the base up to their files."""
    _record_kind(base, settings)
    parties = registry.load()
    if base.facts.get("registry") != parties.version:
        base.organisations.seed(parties)
        base.facts.set("registry", parties.version)
    if settings.record:
        _enter_record(base)
    base.outlets.follow(outlets(settings))


def _enter_record(base: Base) -> None:
    """Have the base hold the entries of the record as it is now; tracking then finds their incidents."""
    entries = entries_of(record.load())
    version = version_of(entries)
    if base.facts.get("record") != version:
        base.outlets.put([OUTLET])
        base.entries.seed(entries)
        base.facts.set("record", version)


@contextmanager
def coordinating(base: Base, go_on: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Be the one that coordinates the steps of this base, after waiting for whoever does; nothing is written without.

    Args:
        base: whose steps.
        go_on: called twice a second while this waits; what it raises ends the wait.
    """
    with (
        base.leases.held(STEPS, waiting=saying("does the steps of this base", go_on)) as lease,
        base.only_while(lease),
    ):
        yield


def saying(what: str, go_on: Callable[[], None] = lambda: None) -> Callable[[LeaseState], None]:
    """What to call while a lease is waited for: it says once for each holder whom this waits for, and calls `go_on`."""
    told = ""

    def waiting(state: LeaseState) -> None:
        nonlocal told
        go_on()
        if state.holder != told:
            told = state.holder
            structlog.get_logger().warning("waiting", reason=f"{state.who} {what} just now")

    return waiting


def _record_kind(base: Base, settings: Settings) -> None:
    """Record whose base it is: one with sample reports in it stays the demonstration's, whatever is configured."""
    recorded = base.facts.get("kind")
    if settings.own and not any(outlet.sample for outlet in base.outlets.all()):
        kind = OWN
    else:
        kind = recorded or DEMONSTRATION
    if kind != recorded:
        base.facts.set("kind", kind)


def outlets(settings: Settings) -> list[Outlet]:
    """The outlets of the configured file; errors as `Misconfigured`."""
    try:
        return load(settings.crawl.outlets)
    except OutletsError as error:
        raise Misconfigured(str(error)) from error


def opened_engine(settings: Settings, *, discard_damaged: bool = False) -> SearchEngine:
    """The search engine of these settings; `discard_damaged` where its index is about to be made again."""
    return open_engine(settings.search_address, login=settings.search_login, discard_damaged=discard_damaged)


def check_contact(settings: Settings) -> None:
    """Let nobody crawl for a base of one's own whom outlets could not reach; errors as `Misconfigured`."""
    if not settings.contact:
        raise Misconfigured("no contact address: set `contact` in the configuration, so that outlets can reach you")


@contextmanager
def shown_progress(what: str) -> Iterator[Report]:
    """A progress bar on standard error while something long is done; nothing where that is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
