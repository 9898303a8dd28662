"""What the Elasticsearch engine does besides what every engine does: its versions, and what it says of trouble."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import BadRequestError, Elasticsearch
from values import report

from kb.database import open_base
from kb.search import EngineUnavailable, SearchAddressRefused, SearchEngine, open_engine
from kb.search.documents import SearchDocument
from kb.search.elastic import pages, versions
from kb.search.elastic.mapping import STEMMED, UNSTEMMED
from kb.search.engine import Login
from kb.search.indexing import Indexed, catch_up, rebuild
from kb.search.query import BEGINNING, Query
from kb.search.tree import Words
from tests.servers.elasticsearch import VERSION

pytestmark = pytest.mark.xdist_group("elasticsearch")
SEARCHES = int(os.environ.get("DISPUTED_TEST_SEARCHES", "100"))
ALPHA = SearchDocument(kind="incident", key="1", title="Alpha accuses Beta", names=("Alpha",), passages=("Of it.",))
BETA = replace(ALPHA, key="2", title="Beta answers", names=("Beta",))


@pytest.fixture
def address(elasticsearch_indices: Callable[[], str]) -> str:
    return elasticsearch_indices()


@pytest.fixture
def engine(address: str) -> Iterator[SearchEngine]:
    opened = open_engine(address)
    yield opened
    opened.close()


@pytest.fixture
def client(elasticsearch_address: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_address) as opened:
        yield opened


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A maker that shows no beat for a moment counts as dead."""
    monkeypatch.setattr(versions, "_BEAT_SECONDS", 0.5)
    monkeypatch.setattr(versions, "_DEAD_SECONDS", 4.0)


def name_of(address: str) -> str:
    return address.rpartition("/")[2]


def versions_of(client: Elasticsearch, address: str) -> dict[str, set[str]]:
    """By name the versions there are, each with what it goes by."""
    name = name_of(address)
    found = client.indices.get(index=f"{name}*", features=["aliases"])
    return {version: set(found[version]["aliases"]) for version in found}


def keys(engine: SearchEngine) -> list[str]:
    return sorted(hit.key for hit in engine.search(Query(size=100)).hits)


@pytest.mark.skipif(
    "DISPUTED_TEST_ELASTICSEARCH" in os.environ, reason="a server of another version may be named there"
)
def test_the_server_is_the_one_that_was_prepared(client: Elasticsearch) -> None:
    nodes = client.nodes.info(metric="process")["nodes"].values()
    assert [node["version"] for node in nodes] == [VERSION]


def test_a_rebuild_takes_the_place_of_the_version_before(
    engine: SearchEngine, client: Elasticsearch, address: str
) -> None:
    engine.put([ALPHA])
    [before] = versions_of(client, address)
    engine.rebuild([BETA])
    [(after, aliases)] = versions_of(client, address).items()
    assert (before != after, aliases, keys(engine)) == (True, {name_of(address)}, ["2"])


def test_a_rebuild_that_fails_leaves_the_version_before_and_nothing_else(
    engine: SearchEngine, client: Elasticsearch, address: str
) -> None:
    engine.put([ALPHA])
    before = versions_of(client, address)
    odd = [replace(BETA, key=str(number), incidents=(2**70,)) for number in range(2, 13)]
    with pytest.raises(
        EngineUnavailable, match="refuses 11 of 12 documents.*stays as it was.*incident 2: .*out of range"
    ):
        engine.rebuild([ALPHA, *odd])
    assert (versions_of(client, address), keys(engine)) == (before, ["1"])
    assert (len(engine.rebuild([BETA, *odd[1:]])), keys(engine)) == (10, ["2"])


REBUILD = """
import sys, time
from kb.search import open_engine
from kb.search.documents import SearchDocument
def slow():
    for number in range(1000):
        print("making", flush=True)
        yield SearchDocument(kind="incident", key=str(number), title="t", names=(), passages=())
        time.sleep(0.2)
open_engine(sys.argv[1]).rebuild(slow())
"""


