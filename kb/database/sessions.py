"""Connections to the database: how it is opened, brought up to date and used from several threads and processes.

Writing is one at a time on either database. SQLite does so itself (BEGIN IMMEDIATE); on PostgreSQL each transaction
that writes takes one advisory lock first. What a repository reads and then writes in one transaction is therefore right
without a thought to anomalies, deadlocks or retries, and means the same on both. It costs little: transactions are
short, and a single coordinator does nearly all of the writing. What is read in one session is of one moment on both.
"""

import os
import re
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 30
PASSWORD = "DISPUTED_DATABASE_PASSWORD"  # noqa: S105 - the name of a variable
_OLDEST_POSTGRESQL = 15
_DATABASES = {"sqlite", "postgresql"}
_FORMS = "sqlite:///FILE or postgresql://USER@HOST/DATABASE"
_VALUES_AT_ONCE = 10_000
"""SQLite takes 32,766 in one statement, PostgreSQL twice as many."""
_WRITERS_LOCK = 0x64697370
"""The advisory lock of whoever writes; the number is arbitrary and the same in every version."""

_POSTGRESQL_OPTIONS = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "application_name": "disputed",
}
_POSTGRESQL_SESSION = "SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET idle_in_transaction_session_timeout = '2min'"
"""A writer that stopped in the middle (its machine lost, its process paused) must not keep all others waiting."""

_KEEPING: Final[dict[str, Any]] = {"expire_on_commit": False, "join_transaction_mode": "create_savepoint"}

Value = TypeVar("Value")


class BaseUnavailable(Exception):
    """The database cannot be opened or used; the message names its address and says what to do."""


class BaseAddressRefused(Exception):
    """What is configured is no address of a database; the message says how one is written."""


class Sessions:
    """Gives out short sessions that read or write; every one is a transaction of its own."""

    def __init__(self, address: str) -> None:
        self.address = without_password(address)
        self.engine = engine_at(address)
        self.dialect = self.engine.dialect.name
        self._beside: Engine | Connection = self.engine.execution_options(writes="beside")
        self._writing: Engine | Connection = self.engine.execution_options(writes="alone")
        self._reading: Engine | Connection = self.engine
        self._conditions: list[Callable[[Session], None]] = []
        if self.dialect == "postgresql":
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        try:
            _migrate(self._writing)
        except (DBAPIError, sqlite3.DatabaseError) as error:
            raise BaseUnavailable(_advice(address, error)) from error
        except CommandError as error:
            raise BaseUnavailable(
                f"the database {self.address} was made by another version of Disputed ({error}). "
                "Use that version, or a newer one."
            ) from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads, all of it as at one moment.

        Raises:
            BaseUnavailable: the database cannot be reached or used just now.
        """
        with self._told(), Session(self._reading, join_transaction_mode="create_savepoint") as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are kept together, or not at all, while nobody else writes.

        Raises:
            BaseUnavailable: the database cannot be reached or used just now; nothing was kept.
        """
        with self._told(), Session(self._writing, **_KEEPING) as session, session.begin():
            session.connection()
            for condition in self._conditions:
                condition(session)
            yield session

    @contextmanager
    def write_beside(self) -> Iterator[Session]:
        """A session for one statement that is atomic by itself; on PostgreSQL it waits for no other writer.

        Raises:
            BaseUnavailable: the database cannot be reached or used just now; nothing was kept.
        """
        with self._told(), Session(self._beside, **_KEEPING) as session, session.begin():
            yield session

    @contextmanager
    def trial(self) -> Iterator["Sessions"]:
        """Sessions in which all that is written is seen and nothing of it is kept; nobody else writes meanwhile."""
        with self._told(), self.engine.execution_options(writes="alone").connect() as connection:
            transaction = connection.begin()
            trial = copy(self)
            trial._writing = trial._reading = trial._beside = connection
            try:
                yield trial
            finally:
                transaction.rollback()

    @contextmanager
    def only_if(self, condition: Callable[[Session], None]) -> Iterator[None]:
        """Have each `write` of this time begin with a check, which raises where nothing may be written any more."""
        self._conditions.append(condition)
        try:
            yield
        finally:
            self._conditions.remove(condition)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
                raise BaseUnavailable(_advice(self.address, error)) from error
            raise


def without_password(address: str) -> str:
    """The address as it may be shown."""
    shown = re.sub(r"(?<=://)([^:@/]*):.*@", r"\1:***@", address)
    return re.sub(r"(?i)(password=)[^&]*", r"\1***", shown)


def batches(values: Collection[Value]) -> Iterator[list[Value]]:
    """The values in lists short enough for one statement."""
    listed = list(values)
    for start in range(0, len(listed), _VALUES_AT_ONCE):
        yield listed[start : start + _VALUES_AT_ONCE]


def engine_at(address: str) -> Engine:
    """Connections to the database at a SQLAlchemy address, which behave alike on SQLite and PostgreSQL.

    Raises:
        BaseAddressRefused: it is no such address, or holds a password.
        BaseUnavailable: the folder of a file cannot be made.
    """
    shown = without_password(address)
    try:
        url = make_url(address)
        if url.get_backend_name() not in _DATABASES:
            raise BaseAddressRefused(f"{shown!r} is neither SQLite nor PostgreSQL: write {_FORMS}")
        if url.drivername.startswith("sqlite") and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        if url.drivername.startswith("postgresql"):
            return _postgresql(url, shown)
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, ImportError) as error:
        reason = without_password(str(error))
        raise BaseAddressRefused(f"{shown!r} is no address of a database ({reason}): write {_FORMS}") from error
    except OSError as error:
        raise BaseUnavailable(f"the folder of {shown} cannot be made: {error.strerror}; choose another") from error
    _make_sqlite_behave(engine)
    return engine


def _postgresql(url: URL, shown: str) -> Engine:
    if url.password is not None or "password" in url.query:
        raise BaseAddressRefused(
            f"the address {shown} holds a password: take it out, and put it into the environment as {PASSWORD}"
        )
    if not url.database and not url.query.keys() & {"dbname", "service"}:
        raise BaseAddressRefused(f"the address {shown} names no database: write {_FORMS}")
    options = {name: value for name, value in _POSTGRESQL_OPTIONS.items() if name not in url.query}
    if os.environ.get(PASSWORD):
        options["password"] = os.environ[PASSWORD]
    url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=options)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        _refuse_unusable(connection.info, shown)
        connection.execute(_POSTGRESQL_SESSION)
        connection.commit()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes") == "alone":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")

    return engine


def _refuse_unusable(server: Any, shown: str) -> None:  # noqa: ANN401 - what the driver tells of the server
    version, encoding = server.server_version // 10_000, server.parameter_status("server_encoding")
    if version < _OLDEST_POSTGRESQL:
        raise BaseUnavailable(f"{shown} is PostgreSQL {version}: Disputed needs {_OLDEST_POSTGRESQL} or later")
    if encoding != "UTF8":
        raise BaseUnavailable(
            f"the database {shown} keeps text as {encoding}: make one with `createdb --encoding=UTF8`"
        )


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
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
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
    shown, reason = without_password(address), " ".join(cause.split()).rstrip(".?!")
    advice = "Check that it is there, reachable and writable."
    if "password" in reason or "no pg_hba.conf entry" in reason:
        advice = f"Check the user in its address and the password in the environment, {PASSWORD}."
    return f"the database {shown} cannot be used: {reason}. {advice}"
