import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import os, sys
from pipeline.workers import workers

def work(item):
    if item == "die":
        os._exit(9)
    if item == "fail":
        raise ValueError("no")
    return item.upper()

def make():
    return work

if __name__ == "__main__":
    with workers(make, int(sys.argv[1])) as crew:
        for item, outcome in crew.map(sys.argv[2:]):
            print(item, type(outcome).__name__ if isinstance(outcome, Exception) else outcome)
"""


def run(folder: Path, processes: int, *items: str) -> list[str]:
    script = folder / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(processes), *items]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout.splitlines()


@pytest.mark.parametrize("processes", [1, 2])
def test_results_keep_their_order_and_errors_their_place(processes: int, tmp_path: Path) -> None:
    assert run(tmp_path, processes, "a", "fail", "b") == ["a A", "fail ValueError", "b B"]


def test_what_kills_its_process_is_named_and_everything_else_is_done(tmp_path: Path) -> None:
    items = ["a", "b", "die", "c", "d", "e", "f", "g", "h", "i"]
    expected = [f"{item} {'WorkerDied' if item == 'die' else item.upper()}" for item in items]
    assert run(tmp_path, 2, *items) == expected


UNMADE = """
import sys
from pipeline.workers import WorkersUnavailable, workers

def make():
    raise OSError("no model")

if __name__ == "__main__":
    with workers(make, int(sys.argv[1])) as crew:
        try:
            print([str(outcome) for _, outcome in crew.map("abc")])
        except WorkersUnavailable as error:
            print("unavailable:", error)
"""


@pytest.mark.parametrize("processes", [1, 2])
def test_what_cannot_be_set_up_is_told_once_and_not_of_each_thing(processes: int, tmp_path: Path) -> None:
    script = tmp_path / "unmade.py"
    script.write_text(UNMADE)
    done = subprocess.run([sys.executable, str(script), str(processes)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("unavailable: what extracts or reads cannot be set up here: OSError: no model.")
    assert done.stderr == ""


ENDLESS = """
import os, sys, time
from pipeline.workers import workers

def work(item):
    print(os.getpid(), flush=True)
    time.sleep(600)

def make():
    return work

if __name__ == "__main__":
    with workers(make, 2) as crew:
        list(crew.map([1, 2]))
"""


def test_processes_end_when_the_one_that_gave_them_work_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS)
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    children = [int(parent.stdout.readline()) for _ in range(2)]
    parent.kill()
    parent.wait(timeout=30)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(map(alive, children)):
        time.sleep(0.1)
    assert [child for child in children if alive(child)] == []


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
