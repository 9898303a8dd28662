"""What a crawl notes of hosts, feeds and pages: gathered for a moment, then written together."""

from dataclasses import replace
from datetime import UTC, datetime

import structlog

from crawler.faults import next_try
from kb.database import Base
from kb.database.fetches import FeedTry, Happening, Unfetched
from kb.database.hosts import Host
from kb.health import Fault


class Contacts:
    """The notes of one crawl. A crawl that is killed loses those of the last moment, and no page by that.

    Args:
        base: where they are kept.
    """

    def __init__(self, base: Base) -> None:
        self._base = base
        self._hosts: dict[str, Host] = {}
        self._kept: dict[str, Host] = {}
        self._happenings: list[Happening] = []
        self._tries: list[FeedTry] = []
        self._fetched: list[str] = []

    def host(self, name: str) -> Host:
        """A host as it was found; what is changed of it is kept."""
        if name not in self._hosts:
            self._hosts[name] = self._base.hosts.get(name)
            self._kept[name] = replace(self._hosts[name])
        return self._hosts[name]

    def give_back(self, name: str) -> None:
        """Let others have a host: what was found of it is kept and read anew the next time."""
        if name in self._hosts:
            self._base.hosts.keep([self._hosts[name]])
            del self._hosts[name]

    def happened(self, outlet: str, what: str, url: str, problem: str = "") -> None:
        """Something happened when a page was asked for."""
        now = datetime.now(UTC)
        self._happenings.append(Happening(outlet=outlet, what=what, when=now, url=url, problem=problem))

    def page_fetched(self, outlet: str, url: str, what: str) -> None:
        """A page could be had: `what` is captured or unchanged."""
        self.happened(outlet, what, url)
        self._fetched.append(url)

    def feed_answered(self, outlet: str, url: str, listed: int = 0) -> None:
        """A feed answered, with so many pages, 0 where it has not changed."""
        self._tries.append(FeedTry(outlet=outlet, url=url, when=datetime.now(UTC), listed=listed))

    def feed_failed(self, outlet: str, url: str, fault: Fault, problem: str) -> None:
        """A feed could not be had."""
        self._tries.append(FeedTry(outlet=outlet, url=url, when=datetime.now(UTC), fault=fault, problem=problem))
        self.happened(outlet, fault, url, problem)
        self._tell("feed not fetched", outlet, url, problem)

    def page_failed(self, outlet: str, url: str, fault: Fault, problem: str, again: datetime | None = None) -> None:
        """A page could not be had; unless `again` says when to ask for it once more, its fault and its tries do."""
        now = datetime.now(UTC)
        before = self._base.fetches.unfetched(url)
        tries = (before.tries if before else 0) + (again is None)
        self._base.fetches.put_unfetched(
            Unfetched(
                url=url,
                outlet=outlet,
                fault=fault,
                problem=problem,
                tries=tries,
                noted=now,
                again=again or next_try(fault, tries, now),
            )
        )
        self.happened(outlet, fault, url, problem)
        self._tell("not fetched", outlet, url, problem)

    def keep(self) -> None:
        """Write what was noted since the last time.

        Raises:
            BaseUnavailable: the database went away; the notes stay until the next time.
        """
        if self._happenings or self._tries or self._fetched:
            self._base.fetches.note(self._happenings, self._tries, self._fetched)
            self._happenings, self._tries, self._fetched = [], [], []
        changed = [host for name, host in self._hosts.items() if self._kept.get(name) != host]
        if changed:
            self._base.hosts.keep(changed)
            self._kept.update({host.host: replace(host) for host in changed})

    def _tell(self, event: str, outlet: str, url: str, problem: str) -> None:
        structlog.get_logger().warning(event, step="crawl", outlet=outlet, url=url, reason=problem)
