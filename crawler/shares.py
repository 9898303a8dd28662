"""What a crawl has to itself, where several crawl for one base: outlets, and hosts while they are asked.

Each is leased in the database. A crawl that is killed loses its leases by the clock, and another takes over.
"""

import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from kb.database import BaseUnavailable
from kb.database.leases import SECONDS, Leases, new_holder

PAUSE_SECONDS = 5.0
"""For so long no other crawl asks a host after one has asked it."""

OUTLET, HOST = "crawl outlet ", "crawl host "
"""How the names of the leases begin."""

_RENEWALS = 4


class SharesLost(Exception):
    """This crawl could not renew its leases in time, so that others may have taken over; the message says so."""


class HostBusy(IgnoreRequest):
    """Another crawl for the same base asks this host just now; the request is to be put off."""


class Shares:
    """The leases of one crawl, renewed in a thread; use it as a context manager.

    Args:
        leases: where they are kept.
        seconds: how long they last once the crawl is dead.
        unhurried: "host:port" pairs that need no pause between two crawls.
    """

    def __init__(self, leases: Leases, seconds: float = SECONDS, unhurried: frozenset[str] = frozenset()) -> None:
        self._leases, self._seconds, self._unhurried = leases, seconds, unhurried
        self._holder = new_holder()
        self._names: set[str] = set()
        self._lock = threading.Lock()
        self._lasts = time.monotonic() + seconds
        self._taken_over = False
        self._ended = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name="leases of the crawl", daemon=True)

    def __enter__(self) -> Self:
        self._renewing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._renewing.join()
        try:
            for name in list(self._names):
                self._give_back(name)
        except BaseUnavailable:
            if error is None:
                raise

    def take_outlet(self, slug: str) -> bool:
        """Have an outlet to itself from now on, unless another has it; return whether it is so."""
        return self._take(OUTLET + slug)

    def give_back_outlet(self, slug: str) -> None:
        """Let others have an outlet."""
        self._give_back(OUTLET + slug)

    def take_host(self, host: str) -> bool:
        """Have a "host:port" to itself from now on, unless another has it; return whether it is so."""
        return self._take(HOST + host)

    def give_back_host(self, host: str) -> None:
        """Let others have a host, after a pause."""
        self._give_back(HOST + host)

    def check(self) -> None:
        """Go on only while everything taken is still had.

        Raises:
            SharesLost: others may have it.
        """
        if time.monotonic() > self._lasts:
            self._renew_late()
        if self._taken_over:
            raise SharesLost(
                f"the crawl could not renew its leases in the database for {self._seconds:g} seconds and stops, since "
                "another may have taken over; what it captured is kept"
            )

    def _take(self, name: str) -> bool:
        with self._lock:
            if name in self._names:
                return True
            asked = time.monotonic()
            if not self._leases.acquire(name, self._holder, self._seconds):
                return False
            if not self._names:
                self._lasts = asked + self._seconds
            self._names.add(name)
            return True

    def _give_back(self, name: str) -> None:
        with self._lock:
            self._names.discard(name)
            if name.startswith(HOST) and name.removeprefix(HOST) not in self._unhurried:
                self._leases.renew(name, self._holder, PAUSE_SECONDS)
            else:
                self._leases.release(name, self._holder)

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds / _RENEWALS):
            with self._lock, suppress(BaseUnavailable):
                self._renew_now()

    def _renew_late(self) -> None:
        """Find out, after the database was held up by a long writer or this process was, whether all is still had."""
        with self._lock:
            try:
                self._renew_now()
            except BaseUnavailable:
                self._taken_over = True

    def _renew_now(self) -> None:
        asked = time.monotonic()
        if self._names and self._leases.renew_all(self._names, self._holder, self._seconds) != self._names:
            self._taken_over = True
        self._lasts = asked + self._seconds


def host_of(url: str) -> str:
    """The "host:port" of an address."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
