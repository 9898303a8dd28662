"""Leases: what one process at a time may do, whatever machine it runs on.

A lease has a name, a holder and a time at which it expires unless it is renewed. Whoever is killed loses it by the
clock, and another may take it over.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kb.database.sessions import BaseUnavailable, Sessions
from kb.database.tables import Instant, LeaseRow

SECONDS = 20.0
"""How long a lease lasts unless it is renewed: after this a killed holder is replaced."""

_RENEWALS = 4
_LOOK_EVERY_SECONDS = 0.5
_LONG_WAIT_SECONDS = 1.0
_FORGOTTEN = timedelta(hours=1)
"""So long after it expired nobody comes back for a lease."""


class LeaseLost(Exception):
    """The lease was not renewed in time, and another may have taken it over; the message says which."""


class LeaseTaken(Exception):
    """Another holds the lease; the message says who."""

    def __init__(self, state: "LeaseState") -> None:
        super().__init__(f"{state.who} has the lease {state.name!r}")
        self.state = state


@dataclass(frozen=True, slots=True)
class LeaseState:
    """Who has a lease, and until when it lasts unless it is renewed."""

    name: str
    holder: str
    expires: datetime

    @property
    def who(self) -> str:
        """The holder in words."""
        host, _, rest = self.holder.partition("/")
        return f"process {rest.partition('/')[0]} on {host}" if rest else self.holder


def new_holder() -> str:
    """A name for a holder in this process: its host, its number, and what tells it from others in the process."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


class Leases:
    """Who may do what just now.

    Whoever takes, keeps or gives back a lease does so in one statement, which the database makes atomic. Times are the
    database's own: PostgreSQL is asked for its clock; a SQLite file is open on one machine only, whose clock it is.
    While somebody writes to SQLite for long, no lease can be renewed: so nobody takes one over at the end of a wait for
    that writer, but only after it.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def acquire(self, name: str, holder: str, seconds: float = SECONDS) -> bool:
        """Take a lease that is free, expired or held by the same holder; return whether it is the holder's now."""
        asked, now = time.monotonic(), self.now()
        expires = now + timedelta(seconds=seconds)
        with self._sessions.write_beside() as session:
            session.connection()
            if time.monotonic() - asked > _LONG_WAIT_SECONDS:
                return False
            session.execute(delete(LeaseRow).where(LeaseRow.expires <= now - _FORGOTTEN))
            statement = (
                _insert(session)
                .values(name=name, holder=holder, expires=expires)
                .on_conflict_do_update(
                    index_elements=[LeaseRow.name],
                    set_={"holder": holder, "expires": expires},
                    where=or_(LeaseRow.expires <= now, LeaseRow.holder == holder),
                )
                .returning(LeaseRow.name)
            )
            return session.scalar(statement) is not None

    def renew(self, name: str, holder: str, seconds: float = SECONDS) -> bool:
        """Let a lease last from now on; return False if it is no longer the holder's."""
        return bool(self.renew_all({name}, holder, seconds))

    def renew_all(self, names: Collection[str], holder: str, seconds: float = SECONDS) -> frozenset[str]:
        """Let several leases last from now on; return the names of those that are still the holder's."""
        expires = self.now() + timedelta(seconds=seconds)
        held = update(LeaseRow).where(LeaseRow.name.in_(names), LeaseRow.holder == holder)
        with self._sessions.write_beside() as session:
            return frozenset(session.scalars(held.values(expires=expires).returning(LeaseRow.name)))

    def release(self, name: str, holder: str) -> None:
        """Give a lease back, if it is still the holder's."""
        with self._sessions.write_beside() as session:
            session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder))

    def state(self, name: str) -> LeaseState | None:
        """Who has a lease now; None if nobody has, or it has expired."""
        now = self.now()
        with self._sessions.read() as session:
            row = session.get(LeaseRow, name)
            return LeaseState(row.name, row.holder, row.expires) if row and row.expires > now else None

    def beginning(self, start: str) -> list[LeaseState]:
        """Who has the leases just now whose names begin so."""
        now = self.now()
        with self._sessions.read() as session:
            rows = session.scalars(select(LeaseRow).where(LeaseRow.expires > now).order_by(LeaseRow.name))
            return [LeaseState(row.name, row.holder, row.expires) for row in rows if row.name.startswith(start)]

    @contextmanager
    def held(
        self, name: str, seconds: float = SECONDS, waiting: Callable[[LeaseState], None] | None = None
    ) -> Iterator["Lease"]:
        """Have a lease and renew it meanwhile in a thread; it is given back at the end.

        Args:
            name: which.
            seconds: how long it lasts after its last renewal.
            waiting: called twice a second with whoever has it while this waits for it; what it raises ends the wait.
                None: do not wait.

        Raises:
            LeaseTaken: another has it, and this is not to wait.
        """
        holder, asked = new_holder(), time.monotonic()
        while not self.acquire(name, holder, seconds):
            self._wait(name, waiting)
            asked = time.monotonic()
        with Lease(self, name, holder, seconds, asked) as lease:
            yield lease

    def _wait(self, name: str, waiting: Callable[[LeaseState], None] | None) -> None:
        """Wait until a lease looks free; to look costs less than to try."""
        state = self.state(name)
        while state is not None:
            if waiting is None:
                raise LeaseTaken(state)
            waiting(state)
            time.sleep(_LOOK_EVERY_SECONDS)
            state = self.state(name)
        time.sleep(_LOOK_EVERY_SECONDS / 2)

    def now(self) -> datetime:
        """What time it is by the clock that leases go by, which is the same for all who share the base."""
        if self._sessions.dialect == "sqlite":
            return datetime.now(UTC)
        with self._sessions.read() as session:
            return session.scalars(select(func.clock_timestamp(type_=Instant()))).one()


