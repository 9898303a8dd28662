"""Captures: what was fetched, where its bytes lie, and what became of it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import JSON, delete, func, or_, select, type_coerce, update
from sqlalchemy.orm import Session

from kb.database.sessions import Sessions, batches
from kb.database.tables import CaptureRow, OutletRow
from kb.model import Capture, OutletKind

_SEEN = func.coalesce(CaptureRow.last_checked, CaptureRow.fetched)
_COURTS = select(OutletRow.slug).where(type_coerce(OutletRow.body, JSON)["kind"].as_string() == OutletKind.COURT)
_TELLING = or_(CaptureRow.kind == "page", CaptureRow.outlet.in_(_COURTS))
"""What reports are made of: pages, and the feeds of courts, whose entries are all that is open to everybody."""


class Captures:
    """Responses as fetched."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def add(self, capture: Capture) -> int:
        """Keep a capture and return its id; the same bytes of the same address are kept once."""
        with self._sessions.write() as session:
            known = _known(session, capture.url, capture.digest)
            if known is not None:
                _found_again(session, known, capture.fetched)
                return known.id
            row = CaptureRow(**{name: getattr(capture, name) for name in _NAMES}, state="feed", reason="")
            session.add(row)
            session.flush()
            session.execute(update(CaptureRow).where(CaptureRow.id == row.id, _TELLING).values(state="pending"))
            return row.id

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

    def refuse(self, capture_id: int, reason: str) -> None:
        """Record why a captured page became no report."""
        self._set(capture_id, state="refused", reason=reason)

    def failed(self, capture_id: int, reason: str) -> int:
        """Record that a captured page could not be tried for a cause outside it; return how often by now."""
        with self._sessions.write() as session:
            row = session.get_one(CaptureRow, capture_id)
            row.tries, row.reason = row.tries + 1, reason
            return row.tries

    def again(self) -> int:
        """Have every captured page and court's feed extracted anew, also those refused; return how many there are."""
        with self._sessions.write() as session:
            session.execute(update(CaptureRow).where(_TELLING).values(state="pending", reason="", tries=0))
            return session.scalar(select(func.count()).select_from(CaptureRow).where(_TELLING)) or 0

    def files_of(self, outlet: str) -> list[str]:
        """The WARC files in which captures of an outlet lie."""
        with self._sessions.read() as session:
            files = select(CaptureRow.warc).where(CaptureRow.outlet == outlet).distinct()
            return list(session.scalars(files.order_by(CaptureRow.warc)))

    def in_file_of_others(self, warc: str, outlet: str) -> list[Capture]:
        """What else lies in a WARC file than captures of an outlet, in its order."""
        wanted = select(CaptureRow).where(CaptureRow.warc == warc, CaptureRow.outlet != outlet)
        with self._sessions.read() as session:
            return [_capture(row) for row in session.scalars(wanted.order_by(CaptureRow.offset))]

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

    def extracted(self, capture_id: int, report_id: str | None = None) -> None:
        """Record which report a captured page became; a court's feed becomes none, or many."""
        self._set(capture_id, state="extracted", reason="", report_id=report_id)

    def _set(self, capture_id: int, **values: str | None) -> None:
        with self._sessions.write() as session:
            session.execute(update(CaptureRow).where(CaptureRow.id == capture_id).values(**values))

    def _in_state(self, state: str, limit: int | None = None) -> list[tuple[Capture, str]]:
        with self._sessions.read() as session:
            rows = session.scalars(
                select(CaptureRow).where(CaptureRow.state == state).order_by(_SEEN, CaptureRow.id).limit(limit)
            )
            return [(_capture(row), row.reason) for row in rows]


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
    if latest is not row and row.kind == "page":
        row.state, row.reason = "pending", ""
    row.last_checked = when


_NAMES = [name for name in Capture.__dataclass_fields__ if name != "id"]


def _capture(row: CaptureRow) -> Capture:
    return Capture(id=row.id, **{name: getattr(row, name) for name in _NAMES})
