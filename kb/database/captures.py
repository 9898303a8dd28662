"""Captures: what was fetched, where its bytes lie, and what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, ColumnElement, delete, func, or_, select, type_coerce, update
from sqlalchemy.orm import Session, aliased

from kb.database.sessions import Sessions, batches
from kb.database.tables import CaptureRow, OutletRow, ReportRow
from kb.model import Capture, OutletKind

REMOVED = "removed"
_KEPT = CaptureRow.state != REMOVED
_EARLIER = aliased(CaptureRow)
_SEEN = func.coalesce(CaptureRow.last_checked, CaptureRow.fetched)
_COURTS = select(OutletRow.slug).where(type_coerce(OutletRow.body, JSON)["kind"].as_string() == OutletKind.COURT)
_TELLING = or_(CaptureRow.kind == "page", CaptureRow.outlet.in_(_COURTS))
"""What reports are made of: pages, and the feeds of courts, whose entries are all that is open to everybody."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that may be asked for again.

    Attributes:
        url: address to ask for.
        first: when it was published, as far as that is known, or first fetched.
        seen: when it last answered.
    """

    url: str
    first: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class FoundAgain:
    """That an address was found to hold what it held before it held something else.

    Attributes:
        url: which.
        digest: of what it held, as `kb.model.Capture` has it.
        when: when it was found.
    """

    url: str
    digest: str
    when: datetime


class Captures:
    """Responses as fetched."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def add(self, capture: Capture) -> int:
        """Keep a capture and return its id; the same bytes of the same address are kept once."""
        with self._sessions.write() as session:
            return _add(session, capture).id

    def restore(self, captures: Iterable[Capture], found: Iterable[FoundAgain]) -> int:
        """Keep captures that the base may have lost, and when the same bytes were found again: all or nothing.

        Returns:
            How many of these captures it had lost.
        """
        with self._sessions.write() as session:
            new = 0
            for capture in captures:
                new += _known(session, capture.url, capture.digest) is None
                _add(session, capture)
            for again in found:
                row = _known(session, again.url, again.digest)
                if row is not None:
                    _found_again(session, row, again.when)
            return new

    def count(self) -> int:
        """How many captures there are."""
        with self._sessions.read() as session:
            return session.scalar(select(func.count()).select_from(CaptureRow)) or 0

    def get(self, url: str, digest: str) -> Capture | None:
        """The capture of these bytes of an address."""
        with self._sessions.read() as session:
            row = _known(session, url, digest)
            return _capture(row) if row else None

    def found_again(self, url: str, digest: str, when: datetime, etag: str = "", last_modified: str = "") -> bool:
        """Whether these bytes of this address are kept already; if they are, note that it held them at this time.

        A page that had held others meanwhile is to be extracted anew, since it says again what it said then.
        """
        with self._sessions.write() as session:
            known = _known(session, url, digest)
            if known is None:
                return False
            known.etag, known.last_modified = etag or known.etag, last_modified or known.last_modified
            _found_again(session, known, when)
            return True

    def unchanged(self, url: str, when: datetime) -> None:
        """Note that an address answered at this time that it still holds what was captured last."""
        with self._sessions.write() as session:
            row = _latest(session, url)
            if row is not None:
                _found_again(session, row, when)

    def due(self, outlet: str, when: datetime, limit: int) -> list[Visit]:
        """The pages of an outlet that are to be looked at again by this time, those due longest first."""
        first = select(func.min(_EARLIER.fetched)).where(_EARLIER.url == CaptureRow.url).scalar_subquery()
        statement = (
            select(CaptureRow, first, ReportRow.published)
            .outerjoin(ReportRow, ReportRow.id == CaptureRow.report_id)
            .where(CaptureRow.outlet == outlet, CaptureRow.due <= when)
            .order_by(CaptureRow.due, CaptureRow.id)
            .limit(limit)
        )
        with self._sessions.read() as session:
            return [
                Visit(row.url, min(fetched, published or fetched), _capture(row).seen)
                for row, fetched, published in session.execute(statement)
            ]

    def look_again(self, when: Mapping[str, datetime | None]) -> None:
        """When the pages at these addresses are to be looked at again; never again where there is no time."""
        with self._sessions.write() as session:
            for url, moment in when.items():
                _look_again(session, url, moment)

    def gone(self, url: str, when: datetime) -> bool:
        """Note that there is no page at a known address any more, and look at it no more; whether it is a known one."""
        with self._sessions.write() as session:
            gone = update(CaptureRow).where(CaptureRow.url == url, CaptureRow.kind == "page")
            gone = gone.values(due=None, gone=func.coalesce(CaptureRow.gone, when))
            return bool(session.scalars(gone.returning(CaptureRow.id)).all())

    def latest(self, url: str) -> Capture | None:
        """What an address was last known to hold."""
        with self._sessions.read() as session:
            row = _latest(session, url)
            return _capture(row) if row else None

    def known(self, urls: Iterable[str]) -> set[str]:
        """Which of these addresses have been captured as pages, asked for or arrived at."""
        wanted = list(dict.fromkeys(urls))
        found: set[str] = set()
        with self._sessions.read() as session:
            for some in batches(wanted):
                rows = session.execute(
                    select(CaptureRow.url, CaptureRow.final_url).where(
                        CaptureRow.kind == "page", or_(CaptureRow.url.in_(some), CaptureRow.final_url.in_(some))
                    )
                )
                found.update(url for row in rows for url in row)
        return found & set(wanted)

    def pending(self, limit: int) -> list[Capture]:
        """Captured pages and feeds of courts that are neither extracted nor refused, those seen longest ago first."""
        return [capture for capture, _ in self._in_state("pending", limit)]

    def refusals(self) -> list[tuple[Capture, str]]:
        """Captured pages that hold no report, with the reason, those seen longest ago first."""
        return self._in_state("refused")

    def refuse(self, capture_id: int, reason: str, extractor: str = "") -> None:
        """Record why a captured page became no report, by this version of the extraction."""
        self._set(capture_id, state="refused", reason=reason, extractor=extractor)

    def report_at(self, url: str, final_url: str) -> str:
        """The id of the report that an address became last, where it led to the same; empty if it became none."""
        same = (CaptureRow.url == url, CaptureRow.final_url == final_url)
        became = select(CaptureRow.report_id).where(*same, CaptureRow.report_id.is_not(None))
        with self._sessions.read() as session:
            return session.scalar(became.order_by(_SEEN.desc(), CaptureRow.id.desc()).limit(1)) or ""

    def failed(self, capture_id: int, reason: str) -> int:
        """Record that a captured page could not be tried for a cause outside it; return how often by now."""
        with self._sessions.write() as session:
            row = session.get_one(CaptureRow, capture_id)
            row.tries, row.reason = row.tries + 1, reason
            return row.tries

    def again(self, but_by: str = "") -> int:
        """Have every captured page and court's feed extracted anew, also those refused.

        Args:
            but_by: a version of the extraction; what it tried already is left alone.

        Returns:
            How many captures are to be extracted now.
        """
        pages = update(CaptureRow).where(_TELLING, _KEPT)
        if but_by:
            pages = pages.where(CaptureRow.extractor != but_by)
        with self._sessions.write() as session:
            session.execute(pages.values(state="pending", reason="", tries=0))
            pending = select(func.count()).select_from(CaptureRow).where(CaptureRow.state == "pending")
            return session.scalar(pending) or 0

    def files(self) -> list[str]:
        """Every WARC file in which there are captures."""
        return self._files(_KEPT)

    def files_of(self, outlet: str) -> list[str]:
        """The WARC files in which captures of an outlet lie."""
        return self._files(_KEPT, CaptureRow.outlet == outlet)

    def files_before(self, limit: datetime) -> list[str]:
        """The WARC files in which captures lie that were fetched before this time."""
        return self._files(_KEPT, CaptureRow.fetched < limit)

    def in_file(self, warc: str, but_of: str | None = None, since: datetime | None = None) -> list[Capture]:
        """What lies in a WARC file, in its order.

        Args:
            warc: its name.
            but_of: leave out what is of this outlet.
            since: leave out what was fetched before this time.
        """
        wanted = select(CaptureRow).where(CaptureRow.warc == warc, _KEPT)
        if but_of is not None:
            wanted = wanted.where(CaptureRow.outlet != but_of)
        if since is not None:
            wanted = wanted.where(CaptureRow.fetched >= since)
        with self._sessions.read() as session:
            return [_capture(row) for row in session.scalars(wanted.order_by(CaptureRow.offset))]

    def removed_before(self, limit: datetime) -> int:
        """Record that the bytes of what was fetched before this time are removed; return of how many captures.

        The addresses of pages stay known, so that they are not taken for new ones; feeds are captured anew.
        """
        old = (CaptureRow.fetched < limit, _KEPT)
        with self._sessions.write() as session:
            feeds = session.scalars(delete(CaptureRow).where(*old, CaptureRow.kind == "feed").returning(CaptureRow.id))
            pages = update(CaptureRow).where(*old).values(state=REMOVED, warc="", offset=0)
            return len(feeds.all()) + len(session.scalars(pages.returning(CaptureRow.id)).all())

    def _files(self, *which: ColumnElement[bool]) -> list[str]:
        with self._sessions.read() as session:
            return list(session.scalars(select(CaptureRow.warc).where(*which).distinct().order_by(CaptureRow.warc)))

    def moved(self, captures: Iterable[Capture]) -> None:
        """Record where the bytes of these captures lie now."""
        with self._sessions.write() as session:
            for capture in captures:
                row = session.get_one(CaptureRow, capture.id)
                row.warc, row.offset = capture.warc, capture.offset

    def forget(self, outlet: str) -> int:
        """Drop every capture of an outlet; return how many there were."""
        with self._sessions.write() as session:
            count = session.scalar(select(func.count()).where(CaptureRow.outlet == outlet)) or 0
            session.execute(delete(CaptureRow).where(CaptureRow.outlet == outlet))
            return count

    def extracted(self, capture_id: int, report_id: str | None = None, extractor: str = "") -> None:
        """Record which report a page became, by this version of the extraction; a court's feed none, or many."""
        self._set(capture_id, state="extracted", reason="", report_id=report_id, extractor=extractor)

    def _set(self, capture_id: int, **values: str | None) -> None:
        with self._sessions.write() as session:
            session.execute(update(CaptureRow).where(CaptureRow.id == capture_id).values(**values))

    def _in_state(self, state: str, limit: int | None = None) -> list[tuple[Capture, str]]:
        with self._sessions.read() as session:
            rows = session.scalars(
                select(CaptureRow).where(CaptureRow.state == state).order_by(_SEEN, CaptureRow.id).limit(limit)
            )
            return [(_capture(row), row.reason) for row in rows]


