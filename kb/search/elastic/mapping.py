"""The mapping of the index, made from the fields, and what is put into it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kb.search.documents import SearchDocument
from kb.search.elastic import folding
from kb.search.fields import FIELDS, TIMES, Field, Matching, first_column, last_column, order_column, value_column

STEMMED, EXACT = "english", "standard"
"""Analysers that Elasticsearch has by these names; `standard` only parts words."""
UNSTEMMED: Final = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they "
    "this to was will with".split()
)
"""Words that `english` leaves out."""
WINDOW: Final = 100_000
"""How many results can be paged through by number."""
_LONGEST_VALUE = 8_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEYWORD = {"type": "keyword", "ignore_above": _LONGEST_VALUE}


def exact_column(field: Field) -> str:
    """Where the words of a field are as they are written."""
    return f"{field.name}.exact" if field.matching is Matching.TEXT else field.name


def settings() -> dict[str, Any]:
    """The settings of an index; changes show when it is told to refresh, all those of one `put` at once."""
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "max_result_window": WINDOW,
    }


def mappings() -> dict[str, Any]:
    """The mapping of an index; a document with a field that is not in it is refused."""
    columns: dict[str, Any] = {name: {"type": "keyword"} for name in ("identity", "kind", "key", "part_of", "group")}
    columns["incidents"] = {"type": "long", "index": False}
    columns["shown"] = {"type": "object", "enabled": False}
    for field in FIELDS:
        columns[field.name] = _column(field)
        if field.facet:
            columns[value_column(field.name)] = _KEYWORD
        if field.ordered:
            columns[order_column(field.name)] = _KEYWORD
    for time in TIMES:
        columns |= {
            name: {"type": "date", "format": "epoch_millis"} for name in (first_column(time), last_column(time))
        }
    hidden = [field.name for field in FIELDS if not field.shown]
    return {"dynamic": "strict", "_source": {"excludes": hidden}, "properties": columns}


def _column(field: Field) -> dict[str, Any]:
    if field.matching is Matching.KEYWORD:
        return _KEYWORD
    if field.matching is Matching.NAMES:
        return {"type": "text", "analyzer": EXACT}
    return {"type": "text", "analyzer": STEMMED, "fields": {"exact": {"type": "text", "analyzer": EXACT}}}


def form() -> str:
    """What tells this form of the index from that of another version of this program."""
    return hashlib.blake2b(json.dumps([settings(), mappings()]).encode(), digest_size=8).hexdigest()


def made(document: SearchDocument) -> dict[str, Any]:
    """The document as the index takes it."""
    result: dict[str, Any] = {
        "identity": document.identity,
        "kind": document.kind,
        "key": document.key,
        "group": document.group,
        "incidents": list(document.incidents),
        "shown": {field.name: list(document.values_of(field.name)) for field in FIELDS if field.shown},
    }
    if document.part_of:
        result["part_of"] = document.part_of
    for field in FIELDS:
        fold = folding.whole if field.matching is Matching.KEYWORD else folding.words
        values = document.values_of(field.name)
        result[field.name] = [fold(value) for value in values]
        if field.facet:
            result[value_column(field.name)] = list(values)
        if field.ordered and (place := document.place_by(field.name)):
            result[order_column(field.name)] = place
    for time, (first, last) in document.times.items():
        result |= {first_column(time): milliseconds(first), last_column(time): milliseconds(last)}
    return result


def milliseconds(moment: datetime) -> int:
    """A time as the index holds it."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)
