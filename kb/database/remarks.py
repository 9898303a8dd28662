"""Remarks: what readers say is wrong with what the base tells."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal, get_args

from sqlalchemy import func, select

from kb.database.sessions import Sessions
from kb.database.tables import RemarkRow
from kb.database.verdicts import Verdict, note_verdicts, verdicts_on

RemarkKind = Literal["incident", "claim", "organisation", "report"]
KINDS: tuple[RemarkKind, ...] = get_args(RemarkKind)
MOST_OPEN = 5000
"""Remarks that may wait; beyond them somebody floods the queue, and people could not read it anyway."""
_VERDICTS = "remark"


class RemarkState(StrEnum):
    """Whether a remark waits, led to a change, or did not."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """That something is wrong.

    Attributes:
        number: in the order in which they came.
        token: by which whoever made it finds it again.
        kind: of what.
        subject: its slug or id.
        field: what of it; empty for the whole.
        wrong: what is wrong, and what would be right, in the reader's words.
        source: address of a page that says so; empty where none was given.
        made: when.
        state: what became of it.
        verdicts: how people judged it, the newest first.
    """

    number: int
    token: str
    kind: RemarkKind
    subject: str
    field: str
    wrong: str
    source: str
    made: datetime
    state: RemarkState
    verdicts: tuple[Verdict, ...] = ()


class QueueFull(Exception):
    """So many wait already that nothing more is taken; the message says what to do."""


class Remarks:
    """What readers say is wrong."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def add(self, kind: RemarkKind, subject: str, *, field: str, wrong: str, source: str) -> Remark:
        """Keep a remark; the same words on the same thing are kept once while they wait.

        Raises:
            QueueFull: too many wait.
        """
        same = (RemarkRow.kind == kind, RemarkRow.subject == subject, RemarkRow.field == field)
        is_open = RemarkRow.state == RemarkState.OPEN
        with self._sessions.write() as session:
            row = session.scalar(select(RemarkRow).where(*same, RemarkRow.wrong == wrong, is_open).limit(1))
            if row is None:
                if (session.scalar(select(func.count()).where(is_open)) or 0) >= MOST_OPEN:
                    raise QueueFull("so many reports of errors wait that no more are taken: try again in some days")
                row = RemarkRow(
                    token=secrets.token_urlsafe(12),
                    kind=kind,
                    subject=subject,
                    field=field,
                    wrong=wrong,
                    source=source,
                    made=datetime.now(UTC),
                    state=RemarkState.OPEN,
                )
                session.add(row)
                session.flush()
            return _remark(row)

    def get(self, token: str) -> Remark | None:
        """The remark of this token, with its verdicts."""
        with self._sessions.read() as session:
            row = session.scalar(select(RemarkRow).where(RemarkRow.token == token))
            return _remark(row, verdicts_on(session, _VERDICTS, [row.id]).get(row.id, ())) if row else None

    def open(self, limit: int, offset: int = 0) -> list[Remark]:
        """Those that wait, the oldest first."""
        with self._sessions.read() as session:
            waiting = select(RemarkRow).where(RemarkRow.state == RemarkState.OPEN).order_by(RemarkRow.id)
            return [_remark(row) for row in session.scalars(waiting.limit(limit).offset(offset))]

    def judged(self, limit: int, offset: int = 0) -> list[Remark]:
        """Those that people judged, the newest first, with their verdicts."""
        judged = select(RemarkRow).where(RemarkRow.state != RemarkState.OPEN).order_by(RemarkRow.id.desc())
        with self._sessions.read() as session:
            rows = list(session.scalars(judged.limit(limit).offset(offset)))
            verdicts = verdicts_on(session, _VERDICTS, [row.id for row in rows])
            return [_remark(row, verdicts.get(row.id, ())) for row in rows]

    def count_open(self) -> int:
        """How many wait."""
        with self._sessions.read() as session:
            return session.scalar(select(func.count()).where(RemarkRow.state == RemarkState.OPEN)) or 0

    def judge(self, numbers: Collection[int], state: RemarkState, *, who: str, why: str) -> int:
        """Give these remarks this state; open undoes a verdict. Return how many had another.

        Raises:
            VerdictRefused: no name or no reason is given.
        """
        with self._sessions.write() as session:
            rows = list(session.scalars(select(RemarkRow).where(RemarkRow.id.in_(numbers), RemarkRow.state != state)))
            note_verdicts(session, _VERDICTS, [row.id for row in rows], state, who=who, why=why)
            for row in rows:
                row.state = state
            return len(rows)


def _remark(row: RemarkRow, verdicts: Collection[Verdict] = ()) -> Remark:
    return Remark(
        number=row.id,
        token=row.token,
        kind=next(kind for kind in KINDS if kind == row.kind),
        subject=row.subject,
        field=row.field,
        wrong=row.wrong,
        source=row.source,
        made=row.made,
        state=RemarkState(row.state),
        verdicts=tuple(verdicts),
    )