@pytest.mark.usefixtures("impatient")
def test_a_rebuild_under_way_is_left_alone_and_one_that_was_killed_is_cleared_away(
    engine: SearchEngine, client: Elasticsearch, address: str
) -> None:
    engine.put([ALPHA])
    with subprocess.Popen([sys.executable, "-c", REBUILD, address], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "making\n"
        for change in (engine.put, engine.rebuild):
            with pytest.raises(EngineUnavailable, match="another process is making"):
                change([BETA])
        other.kill()
    assert (len(versions_of(client, address)), keys(engine)) == (2, ["1"])
    engine.put([BETA])
    assert (len(versions_of(client, address)), keys(engine)) == (1, ["1", "2"])


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (replace(BETA, incidents=(2**70,)), "failed to parse field \\[incidents\\].*out of range of long"),
        (replace(BETA, key="2" * 600), "id .* is too long, must be no longer than 512 bytes"),
        (replace(BETA, part_of="p" * 40_000), "failed to parse field \\[part_of\\].*immense term"),
    ],
)
def test_a_document_that_is_refused_is_given_back_with_the_reason(
    engine: SearchEngine, odd: SearchDocument, reason: str
) -> None:
    others = [replace(ALPHA, key=str(number)) for number in range(10, 20)]
    [refusal] = engine.put([*others[:5], odd, *others[5:]])
    assert (refusal.kind, refusal.key, len(refusal.reason) < 500) == ("incident", odd.key, True)
    assert re.search(reason, refusal.reason)
    assert keys(engine) == [document.key for document in others]


def test_a_block_that_comes_while_documents_are_sent_is_of_the_index_and_not_of_the_documents(
    engine: SearchEngine, client: Elasticsearch, address: str
) -> None:
    engine.put([ALPHA])

    def documents() -> Iterator[SearchDocument]:
        yield ALPHA
        client.indices.put_settings(index=f"{name_of(address)}-making", settings={"index.blocks.write": True})
        yield BETA

    with pytest.raises(EngineUnavailable, match="takes no changes: it is set to read only"):
        engine.rebuild(documents())
    assert (len(versions_of(client, address)), keys(engine)) == (1, ["1"])


def test_what_a_refused_document_was_before_is_found_no_more(engine: SearchEngine) -> None:
    engine.put([ALPHA, BETA])
    engine.put([replace(ALPHA, title="Alpha accuses nobody", incidents=(2**70,))])
    assert keys(engine) == ["2"]


def test_a_report_that_is_refused_keeps_no_other_waiting(engine: SearchEngine, tmp_path: Path) -> None:
    odd = "x" * 600
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        for identity in ("r1", odd, "r2"):
            base.reports.put(report(identity))
        assert catch_up(base, engine) == Indexed(2, 1)
        [refused] = base.outbox.refused()
        assert (refused.thing, "too long" in refused.refused) == (("report", odd), True)
        assert (base.outbox.pending(9), catch_up(base, engine)) == ([], Indexed(0, 0))
        assert rebuild(base, engine) == Indexed(2, 1)
        assert [entry.thing for entry in base.outbox.refused()] == [("report", odd)]
    assert engine.search(Query(kind="report")).total == 2


def test_the_mapping_takes_no_other_field(engine: SearchEngine, client: Elasticsearch, address: str) -> None:
    engine.put([ALPHA])
    with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
        client.index(index=name_of(address), document={"kind": "incident", "other": "x"})


def test_texts_that_are_not_shown_are_not_given_back(engine: SearchEngine, client: Elasticsearch, address: str) -> None:
    engine.put([replace(ALPHA, hidden="a secret zebra")])
    assert "zebra" not in str(client.search(index=name_of(address)).body)


