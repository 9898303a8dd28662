"""Search through our layer beside the bare engine, on the same documents and queries in the same run.

    python benchmarks/search.py [--documents N] [--elasticsearch]

Documents are made from templates over the registry's names; each of 200 fixed queries asks for ten hits with marks and
the counts of facets: two in the bare engine, all in our layer. Elasticsearch is the tests' own server.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tantivy
from elasticsearch import Elasticsearch, helpers

from kb import registry
from kb.search import open_engine
from kb.search.documents import SearchDocument
from kb.search.language import read
from kb.search.query import Query

QUERIES = 200
FACETS = ("accused", "conduct")
CONDUCTS = ("distillation", "training-copyright", "scraping", "trade-secret", "likeness")
WORDS = (
    "books songs pictures maps recordings articles drawings voices films code accounts prompts weights archives model "
    "chatbot generator training permission licence court judge letter settlement damages hearing copies outputs pirated"
).split()
Search = Callable[[str], object]


def documents(count: int) -> Iterator[SearchDocument]:
    """Reports that differ in parties, words and day; the same for the same count."""
    chance = random.Random(count)
    names = [organisation.name for organisation in registry.load().organisations]
    start = datetime(2023, 1, 1, tzinfo=UTC)
    for n in range(count):
        accuser, accused = chance.sample(names, 2)
        said = f"{accuser} accuses {accused} over {chance.choice(WORDS)} and {chance.choice(WORDS)}."
        moment = start + timedelta(minutes=n)
        yield SearchDocument(
            kind="report",
            key=str(n),
            title=f"{accuser} v. {accused}: {chance.choice(WORDS)}",
            names=(accuser, accused),
            passages=(said,),
            hidden=" ".join(chance.choices(WORDS, k=60)),
            values={"accuser": (accuser,), "accused": (accused,), "conduct": (chance.choice(CONDUCTS),)},
            times={"published": (moment, moment)},
        )


def queries() -> list[str]:
    """One or two words each."""
    chance = random.Random(7)
    return [" ".join(chance.sample(WORDS, 1 + n % 2)) for n in range(QUERIES)]


def text(document: SearchDocument) -> str:
    return " ".join((document.title, *document.passages, document.hidden))


def measured(name: str, count: int, index: Callable[[], object], search: Search) -> float:
    """Prints documents a second and the latencies; returns the median in seconds."""
    started = time.perf_counter()
    index()
    rate = count / (time.perf_counter() - started)
    for query in queries()[:20]:
        search(query)
    taken = sorted(timed(search, query) for query in queries())
    p50, p99 = statistics.median(taken), taken[int(0.99 * len(taken)) - 1]
    print(f"{name}: {rate:.0f} documents a second; p50 {1000 * p50:.1f} ms, p99 {1000 * p99:.1f} ms")
    return p50


def timed(search: Search, query: str) -> float:
    started = time.perf_counter()
    search(query)
    return time.perf_counter() - started


def ours(name: str, address: str, made: Sequence[SearchDocument]) -> float:
    engine = open_engine(address)
    try:
        return measured(
            f"{name}, our layer",
            len(made),
            lambda: engine.rebuild(made),
            lambda query: engine.search(Query(wanted=read(query).wanted, kind="report")),
        )
    finally:
        engine.close()


def bare_tantivy(folder: Path, made: Sequence[SearchDocument]) -> float:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=True, tokenizer_name="en_stem")
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    folder.mkdir()
    index = tantivy.Index(builder.build(), path=str(folder))

    def fill() -> None:
        writer = index.writer(30_000_000, 1)
        for each in made:
            writer.add_document(
                tantivy.Document(text=text(each), **{facet: list(each.values[facet]) for facet in FACETS})
            )
        writer.commit()
        writer.wait_merging_threads()
        index.reload()

    def search(query: str) -> None:
        searcher = index.searcher()
        clause = index.parse_query(query, ["text"], conjunction_by_default=True)
        snippets = tantivy.SnippetGenerator.create(searcher, clause, index.schema, "text")
        for _, address in searcher.search(clause, limit=10).hits:
            snippets.snippet_from_doc(searcher.doc(address)).highlighted()
        searcher.aggregate(clause, {facet: {"terms": {"field": facet, "size": 50}} for facet in FACETS})

    return measured("tantivy, bare", len(made), fill, search)


def bare_elasticsearch(address: str, made: Sequence[SearchDocument]) -> float:
    client = Elasticsearch(address, request_timeout=60)
    keyword = {facet: {"type": "keyword"} for facet in FACETS}

    def fill() -> None:
        client.indices.create(
            index="bare",
            settings={"number_of_shards": 1, "number_of_replicas": 0},
            mappings={"properties": {"text": {"type": "text", "analyzer": "english"}, **keyword}},
        )
        helpers.bulk(
            client,
            (
                {"_index": "bare", "text": text(each), **{facet: each.values[facet] for facet in FACETS}}
                for each in made
            ),
        )
        client.indices.refresh(index="bare")

    def search(query: str) -> object:
        return client.search(
            index="bare",
            query={"match": {"text": {"query": query, "operator": "and"}}},
            highlight={"fields": {"text": {}}},
            aggs={facet: {"terms": {"field": facet, "size": 50}} for facet in FACETS},
            track_total_hits=True,
        )

    return measured("Elasticsearch, bare", len(made), fill, search)


@contextmanager
def elasticsearch() -> Iterator[str]:
    """The tests' server."""
    from tests.servers.elasticsearch import ElasticsearchServer, running  # noqa: PLC0415 - brings a server along

    with running(ElasticsearchServer({"cluster.routing.allocation.disk.threshold_enabled": "false"})) as server:
        yield server.address


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--elasticsearch", action="store_true", help="measure it too")
    arguments = parser.parse_args()
    made = list(documents(arguments.documents))
    with tempfile.TemporaryDirectory() as folder:
        peer = bare_tantivy(Path(folder) / "bare", made)
        print(f"tantivy: our layer takes {ours('tantivy', f'tantivy:{folder}/ours', made) / peer:.1f} times as long")
    if arguments.elasticsearch:
        with elasticsearch() as address:
            peer = bare_elasticsearch(address, made)
            mine = ours("Elasticsearch", f"{address}/ours", made)
            print(f"Elasticsearch: our layer takes {mine / peer:.1f} times as long")


if __name__ == "__main__":
    main()
