"""The embedded search engine: an index in a folder."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any, cast

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from kb.search.documents import SearchDocument, identity
from kb.search.embedded.clauses import Clauses
from kb.search.embedded.marking import Marker
from kb.search.embedded.schema import analyzers, made, schema
from kb.search.embedded.walks import Walks
from kb.search.embedded.words import like, spelled_like
from kb.search.engine import EngineUnavailable, Refusal
from kb.search.fields import FACETS, first_column, last_column, order_column, value_column
from kb.search.histogram import Grain, bars, bounds, grain
from kb.search.query import BEGINNING, Bar, FacetCount, Hit, Kind, Query, Results, Spelling
from kb.search.tree import is_ranked, marked_leaves

_FACET_VALUES = 50
_SNIPPETS = 2
_LOOKED_AT, _COUNTED_EXACTLY = 1_000, 10_000
_WRITER_MEMORY = 30_000_000
_LOCK_SECONDS = 5.0
_LIST = "meta.json"
_LOCK_HELD = "LockBusy"
_OWN_FILES = re.compile(r"meta\.json|\.managed\.json|\.tantivy-.*\.lock|[0-9a-f]{32}(\.\d+)?\.\w+")

_Found = tuple[Any, tantivy.DocAddress]
"""A document with its score, or with what it was ordered by."""


class TantivyEngine:
    """An index in a folder: one process writes, any number read.

    Args:
        folder: where the index lies; made where it is absent.
        discard_damaged: throw away an index that cannot be opened; for one that is about to be made again.

    Raises:
        EngineUnavailable: the folder cannot be made, or holds something that is no index of this version.
    """

    def __init__(self, folder: Path, *, discard_damaged: bool = False) -> None:
        self._folder = folder
        self._schema = schema()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EngineUnavailable(
                f"the folder {folder} of the search index cannot be made: {error.strerror}. "
                "Choose another with `folder` or `search` in the configuration."
            ) from error
        self._index = self._opened(discard_damaged=discard_damaged)
        self._analyzers = analyzers()
        for name, analyzer in self._analyzers.items():
            self._index.register_tokenizer(name, analyzer)
        self._clauses = Clauses(self._schema, self._analyzers)
        self._walks = Walks()
        self._seen: tuple[int, int] | None = None

    def search(self, query: Query) -> Results:
        """The page of results that a query asks for."""
        with self._told():
            if query.after is None:
                return self._page(self._searcher(), query, (max(1, query.page) - 1) * query.size)
            return self._next_page(query, query.after)

    def related(self, number: int, size: int = 6) -> tuple[Hit, ...]:
        """Other incidents like the one of this number, those most alike first."""
        with self._told():
            searcher = self._searcher()
            itself = Clause.term_query(self._schema, "identity", identity("incident", str(number)))
            found = searcher.search(itself, limit=1).hits
            if not found:
                return ()
            clause = like(searcher.doc(found[0][1]), searcher, self._schema, self._analyzers)
            others = self._clauses.of(Query(kind="incident"))
            wanted = Clause.boolean_query([(Occur.Must, others), (Occur.Must, clause), (Occur.MustNot, itself)])
            hits = searcher.search(wanted, limit=max(1, size)).hits[:size]
            return tuple(self._hit(searcher, each, Marker(self._analyzers, ())) for each in hits)

    def spellings(self, word: str) -> tuple[Spelling, ...]:
        """Words that differ from this one by at most two letters, itself among them where the index holds it."""
        with self._told():
            return spelled_like(word, self._searcher(), self._schema, self._analyzers)

    def put(self, documents: Iterable[SearchDocument], gone: Iterable[tuple[Kind, str]] = ()) -> tuple[Refusal, ...]:
        """Take over these documents, new or changed, and forget those gone, at once."""
        refused: list[Refusal] = []
        with self._written() as writer:
            for kind, key in gone:
                writer.delete_documents_by_term("identity", identity(kind, key))
            for document in documents:
                writer.delete_documents_by_term("identity", document.identity)
                if document.kind == "report":
                    writer.delete_documents_by_term("part_of", document.key)
                refused += self._added(writer, document)
        return tuple(refused)

    def rebuild(self, documents: Iterable[SearchDocument]) -> tuple[Refusal, ...]:
        """Hold these documents and no others; a commit shows them all at once."""
        refused: list[Refusal] = []
        with self._written() as writer:
            writer.delete_all_documents()
            for document in documents:
                refused += self._added(writer, document)
        return tuple(refused)

    def count(self) -> int:
        """How many documents it holds."""
        with self._told():
            return int(self._searcher().num_docs)

    def close(self) -> None:
        """Nothing is held open between calls but the walks, which end with it."""
        self._walks = Walks()

    def _searcher(self) -> tantivy.Searcher:
        """The index as it is now. Each commit puts another file in the place of the one that lists its parts."""
        listed = (self._folder / _LIST).stat()
        state = listed.st_ino, listed.st_mtime_ns
        if state != self._seen:
            self._index.reload()
            self._seen = state
        return self._index.searcher()

    def _next_page(self, query: Query, place: str) -> Results:
        """A page of a walk, and the place after it."""
        if place == BEGINNING:
            searcher, behind = self._searcher(), 0
            walk = self._walks.begin(searcher)
        else:
            walk, searcher, behind = self._walks.resume(place)
        return self._page(searcher, query, behind, walk)

    def _page(self, searcher: tantivy.Searcher, query: Query, behind: int, walk: str = "") -> Results:
        clause = self._clauses.of(query)
        find = self._groups if query.collapse else self._documents
        total, found = find(searcher, clause, query, behind)
        marker = Marker(self._analyzers, marked_leaves(query.wanted))
        reached = behind + len(found)
        goes_on = bool(walk and behind) or not query.size
        return Results(
            total=total,
            hits=tuple(self._hit(searcher, each, marker, alike) for each, alike in found),
            facets={} if goes_on else self._facets(searcher, query, clause),
            histogram=() if goes_on else _over_time(searcher, query, clause),
            next=f"{walk}.{reached}" if walk and found and reached < total else "",
        )

    def _documents(
        self, searcher: tantivy.Searcher, clause: Clause, query: Query, behind: int
    ) -> tuple[int, list[tuple[_Found, int]]]:
        """How many documents there are, and those of the page."""
        found = searcher.search(
            clause, limit=max(1, query.size), offset=min(behind, searcher.num_docs), **_order(query)
        )
        total = found.count or 0  # type: ignore[attr-defined]
        return total, [(each, 0) for each in found.hits[: query.size]]

    def _groups(
        self, searcher: tantivy.Searcher, clause: Clause, query: Query, behind: int
    ) -> tuple[int, list[tuple[_Found, int]]]:
        """How many incidents there are, and of those of the page the first document and how many others there are.

        The library has no collapsing. Where very many documents are found only the first are looked at, unless they
        have too few groups, and the number of groups is an estimate, which is never so low that a walk would end early.
        """
        for limit in (_LOOKED_AT, _COUNTED_EXACTLY, max(_COUNTED_EXACTLY, searcher.num_docs)):
            found = searcher.search(clause, limit=limit, **_order(query))
            count = found.count or 0  # type: ignore[attr-defined]
            first = _first_of_each(searcher, found.hits)
            if count <= limit or (count > _COUNTED_EXACTLY and len(first) > behind + query.size):
                break
        total = len(first) if count <= limit else max(len(first), round(searcher.cardinality(clause, "group")))
        page = list(first.items())[behind : behind + query.size]
        sizes = self._sizes(searcher, clause, [group for group, _ in page])
        return total, [(each, sizes[group] - 1) for group, each in page]

    def _sizes(self, searcher: tantivy.Searcher, clause: Clause, groups: list[int]) -> dict[int, int]:
        """How many of the documents found each group has."""
        if not groups:
            return {}
        these = Clause.boolean_query(
            [(Occur.Must, clause), (Occur.Must, Clause.term_set_query(self._schema, "group", groups))]
        )
        counted = {"groups": {"terms": {"field": "group", "size": len(groups)}}}
        buckets = searcher.aggregate(these, counted)["groups"]["buckets"]
        return {int(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}

    def _facets(self, searcher: tantivy.Searcher, query: Query, clause: Clause) -> dict[str, tuple[FacetCount, ...]]:
        narrowed = [facet for facet in FACETS if query.include.get(facet)]
        counted = _count(searcher, clause, [facet for facet in FACETS if facet not in narrowed])
        for facet in narrowed:
            counted |= _count(searcher, self._clauses.of(query, without=facet), [facet])
        return {facet: counted[facet] for facet in FACETS}

    def _hit(self, searcher: tantivy.Searcher, found: _Found, marker: Marker, alike: int = 0) -> Hit:
        score, address = found
        document = searcher.doc(address)
        passages = [marker.mark(str(text)) for text in document.get_all("passages")]
        return Hit(
            kind=cast(Kind, document.get_first("kind")),
            key=str(document.get_first("key")),
            title=marker.mark(str(document.get_first("title") or "")),
            snippets=tuple(sorted(passages, key=lambda snippet: -len(snippet.marks))[:_SNIPPETS]),
            score=score if isinstance(score, float) else 0.0,
            incidents=tuple(int(number) for number in document.get_all("incidents")),
            alike=alike,
        )

    def _opened(self, *, discard_damaged: bool) -> tantivy.Index:
        try:
            return tantivy.Index(self._schema, path=str(self._folder))
        except (OSError, ValueError) as error:
            if not discard_damaged:
                raise self._unavailable(error) from error
        with self._told():
            self._discard()
            return tantivy.Index(self._schema, path=str(self._folder))

    def _discard(self) -> None:
        """Remove the files of an index, and nothing else that lies in its folder."""
        for file in self._folder.iterdir():
            if _OWN_FILES.fullmatch(file.name):
                file.unlink()

    @contextmanager
    def _written(self) -> Iterator[tantivy.IndexWriter]:
        """A writer whose changes show all at once at the end, or not at all; it lets go of the index in any case."""
        with self._told():
            writer = self._writer()
        try:
            yield writer
            with self._told():
                writer.commit()
        finally:
            with self._told():
                writer.wait_merging_threads()
        with self._told():
            self._index.reload()

    def _added(self, writer: tantivy.IndexWriter, document: SearchDocument) -> Iterator[Refusal]:
        """Add a document; give it back where the library cannot hold what is in it, as half a surrogate pair."""
        try:
            ready = made(document)
        except (ValueError, OverflowError) as error:
            yield Refusal(document.kind, document.key, str(error))
            return
        with self._told():
            writer.add_document(ready)

    def _writer(self) -> tantivy.IndexWriter:
        """The index's only writer; another process that has it is waited for a little."""
        deadline = monotonic() + _LOCK_SECONDS
        while True:
            try:
                return self._index.writer(_WRITER_MEMORY, 1)
            except ValueError as error:
                if _LOCK_HELD not in str(error) or monotonic() > deadline:
                    raise
            sleep(0.1)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The library's errors, which are all of one kind, as ours."""
        try:
            yield
        except (OSError, ValueError) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> EngineUnavailable:
        if _LOCK_HELD in str(error):
            return EngineUnavailable(
                f"another process is writing the search index in {self._folder}: a `disputed` that runs, imports, "
                "crawls or indexes. Wait until it is done, or stop it, and run `disputed index`: nothing is lost, "
                "changes wait in the base."
            )
        return EngineUnavailable(
            f"the search index in {self._folder} cannot be used: {error}. "
            "`disputed index --rebuild` makes it again from the base."
        )


