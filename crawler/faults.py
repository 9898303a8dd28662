"""What was wrong with a fetch: errors and answers as faults, with words for people, and when to try again."""

from datetime import datetime, timedelta

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from kb.health import Fault

MOST_TRIES = 6
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = timedelta(hours=1), timedelta(days=7), 4

_NO_ADDRESS = "its name is not known here or leads to no public address; the network may be out of reach"
_FAILURES = (
    ("ResolveHost", Fault.NO_ADDRESS, _NO_ADDRESS),
    ("Refused", Fault.UNREACHABLE, "nothing answers at that address"),
    ("Timeout", Fault.TIMEOUT, "it did not answer in time"),
    ("TimedOut", Fault.TIMEOUT, "it did not answer in time"),
    ("DownloadCancelled", Fault.TOO_LARGE, "it is larger than what is read"),
    ("DataLoss", Fault.CUT_OFF, "it closed the connection in the middle of its answer"),
    ("UnsupportedURLScheme", Fault.REFUSED_ADDRESS, "it leads to an address that is not http or https"),
    ("DownloadFailed", Fault.UNREACHABLE, "it closed the connection without an answer"),
    ("Connection", Fault.UNREACHABLE, "it closed the connection without an answer"),
    ("BadGzipFile", Fault.DAMAGED, "it says that it is packed and cannot be unpacked"),
    ("EOFError", Fault.DAMAGED, "it says that it is packed and cannot be unpacked"),
    ("zlib", Fault.DAMAGED, "it says that it is packed and cannot be unpacked"),
)  # fmt: skip
"""A part of an exception's name, what is wrong, and how it is told."""

_REFUSALS = (
    ("robots.txt", Fault.ROBOTS),
    ("max redirections", Fault.REDIRECTS),
    ("exceeded DOWNLOAD_MAXSIZE", Fault.TOO_LARGE),
)
_FOR_GOOD = frozenset({Fault.REFUSED_ADDRESS, Fault.TOO_LARGE})


class FetchRefused(IgnoreRequest):
    """A request or its answer is not taken, for a known reason."""

    def __init__(self, fault: Fault, words: str) -> None:
        super().__init__(words)
        self.fault = fault


class HostRests(FetchRefused):
    """The host is not to be asked just now.

    Attributes:
        until: when it may be asked again.
    """

    def __init__(self, fault: Fault, words: str, until: datetime) -> None:
        super().__init__(fault, words)
        self.until = until


class AskedToWait(HostRests):
    """The host answered that it wishes to be asked later."""


def fault_of(error: BaseException | None) -> tuple[Fault, str]:
    """What was wrong, and how it is told."""
    if isinstance(error, FetchRefused):
        return error.fault, str(error)
    if isinstance(error, HttpError):
        return fault_of_status(error.response.status)
    if isinstance(error, IgnoreRequest):
        return _refusal(str(error))
    if "certificate" in str(error):
        return Fault.CERTIFICATE, "its certificate is not trusted"
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    for name, fault, words in _FAILURES:
        if name in kinds or name in type(error).__module__:
            return fault, words
    return Fault.OURS, f"{type(error).__name__}: {str(error)[:200] or 'no answer'}"


def fault_of_status(status: int) -> tuple[Fault, str]:
    """What an answer with another status than success says."""
    words = f"the server answered {status}"
    if status in {404, 410}:
        return Fault.GONE, words
    if status in {401, 402, 403, 407, 451}:
        return Fault.FORBIDDEN, words
    if status in {429, 503}:
        return Fault.WAIT, words
    if 300 <= status < 400:
        return Fault.REDIRECTS, words
    return (Fault.SERVER_ERROR if status >= 500 else Fault.OTHER_ANSWER), words


def _refusal(words: str) -> tuple[Fault, str]:
    fault = next((fault for part, fault in _REFUSALS if part in words), Fault.OTHER_ANSWER)
    if fault is Fault.TOO_LARGE:
        return fault, "it unpacks to more than what is read"
    if fault is Fault.REDIRECTS:
        return fault, "it redirects again and again"
    return fault, words or "not allowed"


def next_try(fault: Fault, tries: int, now: datetime) -> datetime | None:
    """When to ask once more for a page that was asked for so often in vain; None for never."""
    if fault in _FOR_GOOD or tries >= MOST_TRIES:
        return None
    pause: timedelta = _FIRST_PAUSE * _GROWTH ** (tries - 1)
    return now + min(pause, _LONGEST_PAUSE)
