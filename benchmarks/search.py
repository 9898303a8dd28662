"""Search through our layer beside the bare engine, on the same documents and queries in the same run.

    python benchmarks/search.py [--documents N] [--elasticsearch]

Documents are reports made from templates and the sample disputes over the registry's parties, with texts of 2,000
characters. Each of 200 fixed queries, twenty of each form that people type, asks for the first ten results.

- The **bare** engine holds all text of a document in one stemmed field. It reads the query in its own language, and
  gives ten results with a snippet of that text, their number, and the counts of two facets; what it takes with the six
  facets of our layer is printed too.
- **Our layer** reads the query in our language, searches every field that is searched when none is named, each with its
  weight, and gives ten results with the words marked in titles and passages, their number, and the counts of all six
  facets, which their own filter does not narrow. Texts are searched and not shown, so that nothing is marked in them.
  Collapsed, it gives one report of each dispute, which the bare engine is not asked for.

All answer a query one right after the other, in several rounds after one that does not count; of a query the quickest
round counts, since whatever else the machine does only adds to it.
Elasticsearch is the tests' own server.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from searching import bare
from searching.documents import documents
from searching.queries import Asked, queries

from kb.search import SearchEngine, open_engine
from kb.search.documents import SearchDocument
from kb.search.fields import FACETS
from kb.search.language import read
from kb.search.query import Query

ROUNDS = 5
JVM_OPTIONS = b"""
-Xms1g
-Xmx1g
-XX:-HeapDumpOnOutOfMemoryError
-XX:+ExitOnOutOfMemoryError
-Djava.io.tmpdir=${ES_TMPDIR}
--add-modules=jdk.incubator.vector
"""
BARE, BARE_WITH_ALL, OURS, COLLAPSED = "bare", f"bare with {len(FACETS)} facets", "our layer", "our layer collapsed"
Search = Callable[[Asked], int]


def fill(fills: Mapping[str, Callable[[Sequence[SearchDocument]], object]], count: int) -> None:
    """Indexes the same documents in each and prints how fast; they are gone before anything else is measured."""
    made = list(documents(count))
    for name, index in fills.items():
        started = time.perf_counter()
        index(made)
        print(f"  {name}: {count / (time.perf_counter() - started):,.0f} documents a second", flush=True)


def through_ours(engine: SearchEngine, asked: Asked, *, collapse: bool = False) -> int:
    wanted = read(asked.text).wanted
    query = Query(wanted=wanted, kind="report", include=asked.include, exclude=asked.exclude, collapse=collapse)
    return engine.search(query).total


def measured(searches: Mapping[str, Search]) -> dict[str, list[float]]:
    """By name, the seconds that each query took."""
    found = {name: [search(asked) for asked in queries()] for name, search in searches.items()}
    rounds: dict[str, list[list[float]]] = {name: [[] for _ in queries()] for name in searches}
    for _ in range(ROUNDS):
        for number, asked in enumerate(queries()):
            for name, search in searches.items():
                started = time.perf_counter()
                search(asked)
                rounds[name][number].append(time.perf_counter() - started)
    for name, totals in found.items():
        print(f"  {name}: finds {statistics.median(totals):,.0f} in the median, at most {max(totals):,}")
    return {name: [min(each) for each in taken] for name, taken in rounds.items()}


def p50(taken: Sequence[float]) -> float:
    return statistics.median(taken)


def p99(taken: Sequence[float]) -> float:
    return sorted(taken)[int(0.99 * len(taken)) - 1]


def compare(searches: Mapping[str, Search]) -> None:
    """Prints what all queries took, then those of each form."""
    taken = measured(searches)
    forms = [asked.form for asked in queries()]
    for name, each in taken.items():
        ratio = f"{p50(each) / p50(taken[BARE]):.1f} and {p99(each) / p99(taken[BARE]):.1f} times bare"
        print(f"  {name}: p50 {1000 * p50(each):.1f} ms, p99 {1000 * p99(each):.1f} ms: {ratio}")
    print(f"  p50 in ms by form: {', '.join(taken)}")
    for form in dict.fromkeys(forms):
        medians = [
            1000 * p50([one for one, its in zip(each, forms, strict=True) if its == form]) for each in taken.values()
        ]
        print(f"  {form:16}" + "".join(f"{median:8.1f}" for median in medians))


def run(engine: str, peer: bare.Tantivy | bare.Elastic, address: str, count: int) -> None:
    print(f"{engine}, {count:,} documents")
    ours = open_engine(address)
    try:
        fill({BARE: peer.fill, OURS: ours.rebuild}, count)
        searches: dict[str, Search] = {
            BARE: peer.search,
            BARE_WITH_ALL: partial(peer.search, facets=FACETS),
            OURS: partial(through_ours, ours),
            COLLAPSED: partial(through_ours, ours, collapse=True),
        }
        compare(searches)
    finally:
        ours.close()


@contextmanager
def elasticsearch() -> Iterator[str]:
    """The tests' server, with the memory and the compiler that people's servers have."""
    sys.path.append(str(Path(__file__).resolve().parents[1]))
    from tests.servers.elasticsearch import ElasticsearchServer, running  # noqa: PLC0415 - brings a server along

    settings = {"cluster.routing.allocation.disk.threshold_enabled": "false", "node.store.allow_mmap": "true"}
    with running(ElasticsearchServer(settings, {"jvm.options": JVM_OPTIONS})) as server:
        yield server.address


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--elasticsearch", action="store_true", help="measure it too")
    arguments = parser.parse_args()
    count = arguments.documents
    with tempfile.TemporaryDirectory() as folder:
        run("tantivy", bare.Tantivy(Path(folder) / "bare"), f"tantivy:{folder}/ours", count)
    if arguments.elasticsearch:
        with elasticsearch() as address:
            run("Elasticsearch", bare.Elastic(address), f"{address}/ours", count)


if __name__ == "__main__":
    main()
