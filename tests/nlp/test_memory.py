import runpy
import subprocess
import sys
from pathlib import Path

from kb import registry
from nlp.reader import Reader

MEMORY = Path(__file__).parents[2] / "benchmarks" / "prove" / "memory.py"
PROVE = runpy.run_path(str(MEMORY))


def test_names_are_forgotten_when_their_report_is_read() -> None:
    reader = Reader(registry.load())
    reports = list(PROVE["invented"](40))
    known = len(reader._nlp.vocab.strings)
    readings = [reader.read(report) for report in reports]
    assert len(reader._nlp.vocab.strings) == known
    found = [name for reading in readings for each in reading.allegations for name in (*each.accusers, *each.accused)]
    assert len(set(found)) > 40


def test_memory_is_held_for_too_many_or_growing() -> None:
    faults, mebibyte = PROVE["faults"], 2**20
    assert faults([(0, 100 * mebibyte), (500, 160 * mebibyte), (1000, 161 * mebibyte)]) == []
    assert len(faults([(0, 100 * mebibyte), (500, 160 * mebibyte), (1000, 190 * mebibyte)])) == 1
    assert len(faults([(0, 100 * mebibyte), (500, 1100 * mebibyte), (1000, 1101 * mebibyte)])) == 1


def test_a_hundred_reports_leave_nothing_in_a_process_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, str(MEMORY), "100"], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, "100 reports" in done.stdout) == (0, True), done.stdout + done.stderr
