"""What is asked of Elasticsearch for a page of results, and the page that its answer is."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from kb.search.elastic.clauses import MARKED, found_by, included, marked, marked_columns
from kb.search.elastic.marking import AFTER, BEFORE, Marks
from kb.search.fields import FACETS, Time, first_column, last_column, order_column, value_column
from kb.search.histogram import bars, bounds, grain
from kb.search.query import Bar, FacetCount, Hit, Kind, Query
from kb.search.tree import is_ranked, marked_leaves

SHOWN: Final = ["kind", "key", "incidents", *(f"shown.{name}" for name in MARKED)]
"""What a result is made of."""
_FACET_VALUES = 50
_SNIPPETS = 2
_MARKED_CHARACTERS = 900_000
_COUNTED_EXACTLY = 10_000
_COUNT_OF_GROUPS: Final[dict[str, Any]] = {
    "each": {"terms": {"field": "group", "size": _COUNTED_EXACTLY, "order": {"_key": "asc"}}},
    "known": {"stats_bucket": {"buckets_path": "each>_count"}},
    "about": {"cardinality": {"field": "group", "precision_threshold": 40_000}},
}
LEFT_OUT: Final = ["-aggregations.groups.each.buckets"]
"""Of an answer, what is only counted there."""

Body = dict[str, Any]
Answer = Mapping[str, Any]


def asked(query: Query, *, counted: bool) -> Body:
    """What finds the results of a query, from the first; with or without the values of facets and a histogram."""
    body: Body = {
        "query": found_by(query),
        "sort": _order(query),
        "size": max(0, query.size),
        "track_total_hits": True,
        "_source": SHOWN,
        "aggs": {facet: _counted(query, facet) for facet in FACETS} if counted else {},
    }
    if counted and query.histogram:
        body["aggs"]["histogram"] = {"filter": included(query), "aggs": _over_time(query, query.histogram)}
    if _narrowed(query):
        body["post_filter"] = included(query)
    leaves = marked_leaves(query.wanted)
    if leaves:
        body["highlight"] = {
            "highlight_query": marked(leaves),
            "fields": {column: {} for column in marked_columns(leaves)},
            "number_of_fragments": 0,
            "max_analyzed_offset": _MARKED_CHARACTERS,
            "pre_tags": [BEFORE],
            "post_tags": [AFTER],
        }
    if query.collapse:
        body["collapse"] = {"field": "group", "inner_hits": {"name": "alike", "size": 0, "_source": False}}
        body["aggs"]["groups"] = {"filter": included(query), "aggs": _COUNT_OF_GROUPS}
    return body


def _order(query: Query) -> list[Body]:
    last = {"identity": "asc"}
    if query.sort == "relevance" and is_ranked(query.wanted):
        return [{"_score": "desc"}, last]
    if query.sort in {"ascending", "descending"}:
        order = query.sort.removesuffix("ending")
        return [{order_column(query.field): {"order": order, "missing": "_last"}}, last]
    if query.sort == "oldest":
        return [{first_column(query.time): {"order": "asc", "missing": "_last"}}, last]
    time = query.time if query.sort == "newest" else "published"
    return [{last_column(time): {"order": "desc", "missing": "_last"}}, last]


def _narrowed(query: Query) -> bool:
    return any(query.include.values())


def _counted(query: Query, facet: str) -> Body:
    """How many results have each value of a facet, which its own filter does not narrow."""
    values = {"terms": {"field": value_column(facet), "size": _FACET_VALUES}}
    if not _narrowed(query):
        return values
    return {"filter": included(query, without=facet), "aggs": {"values": values}}


def _over_time(query: Query, time: Time) -> Body:
    """How many results begin and end in each day or month."""
    each = {"calendar_interval": grain(bounds(query.wanted, time)), "min_doc_count": 1}
    columns = {"begun": first_column(time), "ended": last_column(time)}
    return {name: {"date_histogram": {"field": column, **each}} for name, column in columns.items()}


def total(query: Query, answer: Answer) -> int:
    """How many results there are; of a collapsed search an estimate where there are many."""
    if not query.collapse:
        return int(answer["hits"]["total"]["value"])
    groups = answer["aggregations"]["groups"]
    if groups["each"]["sum_other_doc_count"]:
        return max(_COUNTED_EXACTLY + 1, int(groups["about"]["value"]))
    return int(groups["known"]["count"])


def goes_on(query: Query, answer: Answer, reached: int) -> bool:
    """Whether there are results after those reached; there may be none after all where their number is an estimate."""
    found, count = len(answer["hits"]["hits"]), total(query, answer)
    estimated = query.collapse and count > _COUNTED_EXACTLY
    return found > 0 and (found == query.size if estimated else reached < count)


def facets(answer: Answer) -> dict[str, tuple[FacetCount, ...]]:
    """The values of each facet, most frequent first."""
    counted = {facet: answer["aggregations"][facet] for facet in FACETS if facet in answer.get("aggregations", {})}
    return {facet: tuple(_counts(each.get("values", each)["buckets"])) for facet, each in counted.items()}


def _counts(buckets: Sequence[Answer]) -> list[FacetCount]:
    counts = [FacetCount(str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]
    return sorted(counts, key=lambda count: (-count.count, count.value))


def histogram(query: Query, answer: Answer) -> tuple[Bar, ...]:
    """The results over time, where that was asked for."""
    counted = answer.get("aggregations", {}).get("histogram")
    if query.histogram is None or counted is None:
        return ()
    return bars(_by_day(counted["begun"]), _by_day(counted["ended"]), bounds(query.wanted, query.histogram))


def _by_day(counted: Answer) -> dict[date, int]:
    return {datetime.fromtimestamp(each["key"] / 1000, UTC).date(): each["doc_count"] for each in counted["buckets"]}


def hit(found: Answer) -> Hit:
    """One result."""
    source, marks = found["_source"], Marks(found.get("highlight", {}))
    passages = [marks.of("passages", text) for text in source["shown"]["passages"]]
    alike = found.get("inner_hits", {}).get("alike", {}).get("hits", {}).get("total", {}).get("value", 1)
    return Hit(
        kind=cast(Kind, source["kind"]),
        key=source["key"],
        title=marks.of("title", source["shown"]["title"][0]),
        snippets=tuple(sorted(passages, key=lambda snippet: -len(snippet.marks))[:_SNIPPETS]),
        score=float(found["_score"] or 0),
        incidents=tuple(source["incidents"]),
        alike=int(alike) - 1,
    )
