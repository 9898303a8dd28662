"""Submissions: addresses that people handed in, and what became of each."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from kb.database.remarks import QueueFull
from kb.database.sessions import Sessions
from kb.database.tables import CaptureRow, ReportRow, SubmissionRow, UnfetchedRow
from kb.database.verdicts import Verdict, note_verdicts, verdicts_on

MOST_WAITING = 5000
"""Addresses that may wait to be asked for; beyond them somebody floods the queue."""
_VERDICTS = "submission"
_SEEN = func.coalesce(CaptureRow.last_checked, CaptureRow.fetched)


class SubmissionState(StrEnum):
    """Whether an address is yet to be asked for, was fetched, could not be, or is not to be."""

    WAITING = "waiting"
    FETCHED = "fetched"
    FAILED = "failed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An address that somebody handed in.

    Attributes:
        number: in the order in which they came.
        token: by which whoever handed it in finds it again.
        url: the address.
        note: what that person says of it; may be empty.
        made: when.
        state: how far it has come.
        problem: why it could not be fetched, or holds no report; empty otherwise.
        report: id of the report that it became; empty where there is none yet.
        is_read: whether that was read.
        again: when it is asked for once more after it could not be fetched; None where no such time is set.
        verdicts: how people judged it, the newest first.
    """

    number: int
    token: str
    url: str
    note: str
    made: datetime
    state: SubmissionState
    problem: str
    report: str = ""
    is_read: bool = False
    again: datetime | None = None
    verdicts: tuple[Verdict, ...] = ()


