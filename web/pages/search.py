"""The search page: from an address to a query and back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast, get_args

from flask import Blueprint, abort, render_template, request, url_for

from kb.model import PartialDate
from kb.search.fields import FACETS, TIMES, Time
from kb.search.language import LONGEST, read
from kb.search.query import Hit, Kind, Query, Results, Sort
from kb.search.suggesting import corrected, did_you_mean
from kb.search.tree import During, Node, both, written
from web.days import day_of
from web.pages import the_base, the_engine

blueprint = Blueprint("search", __name__)
_MOST_PAGES = 500
_MOST_ALIKE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What an address asks for, as a person sees it.

    Attributes:
        text: what was typed.
        wanted: what that asks for, without the days of the form.
        first: the day from which `query.time` counts; None for all.
        last: the day up to which it counts.
        query: all of it, for the engine.
        remarks: what was odd, and how it was read.
    """

    text: str
    wanted: Node | None
    first: date | None
    last: date | None
    query: Query
    remarks: tuple[str, ...]


@blueprint.get("/search")
def results() -> str:
    """What a search finds."""
    search = read_search(request.args)
    found, page, remarks = _found(search.query)
    return render_template(
        "search.html",
        search=search,
        query=search.query,
        page=page,
        results=found,
        shown=[_shown(hit) for hit in found.hits],
        remarks=(*search.remarks, *remarks, *_behind()),
        suggestion=_suggestion(search, found.total),
        facets=FACETS,
        times=TIMES,
        pages=-(-found.total // search.query.size),
        address=Addresses(search),
    )


@blueprint.get("/search/like/<slug>")
def like(slug: str) -> str:
    """Incidents like one, by parties, conduct and words."""
    base = the_base()
    number = base.incidents.number(slug)
    incident = base.incidents.get(slug)
    if incident is None or number is None:
        abort(404)
    hits = the_engine().related(number, _MOST_ALIKE)
    return render_template("like.html", incident=incident, hits=hits, shown=[_shown(hit) for hit in hits])


def _suggestion(search: Search, total: int) -> str:
    """What may have been meant instead, as a text to search for; empty where that is no better."""
    corrections = did_you_mean(the_engine(), search.query, total)
    return written(corrected(search.wanted, corrections)) if search.wanted and corrections else ""


def _found(query: Query) -> tuple[Results, int, tuple[str, ...]]:
    """The page asked for, or the last one where there are fewer; which it is, and a remark if it is another."""
    found = the_engine().search(query)
    if found.hits or not found.total:
        return found, query.page, ()
    last = -(-found.total // query.size)
    remark = f"There is no page {query.page}; this is the last one."
    return the_engine().search(replace(query, page=last)), last, (remark,)


def read_search(arguments: Mapping[str, str]) -> Search:
    """The search that an address asks for."""
    remarks: list[str] = []
    text = arguments.get("q", "")
    asked = read(text)
    first, last = (day_of(arguments.get(name, ""), remarks) for name in ("from", "to"))
    if first and last and first > last:
        remarks.append("The first day lies after the last, so that nothing can be found.")
    time, kind, sort = (arguments.get(name, "") for name in ("time", "kind", "sort"))
    lists: Any = getattr(arguments, "getlist", lambda name: [arguments[name]] if name in arguments else [])
    by: Time = time if time in TIMES else "published"
    query = Query(
        wanted=both(asked.wanted, During(by, first, last) if first or last else None),
        kind=cast(Kind, kind) if kind in get_args(Kind) else "incident",
        include={facet: tuple(lists(facet)) for facet in FACETS if lists(facet)},
        exclude={facet: tuple(lists(f"not-{facet}")) for facet in FACETS if lists(f"not-{facet}")},
        sort=cast(Sort, sort) if sort in get_args(Sort) else "relevance",
        time=by,
        collapse=kind in {"report", "claim"} and arguments.get("collapse") == "incident",
        page=_page(arguments.get("page", "1")),
    )
    return Search(
        text=text[:LONGEST],
        wanted=asked.wanted,
        first=first,
        last=last,
        query=query,
        remarks=(*asked.remarks, *remarks),
    )


def _behind() -> tuple[str, ...]:
    """What to say while the index does not follow the base."""
    base = the_base()
    run = base.journal.newest("index")
    if run is None or not run.stopped or not base.outbox.pending(1):
        return ()
    return ("The newest changes cannot be searched yet: the index takes none just now. It catches up by itself.",)


def _page(value: str) -> int:
    return min(max(int(value), 1), _MOST_PAGES) if value.isdecimal() and len(value) < 9 else 1


def _shown(hit: Hit) -> dict[str, Any]:
    """What stands behind a hit, and the incident of those that were left out for it."""
    base = the_base()
    if hit.kind == "incident":
        return {"incident": base.incidents.outlines([int(hit.key)]).get(int(hit.key))}
    behind = base.reports.summary(hit.key) if hit.kind == "report" else base.claims.seen(hit.key)
    incident = base.incidents.outlines(hit.incidents[:1]).get(hit.incidents[0]) if hit.alike else None
    return {hit.kind: behind, "incident": incident, "reached": _reached(hit)}


def _reached(hit: Hit) -> PartialDate | None:
    """Of a report that is an entry from public record, when its event was."""
    claims = the_base().claims.of_report(hit.key) if hit.kind == "report" else []
    return next((claim.allegation.reached for claim in claims if claim.report.entry), None)


class Addresses:
    """Addresses of searches that differ from one in a single respect.

    Args:
        search: the one shown.
    """

    def __init__(self, search: Search) -> None:
        self._search = search

    def _arguments(self) -> list[tuple[str, str]]:
        search, query = self._search, self._search.query
        pairs = [("q", search.text)] if search.text else []
        pairs += [("kind", query.kind)] if query.kind != "incident" else []
        pairs += [(facet, value) for facet, values in query.include.items() for value in values]
        pairs += [(f"not-{facet}", value) for facet, values in query.exclude.items() for value in values]
        pairs += [("collapse", "incident")] if query.collapse else []
        pairs += [("from", search.first.isoformat())] if search.first else []
        pairs += [("to", search.last.isoformat())] if search.last else []
        pairs += [("time", query.time)] if query.time != "published" else []
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
