"""What the embedded engine does when its folder is damaged or gone."""

import shutil
from pathlib import Path

import pytest

from kb.search import EngineUnavailable, open_engine
from kb.search.documents import SearchDocument
from kb.search.query import Query

DOCUMENT = SearchDocument(
    kind="incident", key="1", title="A", names=("A",), passages=("A",)
)  # fmt: skip


def test_an_index_that_goes_while_it_is_open_is_told_as_unavailable(tmp_path: Path) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    engine.put([DOCUMENT])
    shutil.rmtree(tmp_path / "index")
    for use in (lambda: engine.search(Query()), engine.count, lambda: engine.put([DOCUMENT])):
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
