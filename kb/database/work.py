"""The program's own work: the journal of steps, what the index has yet to take over, and facts on the base."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import delete, func, select, tuple_

from kb.database.sessions import Sessions, batches
from kb.database.tables import OutboxRow, SettingRow, StepRunRow

Thing = tuple[str, str]
"""What an outbox names: "incident" with a number, or "report" with an id."""

STOPPED = "stopped: "
"""The note of a run that ended before its time begins so; the reason follows."""

WAITING = OutboxRow.refused == ""
"""Which entries of the outbox the index has yet to be given."""


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
    """Something that changed: an "incident" by its number, a "report" by its id, or a "claim" that is gone.

    `refused` says why the search index does not take it; it is empty where the change waits.
    """

    id: int
    kind: str
    key: str
    refused: str = ""

    @property
    def thing(self) -> Thing:
        """What changed."""
        return self.kind, self.key


class Outbox:
    """What changed in the base and is not in the search index: it waits, or the index refused it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def pending(self, limit: int) -> list[OutboxEntry]:
        """The oldest changes that the index has neither taken over nor refused."""
        with self._sessions.read() as session:
            rows = session.scalars(select(OutboxRow).where(WAITING).order_by(OutboxRow.id).limit(limit))
            return [_entry(row) for row in rows]

    def refused(self) -> list[OutboxEntry]:
        """What the index refused and still does not hold, with the reason; the newest last."""
        with self._sessions.read() as session:
            return [_entry(row) for row in session.scalars(select(OutboxRow).where(~WAITING).order_by(OutboxRow.id))]

    def done(self, entries: Collection[OutboxEntry], refused: Mapping[Thing, str] = MappingProxyType({})) -> None:
        """The index was given these; a change that comes later makes an entry of its own.

        Args:
            entries: what it was given.
            refused: what it did not take, and why. Each stays until it changes again, or the index is made anew.
        """
        with self._sessions.write() as session:
            for numbers in batches([entry.id for entry in entries]):
                session.execute(delete(OutboxRow).where(OutboxRow.id.in_(numbers)))
            for things in batches({entry.thing for entry in entries}):
                these = tuple_(OutboxRow.kind, OutboxRow.key).in_(things)
                session.execute(delete(OutboxRow).where(~WAITING, these))
            session.add_all(OutboxRow(kind=kind, key=key, refused=why) for (kind, key), why in refused.items())


def _entry(row: OutboxRow) -> OutboxEntry:
    return OutboxEntry(row.id, row.kind, row.key, row.refused)


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

    def set_once(self, key: str, value: str) -> str:
        """Record a fact unless it is recorded already; return what is then on record."""
        with self._sessions.write() as session:
            row = session.get(SettingRow, key)
            if row is None:
                session.add(SettingRow(key=key, value=value))
                return value
            return row.value
