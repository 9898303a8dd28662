"""Hosts: what is to be heeded when they are asked."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from kb.database.sessions import Sessions
from kb.database.tables import HostRow


@dataclass(slots=True, kw_only=True)
class Host:
    """A "host:port" as it was found.

    Attributes:
        host: its name and port.
        failures: answers in a row that say that it is overburdened or out of order.
        rests_until: it is not to be asked before; None if it may be asked.
        rests_why: the reason in words.
        day: ISO date of the day, in UTC, for which `asked` counts.
        asked: requests made on that day.
        robots: its robots.txt, empty where it has none; None if it was never read.
        robots_etag, robots_modified: how to ask whether that has changed.
        robots_changed: when that last changed; None if it has not since it was first read.
    """

    host: str
    failures: int = 0
    rests_until: datetime | None = None
    rests_why: str = ""
    day: str = ""
    asked: int = 0
    robots: str | None = None
    robots_etag: str = ""
    robots_modified: str = ""
    robots_changed: datetime | None = None


class Hosts:
    """Every host that was ever asked."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def get(self, host: str) -> Host:
        """What is known of a host; a new one is as if it had never failed."""
        with self._sessions.read() as session:
            row = session.get(HostRow, host)
            return Host(**{field.name: getattr(row, field.name) for field in fields(Host)}) if row else Host(host=host)

    def keep(self, hosts: Iterable[Host]) -> None:
        """Take over what was found of hosts."""
        with self._sessions.write() as session:
            for host in hosts:
                session.merge(HostRow(**asdict(host)))
