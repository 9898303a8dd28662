"""The neutral query in Elasticsearch's own terms."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final, assert_never

from kb.search.elastic import folding
from kb.search.elastic.mapping import UNSTEMMED, exact_column, milliseconds
from kb.search.fields import BY_NAME, FACETS, TIE, WEIGHED, Field, Matching, first_column, last_column, value_column
from kb.search.query import Query
from kb.search.tree import And, During, FieldValue, Leaf, Node, Not, Or, Phrase, Prefix, Words

Clause = dict[str, Any]

MARKED: Final = ("title", "passages")
"""Fields in which the words found are marked."""
_NOTHING: Clause = {"match_none": {}}
_MOST_BEGINNINGS = 1000


def found_by(query: Query) -> Clause:
    """What a query asks for, but for the values that its facets must have."""
    excluded = [_values(facet, values) for facet, values in query.exclude.items() if values]
    wanted = [] if query.wanted is None else [query.wanted]
    clause = _all(wanted)
    clause["bool"]["filter"] = [{"term": {"kind": query.kind}}]
    clause["bool"]["must_not"] += excluded
    return clause


def included(query: Query, without: str = "") -> Clause:
    """The values that facets must have, but for those of one facet."""
    chosen = {facet: query.include.get(facet, ()) for facet in FACETS if facet != without}
    return {"bool": {"filter": [_values(facet, values) for facet, values in chosen.items() if values]}}


def marked(leaves: Iterable[Leaf]) -> Clause:
    """What finds these leaves in the fields that are marked."""
    return _any(_in_field(BY_NAME[name], leaf) for leaf in leaves for name in MARKED)


def marked_columns(leaves: Iterable[Leaf]) -> list[str]:
    """Where they are marked."""
    return sorted({_column(BY_NAME[name], leaf) for leaf in leaves for name in MARKED})


def alike(held: Mapping[str, Any], most_documents: int) -> Clause:
    """What shares a party with an incident, or several of the words that tell it from others.

    Args:
        held: the incident as the index holds it.
        most_documents: a word that more documents have tells nothing.
    """
    sides = [value_column(side) for side in ("accuser", "accused")]
    parties = sorted({name for side in sides for name in held.get(side, ())})
    shared = [
        {"constant_score": {"filter": {"term": {side: name}}, "boost": 4.0}} for side in sides for name in parties
    ]
    words = {
        "more_like_this": {
            "fields": list(MARKED),
            "like": [text for name in MARKED for text in held.get(name, ())],
            "min_term_freq": 1,
            "min_doc_freq": 2,
            "max_doc_freq": most_documents,
            "max_query_terms": 25,
            "minimum_should_match": "30%",
        }
    }
    conduct = [{"term": {value_column("conduct"): code}} for code in held.get(value_column("conduct"), ())]
    return {
        "bool": {
            "must": [_any([*shared, words])],
            "should": conduct,
            "filter": [{"term": {"kind": "incident"}}],
            "must_not": [{"term": {"identity": held["identity"]}}],
        }
    }


def _values(facet: str, values: tuple[str, ...]) -> Clause:
    return {"terms": {value_column(facet): list(values)}}


def _all(nodes: Iterable[Node]) -> Clause:
    """Every node at once; what is only excluded is excluded from everything."""
    must, must_not = list[Clause](), list[Clause]()
    for node in nodes:
        parts = node.parts if isinstance(node, And) else (node,)
        must += [_node(part) for part in parts if not isinstance(part, Not)]
        must_not += [_node(part.part) for part in parts if isinstance(part, Not)]
    return {"bool": {"must": must, "must_not": must_not}}


def _any(clauses: Iterable[Clause]) -> Clause:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def _node(node: Node) -> Clause:
    match node:
        case And() | Not():
            return _all([node])
        case Or(parts):
            return _any(_node(part) for part in parts)
        case FieldValue(field, value):
            return _in_field(BY_NAME[field], value)
        case During():
            return _during(node)
        case Words() | Phrase() | Prefix():
            return {"dis_max": {"queries": [_in_field(f, node, f.weight) for f in WEIGHED], "tie_breaker": TIE}}
        case _:
            assert_never(node)


def _in_field(field: Field, leaf: Leaf, weight: float = 1.0) -> Clause:
    if field.matching is Matching.KEYWORD:
        kind = "prefix" if isinstance(leaf, Prefix) else "term"
        return {kind: {field.name: {"value": folding.whole(leaf.text), "boost": weight}}}
    text, column = folding.words(leaf.text), _column(field, leaf)
    if not text.strip():
        return _NOTHING
    if isinstance(leaf, Prefix):
        return _beginning(column, text, weight)
    return {"match_phrase": {column: {"query": text, "boost": weight}}}


def _column(field: Field, leaf: Leaf) -> str:
    """Where a leaf is looked for: words by their stems, unless they are such as have none."""
    words = folding.words(leaf.text).split()
    return field.name if isinstance(leaf, Words) and not UNSTEMMED.issuperset(words) else exact_column(field)


def _beginning(column: str, text: str, weight: float) -> Clause:
    words = text.split()
    if len(words) == 1 and text.isascii():
        return {"prefix": {column: {"value": words[0], "boost": weight}}}
    return {"match_phrase_prefix": {column: {"query": text, "boost": weight, "max_expansions": _MOST_BEGINNINGS}}}


def _during(during: During) -> Clause:
    since = _moment(during.first or date.min, time.min)
    until = _moment(during.last or date.max, time.max)
    begins = {"range": {first_column(during.time): {"lte": until}}}
    return {"bool": {"filter": [begins, {"range": {last_column(during.time): {"gte": since}}}]}}


def _moment(day: date, of_day: time) -> int:
    return milliseconds(datetime.combine(day, of_day, UTC))
