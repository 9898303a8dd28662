"""The engines as their makers offer them: one field of text, and queries in their own languages.

Each indexes the same text as our layer does, stored and stemmed, with the facets' values and the time of publication,
and gives ten results with their key and a snippet of the text, how many there are, and the counts of the facets named.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import tantivy
from elasticsearch import Elasticsearch, helpers

from kb.search.documents import SearchDocument
from kb.search.fields import FACETS, FIELDS
from searching.queries import Asked

TWO: Final = ("accused", "conduct")
"""The facets that a bare engine counts, unless it is to count as many as our layer."""
_VALUES = 50


def text(document: SearchDocument) -> str:
    """What our layer searches without a field being named, one after the other."""
    return "\n".join(value for field in FIELDS if field.weight for value in document.values_of(field.name))


def _counts(facets: Iterable[str]) -> dict[str, Any]:
    return {facet: {"terms": {"field": facet, "size": _VALUES}} for facet in facets}


class Tantivy:
    """An index in a folder."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("text", stored=True, tokenizer_name="en_stem")
        for facet in FACETS:
            builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_date_field("published", indexed=True, fast=True)
        folder.mkdir()
        self._index = tantivy.Index(builder.build(), path=str(folder))

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        writer = self._index.writer(30_000_000, 1)
        for each in documents:
            made = tantivy.Document(key=each.key, text=text(each), published=each.times["published"][0])
            for facet in FACETS:
                for value in each.values_of(facet):
                    made.add_text(facet, value)
            writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, asked: Asked, facets: Sequence[str] = TWO) -> int:
        searcher = self._index.searcher()
        native = re.sub(r"(\w+)\*", r"text:/\1.*/", asked.native)
        clause = self._index.parse_query(native, ["text"], conjunction_by_default=True, allow_regexes=True)
        snippets = tantivy.SnippetGenerator.create(searcher, clause, self._index.schema, "text")
        found = searcher.search(clause, limit=10)
        for _, address in found.hits:
            document = searcher.doc(address)
            document.get_first("key")
            snippets.snippet_from_doc(document).highlighted()
        searcher.aggregate(clause, _counts(facets))
        return int(found.count)  # type: ignore[attr-defined]


class Elastic:
    """An index of a server."""

    def __init__(self, address: str) -> None:
        self._client = Elasticsearch(address, request_timeout=60)
        self._client.indices.create(
            index="bare",
            settings={"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"},
            mappings={
                "properties": {
                    "key": {"type": "keyword"},
                    "text": {"type": "text", "analyzer": "english"},
                    "published": {"type": "date"},
                    **{facet: {"type": "keyword"} for facet in FACETS},
                }
            },
        )

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        helpers.bulk(self._client, ({"_index": "bare", **_made(each)} for each in documents))
        self._client.indices.refresh(index="bare")

    def search(self, asked: Asked, facets: Sequence[str] = TWO) -> int:
        answer = self._client.search(
            index="bare",
            query={"query_string": {"query": asked.native, "default_field": "text", "default_operator": "AND"}},
            source=["key"],
            highlight={"fields": {"text": {}}},
            aggs=_counts(facets),
            track_total_hits=True,
        )
        return int(answer["hits"]["total"]["value"])


def _made(document: SearchDocument) -> Mapping[str, Any]:
    values = {facet: document.values_of(facet) for facet in FACETS}
    return {"key": document.key, "text": text(document), "published": document.times["published"][0], **values}
