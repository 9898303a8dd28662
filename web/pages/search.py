"""The search page: from an address to a query and back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

from flask import Blueprint, render_template, request, url_for

from kb.search.query import FACETS, Kind, Query, Sort
from web.pages import the_base, the_engine

blueprint = Blueprint("search", __name__)
_LONGEST_TEXT = 400
_MOST_PAGES = 500
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


@blueprint.get("/search")
def results() -> str:
    """What a search finds."""
    query, remarks = read_query(request.args)
    found = the_engine().search(query)
    if found.total and not found.hits:
        remarks.append(f"There is no page {query.page}; this is the last one.")
        query = replace(query, page=-(-found.total // query.size))
        found = the_engine().search(query)
    remarks += [found.message] if found.message else []
    return render_template(
        "search.html",
        query=query,
        results=found,
        shown=[_shown(hit.kind, hit.key) for hit in found.hits],
        remarks=remarks,
        facets=FACETS,
        pages=-(-found.total // query.size),
        address=Addresses(query),
    )


def read_query(arguments: Mapping[str, str]) -> tuple[Query, list[str]]:
    """The query that an address asks for, and remarks on what could not be understood in it."""
    remarks: list[str] = []
    text = arguments.get("q", "")
    if len(text) > _LONGEST_TEXT:
        remarks.append(f"Only the first {_LONGEST_TEXT} characters of the search were used.")
    lists: Any = getattr(arguments, "getlist", lambda name: [arguments[name]] if name in arguments else [])
    kind, sort = arguments.get("kind", "incident"), arguments.get("sort", "relevance")
    query = Query(
        text=text[:_LONGEST_TEXT],
        kind=kind if kind in get_args(Kind) else "incident",  # type: ignore[arg-type]
        include={facet: tuple(lists(facet)) for facet in FACETS if lists(facet)},
        exclude={facet: tuple(lists(f"not-{facet}")) for facet in FACETS if lists(f"not-{facet}")},
        published_from=_day(arguments.get("from", ""), remarks),
        published_to=_day(arguments.get("to", ""), remarks),
        sort=sort if sort in get_args(Sort) else "relevance",  # type: ignore[arg-type]
        page=_page(arguments.get("page", "1")),
    )
    if query.published_from and query.published_to and query.published_from > query.published_to:
        remarks.append("The first day lies after the last, so that nothing can be found.")
    return query, remarks


def _day(value: str, remarks: list[str]) -> date | None:
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        remarks.append(f"“{value[:40]}” is no date; write it as 2026-06-24.")
        return None
    if not _FIRST_DAY <= day <= _LAST_DAY:
        remarks.append(f"No report is of {day}, so that date was left aside; give one from 1900 to 2100.")
        return None
    return day


def _page(value: str) -> int:
    return min(max(int(value), 1), _MOST_PAGES) if value.isdecimal() and len(value) < 9 else 1


def _shown(kind: str, key: str) -> dict[str, Any]:
    """What stands behind a hit."""
    base = the_base()
    if kind == "incident":
        return {"incident": base.incidents.by_number(int(key))}
    if kind == "report":
        return {"report": base.reports.summary(key)}
    return {"claim": base.claims.get(key)}


class Addresses:
    """Addresses of searches that differ from one in a single respect.

    Args:
        query: the search shown.
    """

    def __init__(self, query: Query) -> None:
        self._query = query

    def _arguments(self) -> list[tuple[str, str]]:
        query = self._query
        pairs = [("q", query.text)] if query.text else []
        pairs += [("kind", query.kind)] if query.kind != "incident" else []
        pairs += [(facet, value) for facet, values in query.include.items() for value in values]
        pairs += [(f"not-{facet}", value) for facet, values in query.exclude.items() for value in values]
        pairs += [("from", query.published_from.isoformat())] if query.published_from else []
        pairs += [("to", query.published_to.isoformat())] if query.published_to else []
        return pairs + ([("sort", query.sort)] if query.sort != "relevance" else [])

    def _of(self, pairs: list[tuple[str, str]]) -> str:
        arguments: dict[str, list[str]] = {}
        for name, value in pairs:
            arguments.setdefault(name, []).append(value)
        return url_for("search.results", **arguments)  # type: ignore[arg-type]

    def plus(self, name: str, value: str) -> str:
        """With one more filter."""
        return self._of([*self._arguments(), (name, value)])

    def minus(self, name: str, value: str) -> str:
        """Without a filter."""
        return self._of([pair for pair in self._arguments() if pair != (name, value)])

    def instead(self, name: str, value: str) -> str:
        """With another value of something that has one."""
        return self._of(self.all_but(name) + ([(name, value)] if value else []))

    def all_but(self, *names: str) -> list[tuple[str, str]]:
        """What a form must send along that asks for these names anew."""
        return [pair for pair in self._arguments() if pair[0] not in names]

    def bare(self) -> str:
        """Without any filter."""
        return self._of([pair for pair in self._arguments() if pair[0] in {"q", "kind"}])