def _first_of_each(searcher: tantivy.Searcher, hits: Sequence[_Found]) -> dict[int, _Found]:
    """By group, its first document."""
    groups = searcher.fast_field_values("group", [address for _, address in hits])
    first: dict[int, _Found] = {}
    for group, found in zip(groups, hits, strict=True):
        first.setdefault(cast(int, group), found)
    return first


def _order(query: Query) -> dict[str, Any]:
    if query.sort == "relevance" and is_ranked(query.wanted):
        return {}
    if query.sort in {"ascending", "descending"}:
        order = tantivy.Order.Asc if query.sort == "ascending" else tantivy.Order.Desc
        return {"order_by_field": order_column(query.field), "order": order}
    if query.sort == "oldest":
        return {"order_by_field": first_column(query.time), "order": tantivy.Order.Asc}
    time = query.time if query.sort == "newest" else "published"
    return {"order_by_field": last_column(time), "order": tantivy.Order.Desc}


def _count(searcher: tantivy.Searcher, clause: Clause, facets: Sequence[str]) -> dict[str, tuple[FacetCount, ...]]:
    if not facets:
        return {}
    asked = {facet: {"terms": {"field": value_column(facet), "size": _FACET_VALUES}} for facet in facets}
    answer = searcher.aggregate(clause, asked)
    return {facet: tuple(_frequent_first(answer[facet]["buckets"])) for facet in facets}


def _frequent_first(buckets: Iterable[Mapping[str, Any]]) -> Iterator[FacetCount]:
    counts = sorted((-bucket["doc_count"], bucket["key"]) for bucket in buckets)
    return (FacetCount(value, -count) for count, value in counts)


def _over_time(searcher: tantivy.Searcher, query: Query, clause: Clause) -> tuple[Bar, ...]:
    if query.histogram is None:
        return ()
    columns = (first_column(query.histogram), last_column(query.histogram))
    days = {"fixed_interval": "1d", "min_doc_count": 1}
    answer = searcher.aggregate(clause, {column: {"date_histogram": {"field": column, **days}} for column in columns})
    within = bounds(query.wanted, query.histogram)
    begun, ended = (_by_day(answer[column]["buckets"], grain(within)) for column in columns)
    return bars(begun, ended, within)


def _by_day(buckets: Iterable[Mapping[str, Any]], fine: Grain) -> Counter[date]:
    """How many documents fall into each day or month."""
    counts: Counter[date] = Counter()
    for bucket in buckets:
        day = datetime.fromtimestamp(bucket["key"] / 1000, UTC).date()
        counts[day if fine == "day" else day.replace(day=1)] += bucket["doc_count"]
    return counts
