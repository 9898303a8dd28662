"""What every search engine must do; run on each of them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.search import EngineUnavailable, SearchEngine, open_engine
from kb.search.documents import SearchDocument
from kb.search.language import read
from kb.search.query import Query
from kb.search.tree import During

DOCUMENTS = [
    SearchDocument(
        kind="incident",
        key="1",
        title="Anthropic accuses Alibaba of distillation",
        names=("Anthropic", "Alibaba"),
        passages=("Anthropic says that Alibaba extracted capabilities of Claude – “brazenly”.",),
        times={"published": (datetime(2026, 6, 25, tzinfo=UTC), datetime(2026, 6, 25, tzinfo=UTC))},
        values={
            "accuser": ("Anthropic",),
            "accused": ("Alibaba",),
            "conduct": ("distillation",),
            "stage": ("letter",),
            "year": ("2026",),
        },
    ),
    SearchDocument(
        kind="incident",
        key="2",
        title="Authors v. Anthropic: training on protected works",
        names=("authors", "Anthropic"),
        passages=("Authors accused the lab of training on pirated books.", "Alibaba is mentioned here in passing."),
        times={"published": (datetime(2025, 9, 5, tzinfo=UTC), datetime(2025, 9, 5, tzinfo=UTC))},
        values={
            "accuser": ("authors",),
            "accused": ("Anthropic",),
            "conduct": ("training-copyright",),
            "stage": ("settled",),
            "year": ("2025",),
        },
    ),
    SearchDocument(
        kind="incident",
        key="3",
        title="Condé Nast accuses Perplexity of outputs that copy protected works",
        names=("Condé Nast", "Perplexity"),
        aliases=("Advance Publications", "Pérplexity.ai", "Anthropic Rival"),
        passages=("The magazine publisher sent a letter.",),
        hidden="somewhere in the text a zebra is named",
        times={"published": (datetime(2024, 7, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC))},
        values={
            "accuser": ("Condé Nast",),
            "accused": ("Perplexity",),
            "conduct": ("output-copyright",),
            "stage": ("letter",),
            "year": ("2024",),
        },
    ),
    SearchDocument(
        kind="report",
        key="r1",
        title="A report on Alibaba",
        names=("Alibaba",),
        passages=(),
    ),
]


ELASTICSEARCH = pytest.param("elasticsearch", marks=pytest.mark.xdist_group("elasticsearch"))


@pytest.fixture(scope="module", params=["tantivy", ELASTICSEARCH])
def another_index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Gives the address of an empty index of each engine in turn."""
    if request.param == "tantivy":
        return lambda: f"tantivy:{tmp_path_factory.mktemp('index')}"
    indices: Callable[[], str] = request.getfixturevalue("elasticsearch_indices")
    return indices


@pytest.fixture(scope="module")
def engine(another_index: Callable[[], str]) -> Iterator[SearchEngine]:
    opened = open_engine(another_index())
    opened.rebuild(DOCUMENTS)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ["1", "2", "3"]),
        ("Alibaba", ["1", "2"]),
        ("alibaba", ["1", "2"]),
        ("accusing", ["1", "2", "3"]),
        ("authors", ["2"]),
        ("author", ["2"]),
        ('"pirated books"', ["2"]),
        ('"pirate book"', []),
        ('"books pirated"', []),
        ("anthropic -alibaba", ["3"]),
        ("anthropic -letter -pirated", ["1"]),
        ('-"pirated books"', ["1", "3"]),
        ("distil*", ["1"]),
        ("conde", ["3"]),
        ("Condé", ["3"]),
        ("zebra", ["3"]),
        ("advance", ["3"]),
        ("PERPLEXITY.AI", ["3"]),
        ('"advance publications"', ["3"]),
        ("advan*", ["3"]),
        ("(((", ["1", "2", "3"]),
        ("anthropic nothing", []),
        ("!!! ???", ["1", "2", "3"]),
        ("«»†‡", ["1", "2", "3"]),
    ],
)
def test_words_phrases_exclusions_and_beginnings(engine: SearchEngine, text: str, keys: list[str]) -> None:
    assert sorted(hit.key for hit in engine.search(Query(wanted=read(text).wanted)).hits) == keys


def test_an_incident_of_a_party_comes_before_a_mere_mention(engine: SearchEngine) -> None:
    assert [hit.key for hit in engine.search(Query(wanted=read("Alibaba").wanted)).hits] == ["1", "2"]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        (Query(include={"stage": ("letter",)}), ["1", "3"]),
        (Query(include={"stage": ("letter", "settled")}), ["1", "2", "3"]),
        (Query(exclude={"stage": ("letter",)}), ["2"]),
        (Query(include={"accuser": ("Condé Nast",)}), ["3"]),
        (Query(wanted=During("published", date(2025, 1, 1), None)), ["1", "2"]),
        (Query(wanted=During("published", None, date(2025, 9, 5))), ["2", "3"]),
        (Query(wanted=During("published", date(2025, 9, 6), date(2026, 1, 1))), []),
        (Query(kind="report"), ["r1"]),
        (Query(kind="claim"), []),
    ],
)
def test_filters(engine: SearchEngine, query: Query, keys: list[str]) -> None:
    assert sorted(hit.key for hit in engine.search(query).hits) == keys