class Submissions:
    """What people handed in."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def report_at(self, url: str) -> str:
        """The id of the report that is known of an address; empty if there is none."""
        led = or_(CaptureRow.url == url, CaptureRow.final_url == url)
        became = select(CaptureRow.report_id).where(led, CaptureRow.report_id.is_not(None))
        with self._sessions.read() as session:
            found = session.scalar(select(ReportRow.id).where(ReportRow.url == url).limit(1))
            return found or session.scalar(became.order_by(CaptureRow.id.desc()).limit(1)) or ""

    def add(self, url: str, note: str) -> Submission:
        """Queue an address; one that was handed in before stays what it is.

        Raises:
            QueueFull: too many wait.
        """
        with self._sessions.write() as session:
            row = session.scalar(select(SubmissionRow).where(SubmissionRow.url == url))
            if row is None:
                waiting = select(func.count()).where(SubmissionRow.state == SubmissionState.WAITING)
                if (session.scalar(waiting) or 0) >= MOST_WAITING:
                    raise QueueFull("so many addresses wait that no more are taken: try again in some days")
                now = datetime.now(UTC)
                row = SubmissionRow(
                    token=secrets.token_urlsafe(12),
                    url=url,
                    note=note,
                    made=now,
                    since=now,
                    state=SubmissionState.WAITING,
                    problem="",
                )
                session.add(row)
                session.flush()
            return _submission(row)

    def get(self, token: str) -> Submission | None:
        """The submission of this token, with what became of it."""
        with self._sessions.read() as session:
            row = session.scalar(select(SubmissionRow).where(SubmissionRow.token == token))
            return _told(session, [row])[0] if row else None

    def due(self, now: datetime, limit: int) -> list[str]:
        """The addresses to ask for now, those handed in first first."""
        later = exists().where(UnfetchedRow.url == SubmissionRow.url, UnfetchedRow.again > now)
        waiting = select(SubmissionRow.url).where(SubmissionRow.state == SubmissionState.WAITING, ~later)
        with self._sessions.read() as session:
            return list(session.scalars(waiting.order_by(SubmissionRow.id).limit(limit)))

    def follow(self) -> None:
        """Note of those that wait which were fetched by now, and which cannot be."""
        fetched = exists().where(
            CaptureRow.url == SubmissionRow.url, CaptureRow.kind == "page", SubmissionRow.since <= _SEEN
        )
        failed = (UnfetchedRow.url == SubmissionRow.url, UnfetchedRow.noted >= SubmissionRow.since)
        in_vain = exists().where(*failed, UnfetchedRow.again.is_(None))
        problem = select(UnfetchedRow.problem).where(*failed).scalar_subquery()
        waiting = update(SubmissionRow).where(SubmissionRow.state == SubmissionState.WAITING)
        waiting = waiting.execution_options(synchronize_session=False)
        with self._sessions.write() as session:
            session.execute(waiting.where(fetched).values(state=SubmissionState.FETCHED))
            session.execute(waiting.where(in_vain).values(state=SubmissionState.FAILED, problem=problem))

    def for_people(self, limit: int, offset: int = 0) -> list[Submission]:
        """Those that could not be fetched or hold no report, for a person to look at, the oldest first."""
        with self._sessions.read() as session:
            rows = session.scalars(_for_people().order_by(SubmissionRow.id).limit(limit).offset(offset))
            return _told(session, list(rows))

    def count_for_people(self) -> int:
        """How many there are for a person to look at."""
        with self._sessions.read() as session:
            return session.scalar(select(func.count()).select_from(_for_people().subquery())) or 0

    def judged(self, limit: int, offset: int = 0) -> list[Submission]:
        """Those that a person rejected, the newest first."""
        rejected = select(SubmissionRow).where(SubmissionRow.state == SubmissionState.REJECTED)
        with self._sessions.read() as session:
            rows = session.scalars(rejected.order_by(SubmissionRow.id.desc()).limit(limit).offset(offset))
            return _told(session, list(rows))

    def reject(self, numbers: Collection[int], *, who: str, why: str) -> int:
        """Have these addresses asked for no more, and kept from the queue; return how many were not so already.

        Raises:
            VerdictRefused: no name or no reason is given.
        """
        return self._judge(numbers, SubmissionState.REJECTED, who=who, why=why)

    def ask_again(self, numbers: Collection[int], *, who: str, why: str) -> int:
        """Have these addresses asked for once more, also those that were rejected; return how many did not wait.

        Raises:
            VerdictRefused: no name or no reason is given.
        """
        return self._judge(numbers, SubmissionState.WAITING, who=who, why=why)

    def _judge(self, numbers: Collection[int], state: SubmissionState, *, who: str, why: str) -> int:
        these = select(SubmissionRow).where(SubmissionRow.id.in_(numbers), SubmissionRow.state != state)
        with self._sessions.write() as session:
            rows = list(session.scalars(these))
            note_verdicts(session, _VERDICTS, [row.id for row in rows], state, who=who, why=why)
            for row in rows:
                row.state, row.problem, row.since = state, "", datetime.now(UTC)
            if state is SubmissionState.WAITING:
                urls = [row.url for row in rows]
                session.execute(delete(UnfetchedRow).where(UnfetchedRow.url.in_(urls)))
            return len(rows)


def _for_people() -> Select[SubmissionRow]:
    refused = exists().where(CaptureRow.url == SubmissionRow.url, CaptureRow.state == "refused")
    fetched = SubmissionRow.state == SubmissionState.FETCHED
    return select(SubmissionRow).where(or_(SubmissionRow.state == SubmissionState.FAILED, fetched & refused))


def _told(session: Session, rows: Collection[SubmissionRow]) -> list[Submission]:
    """Submissions with what became of them."""
    urls = [row.url for row in rows]
    captures = select(CaptureRow).where(CaptureRow.url.in_(urls), CaptureRow.kind == "page").order_by(CaptureRow.id)
    newest = {capture.url: capture for capture in session.scalars(captures)}
    reports = [capture.report_id for capture in newest.values() if capture.report_id]
    read = ReportRow.reading_id.is_not(None)
    are_read = set(session.scalars(select(ReportRow.id).where(ReportRow.id.in_(reports), read)))
    unfetched = select(UnfetchedRow).where(UnfetchedRow.url.in_(urls))
    in_vain = {row.url: row for row in session.scalars(unfetched)}
    verdicts = verdicts_on(session, _VERDICTS, [row.id for row in rows])
    return [
        _submission(row, newest.get(row.url), in_vain.get(row.url), are_read, verdicts.get(row.id, ())) for row in rows
    ]


def _submission(
    row: SubmissionRow,
    capture: CaptureRow | None = None,
    in_vain: UnfetchedRow | None = None,
    are_read: Collection[str] = (),
    verdicts: Collection[Verdict] = (),
) -> Submission:
    report = (capture.report_id or "") if capture else ""
    refused = capture.reason if capture and capture.state == "refused" else ""
    has_come = capture is not None and row.state == SubmissionState.WAITING and _seen(capture) >= row.since
    return Submission(
        number=row.id,
        token=row.token,
        url=row.url,
        note=row.note,
        made=row.made,
        state=SubmissionState.FETCHED if has_come else SubmissionState(row.state),
        problem=row.problem or refused or (in_vain.problem if in_vain else ""),
        report=report,
        is_read=report in are_read,
        again=in_vain.again if in_vain else None,
        verdicts=tuple(verdicts),
    )


def _seen(capture: CaptureRow) -> datetime:
    return capture.last_checked or capture.fetched
