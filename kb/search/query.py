"""What is asked of a search engine and what it answers, in no engine's own language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from kb.search.fields import Time
from kb.search.tree import Node

Kind = Literal["incident", "report", "claim"]
Sort = Literal["relevance", "newest", "oldest", "ascending", "descending"]

BEGINNING: Final = ""
"""The place before the first result, from which a walk through all results begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search.

    Attributes:
        wanted: what is searched for; None finds everything. `kb.search.language.read` makes it from what is typed.
        kind: what sort of document.
        include: for a facet, the values of which a result must have at least one.
        exclude: for a facet, the values that no result may have.
        sort: order of the results. By relevance where nothing in `wanted` ranks: newest publication first.
        time: which time `newest` and `oldest` go by.
        field: by the first value of which of `ORDERED` `ascending` and `descending` go: names from A to Z, codes in the
            order of the vocabulary; what has no value comes last either way.
        collapse: of the reports or claims of one incident give only the first; those of no incident stay as they are.
        page: from 1; not used in a walk. Engines may give nothing after the first 10,000 results: walk to go further.
        size: results a page; 0 counts only, without facets and histogram.
        after: None for a page by its number. `BEGINNING` begins a walk through all results, as they are at that moment
            whatever is changed meanwhile; a page's `next` goes on with it. All else must stay as it was in that query.
        histogram: over which time to count the results; None for not at all.
    """

    wanted: Node | None = None
    kind: Kind = "incident"
    include: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    time: Time = "published"
    field: str = "accuser"
    collapse: bool = False
    page: int = 1
    size: int = 10
    after: str | None = None
    histogram: Time | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage with the stretches that answer the query, as [start, end) code points within it."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One result.

    Attributes:
        kind: what it is.
        key: an incident's number, a report's or claim's id.
        title: with the words found marked.
        snippets: passages that answer the query.
        score: how well; comparable within one search only.
        incidents: numbers of the incidents that it belongs to, the one that it is collapsed into first.
        alike: further results of the same incident that a collapsed search leaves out.
    """

    kind: Kind
    key: str
    title: Snippet
    snippets: tuple[Snippet, ...]
    score: float
    incidents: tuple[int, ...] = ()
    alike: int = 0


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many results have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """How many results have a time that overlaps the days from first to last, both inclusive."""

    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was found.

    Attributes:
        total: results on all pages; an engine may estimate it where a collapsed search finds more than some ten
            thousand documents.
        hits: those of the page asked for.
        facets: for each facet its values, most frequent first; a facet's own filter does not narrow its counts.
            Counted are documents, collapsed or not. Empty after the first page of a walk.
        histogram: if asked for, the results over time, without gaps; a stretch that reaches over several bars counts in
            each. Empty where none has such a time.
        next: in a walk, what to give as `after` for the next page; empty at the end and outside a walk.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    histogram: tuple[Bar, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word that the index holds, as a document writes it, and in how many documents it is."""

    word: str
    documents: int
