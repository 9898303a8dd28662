"""The table of claims: every allegation as a row, on pages and as one file of comma-separated values."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import structlog
from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from kb.model import Claim, Interval, Outline, Proceeding
from kb.search.engine import EngineUnavailable, WalkEnded
from kb.search.fields import TIMES
from kb.search.query import BEGINNING, Hit, Query
from kb.tracking.answers import answers
from web.addresses import absolute
from web.downloads import lines
from web.pages import the_base, the_engine
from web.pages.search import answered, shown
from web.privacy import keep_from_search_engines
from web.searches import read_search

blueprint = Blueprint("claims", __name__)
_SIZE = 50
_AT_ONCE = 250
TITLES: Final = {
    "accuser": "Accusers",
    "accused": "Accused",
    "conduct": "Conduct",
    "stage": "Stage",
    "occurred": "Occurred",
    "stated": "Stated",
    "published": "Published",
    "outlet": "Outlet",
}
"""The columns by which the table can be ordered, as its head calls them."""
FIELDS: Final = (
    "id", "role", "accusers", "accused", "victims", "conduct", "stage", "objects", "hedge", "attribution", "court",
    "docket", "relief", "occurred_start", "occurred_end", "stated", "reached", "published", "outlet", "responses",
    "confidence", "corrected", "sentence", "incident", "incident_address", "report", "report_address", "source",
)  # fmt: skip
"""The columns of the file, by the names of the vocabulary."""


@blueprint.get("/claims")
def table() -> str:
    """What allegations a search finds, one a row."""
    keep_from_search_engines()
    search = read_search(request.args, kind="claim", size=_SIZE)
    return render_template("claims.html", **answered(search, "claims.table"), titles=TITLES, turned=turned)


def turned(order: str, column: str) -> str:
    """The order that the head of a column leads to: by it, and where that is so backwards; dates newest first."""
    first, second = (f"-{column}", column) if column in TIMES else (column, f"-{column}")
    return second if order == first else first


@blueprint.get("/claims.csv")
def download() -> Response:
    """All allegations that a search finds."""
    keep_from_search_engines()
    query = replace(read_search(request.args, kind="claim", size=_AT_ONCE).query, collapse=False, histogram=None)
    first = the_engine().search(replace(query, after=BEGINNING))
    written = stream_with_context(_written(query, first.hits, first.next))
    response = Response(written, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=claims.csv"
    return response


def _written(query: Query, hits: Sequence[Hit], place: str) -> Iterator[str]:
    """The file, a stretch of rows at a time: however long it is, only one stretch is held."""
    yield lines([FIELDS])
    while hits:
        found = shown(the_base(), hits)
        yield lines(
            _row(found.claims[hit.key], found.names.get(next(iter(hit.incidents), 0)))
            for hit in hits
            if hit.key in found.claims
        )
        hits, place = _next(query, place) if place else ((), "")


def _next(query: Query, place: str) -> tuple[Sequence[Hit], str]:
    """The results after a place, and the place after them."""
    try:
        results = the_engine().search(replace(query, after=place))
    except (EngineUnavailable, WalkEnded) as error:
        structlog.get_logger().error("download cut short", step="serve", file="claims.csv", reason=str(error))
        raise
    return results.hits, results.next


def _row(claim: Claim, incident: Outline | None) -> tuple[object, ...]:
    """The values of `FIELDS`."""
    said, report, court = claim.allegation, claim.report, claim.allegation.proceeding or Proceeding()
    during = said.occurred or Interval(None, None)
    answered = [f"{party.party}: {each.code}" for party in answers((), [claim]) for each in party.answers]
    lists = (said.accusers, said.accused, said.victims, said.conduct)
    return (
        claim.id, said.role, *map("; ".join, lists), said.stage, "; ".join(said.objects), said.hedge,
        " ← ".join(said.attribution), court.court, court.docket, "; ".join(said.relief), during.start or "",
        during.end or "", said.stated or "", said.reached or "",
        report.published.date() if report.published else "", report.outlet_name, "; ".join(answered),
        f"{said.confidence:.2f}", "; ".join(claim.corrected), said.sentence, incident.title if incident else "",
        absolute(url_for("incidents.incident", slug=incident.slug)) if incident else "", report.title,
        absolute(url_for("reports.report", identity=report.id)), report.url,
    )  # fmt: skip
