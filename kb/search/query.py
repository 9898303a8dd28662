"""What is asked of a search engine and what it answers, in no engine's own language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["incident", "report", "claim"]
Sort = Literal["relevance", "newest", "oldest"]

FACETS = ("accuser", "accused", "conduct", "stage", "outlet", "year")
"""Fields by which results are counted and narrowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search.

    Attributes:
        text: what the person typed; see `parse`. Empty finds everything.
        kind: what is searched for.
        include: for a facet, the values of which a result must have at least one.
        exclude: for a facet, the values that no result may have.
        published_from: earliest day of the newest report, inclusive.
        published_to: latest day, inclusive.
        sort: order of the results.
        page: from 1.
        size: results a page.
    """

    text: str = ""
    kind: Kind = "incident"
    include: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_from: date | None = None
    published_to: date | None = None
    sort: Sort = "relevance"
    page: int = 1
    size: int = 10


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
    """

    kind: Kind
    key: str
    title: Snippet
    snippets: tuple[Snippet, ...]
    score: float


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many results have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was found.

    Attributes:
        total: results on all pages.
        hits: those of the page asked for.
        facets: for each facet its values, most frequent first; a facet's own filter does not narrow its counts.
        message: what was odd in the query and how it was read; empty if nothing was.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    message: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a query's text: a word, a phrase in quotes, or the beginning of a word."""

    text: str
    phrase: bool = False
    prefix: bool = False
    negated: bool = False


_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)(?P<closed>"?)|(?P<word>[^\s"]+))')


def parse(text: str) -> tuple[tuple[Term, ...], str]:
    """The terms of what a person typed, and a remark on what was odd in it.

    Words must all be found, a "phrase" as it is written, -word and -"phrase" must not be found, and word* stands for
    every word that begins so.
    """
    terms: list[Term] = []
    remark = ""
    for match in _TERM.finditer(text):
        negated = bool(match["minus"])
        if match["phrase"] is None:
            word = match["word"].rstrip("*")
            terms.append(Term(word, prefix=match["word"].endswith("*"), negated=negated))
        else:
            terms.append(Term(match["phrase"], phrase=True, negated=negated))
            remark = (
                remark
                if match["closed"]
                else "A quotation mark is not closed: everything after it was read as one phrase."
            )
    kept = tuple(term for term in terms if re.search(r"\w", term.text))
    if text.strip() and not kept:
        remark = f"There is no word in “{text.strip()}”: everything is listed."
    return kept, remark
