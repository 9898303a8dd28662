"""The database, which is the truth: everything else can be made again from it and the captures."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from kb.database.captures import Captures
from kb.database.claims import Claims
from kb.database.copies import Copies
from kb.database.copying import UNFINISHED
from kb.database.edits import EditRefused, Edits
from kb.database.entries import Entries
from kb.database.fetches import Fetches
from kb.database.health import Health
from kb.database.hosts import Hosts
from kb.database.incidents import Incidents
from kb.database.leases import Lease, LeaseLost, Leases, LeaseState, LeaseTaken
from kb.database.neighbours import Neighbours
from kb.database.organisations import Organisations
from kb.database.outlets import Outlets
from kb.database.past import Past
from kb.database.readings import Readings
from kb.database.remarks import Remarks
from kb.database.reports import Reports
from kb.database.sessions import BaseAddressRefused, BaseUnavailable, Sessions
from kb.database.status import BaseStatus, status_of
from kb.database.submissions import Submissions
from kb.database.suggestions import Suggestions
from kb.database.users import Users
from kb.database.work import Facts, Journal, Outbox

__all__ = [
    "Base",
    "BaseAddressRefused",
    "BaseStatus",
    "BaseUnavailable",
    "EditRefused",
    "Lease",
    "LeaseLost",
    "LeaseState",
    "LeaseTaken",
    "open_base",
]

MADE = "made"
"""The fact under which a base says when it was made."""


class Base:
    """One knowledge base: its repositories, over one database. Safe to use from several threads.

    Args:
        sessions: the open database.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.address = sessions.address
        self.outlets = Outlets(sessions)
        self.hosts = Hosts(sessions)
        self.fetches = Fetches(sessions)
        self.health = Health(sessions)
        self.captures = Captures(sessions)
        self.reports = Reports(sessions)
        self.copies = Copies(sessions)
        self.readings = Readings(sessions)
        self.entries = Entries(sessions)
        self.claims = Claims(sessions)
        self.incidents = Incidents(sessions)
        self.edits = Edits(sessions)
        self.suggestions = Suggestions(sessions)
        self.neighbours = Neighbours(sessions)
        self.past = Past(sessions)
        self.organisations = Organisations(sessions)
        self.users = Users(sessions)
        self.submissions = Submissions(sessions)
        self.remarks = Remarks(sessions)
        self.outbox = Outbox(sessions)
        self.journal = Journal(sessions)
        self.facts = Facts(sessions)
        self.leases = Leases(sessions)

    @property
    def made(self) -> datetime:
        """When it was made; of one that an earlier version made, when a version that notes it first opened it."""
        return datetime.fromisoformat(self.facts.get(MADE))

    def status(self) -> BaseStatus:
        """How much of what is where."""
        return status_of(self._sessions, datetime.now(UTC))

    def only_while(self, lease: Lease) -> AbstractContextManager[None]:
        """Have nothing written through this object once another has the lease, in whatever thread: `LeaseLost`."""
        return self._sessions.only_if(lease.check_in)

    @contextmanager
    def trial(self) -> Iterator[Self]:
        """This base to try things on: what is written is seen there and not kept; nobody else writes meanwhile."""
        with self._sessions.trial() as sessions:
            yield type(self)(sessions)

    def close(self) -> None:
        """Close every connection."""
        self._sessions.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_base(address: str) -> Base:
    """The base at a SQLAlchemy address, its tables made or brought up to date first.

    Raises:
        BaseAddressRefused: it is the address of no database that there is, or holds a password.
        BaseUnavailable: there is no such database, or it cannot be reached or written, or is not a whole base.
    """
    base = Base(Sessions(address))
    source = base.facts.get(UNFINISHED)
    if source:
        base.close()
        raise BaseUnavailable(
            f"{base.address} is an unfinished copy of {source}: finish it with `disputed copy` or use another"
        )
    if not base.facts.get(MADE):
        base.facts.set(MADE, datetime.now(UTC).isoformat(timespec="seconds"))
    return base