def test_an_index_of_another_version_of_this_program_is_refused_until_it_is_made_again(
    engine: SearchEngine, client: Elasticsearch, address: str
) -> None:
    engine.put([ALPHA])
    client.indices.put_mapping(index=name_of(address), meta={"form": "of old", "beat": 0})
    with pytest.raises(EngineUnavailable, match="index --rebuild"):
        open_engine(address)
    again = open_engine(address, discard_damaged=True)
    assert keys(again) == ["1"]
    again.rebuild([BETA])
    assert keys(open_engine(address)) == ["2"]


def test_an_index_that_is_not_ours_is_left_alone(client: Elasticsearch, address: str) -> None:
    client.indices.create(index=name_of(address))
    try:
        with pytest.raises(EngineUnavailable, match="did not make"):
            open_engine(address)
    finally:
        client.indices.delete(index=name_of(address))


def test_an_index_that_goes_while_it_is_open_is_missed_and_not_made_by_a_change(
    engine: SearchEngine, client: Elasticsearch, address: str
) -> None:
    engine.put([ALPHA])
    [version] = versions_of(client, address)
    client.indices.delete(index=version)
    for use in (lambda: engine.search(Query()), engine.count, lambda: engine.put([BETA])):
        with pytest.raises(EngineUnavailable, match="index --rebuild"):
            use()
    assert versions_of(client, address) == {}
    engine.rebuild([BETA])
    assert keys(engine) == ["2"]


def test_a_full_disk_is_told_and_changes_wait_until_there_is_space(
    engine: SearchEngine, client: Elasticsearch, address: str, tmp_path: Path
) -> None:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        base.reports.put(report("r1"))
        client.indices.put_settings(index=name_of(address), settings={"index.blocks.read_only_allow_delete": True})
        with pytest.raises(EngineUnavailable, match="disk is full.*Free space.*changes wait in the base"):
            catch_up(base, engine)
        assert len(base.outbox.pending(10)) == 1
        client.indices.put_settings(index=name_of(address), settings={"index.blocks.read_only_allow_delete": None})
        assert catch_up(base, engine) == Indexed(1, 0)
    assert engine.search(Query(kind="report")).total == 1


def generation(number: int) -> list[SearchDocument]:
    """Documents that can be told from those of other generations."""
    size = 60 + 20 * (number % 2)
    return [
        replace(ALPHA, key=f"{number % 2}{each:03}", values={"year": (str(2000 + number % 2),)}) for each in range(size)
    ]


