"""Searches as addresses ask for them: read, said in words, and changed in a single respect."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeVar, cast, get_args

from flask import url_for

from kb.model import PartialDate
from kb.search import SearchEngine
from kb.search.fields import FACETS, INCIDENTS_ONLY, ORDERED, TIMES, Time
from kb.search.language import LONGEST, read
from kb.search.query import Bar, Kind, Query, Results
from kb.search.suggesting import corrected, did_you_mean
from kb.search.tree import During, Node, both, written
from kb.tracking.words import date_words
from web import labels
from web.days import day_of
from web.marking import date_of

_MOST_PAGES = 500
_MOST_RELAXED = 6
_Text = TypeVar("_Text", bound=str)
COLUMNS: Final = (*ORDERED, "occurred", "stated", "published")
"""What results can be put in the order of, with a minus before it the other way round."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Something that narrows a search besides its words.

    Attributes:
        name: of the argument of the address.
        value: of it.
        words: what it asks for, as people say it.
    """

    name: str
    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What an address asks for, as a person sees it.

    Attributes:
        text: what was typed.
        wanted: what that asks for, without the days of the form.
        first: the day from which `time` counts; None for all.
        last: the day up to which it counts.
        time: which of the times those days and the histogram go by.
        order: how the results are ordered, as the address says it; empty by default.
        query: all of it, for the engine.
        remarks: what was odd, and how it was read.
    """

    text: str
    wanted: Node | None
    first: date | None
    last: date | None
    time: Time
    order: str
    query: Query
    remarks: tuple[str, ...]

    def filters(self) -> Iterator[Filter]:
        """All that narrows it, in the order of the facets."""
        for facet, values in self.query.include.items():
            yield from (Filter(facet, each, f"{_named(facet, each)}") for each in values)
        for facet, values in self.query.exclude.items():
            yield from (Filter(f"not-{facet}", each, f"not {_named(facet, each, small=True)}") for each in values)
        if self.first:
            yield Filter("from", self.first.isoformat(), f"from {date_of(self.first)}")
        if self.last:
            yield Filter("to", self.last.isoformat(), f"to {date_of(self.last)}")


def _named(facet: str, value: str, *, small: bool = False) -> str:
    name = labels.FACET[facet]
    return f"{name.lower() if small else name}: {labels.facet_value(facet, value)}"


def read_search(arguments: Mapping[str, str], *, kind: Kind | None = None, size: int = 10) -> Search:
    """The search that an address asks for.

    Args:
        arguments: of the address.
        kind: what is searched for, where that is not for the address to say.
        size: results a page.
    """
    remarks: list[str] = []
    text = arguments.get("q", "")
    asked = read(text)
    first, last = (day_of(arguments.get(name, ""), remarks) for name in ("from", "to"))
    if first and last and first > last:
        remarks.append("The first day lies after the last, so that nothing can be found.")
    by, sought = _one_of(arguments.get("time", ""), TIMES, "published"), arguments.get("kind", "")
    of_kind = kind or cast(Kind, _one_of(sought, get_args(Kind), "incident"))
    order = _one_of(arguments.get("sort", ""), _orders(), "")
    facets = [facet for facet in FACETS if of_kind == "incident" or facet not in INCIDENTS_ONLY]
    query = Query(
        wanted=both(asked.wanted, During(by, first, last) if first or last else None),
        kind=of_kind,
        include=_values(arguments, {facet: facet for facet in facets}),
        exclude=_values(arguments, {f"not-{facet}": facet for facet in facets}),
        collapse=of_kind != "incident" and arguments.get("collapse") == "incident",
        page=_page(arguments.get("page", "1")),
        size=size,
        histogram=by,
        **_ordered(order, by),
    )
    if any(name.removeprefix("not-") in INCIDENTS_ONLY for name in arguments) and of_kind != "incident":
        remarks.append("Only incidents have origins: what was asked of them was left aside.")
    return Search(
        text=text[:LONGEST],
        wanted=asked.wanted,
        first=first,
        last=last,
        time=by,
        order=order,
        query=query,
        remarks=(*asked.remarks, *remarks),
    )


def _one_of(value: str, known: tuple[_Text, ...], otherwise: _Text) -> _Text:
    return value if value in known else otherwise


def _orders() -> tuple[str, ...]:
    return ("newest", "oldest", *COLUMNS, *(f"-{column}" for column in COLUMNS))


