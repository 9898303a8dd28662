"""Fixtures that every room's tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kb.database import Base, open_base
from tests.servers.postgresql import PostgreSQL, fresh_database, running_server

settings.register_profile("disputed", deadline=None)
settings.load_profile("disputed")
"""How long an example takes says how busy the machine is, and nothing of the code."""

pytest_plugins = ("tests.servers.elasticsearch", "tests.servers.s3")

os.environ.setdefault("DISPUTED_RECORD", "false")
"""Bases begin without the entries from public record, but for the tests of these: what others count is their own."""

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of reference data, which DISPUTED_REFERENCE_DATA names.

    Where it is absent the test is skipped; it fails where the variable names it, and where CI is set, since a test that
    is always skipped there proves nothing.
    """
    folder = Path(os.environ.get("DISPUTED_REFERENCE_DATA") or REPOSITORY.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        reason = f"reference data absent: no folder {folder} (DISPUTED_REFERENCE_DATA names it)"
        if os.environ.get("CI") or os.environ.get("DISPUTED_REFERENCE_DATA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL on which databases may be made: our own, or the one DISPUTED_TEST_POSTGRESQL names.

    That address holds no password; PGPASSWORD may.
    """
    if os.environ.get("DISPUTED_TEST_POSTGRESQL"):
        yield os.environ["DISPUTED_TEST_POSTGRESQL"]
        return
    with running_server() as server:
        yield server.address


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The address of an empty database on PostgreSQL."""
    with fresh_database(postgresql_server) as address:
        yield address


@pytest.fixture
def another_postgresql(postgresql_server: str) -> Iterator[str]:
    """The address of a second empty database on PostgreSQL."""
    with fresh_database(postgresql_server) as address:
        yield address


@pytest.fixture
def own_postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL of the test's own, to stop and start."""
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each of the two."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/base.sqlite"
    found: str = request.getfixturevalue("postgresql")
    return found


@pytest.fixture
def base(address: str) -> Iterator[Base]:
    """An empty base, on each of the two databases."""
    with open_base(address) as opened:
        yield opened
