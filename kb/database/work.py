"""The program's own work: the journal of steps, what the index has yet to take over, and facts on the base."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select

from kb.database.sessions import Sessions, batches
from kb.database.tables import OutboxRow, SettingRow, StepRunRow

STOPPED = "stopped: "
"""The note of a run that ended before its time begins so; the reason follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """One run of a step; `ended` is None while it runs, or if it was killed."""

    step: str
    started: datetime
    ended: datetime | None
    done: int
    failed: int
    note: str

    @property
    def stopped(self) -> bool:
        """Whether it ended before its time."""
        return self.note.startswith(STOPPED)


class Journal:
    """A record of which step ran when, and what came of it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def start(self, step: str) -> int:
        """Record that a step begins; the number names this run."""
        with self._sessions.write() as session:
            row = StepRunRow(step=step, started=datetime.now(UTC))
            session.add(row)
            session.flush()
            return row.id

    def finish(self, run: int, done: int, failed: int, note: str) -> None:
        """Record how a run ended; one that found nothing to do leaves no record."""
        with self._sessions.write() as session:
            if not (done or failed or note):
                session.execute(delete(StepRunRow).where(StepRunRow.id == run))
                return
            row = session.get_one(StepRunRow, run)
            row.ended, row.done, row.failed, row.note = datetime.now(UTC), done, failed, note

    def last(self) -> list[StepRun]:
        """The newest run of each step."""
        newest = select(func.max(StepRunRow.id)).group_by(StepRunRow.step)
        with self._sessions.read() as session:
            rows = session.scalars(select(StepRunRow).where(StepRunRow.id.in_(newest)).order_by(StepRunRow.id))
            return [_run(row) for row in rows]

    def newest(self, step: str) -> StepRun | None:
        """The newest run of a step."""
        runs = select(StepRunRow).where(StepRunRow.step == step).order_by(StepRunRow.id.desc()).limit(1)
        with self._sessions.read() as session:
            row = session.scalar(runs)
            return _run(row) if row else None


def _run(row: StepRunRow) -> StepRun:
    return StepRun(**{name: getattr(row, name) for name in StepRun.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """Something that changed: an "incident" by its number, a "report" by its id, or a "claim" that is gone."""

    id: int
    kind: str
    key: str


class Outbox:
    """What changed in the base and is not in the search index yet."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def pending(self, limit: int) -> list[OutboxEntry]:
        """The oldest changes that the index has not taken over."""
        with self._sessions.read() as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id).limit(limit))
            return [OutboxEntry(row.id, row.kind, row.key) for row in rows]

    def done(self, entries: Iterable[OutboxEntry]) -> None:
        """The index has taken these over."""
        with self._sessions.write() as session:
            for some in batches([entry.id for entry in entries]):
                session.execute(delete(OutboxRow).where(OutboxRow.id.in_(some)))


class Facts:
    """Facts on the base as a whole: what `kind` it is, and so on."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def get(self, key: str) -> str:
        """The fact of this name; empty where none is recorded."""
        with self._sessions.read() as session:
            row = session.get(SettingRow, key)
            return row.value if row else ""

    def set(self, key: str, value: str) -> None:
        """Record a fact."""
        with self._sessions.write() as session:
            session.merge(SettingRow(key=key, value=value))
