"""Connections to the database: how it is opened, brought up to date and used from several threads and processes."""

import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 30
_VALUES_AT_ONCE = 400

Value = TypeVar("Value")


class BaseUnavailable(Exception):
    """The database cannot be opened or used; the message names its address and says what to do."""


class Sessions:
    """Gives out short sessions that read or write; every one is a transaction of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.engine = _engine(address)
        self._writing = self.engine.execution_options(writes=True)
        try:
            _migrate(self._writing)
        except (DBAPIError, sqlite3.DatabaseError) as error:
            raise BaseUnavailable(_advice(address, error)) from error
        except CommandError as error:
            raise BaseUnavailable(
                f"the database {address} was made by another version of Disputed ({error}). "
                "Use that version, or a newer one."
            ) from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are kept together, or not at all."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def batches(values: Collection[Value]) -> Iterator[list[Value]]:
    """The values in lists short enough for one statement."""
    listed = list(values)
    for start in range(0, len(listed), _VALUES_AT_ONCE):
        yield listed[start : start + _VALUES_AT_ONCE]


def _engine(address: str) -> Engine:
    try:
        url = make_url(address)
        if url.drivername.startswith("sqlite") and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
    except (ArgumentError, ImportError) as error:
        raise BaseUnavailable(f"{address!r} is no address of a database: {error}") from error
    except OSError as error:
        raise BaseUnavailable(f"the folder of {address} cannot be made: {error.strerror}; choose another") from error
    if engine.dialect.name == "sqlite":
        _make_sqlite_behave(engine)
    return engine


def _make_sqlite_behave(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=NORMAL",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with engine.begin() as connection:
                if MigrationContext.configure(connection).get_current_revision() != head:
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")
        except DBAPIError:
            if time.monotonic() > deadline or not _another_migrates(engine):
                raise
            time.sleep(0.2)
        else:
            return


def _another_migrates(engine: Engine) -> bool:
    """Whether the base is there, so that a failed migration may be due to another process that ran it meanwhile."""
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() is not None
    except DBAPIError:
        return False


def _advice(address: str, error: DBAPIError | sqlite3.DatabaseError) -> str:
    cause = str(error.orig if isinstance(error, DBAPIError) else error)
    return f"the database {address} cannot be used: {cause}. Check that it is there, reachable and writable."
