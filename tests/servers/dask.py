"""A Dask scheduler with two workers, each a process of its own, on loopback."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client

REPOSITORY = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 90
_DEATHS_BEFORE_GIVING_UP = 1


@dataclass
class Cluster:
    """A scheduler with its workers.

    Attributes:
        address: of the scheduler.
        folder: where it and they keep their files.
        environment: what is set for them in the environment.
    """

    address: str
    folder: Path
    environment: Mapping[str, str]
    _scheduler: "subprocess.Popen[bytes]"
    _nannies: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def add_worker(self, code: Path = REPOSITORY) -> None:
        """Start another worker, which is started again when it dies; `code` is where it has Disputed from."""
        arguments = [self.address, "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard"]
        arguments += ["--protocol", self.address.partition(":")[0]]
        arguments += ["--local-directory", str(self.folder), "--death-timeout", "60"]
        self._nannies.append(_started("worker", arguments, self.folder, code, self.environment))

    def processes(self) -> list[int]:
        """The process ids of the workers that are up."""
        with Client(self.address, set_as_default=False) as client:
            return list(client.run(os.getpid).values())

    def wait_for_workers(self, count: int) -> None:
        """Wait until so many are up."""
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=_PATIENCE_SECONDS)

    def kill_a_worker(self) -> None:
        """Kill one worker that is up, as a power failure would."""
        os.kill(self.processes()[0], signal.SIGKILL)

    def kill_scheduler(self) -> None:
        """Kill the scheduler."""
        self._scheduler.kill()

    def stop_workers(self) -> None:
        """End all workers, and what would start them again."""
        while self._nannies:
            _stop(self._nannies.pop())


@contextmanager
def running_scheduler(folder: Path, protocol: str = "tcp", **environment: str) -> Iterator[Cluster]:
    """A scheduler without workers."""
    description = folder / "scheduler.json"
    description.unlink(missing_ok=True)
    arguments = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(description)]
    arguments += ["--protocol", protocol]
    environment = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(_DEATHS_BEFORE_GIVING_UP), **environment}
    with ExitStack() as stack:
        scheduler = _started("scheduler", arguments, folder, REPOSITORY, environment)
        stack.callback(_stop, scheduler)
        cluster = Cluster(_address(description, scheduler), folder, environment, scheduler)
        stack.callback(cluster.stop_workers)
        yield cluster


@contextmanager
def running_cluster(workers: int = 2) -> Iterator[Cluster]:
    """A scheduler with workers."""
    with tempfile.TemporaryDirectory(prefix="dask-") as folder, running_scheduler(Path(folder)) as cluster:
        for _ in range(workers):
            cluster.add_worker()
        cluster.wait_for_workers(workers)
        yield cluster


def _started(
    what: str, arguments: list[str], folder: Path, code: Path, environment: Mapping[str, str] = {}
) -> "subprocess.Popen[bytes]":
    modules = os.pathsep.join([str(code), str(REPOSITORY / "tests" / "support")])
    with (folder / f"{what}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", what, *arguments],
            stdout=log,
            stderr=log,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": modules, **environment},
        )


def _address(description: Path, scheduler: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and scheduler.poll() is None:
        try:
            return str(json.loads(description.read_text())["address"])
        except (OSError, ValueError):
            time.sleep(0.1)
    raise RuntimeError(f"no Dask scheduler came up:\n{(description.parent / 'scheduler.log').read_text()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