def _values(arguments: Mapping[str, str], names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By facet, the values that the address gives under these names."""
    lists: Any = getattr(arguments, "getlist", lambda name: [arguments[name]] if name in arguments else [])
    return {facet: found for name, facet in names.items() if (found := tuple(dict.fromkeys(filter(None, lists(name)))))}


def _ordered(order: str, by: Time) -> dict[str, Any]:
    """What a query says of an order, as an address writes it."""
    column, back = order.removeprefix("-"), order.startswith("-")
    if order in {"newest", "oldest"}:
        return {"sort": order, "time": by}
    if column in TIMES:
        return {"sort": "newest" if back else "oldest", "time": column}
    if column:
        return {"sort": "descending" if back else "ascending", "field": column}
    return {}


def _page(value: str) -> int:
    return min(max(int(value), 1), _MOST_PAGES) if value.isdecimal() and len(value) < 9 else 1


def page_of(engine: SearchEngine, query: Query) -> tuple[Results, int, tuple[str, ...]]:
    """The page asked for, or the last one where there are fewer; which it is, and a remark if it is another."""
    found = engine.search(query)
    if found.hits or not found.total:
        return found, query.page, ()
    last = min(-(-found.total // query.size), _MOST_PAGES)
    remark = f"There is no page {query.page}; this is the last one."
    return engine.search(replace(query, page=last)), last, (remark,)


def suggestion(engine: SearchEngine, search: Search, total: int) -> str:
    """What may have been meant instead, as a text to search for; empty where that is no better."""
    corrections = did_you_mean(engine, search.query, total)
    return written(corrected(search.wanted, corrections)) if search.wanted and corrections else ""


def relaxed(engine: SearchEngine, search: Search) -> list[tuple[Filter, int]]:
    """Of a search that finds nothing, the filters without which it finds something, and how much that is."""
    found: list[tuple[Filter, int]] = []
    for each in [*search.filters()][:_MOST_RELAXED]:
        total = engine.search(_without(search, each)).total
        found += [(each, total)] if total else []
    return found


def _without(search: Search, left_out: Filter) -> Query:
    """A query that only counts, without one filter."""
    query, facet = search.query, left_out.name.removeprefix("not-")
    if left_out.name in {"from", "to"}:
        first, last = (None, search.last) if left_out.name == "from" else (search.first, None)
        during = During(search.time, first, last) if first or last else None
        return replace(query, wanted=both(search.wanted, during), size=0, page=1)
    if left_out.name.startswith("not-"):
        return replace(query, exclude=_fewer(query.exclude, facet, left_out.value), size=0, page=1)
    return replace(query, include=_fewer(query.include, facet, left_out.value), size=0, page=1)


def _fewer(chosen: Mapping[str, tuple[str, ...]], facet: str, value: str) -> dict[str, tuple[str, ...]]:
    return {**chosen, facet: tuple(each for each in chosen[facet] if each != value)}


class Addresses:
    """Addresses of searches that differ from one in a single respect.

    Args:
        search: the one shown.
        endpoint: of the page that shows it.
    """

    def __init__(self, search: Search, endpoint: str = "search.results") -> None:
        self._search = search
        self._endpoint = endpoint

    def _arguments(self) -> list[tuple[str, str]]:
        search, query = self._search, self._search.query
        pairs = [("q", search.text)] if search.text else []
        pairs += [("kind", query.kind)] if query.kind != "incident" and self._endpoint == "search.results" else []
        pairs += [(facet, value) for facet, values in query.include.items() for value in values]
        pairs += [(f"not-{facet}", value) for facet, values in query.exclude.items() for value in values]
        pairs += [("collapse", "incident")] if query.collapse else []
        pairs += [("from", search.first.isoformat())] if search.first else []
        pairs += [("to", search.last.isoformat())] if search.last else []
        pairs += [("time", search.time)] if search.time != "published" else []
        return pairs + ([("sort", search.order)] if search.order else [])

    def _of(self, pairs: list[tuple[str, str]], endpoint: str = "") -> str:
        arguments: dict[str, list[str]] = {}
        for name, value in pairs:
            arguments.setdefault(name, []).append(value)
        return url_for(endpoint or self._endpoint, **arguments)  # type: ignore[arg-type]

    def plus(self, name: str, value: str) -> str:
        """With one more filter."""
        return self._of([*self._arguments(), (name, value)])

    def minus(self, name: str, value: str) -> str:
        """Without a filter."""
        return self._of([pair for pair in self._arguments() if pair != (name, value)])

    def instead(self, name: str, value: str) -> str:
        """With another value of something that has one."""
        return self._of(self.all_but(name) + ([(name, value)] if value else []))

    def during(self, bar: Bar) -> str:
        """Only what is of the days of a bar."""
        days = [("from", bar.first.isoformat()), ("to", bar.last.isoformat())]
        return self._of(self.all_but("from", "to") + days)

    def at(self, endpoint: str) -> str:
        """The same search shown by another page."""
        return self._of(self.all_but("kind", "collapse"), endpoint)

    def all_but(self, *names: str) -> list[tuple[str, str]]:
        """What a form must send along that asks for these names anew."""
        return [pair for pair in self._arguments() if pair[0] not in names]

    def bare(self) -> str:
        """Without any filter."""
        return self._of([pair for pair in self._arguments() if pair[0] in {"q", "kind"}])


def days_in_words(bar: Bar) -> str:
    """The days of a bar as people say them: 24 June 2026, June 2026, 2026, else from when to when."""
    first, quarter = bar.first, (bar.first.month + 2) // 3
    for iso in (f"{first}", f"{first:%Y-%m}", f"{first.year:04}-Q{quarter}", f"{first.year:04}"):
        date = PartialDate(iso)
        if (date.earliest(), date.latest()) == (bar.first, bar.last):
            return date_words(date)
    return f"{date_of(bar.first)} to {date_of(bar.last)}"
