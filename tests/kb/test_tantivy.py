"""What the embedded engine does when its folder is damaged, gone or in use."""

import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.search import EngineUnavailable, open_engine, tantivy_engine
from kb.search.documents import SearchDocument
from kb.search.query import Query

DOCUMENT = SearchDocument(
    kind="incident", key="1", title="A", names=("A",), passages=("A",), published=datetime(2026, 1, 1, tzinfo=UTC), facets={}
)  # fmt: skip
HOLDS_THE_LOCK = """
import sys, time
from pathlib import Path
from kb.search.tantivy_engine import TantivyEngine
engine = TantivyEngine(Path(sys.argv[1]))
with engine._writing() as writer:
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holding(folder: Path, seconds: float) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_LOCK, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_an_index_that_goes_while_it_is_open_is_told_as_unavailable(tmp_path: Path) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    engine.put([DOCUMENT])
    shutil.rmtree(tmp_path / "index")
    for use in (lambda: engine.search(Query(text="a")), engine.count, lambda: engine.put([DOCUMENT])):
        with pytest.raises(EngineUnavailable, match="index --rebuild"):
            use()


def test_a_damaged_index_is_discarded_only_to_be_made_again_and_nothing_beside_it(tmp_path: Path) -> None:
    open_engine(f"tantivy:{tmp_path}").put([DOCUMENT])
    (tmp_path / "meta.json").write_text("garbage")
    (tmp_path / "letter.txt").write_text("kept")
    with pytest.raises(EngineUnavailable, match="index --rebuild"):
        open_engine(f"tantivy:{tmp_path}")
    engine = open_engine(f"tantivy:{tmp_path}", discard_damaged=True)
    assert engine.count() == 0
    engine.rebuild([DOCUMENT])
    assert (engine.count(), (tmp_path / "letter.txt").read_text()) == (1, "kept")


def test_a_sound_index_is_not_discarded(tmp_path: Path) -> None:
    open_engine(f"tantivy:{tmp_path}").put([DOCUMENT])
    assert open_engine(f"tantivy:{tmp_path}", discard_damaged=True).count() == 1


def test_a_writer_waits_for_another_that_ends_soon(tmp_path: Path) -> None:
    process = holding(tmp_path, 0.5)
    engine = open_engine(f"tantivy:{tmp_path}")
    engine.put([DOCUMENT])
    assert engine.count() == 1
    assert process.wait(timeout=30) == 0


def test_a_writer_that_waits_in_vain_says_who_may_hold_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tantivy_engine, "_LOCK_SECONDS", 0.3)
    process = holding(tmp_path, 60)
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="another process writes"):
        open_engine(f"tantivy:{tmp_path}").rebuild([DOCUMENT])
    assert time.monotonic() - begun < 10
    process.kill()
    process.wait(timeout=30)
