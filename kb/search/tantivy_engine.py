"""The embedded search engine."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import monotonic, sleep
from typing import Any, cast

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from kb.search.documents import SearchDocument
from kb.search.engine import EngineUnavailable
from kb.search.query import FACETS, FacetCount, Hit, Kind, Query, Results, Snippet, Term, parse

STEMMED, EXACT = "english_folded", "exact_folded"
_WEIGHTS = {"names": 8.0, "title": 3.0, "passages": 2.0, "aliases": 1.5, "hidden": 1.0}
_NEVER_STEMMED = ("names", "aliases")
_FACET_VALUES = 50
_WRITER_MEMORY = 30_000_000
_LOCK_SECONDS = 5.0
_LOCK_HELD = "LockBusy"
_OWN_FILES = re.compile(r"meta\.json|\.managed\.json|\.tantivy-.*\.lock|[0-9a-f]{32}(\.\d+)?\.\w+")
_EARLIEST, _LATEST = datetime(1678, 1, 1, tzinfo=UTC), datetime(2262, 1, 1, tzinfo=UTC)
"""The times that the index can hold; one before or after counts as the first or last of them."""


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
        self._schema = _schema()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EngineUnavailable(
                f"the folder {folder} of the search index cannot be made: {error.strerror}. "
                "Choose another with `folder` or `search` in the configuration."
            ) from error
        self._index = self._opened(discard_damaged=discard_damaged)
        self._analyzers = _analyzers()
        for name, analyzer in self._analyzers.items():
            self._index.register_tokenizer(name, analyzer)

    def search(self, query: Query) -> Results:
        """The page of results that a query asks for."""
        with self._told():
            return self._found(query)

    def _found(self, query: Query) -> Results:
        self._index.reload()
        searcher = self._index.searcher()
        terms, message = parse(query.text)
        text = [self._term(term) for term in terms]
        clause = _all([*text, *self._filters(query)])
        order: dict[str, Any] = {}
        if query.sort != "relevance" or not terms:
            direction = tantivy.Order.Asc if query.sort == "oldest" else tantivy.Order.Desc
            order = {"order_by_field": "published", "order": direction}
        size = max(1, query.size)
        found = searcher.search(clause, limit=size, offset=(max(1, query.page) - 1) * size, **order)
        positive = [self._term(term) for term in terms if not term.negated]
        marker = _Marker(self._schema, searcher, [clause for _, clause in positive])
        return Results(
            total=found.count or 0,  # type: ignore[attr-defined]
            hits=tuple(_hit(searcher.doc(address), float(score or 0), marker) for score, address in found.hits),
            facets=self._facets(searcher, query, text),
            message=message,
        )

    def put(self, documents: Iterable[SearchDocument], gone: Iterable[tuple[Kind, str]] = ()) -> None:
        """Take over these documents, new or changed, and forget those gone, at once."""
        with self._written() as writer:
            for kind, key in gone:
                writer.delete_documents_by_term("identity", _identity(kind, key))
            for document in documents:
                writer.delete_documents_by_term("identity", _identity(document.kind, document.key))
                if document.kind == "report":
                    writer.delete_documents_by_term("part_of", document.key)
                self._add(writer, document)

    def rebuild(self, documents: Iterable[SearchDocument]) -> None:
        """Hold these documents and no others; a commit shows them all at once."""
        with self._written() as writer:
            writer.delete_all_documents()
            for document in documents:
                self._add(writer, document)

    def count(self) -> int:
        """How many documents it holds."""
        with self._told():
            self._index.reload()
            return int(self._index.searcher().num_docs)

    def close(self) -> None:
        """Nothing is held open between calls."""

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

    def _add(self, writer: tantivy.IndexWriter, document: SearchDocument) -> None:
        made = _document(document)
        with self._told():
            writer.add_document(made)

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

    def _term(self, term: Term) -> tuple[Occur, Clause]:
        analyzer = EXACT if term.phrase or term.prefix else STEMMED
        clauses = [
            Clause.boost_query(clause, weight)
            for field, weight in _WEIGHTS.items()
            if (clause := self._in_field(field, term, analyzer)) is not None
        ]
        either = Clause.disjunction_max_query(clauses, 0.1) if clauses else Clause.empty_query()
        return (Occur.MustNot if term.negated else Occur.Must), either

    def _in_field(self, field: str, term: Term, analyzer: str) -> Clause | None:
        exact = analyzer == EXACT or field in _NEVER_STEMMED
        column = f"{field}_exact" if exact and field not in _NEVER_STEMMED else field
        words: Sequence[str] = self._analyzers[EXACT if exact else STEMMED].analyze(term.text)
        if not words:
            return None
        if term.prefix:
            return (
                Clause.phrase_prefix_query(self._schema, column, list(words))
                if len(words) > 1
                else _prefix(self._schema, column, words[0])
            )
        if len(words) == 1:
            return Clause.term_query(self._schema, column, words[0])
        return Clause.phrase_query(self._schema, column, list(words))

    def _filters(self, query: Query, without: str = "") -> list[tuple[Occur, Clause]]:
        filters = [(Occur.Must, Clause.const_score_query(Clause.term_query(self._schema, "kind", query.kind), 0.0))]
        for facet in FACETS:
            if query.include.get(facet) and facet != without:
                values = Clause.term_set_query(self._schema, facet, list(query.include[facet]))
                filters.append((Occur.Must, Clause.const_score_query(values, 0.0)))
            if query.exclude.get(facet):
                filters.append((Occur.MustNot, Clause.term_set_query(self._schema, facet, list(query.exclude[facet]))))
        if query.published_from or query.published_to:
            filters.append((Occur.Must, self._between(query.published_from, query.published_to)))
        return filters

    def _between(self, first: date | None, last: date | None) -> Clause:
        start = _clamped(datetime.combine(first or date.min, time.min, UTC))
        end = _clamped(datetime.combine(last or date.max, time.max, UTC))
        days = Clause.range_query(self._schema, "published", tantivy.FieldType.Date, start, end)
        return Clause.const_score_query(days, 0.0)

    def _facets(
        self, searcher: tantivy.Searcher, query: Query, text: Sequence[tuple[Occur, Clause]]
    ) -> dict[str, tuple[FacetCount, ...]]:
        narrowed = [facet for facet in FACETS if query.include.get(facet)]
        free = [facet for facet in FACETS if facet not in narrowed]
        counted = _count(searcher, _all([*text, *self._filters(query)]), free)
        for facet in narrowed:
            counted |= _count(searcher, _all([*text, *self._filters(query, without=facet)]), [facet])
        return {facet: counted[facet] for facet in FACETS}


class _Marker:
    """Marks in passages the words that answer a query."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, clauses: Sequence[Clause]) -> None:
        clause = Clause.boolean_query([(Occur.Should, each) for each in clauses]) if clauses else Clause.empty_query()
        self._generators = {}
        for field in ("title", "passages", "title_exact", "passages_exact"):
            generator = tantivy.SnippetGenerator.create(searcher, clause, schema, field)
            generator.set_max_num_chars(1_000_000)
            self._generators[field] = generator

    def mark(self, field: str, text: str) -> Snippet:
        """The text with its marks."""
        ranges: set[tuple[int, int]] = set()
        encoded = text.encode()
        for column in (field, f"{field}_exact"):
            document = tantivy.Document()
            document.add_text(column, text)
            snippet = self._generators[column].snippet_from_doc(document)
            start = encoded.find(snippet.fragment().encode()) if snippet.fragment() else 0
            ranges |= {(start + r.start, start + r.end) for r in snippet.highlighted()}
        return Snippet(text, tuple(_code_points(encoded, ranges)))


