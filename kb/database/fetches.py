"""Fetches: how asking for feeds and pages goes, and what could not be had."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.database.sessions import Sessions, batches
from kb.database.tables import FeedRow, OutletRow, TallyRow, UnfetchedRow
from kb.health import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened when a page of an outlet was asked for: `what` is a fault, captured or unchanged."""

    outlet: str
    what: str
    when: datetime
    url: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTry:
    """One try of a feed: the pages that it listed, or what was wrong with it."""

    outlet: str
    url: str
    when: datetime
    listed: int = 0
    fault: Fault | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfetched:
    """An address that could not be fetched.

    Attributes:
        url: the address.
        outlet: whose it is.
        fault: what was wrong the last time.
        problem: the same in words.
        tries: how often it was asked for in vain.
        noted: when that last was.
        again: when to ask for it once more; None for never.
    """

    url: str
    outlet: str
    fault: Fault
    problem: str
    tries: int
    noted: datetime
    again: datetime | None


class Fetches:
    """What was asked for and what came of it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def note(
        self, happenings: Iterable[Happening], tries: Iterable[FeedTry] = (), fetched: Collection[str] = ()
    ) -> None:
        """Count what happened by outlet, day and kind; note how feeds answered, and what could be fetched after all."""
        with self._sessions.write() as session:
            for each in happenings:
                _count(session, each)
            for one in tries:
                _note_feed(session, one)
            for some in batches(fetched):
                session.execute(delete(UnfetchedRow).where(UnfetchedRow.url.in_(some)))

    def unfetched(self, url: str) -> Unfetched | None:
        """What is known of an address that could not be fetched; None if it is none."""
        with self._sessions.read() as session:
            row = session.get(UnfetchedRow, url)
            return _unfetched(row) if row else None

    def put_unfetched(self, found: Unfetched) -> None:
        """Note that an address could not be fetched, and when to ask for it once more."""
        with self._sessions.write() as session:
            session.merge(UnfetchedRow(**{name: getattr(found, name) for name in _NAMES}))

    def left(self, urls: Collection[str], now: datetime) -> dict[str, datetime]:
        """Which of these addresses could not be fetched and are not to be asked for now, with when that was noted."""
        found: dict[str, datetime] = {}
        with self._sessions.read() as session:
            for some in batches(urls):
                later = UnfetchedRow.again.is_(None) | (UnfetchedRow.again > now)
                noted = select(UnfetchedRow.url, UnfetchedRow.noted).where(UnfetchedRow.url.in_(some), later)
                found.update((url, when) for url, when in session.execute(noted))
        return found

    def due(self, outlet: str, now: datetime, limit: int) -> list[str]:
        """The addresses of an outlet that could not be fetched and are to be asked for once more, the longest first."""
        wanted = select(UnfetchedRow.url).where(UnfetchedRow.outlet == outlet, UnfetchedRow.again <= now)
        with self._sessions.read() as session:
            return list(session.scalars(wanted.order_by(UnfetchedRow.again, UnfetchedRow.url).limit(limit)))

    def tidy(self, limit: datetime) -> None:
        """Drop what was noted before this time, but for addresses that are to be asked for once more."""
        with self._sessions.write() as session:
            session.execute(delete(TallyRow).where(TallyRow.day < limit.date().isoformat()))
            session.execute(delete(FeedRow).where(FeedRow.tried < limit))
            session.execute(delete(UnfetchedRow).where(UnfetchedRow.again.is_(None), UnfetchedRow.noted < limit))

    def in_vain(self, outlet: str, limit: int) -> list[Unfetched]:
        """The addresses of an outlet that could not be fetched, the latest first."""
        wanted = select(UnfetchedRow).where(UnfetchedRow.outlet == outlet)
        with self._sessions.read() as session:
            rows = session.scalars(wanted.order_by(UnfetchedRow.noted.desc(), UnfetchedRow.url).limit(limit))
            return [_unfetched(row) for row in rows]


_NAMES = tuple(Unfetched.__dataclass_fields__)


def _unfetched(row: UnfetchedRow) -> Unfetched:
    return Unfetched(**{**{name: getattr(row, name) for name in _NAMES}, "fault": Fault(row.fault)})


def _count(session: Session, each: Happening) -> None:
    row = session.get(TallyRow, (each.outlet, each.when.date().isoformat(), each.what))
    if row is None:
        row = TallyRow(outlet=each.outlet, day=each.when.date().isoformat(), what=each.what, count=0)
        session.add(row)
    row.count += 1
    row.latest, row.url, row.problem = each.when, each.url, each.problem


def _note_feed(session: Session, one: FeedTry) -> None:
    row = session.get(FeedRow, (one.outlet, one.url))
    if row is None:
        row = FeedRow(outlet=one.outlet, url=one.url, listed=0, failures=0)
        session.add(row)
    row.tried, row.fault, row.problem = one.when, one.fault or "", one.problem
    outlet = session.get(OutletRow, one.outlet)
    if outlet is not None:
        outlet.first_contact, outlet.last_contact = outlet.first_contact or one.when, one.when
        outlet.problem = one.problem
        outlet.last_success = one.when if one.fault is None else outlet.last_success
    if one.fault is None:
        row.answered, row.failures = one.when, 0
        row.listed = one.listed or row.listed
    else:
        row.failures += 1
