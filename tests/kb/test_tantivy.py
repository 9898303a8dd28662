"""What the embedded engine does when its folder is damaged, gone or in use."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from search_documents import many

from kb.search import EngineUnavailable, WalkEnded, open_engine
from kb.search.documents import SearchDocument
from kb.search.query import BEGINNING, Hit, Query, Sort

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


def test_a_walk_ends_when_it_rests_or_when_others_need_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    engine.put([replace(DOCUMENT, key=str(n)) for n in range(3)])
    query = Query(size=1, after=BEGINNING)
    first, others = engine.search(query), [engine.search(query) for _ in range(64)]
    with pytest.raises(WalkEnded, match="begin it again"):
        engine.search(replace(query, after=first.next))
    assert engine.search(replace(query, after=others[-1].next)).total == 3
    for offset in ("99999999999", "-1", "٣", ""):
        with pytest.raises(WalkEnded):
            engine.search(replace(query, after=others[-1].next.rpartition(".")[0] + "." + offset))
    monkeypatch.setattr("kb.search.embedded.walks.WALK_SECONDS", -1)
    with pytest.raises(WalkEnded):
        engine.search(replace(query, after=others[-1].next))


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineUnavailable, match="file"):
        open_engine(f"tantivy:{tmp_path}/file")


WRITE = """
import sys, time, tantivy
from pathlib import Path
from kb.search.embedded.engine import TantivyEngine
writer = TantivyEngine(Path(sys.argv[1]))._writer()
print("writing", flush=True)
time.sleep(float(sys.argv[2]))
writer.wait_merging_threads()
"""


@pytest.mark.parametrize(("seconds", "waits"), [(1.0, True), (60.0, False)])
def test_an_index_that_another_process_writes_is_waited_for_a_little(
    tmp_path: Path, seconds: float, waits: bool
) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    command = [sys.executable, "-c", WRITE, f"{tmp_path}/index", str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        if waits:
            engine.put([DOCUMENT])
        else:
            with pytest.raises(EngineUnavailable, match="another process is writing"):
                engine.put([DOCUMENT])
        other.kill()
    engine.put([DOCUMENT])
    assert engine.count() == 1


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_of_very_many_documents_a_collapsed_search_looks_at_no_more_than_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    engine.put(replace(each, incidents=(int(each.key) % 7,)) for each in many(50))
    query = Query(size=3, sort=sort, collapse=True)
    whole = [(hit.key, hit.incidents, hit.alike) for hit in engine.search(replace(query, size=50)).hits]
    monkeypatch.setattr("kb.search.embedded.engine._LOOKED_AT", 5)
    monkeypatch.setattr("kb.search.embedded.engine._COUNTED_EXACTLY", 6)
    seen: list[Hit] = []
    page = engine.search(replace(query, after=BEGINNING))
    assert page.total >= 4
    while page.next:
        seen += page.hits
        page = engine.search(replace(query, after=page.next))
    assert [(hit.key, hit.incidents, hit.alike) for hit in (*seen, *page.hits)] == whole
    assert (len(whole), page.total, sum(1 + alike for _, _, alike in whole)) == (7, 7, 50)


def test_changes_by_another_process_are_seen_by_the_next_search(tmp_path: Path) -> None:
    reader, writer = (open_engine(f"tantivy:{tmp_path}/index") for _ in range(2))
    for n in range(1, 20):
        writer.put([replace(DOCUMENT, key=str(n))])
        assert reader.search(Query()).total == reader.count() == n