class Lease:
    """A lease that is renewed in a thread for as long as this is open.

    Args:
        leases: where it is kept.
        name: which.
        holder: whose; it has it already.
        seconds: how long it lasts after its last renewal.
        asked: time.monotonic() before it was acquired.
    """

    def __init__(self, leases: Leases, name: str, holder: str, seconds: float, asked: float) -> None:
        self.name, self.holder = name, holder
        self._leases, self._seconds = leases, seconds
        self._lasts = asked + seconds
        self._taken = False
        self._ended = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name=f"lease {name}", daemon=True)

    def __enter__(self) -> Self:
        self._renewing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._renewing.join()
        try:
            self._leases.release(self.name, self.holder)
        except (BaseUnavailable, DBAPIError):
            if error is None:
                raise

    @property
    def lost(self) -> bool:
        """Whether it was taken over, or may have been, since it was not renewed in time."""
        return self._taken or time.monotonic() > self._lasts

    def check_in(self, session: Session) -> None:
        """Go on only if nobody has taken the lease over, also where it could not be renewed in time.

        Raises:
            LeaseLost: another has it.
        """
        if self._taken or (self.lost and not self._still_held(session)):
            raise LeaseLost(f"the lease {self.name!r} was lost to another, which goes on with the work")

    def _still_held(self, session: Session) -> bool:
        return session.scalar(select(LeaseRow.holder).where(LeaseRow.name == self.name)) == self.holder

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds / _RENEWALS):
            asked = time.monotonic()
            try:
                renewed = self._leases.renew(self.name, self.holder, self._seconds)
            except (BaseUnavailable, DBAPIError):
                continue
            if not renewed:
                self._taken = True
                return
            self._lasts = asked + self._seconds


def _insert(session: Session) -> postgresql.Insert | sqlite.Insert:
    dialect = session.get_bind().dialect.name
    return sqlite.insert(LeaseRow) if dialect == "sqlite" else postgresql.insert(LeaseRow)