def _add(session: Session, capture: Capture) -> CaptureRow:
    known = _known(session, capture.url, capture.digest)
    if known is not None:
        _found_again(session, known, capture.fetched)
        return known
    gone = session.scalar(select(func.max(CaptureRow.gone)).where(CaptureRow.url == capture.url))
    row = CaptureRow(**{name: getattr(capture, name) for name in _NAMES}, state="feed", reason="")
    row.gone = gone if row.kind == "page" else None
    session.add(row)
    session.flush()
    session.execute(update(CaptureRow).where(CaptureRow.id == row.id, _TELLING).values(state="pending"))
    if _latest(session, row.url) is row:
        _answered(session, row.url, capture.seen)
    return row


def _known(session: Session, url: str, digest: str) -> CaptureRow | None:
    return session.scalar(select(CaptureRow).where(CaptureRow.url == url, CaptureRow.digest == digest))


def _latest(session: Session, url: str) -> CaptureRow | None:
    return session.scalar(
        select(CaptureRow).where(CaptureRow.url == url).order_by(_SEEN.desc(), CaptureRow.id.desc()).limit(1)
    )


def _found_again(session: Session, row: CaptureRow, when: datetime) -> None:
    latest = _latest(session, row.url)
    if when <= _capture(row).seen or (latest is not None and when <= _capture(latest).seen):
        return
    if latest is not row and row.kind == "page" and row.state != REMOVED:
        row.state, row.reason = "pending", ""
    row.last_checked = when
    _answered(session, row.url, when)


def _answered(session: Session, url: str, when: datetime) -> None:
    """A page that answered after it was gone is there, and whoever crawls next says when to ask for it again."""
    session.flush()
    session.execute(update(CaptureRow).where(CaptureRow.url == url, CaptureRow.gone < when).values(gone=None))
    _look_again(session, url, when)


def _look_again(session: Session, url: str, when: datetime | None) -> None:
    session.execute(update(CaptureRow).where(CaptureRow.url == url).values(due=None))
    latest = _latest(session, url)
    if latest is not None and latest.kind == "page" and latest.gone is None:
        latest.due = when


_NAMES = [name for name in Capture.__dataclass_fields__ if name != "id"]


def _capture(row: CaptureRow) -> Capture:
    return Capture(id=row.id, **{name: getattr(row, name) for name in _NAMES})