def test_searches_during_rebuilds_are_answered_whole_from_the_old_or_the_new(engine: SearchEngine) -> None:
    whole = [(len(made), {document.key for document in made}) for made in map(generation, (0, 1))]
    engine.rebuild(generation(0))
    done = threading.Event()

    def rebuilt() -> int:
        number = 0
        while not done.is_set():
            number += 1
            engine.rebuild(generation(number))
        return number

    def found(_: int) -> int:
        results = engine.search(Query(size=100))
        seen = (results.total, {hit.key for hit in results.hits})
        assert seen in whole
        assert [count.count for count in results.facets["year"]] == [results.total]
        return whole.index(seen)

    with ThreadPoolExecutor(5) as pool:
        rebuilding = pool.submit(rebuilt)
        try:
            answered = list(pool.map(found, range(SEARCHES)))
            while len(set(answered)) < 2:
                answered += pool.map(found, range(SEARCHES))
        finally:
            done.set()
    assert (rebuilding.result() > 1, len(answered) >= SEARCHES) == (True, True)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("http://elastic:secret@127.0.0.1:9200/disputed", "DISPUTED_SEARCH_PASSWORD"),
        ("http://127.0.0.1:9200/", "INDEX"),
        ("http://127.0.0.1:9200/Disputed", "small letters"),
        ("http://127.0.0.1:9200/disputed?verify=no", "no address"),
        ("http://127.0.0.1:9200/disputed?api_key=secret", "no address"),
        ("http://elastic:secret/9@127.0.0.1:9200/disputed", "cannot be read"),
        ("http://elastic:1/secret@127.0.0.1:9200/disputed", "no address"),
        ("elastic:secret@127.0.0.1:9200", "no search engine 'elastic'"),
        ("http://127.0.0.1:port/disputed", "cannot be read"),
        ("https:///disputed", "cannot be read"),
        ("https://127.0.0.1:9200/disputed?ca=/no/such/file", "no file /no/such/file"),
        (f"http://127.0.0.1:9200/disputed?ca={__file__}", "write https"),
    ],
)
def test_what_is_no_address_is_told_how_one_is_written(written: str, message: str) -> None:
    with pytest.raises(SearchAddressRefused, match=message) as refusal:
        open_engine(written)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("http://127.0.0.1:1/disputed", "cannot be reached"),
        ("http://elastic@127.0.0.1:9200/disputed", "no password"),
        (f"https://127.0.0.1:9200/disputed?ca={__file__}", "no certificate in PEM form"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_why(written: str, message: str) -> None:
    with pytest.raises(EngineUnavailable, match=message):
        open_engine(written)


def test_an_api_key_and_a_user_do_not_go_together() -> None:
    with pytest.raises(EngineUnavailable, match="API key and a user"):
        open_engine("http://elastic@127.0.0.1:9200/disputed", login=Login(api_key="key"))


def test_an_elasticsearch_of_another_version_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    of_another = "application/vnd.elasticsearch+json; compatible-with=7"
    original = Elasticsearch.perform_request

    def perform_request(self: Elasticsearch, *args: Any, **kwargs: Any) -> Any:
        return original(self, *args, **{**kwargs, "headers": {"accept": of_another, "content-type": of_another}})

    monkeypatch.setattr(Elasticsearch, "perform_request", perform_request)
    with pytest.raises(EngineUnavailable, match="needs Elasticsearch 9"):
        open_engine(address)


def test_what_is_no_elasticsearch_is_told(tmp_path: Path) -> None:
    (tmp_path / "other,other-making").write_text("{}")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(EngineUnavailable, match="is not Elasticsearch"):
            open_engine(f"http://127.0.0.1:{server.server_port}/other")
        server.shutdown()


def test_a_collapsed_walk_passes_every_incident_though_so_many_are_only_estimated(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_COUNTED_EXACTLY", 100)
    monkeypatch.setitem(pages._COUNT_OF_GROUPS["each"]["terms"], "size", 100)
    engine.rebuild(replace(ALPHA, kind="claim", key=str(number), incidents=(number % 450,)) for number in range(900))
    assert engine.search(Query(kind="claim", collapse=True)).total == pytest.approx(450, rel=0.02)
    place, seen = BEGINNING, list[str]()
    while place or not seen:
        page = engine.search(Query(kind="claim", collapse=True, size=90, after=place))
        seen += [str(hit.incidents[0]) for hit in page.hits]
        place = page.next
    assert sorted(seen) == sorted(map(str, range(450)))


def test_collapsed_results_are_counted_exactly_up_to_ten_thousand(engine: SearchEngine) -> None:
    engine.rebuild(SearchDocument(kind="claim", key=str(n), title="t", names=(), passages=()) for n in range(9_999))
    assert engine.search(Query(kind="claim", collapse=True, size=1)).total == 9_999


def test_words_that_the_stems_leave_out_are_found_as_they_are_written(
    engine: SearchEngine, client: Elasticsearch
) -> None:
    words = sorted(UNSTEMMED)
    stems = client.indices.analyze(analyzer=STEMMED, text=" ".join([*words, "books", "his", "what"]))
    assert [token["token"] for token in stems["tokens"]] == ["book", "hi", "what"]
    engine.put([replace(ALPHA, passages=(" ".join(words),))])
    for word in words:
        [hit] = engine.search(Query(wanted=Words(word))).hits
        assert hit.snippets[0].marks, word
