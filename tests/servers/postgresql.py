"""A real PostgreSQL for the tests, with a fresh database for each of them."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psutil
import psycopg
from sqlalchemy.engine import make_url

_INSTALLED = Path("/usr/lib/postgresql")
_NOBODY = 65534
_names = count(1)


class PostgreSQL:
    """A server of our own on 127.0.0.1, in a folder of its own; `stop` and `start` keep its data and its port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.address = f"postgresql://disputed@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:
            shutil.chown(folder, _NOBODY, _NOBODY)
        _run("initdb", "-D", f"{folder}/data", "-U", "disputed", "-A", "trust", "-E", "UTF8", "--locale=C")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        _run("pg_ctl", "-D", f"{self.folder}/data", "-o", options, "-l", f"{self.folder}/log", "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        _run("pg_ctl", "-D", f"{self.folder}/data", "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """Kill its postmaster; its other processes see that and end, and `start` recovers."""
        postmaster = psutil.Process(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]))
        processes = [postmaster, *postmaster.children()]
        postmaster.kill()
        _, left = psutil.wait_procs(processes, timeout=30)
        assert not left

    def with_password(self, password: str) -> str:
        """The address of a database that asks for this password."""
        _execute(self.address, f"CREATE ROLE guarded LOGIN PASSWORD '{password}'")
        _execute(self.address, "CREATE DATABASE guarded OWNER guarded")
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text("host all guarded 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
        _execute(self.address, "SELECT pg_reload_conf()")
        return f"postgresql://guarded@127.0.0.1:{self.port}/guarded"

    @property
    def runs(self) -> bool:
        return _run("pg_ctl", "-D", f"{self.folder}/data", "status", check=False) == 0


@contextmanager
def running_server() -> Iterator[PostgreSQL]:
    """A server that is stopped at the end, whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="disputed-postgresql-"))
    try:
        server = PostgreSQL(folder)
        server.start()
        try:
            yield server
        finally:
            if server.runs:
                server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server_address: str) -> Iterator[str]:
    """The address of an empty database, dropped at the end.

    Its collation is English, as on most servers, so that a text ordered by the server's taste shows.
    """
    name = f"disputed_test_{os.getpid()}_{next(_names)}"
    _execute(
        server_address,
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'",
    )
    try:
        yield make_url(server_address).set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server_address, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def _run(program: str, *arguments: str, check: bool = True) -> int:
    """Run one of PostgreSQL's own programs as a user that it accepts: it refuses root."""
    as_nobody: Sequence[str] = ()
    if os.geteuid() == 0:
        as_nobody = ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups")
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [*as_nobody, _program(program), *arguments], stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False
        )
        output.seek(0)
        assert done.returncode == 0 or not check, output.read().decode(errors="replace")
    return done.returncode


def _program(name: str) -> str:
    newest = sorted(_INSTALLED.glob(f"*/bin/{name}"), key=lambda path: int(path.parent.parent.name))
    found = str(newest[-1]) if newest else shutil.which(name)
    assert found, f"there is no {name}: `make postgresql` installs it, or DISPUTED_TEST_POSTGRESQL names a server"
    return found


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
