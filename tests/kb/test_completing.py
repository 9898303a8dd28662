"""What may be meant by the beginning of a text."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from search_documents import DOCUMENTS

from kb.search import SearchEngine, open_engine
from kb.search.completing import complete


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    opened = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
    opened.rebuild(DOCUMENTS)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "parties", "incidents"),
    [
        ("anth", ["Anthropic"], ["1", "2", "3"]),
        ("ANTHROPIC", ["Anthropic"], ["1", "2", "3"]),
        ("perp", ["Perplexity"], ["3", "7"]),
        ("conde", ["Condé Nast"], ["3"]),
        ("nast", ["Condé Nast"], ["3"]),
        ("new yo", ["The New York Times"], ["4"]),
        ("york new", ["The New York Times"], ["4"]),
        ("open", ["OpenAI"], ["4", "8"]),
        ("openai deep", [], ["8"]),
        ("読売", ["読売新聞"], ["7"]),
        ("nyt", [], ["4"]),
        ("pirated boo", [], ["2"]),
        ("zzz", [], []),
        ("anthropic alibaba qq", [], []),
        ("", [], []),
        ("-* \" (", [], []),
        ("accuser:anthr", [], []),
    ],
)  # fmt: skip
def test_what_may_be_meant(engine: SearchEngine, text: str, parties: list[str], incidents: list[str]) -> None:
    found = complete(engine, text, 5)
    assert [each.value for each in found.parties] == parties
    assert sorted(hit.key for hit in found.incidents) == incidents


def test_the_busiest_party_comes_first_and_no_more_than_asked_for(engine: SearchEngine) -> None:
    found = complete(engine, "a", 2)
    assert [(each.value, each.count) for each in found.parties] == [("Anthropic", 2), ("Alibaba", 1)]
    assert len(found.incidents) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | st.text('aé"“()-:* ORAND2', max_size=40))
def test_no_text_breaks_it(engine: SearchEngine, text: str) -> None:
    assert len(complete(engine, text, 5).incidents) <= 5
