"""The search page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, render_template, request

from kb.database import Base
from kb.model import Claim, Outline, PartialDate, ReportSummary
from kb.search.fields import FACETS, TIMES
from kb.search.query import Hit
from web.histograms import drawn
from web.pages import the_base, the_engine
from web.searches import Addresses, Search, page_of, read_search, relaxed, suggestion

blueprint = Blueprint("search", __name__)
_SIZE = 25
_MOST_ALIKE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the base has of the things found; what is gone from it meanwhile is missing.

    Attributes:
        incidents: by number.
        reports: by id.
        claims: by id.
        reached: of reports that are entries from public record, by id, when their event was.
        names: of the incidents that things found belong to, by number.
    """

    incidents: Mapping[int, Outline] = field(default_factory=dict)
    reports: Mapping[str, ReportSummary] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    reached: Mapping[str, PartialDate] = field(default_factory=dict)
    names: Mapping[int, Outline] = field(default_factory=dict)


@blueprint.get("/search")
def results() -> str:
    """What a search finds."""
    return render_template("search.html", **answered(read_search(request.args, size=_SIZE), "search.results"))


@blueprint.get("/search/like/<slug>")
def like(slug: str) -> str:
    """Incidents like one, by parties, conduct and words."""
    base = the_base()
    number = base.incidents.number(slug)
    incident = base.incidents.get(slug)
    if incident is None or number is None:
        abort(404)
    hits = the_engine().related(number, _MOST_ALIKE)
    return render_template("like.html", incident=incident, hits=hits, shown=shown(base, hits))


def answered(search: Search, endpoint: str) -> dict[str, Any]:
    """What a page needs to show what a search finds.

    Args:
        search: what is asked for.
        endpoint: of that page.
    """
    base, engine = the_base(), the_engine()
    found, page, remarks = page_of(engine, search.query)
    return {
        "search": search,
        "query": search.query,
        "page": page,
        "pages": -(-found.total // search.query.size),
        "results": found,
        "shown": shown(base, found.hits),
        "chart": drawn(found.histogram),
        "remarks": (*search.remarks, *remarks, *_behind(base)),
        "suggestion": suggestion(engine, search, found.total),
        "relaxed": [] if found.total else relaxed(engine, search),
        "facets": FACETS,
        "times": TIMES,
        "address": Addresses(search, endpoint),
    }


def shown(base: Base, hits: Sequence[Hit]) -> Shown:
    """What stands behind these results, asked for all at once."""
    keys = {kind: [hit.key for hit in hits if hit.kind == kind] for kind in ("incident", "report", "claim")}
    reports = base.reports.summaries(keys["report"]) if keys["report"] else {}
    entries = [report.id for report in reports.values() if report.entry]
    others = {hit.incidents[0] for hit in hits if hit.incidents and hit.kind != "incident"}
    return Shown(
        incidents=base.incidents.outlines([int(key) for key in keys["incident"]]) if keys["incident"] else {},
        reports=reports,
        claims=base.claims.seen_among(keys["claim"]) if keys["claim"] else {},
        reached=base.claims.reached(entries) if entries else {},
        names=base.incidents.outlines(others) if others else {},
    )


def _behind(base: Base) -> tuple[str, ...]:
    """What to say while the index does not follow the base."""
    run = base.journal.newest("index")
    if run is None or not run.stopped or not base.outbox.pending(1):
        return ()
    return ("The newest changes cannot be searched yet: the index takes none just now. It catches up by itself.",)
