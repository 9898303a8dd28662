"""How watching outlets goes: what can be wrong with a fetch, and whether an outlet is broken or has gone quiet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from kb.model import Outlet

CAPTURED, UNCHANGED = "captured", "unchanged"
"""What is tallied of fetches that went well."""

SEEN_BACK: Final = timedelta(days=60)
"""How far back the habit of an outlet is looked at."""
LATELY: Final = timedelta(days=7)

_BROKEN_AFTER_FAILURES = 3
_LEAST_PAGES_OF_A_HABIT = 10
_LEAST_DAYS_OF_A_HABIT = 7
_LEAST_SILENCE = timedelta(days=3)
_PAGES_MISSED = 7
"""Where so many pages were to be expected and none came, chance explains it once in a thousand times (e to the -7)."""
_LEAST_REFUSED = 5


class Fault(StrEnum):
    """What can be wrong with a fetch."""

    NO_ADDRESS = "no-address"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    CUT_OFF = "cut-off"
    DAMAGED = "damaged"
    TOO_LARGE = "too-large"
    EMPTY = "empty"
    REDIRECTS = "redirects"
    REFUSED_ADDRESS = "refused-address"
    ROBOTS = "robots"
    ROBOTS_FAILED = "robots-failed"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    WAIT = "wait"
    BUDGET = "budget"
    SERVER_ERROR = "server-error"
    OTHER_ANSWER = "other-answer"
    NO_FEED = "no-feed"
    TRAP = "trap"
    OURS = "ours"


WORDS: Final[Mapping[Fault, str]] = {
    Fault.NO_ADDRESS: "name not known",
    Fault.UNREACHABLE: "not reached",
    Fault.CERTIFICATE: "certificate not trusted",
    Fault.TIMEOUT: "too slow",
    Fault.CUT_OFF: "broke off",
    Fault.DAMAGED: "damaged",
    Fault.TOO_LARGE: "too large",
    Fault.EMPTY: "empty",
    Fault.REDIRECTS: "redirected without end",
    Fault.REFUSED_ADDRESS: "no public address",
    Fault.ROBOTS: "forbidden by robots.txt",
    Fault.ROBOTS_FAILED: "robots.txt not to be had",
    Fault.GONE: "not there",
    Fault.FORBIDDEN: "access refused",
    Fault.WAIT: "asked to wait",
    Fault.BUDGET: "left for another day",
    Fault.SERVER_ERROR: "error of the server",
    Fault.OTHER_ANSWER: "odd answer",
    Fault.NO_FEED: "no feed",
    Fault.TRAP: "lists without end",
    Fault.OURS: "error of ours",
}
"""Each fault in the words that people see."""


class Condition(StrEnum):
    """How an outlet is doing, the worst first."""

    BROKEN = "broken"
    QUIET = "quiet"
    TROUBLED = "troubled"
    FINE = "fine"
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How asking for a feed or sitemap goes.

    Attributes:
        url: its address.
        tried: when it was last asked for.
        answered: when it last answered with a feed; None if never.
        listed: pages that it listed then.
        failures: tries in a row that failed.
        fault: what was wrong last time; None if nothing was.
        problem: the same in words, empty if nothing was.
    """

    url: str
    tried: datetime
    answered: datetime | None
    listed: int
    failures: int
    fault: Fault | None
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCount:
    """How often something was wrong lately, with the last time of it."""

    fault: Fault
    count: int
    latest: datetime
    url: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletHealth:
    """How an outlet is doing.

    Attributes:
        outlet: which.
        condition: in a word.
        reason: why, in a sentence; empty where it is fine.
        first_contact: when it was first tried; None if never.
        last_contact: when it was last tried.
        last_success: when it last answered.
        pages: captured pages.
        refused: pages among those fetched lately that hold no report.
        reports: reports in the base.
        newest: time of the newest report.
        feeds: its feeds, sitemaps and sections, as far as they were tried.
        faults: what was wrong lately, the most frequent first.
        robots_changed: when the robots.txt of its host last changed; None if it has not since it was first read.
    """

    outlet: Outlet
    condition: Condition
    reason: str
    first_contact: datetime | None
    last_contact: datetime | None
    last_success: datetime | None
    pages: int
    refused: int
    reports: int
    newest: datetime | None
    feeds: tuple[FeedHealth, ...]
    faults: tuple[FaultCount, ...]
    robots_changed: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What was seen of an outlet, to judge its condition by.

    Attributes:
        feeds: its feeds, sitemaps and sections, as far as they were tried.
        captured: pages captured on each day of late, days without any left out.
        pages: pages fetched lately.
        refused: those among them that hold no report.
    """

    feeds: Sequence[FeedHealth]
    captured: Mapping[date, int]
    pages: int
    refused: int


def condition_of(seen: Watch, today: date) -> tuple[Condition, str]:
    """How an outlet is doing and, unless it is fine, why."""
    if not seen.feeds:
        return Condition.UNTRIED, "not yet tried"
    failing = [feed for feed in seen.feeds if feed.fault is not None]
    if len(failing) == len(seen.feeds) and min(feed.failures for feed in failing) >= _BROKEN_AFTER_FAILURES:
        return Condition.BROKEN, f"nothing could be had of it {_times(failing)}: {failing[0].problem}"
    if silence := _silence(seen.captured, today):
        return Condition.QUIET, silence
    if failing:
        return Condition.TROUBLED, failing[0].problem
    if seen.refused >= _LEAST_REFUSED and 2 * seen.refused > seen.pages:
        return Condition.TROUBLED, f"{seen.refused} of the {seen.pages} pages fetched in a week hold no report"
    return Condition.FINE, ""


def _times(failing: Iterable[FeedHealth]) -> str:
    return f"{min(feed.failures for feed in failing)} times in a row"


def _silence(captured: Mapping[date, int], today: date) -> str:
    """In what way an outlet is quieter than chance explains by its habit; empty if it is not."""
    if not captured:
        return ""
    first, last = min(captured), max(captured)
    days, pages = (last - first).days + 1, sum(captured.values())
    silent = (today - last).days
    if pages < _LEAST_PAGES_OF_A_HABIT or days < _LEAST_DAYS_OF_A_HABIT or silent < _LEAST_SILENCE.days:
        return ""
    a_day = pages / days
    if a_day * silent < _PAGES_MISSED:
        return ""
    return f"no new page for {silent} days, where {a_day:.1f} a day were usual"
