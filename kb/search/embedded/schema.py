"""The schema of the embedded index, made from the fields, and what is put into it."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import tantivy

from kb.search.documents import SearchDocument
from kb.search.fields import FIELDS, TIMES, Field, Matching, first_column, last_column, order_column, value_column

STEMMED, EXACT, WHOLE = "english_folded", "exact_folded", "whole_folded"
EARLIEST, LATEST = datetime(1678, 1, 1, tzinfo=UTC), datetime(2262, 1, 1, tzinfo=UTC)
"""The times that the index can hold; one before or after counts as the first or last of them."""
_LONGEST_WORD = 80
_TOKENIZERS = {Matching.TEXT: STEMMED, Matching.NAMES: EXACT, Matching.KEYWORD: WHOLE}


def exact_column(field: Field) -> str:
    """Where the words of a field are as they are written."""
    return f"{field.name}_exact" if field.matching is Matching.TEXT else field.name


def schema() -> tantivy.Schema:
    """The schema of an index."""
    builder = tantivy.SchemaBuilder()
    for name in ("identity", "part_of", "kind"):
        builder.add_text_field(name, stored=name == "kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("incidents", stored=True)
    builder.add_integer_field("group", indexed=True, fast=True)
    for field in FIELDS:
        _add_columns(builder, field)
    for time in TIMES:
        builder.add_date_field(first_column(time), indexed=True, fast=True)
        builder.add_date_field(last_column(time), indexed=True, fast=True)
    return builder.build()


def _add_columns(builder: tantivy.SchemaBuilder, field: Field) -> None:
    builder.add_text_field(field.name, stored=field.shown, tokenizer_name=_TOKENIZERS[field.matching])
    if field.matching is Matching.TEXT:
        builder.add_text_field(exact_column(field), tokenizer_name=EXACT)
    if field.facet:
        builder.add_text_field(value_column(field.name), fast=True, tokenizer_name="raw", index_option="basic")
    if field.ordered:
        builder.add_text_field(order_column(field.name), fast=True, tokenizer_name="raw", index_option="basic")


def analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """How text becomes words, by the names that the schema uses."""

    def folded(tokenizer: tantivy.Tokenizer) -> tantivy.TextAnalyzerBuilder:
        words = tantivy.TextAnalyzerBuilder(tokenizer).filter(tantivy.Filter.remove_long(_LONGEST_WORD))
        return words.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())

    return {
        STEMMED: folded(tantivy.Tokenizer.simple()).filter(tantivy.Filter.stemmer("english")).build(),
        EXACT: folded(tantivy.Tokenizer.simple()).build(),
        WHOLE: folded(tantivy.Tokenizer.raw()).build(),
    }


def made(document: SearchDocument) -> tantivy.Document:
    """The document as the index takes it."""
    result = tantivy.Document(
        identity=document.identity, kind=document.kind, key=document.key, incidents=list(document.incidents)
    )
    result.add_integer("group", _number(document.group))
    if document.part_of:
        result.add_text("part_of", document.part_of)
    for field in FIELDS:
        for value in document.values_of(field.name):
            for column in _columns(field):
                result.add_text(column, value)
        if field.ordered and (place := document.place_by(field.name)):
            result.add_text(order_column(field.name), place)
    for time, (first, last) in document.times.items():
        result.add_date(first_column(time), clamped(first))
        result.add_date(last_column(time), clamped(last))
    return result


def _columns(field: Field) -> Iterator[str]:
    yield field.name
    if field.matching is Matching.TEXT:
        yield exact_column(field)
    if field.facet:
        yield value_column(field.name)


def clamped(moment: datetime) -> datetime:
    """The moment, or the nearest that the index can hold."""
    return min(max(moment, EARLIEST), LATEST).astimezone(UTC)


def _number(group: str) -> int:
    """A group as a number, since of columns only numbers can be read at once."""
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=8).digest(), signed=True)