@pytest.mark.parametrize(("sort", "keys"), [("newest", ["1", "2", "3"]), ("oldest", ["3", "2", "1"])])
def test_order(engine: SearchEngine, sort: str, keys: list[str]) -> None:
    assert [hit.key for hit in engine.search(Query(sort=sort)).hits] == keys  # type: ignore[arg-type]


def test_pages(engine: SearchEngine) -> None:
    pages = [engine.search(Query(sort="newest", size=2, page=page)) for page in (1, 2, 3)]
    assert [[hit.key for hit in page.hits] for page in pages] == [["1", "2"], ["3"], []]
    assert {page.total for page in pages} == {3}


def test_a_facet_does_not_narrow_itself_and_narrows_the_others(engine: SearchEngine) -> None:
    facets = engine.search(Query(include={"stage": ("letter",)})).facets
    assert {f.value: f.count for f in facets["stage"]} == {"letter": 2, "settled": 1}
    assert {f.value for f in facets["conduct"]} == {"distillation", "output-copyright"}


def test_the_words_found_are_marked_by_code_points(engine: SearchEngine) -> None:
    hit = engine.search(Query(wanted=read("brazenly capability").wanted)).hits[0]
    snippet = hit.snippets[0]
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["capabilities", "brazenly"]


def test_an_open_quotation_mark_is_remarked_on(engine: SearchEngine) -> None:
    asked = read('"pirated books')
    assert asked.remarks
    results = engine.search(Query(wanted=asked.wanted))
    assert [hit.key for hit in results.hits] == ["2"]


def test_a_name_weighs_more_than_an_alias(engine: SearchEngine) -> None:
    assert [hit.key for hit in engine.search(Query(wanted=read("Anthropic").wanted)).hits][-1] == "3"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_no_text_breaks_a_search(engine: SearchEngine, text: str) -> None:
    assert engine.search(Query(wanted=read(text).wanted)).total >= 0


def test_changes_and_removals(another_index: Callable[[], str]) -> None:
    address = another_index()
    engine = open_engine(address)
    engine.put(DOCUMENTS)
    engine.put(DOCUMENTS[:1], gone=[("incident", "2")])
    assert engine.count() == 3
    reader = open_engine(address)
    engine.rebuild(DOCUMENTS[2:])
    assert reader.count() == 2


OUT_OF_RANGE = [datetime(1, 1, 1, tzinfo=UTC), datetime(1677, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)]


def test_times_beyond_what_an_index_can_hold_count_as_its_ends(another_index: Callable[[], str]) -> None:
    engine = open_engine(another_index())
    engine.put(
        [replace(DOCUMENTS[0], key=str(n), times={"published": (when, when)}) for n, when in enumerate(OUT_OF_RANGE)]
    )
    assert [hit.key for hit in engine.search(Query(wanted=During("published", date(2300, 1, 1), None))).hits] == ["2"]
    assert engine.search(Query(wanted=During("published", None, date(1700, 1, 1)))).total == 2
    assert engine.search(Query(wanted=During("published", date.min, date.max))).total == 3


@pytest.mark.parametrize("day", [date.min, date(1600, 1, 1), date(2300, 1, 1), date.max])
def test_any_day_can_be_asked_for(engine: SearchEngine, day: date) -> None:
    assert engine.search(Query(wanted=During("published", None, day))).total == (3 if day.year > 2026 else 0)
    assert engine.search(Query(wanted=During("published", day, None))).total == (3 if day.year < 2024 else 0)


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
            engine.put(DOCUMENTS)
        else:
            with pytest.raises(EngineUnavailable, match="another process is writing"):
                engine.put(DOCUMENTS)
        other.kill()
    engine.put(DOCUMENTS)
    assert engine.count() == len(DOCUMENTS)


def test_a_write_that_fails_lets_go_of_the_index_and_changes_nothing(another_index: Callable[[], str]) -> None:
    engine = open_engine(another_index())
    engine.put(DOCUMENTS)

    def broken() -> Iterator[SearchDocument]:
        yield replace(DOCUMENTS[0], key="9")
        raise OSError("the base is gone")

    with pytest.raises(OSError, match="the base is gone"):
        engine.rebuild(broken())
    assert engine.count() == len(DOCUMENTS)
    engine.put(DOCUMENTS[:1])


def test_an_address_of_no_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="tantivy:FOLDER"):
        open_engine("solr:here")
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineUnavailable, match="file"):
        open_engine(f"tantivy:{tmp_path}/file")
