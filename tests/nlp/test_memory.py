import runpy
from pathlib import Path

from kb import registry
from nlp.reader import Reader

PROVE = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "prove" / "memory.py"))


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
    looks = PROVE["measured"](Reader(registry.load()), 100, 5)
    assert looks[-1][0] == 100
    assert faults(looks) == []
