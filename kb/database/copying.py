"""A base taken along into another database, of the same kind or of another."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Row, Select, delete, func, insert, select, text, update
from sqlalchemy import Table as Tabular
from sqlalchemy.orm import Session

from kb.database.sessions import Sessions
from kb.database.tables import LeaseRow, SettingRow, Table
from kb.interchange import well_formed

UNFINISHED = "unfinished copy of"
"""The fact under which a base says that it is not whole yet, and of which base it is to be a copy."""

_AT_ONCE = 500
_TABLES = [table for table in Table.metadata.sorted_tables if table.name != LeaseRow.__tablename__]
"""What is copied, each after those to which it refers. Leases are of the moment, and of the processes of one base."""

Progress = Callable[[int, int | None], None]


class CopyRefused(Exception):
    """The base is not copied there; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows of a table were copied, and the digest that both have of their content."""

    table: str
    rows: int
    digest: str


class _Digest:
    """What rows hold, in their order, told alike by every database."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.rows = 0

    def add(self, row: Row[Any]) -> None:
        values = [value.isoformat() if isinstance(value, datetime) else well_formed(value) for value in row]
        self._hash.update(json.dumps(values, sort_keys=True).encode() + b"\n")
        self.rows += 1

    def of(self, table: str) -> Copied:
        return Copied(table, self.rows, self._hash.hexdigest())


def copy_base(source: Sessions, target: Sessions, progress: Progress) -> list[Copied]:
    """Copy all that a base held at one moment into an empty one, and compare the two.

    Until it is whole the target says that it is not, and is opened by nothing else. Killed half-way and run again, this
    begins anew and ends in the same state.

    Raises:
        CopyRefused: the target holds something else, or came out different from the source.
        BaseUnavailable: one of the two cannot be reached or used.
    """
    _claim(target, source.address)
    done = 0
    with source.read() as session:
        total = sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in _TABLES)

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            progress(done, total)

        copied = [_copied(session, target, table, advance) for table in _TABLES]
    _number_on(target)
    _compare(target, copied)
    with target.write() as session:
        session.execute(delete(SettingRow).where(SettingRow.key == UNFINISHED))
    return copied


def _claim(target: Sessions, source: str) -> None:
    """Have the target empty but for the fact that it is a copy in the making."""
    with target.write() as session:
        begun = session.get(SettingRow, UNFINISHED)
        if begun is None and any(session.execute(select(table).limit(1)).first() for table in _TABLES):
            raise CopyRefused(f"{target.address} is not empty: choose an empty database, nothing was changed")
        if begun is not None and begun.value != source:
            raise CopyRefused(f"{target.address} is an unfinished copy of {begun.value}: choose another database")
        for table in reversed(_TABLES):
            session.execute(delete(table))
        session.execute(insert(SettingRow).values(key=UNFINISHED, value=source))


def _copied(session: Session, target: Sessions, table: Tabular, advance: Callable[[int], None]) -> Copied:
    digest = _Digest()
    inward = _inward(table)
    references: list[tuple[Any, dict[str, Any]]] = []
    for rows in _batches(session, table):
        values = [dict(row._mapping) for row in rows]
        for row, value in zip(rows, values, strict=True):
            digest.add(row)
            kept = {name: value[name] for name in inward if value[name] is not None}
            if kept:
                references.append((value["id"], kept))
                value.update(dict.fromkeys(kept))
        with target.write() as writing:
            writing.execute(insert(table), values)
        advance(len(rows))
    _refer(target, table, references)
    return digest.of(table.name)


def _batches(session: Session, table: Tabular) -> Iterator[Sequence[Row[Any]]]:
    yield from session.execute(_in_order(table), execution_options={"yield_per": _AT_ONCE}).partitions()


def _in_order(table: Tabular) -> Select[Any]:
    whole = select(table).order_by(*table.primary_key.columns)
    return whole.where(table.c.key != UNFINISHED) if table.name == SettingRow.__tablename__ else whole


def _inward(table: Tabular) -> list[str]:
    """The columns that refer to rows of the table itself, which may come later."""
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _refer(target: Sessions, table: Tabular, references: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
    with target.write() as session:
        for identity, values in references:
            session.execute(update(table).where(table.c.id == identity).values(**values))


def _number_on(target: Sessions) -> None:
    """Have PostgreSQL number new rows after those copied; SQLite does so by itself."""
    if target.dialect != "postgresql":
        return
    with target.write() as session:
        numbered = [table.autoincrement_column for table in _TABLES if table.autoincrement_column is not None]
        for column in numbered:
            _number_after(session, column, session.scalar(select(func.max(column))))


def _number_after(session: Session, column: Column[Any], last: int | None) -> None:
    if last is not None:
        numbers = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
        session.execute(numbers, {"table": column.table.name, "column": column.name, "last": last})


def _compare(target: Sessions, copied: Iterable[Copied]) -> None:
    tables = {table.name: table for table in _TABLES}
    with target.read() as session:
        for each in copied:
            digest = _Digest()
            for rows in _batches(session, tables[each.table]):
                for row in rows:
                    digest.add(row)
            if digest.of(each.table) != each:
                raise CopyRefused(
                    f"{target.address} differs from what was copied, in the table {each.table} ({digest.rows} rows, of "
                    f"{each.rows}): something else wrote to it, or it is damaged. Empty it and copy again"
                )