def _code_points(encoded: bytes, ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Byte offsets as code points, overlapping stretches made one."""
    merged: list[list[int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    for start, end in merged:
        before = len(encoded[:start].decode(errors="ignore"))
        yield before, before + len(encoded[start:end].decode(errors="ignore"))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("identity", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("part_of", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for field in _NEVER_STEMMED:
        builder.add_text_field(field, tokenizer_name=EXACT)
    for field in ("title", "passages", "hidden"):
        builder.add_text_field(field, stored=field != "hidden", tokenizer_name=STEMMED)
        builder.add_text_field(f"{field}_exact", tokenizer_name=EXACT)
    for facet in FACETS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_date_field("published", indexed=True, fast=True)
    return builder.build()


def _analyzers() -> dict[str, tantivy.TextAnalyzer]:
    def builder() -> tantivy.TextAnalyzerBuilder:
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        return (
            words.filter(tantivy.Filter.remove_long(80))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
        )

    return {STEMMED: builder().filter(tantivy.Filter.stemmer("english")).build(), EXACT: builder().build()}


def _document(document: SearchDocument) -> tantivy.Document:
    made = tantivy.Document(
        identity=_identity(document.kind, document.key),
        kind=document.kind,
        key=document.key,
        names=list(document.names),
        aliases=list(document.aliases),
    )
    if document.part_of:
        made.add_text("part_of", document.part_of)
    texts = {"title": [document.title], "passages": list(document.passages), "hidden": [document.hidden]}
    for field, passages in texts.items():
        for value in passages:
            made.add_text(field, value)
            made.add_text(f"{field}_exact", value)
    for facet, values in document.facets.items():
        for value in values:
            made.add_text(facet, value)
    if document.published:
        made.add_date("published", _clamped(document.published).astimezone(UTC))
    return made


def _clamped(moment: datetime) -> datetime:
    return min(max(moment, _EARLIEST), _LATEST)


def _identity(kind: Kind, key: str) -> str:
    return f"{kind}/{key}"


def _all(parts: Sequence[tuple[Occur, Clause]]) -> Clause:
    """Every part at once; parts that exclude alone need something to be excluded from, which the kind's filter is."""
    return Clause.boolean_query(list(parts))


def _prefix(schema: tantivy.Schema, field: str, word: str) -> Clause:
    return Clause.regex_query(schema, field, f"{word}.*")


def _count(searcher: tantivy.Searcher, clause: Clause, facets: Sequence[str]) -> dict[str, tuple[FacetCount, ...]]:
    if not facets:
        return {}
    asked = {facet: {"terms": {"field": facet, "size": _FACET_VALUES}} for facet in facets}
    answer = searcher.aggregate(clause, asked)
    counts = {facet: [(str(b["key"]), int(b["doc_count"])) for b in answer[facet]["buckets"]] for facet in facets}
    return {
        facet: tuple(FacetCount(value, count) for value, count in sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
        for facet, pairs in counts.items()
    }


def _hit(document: tantivy.Document, score: float, marker: _Marker) -> Hit:
    title = marker.mark("title", str(document.get_first("title") or ""))
    passages = [marker.mark("passages", str(text)) for text in document.get_all("passages")]
    best = sorted(passages, key=lambda snippet: -len(snippet.marks))[:2]
    kind = cast(Kind, document.get_first("kind"))
    return Hit(kind=kind, key=str(document.get_first("key")), title=title, snippets=tuple(best), score=score)
