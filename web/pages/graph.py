"""The graph of who accuses whom, the same as a table, and the claims behind each of its lines."""

from typing import Any, Final

from flask import Blueprint, abort, render_template, request, url_for

from kb.model import Outline, name_key, party_slug
from kb.search.fields import TIMES
from kb.tracking.accusing import Edge, edges, one_sided
from web.graphs import drawn
from web.narrowings import arguments_of, narrowing_of, search_of
from web.pages import the_base
from web.paging import Paging
from web.privacy import protect_the_named

blueprint = Blueprint("graph", __name__)
_DRAWN = 80
_ROWS = 50
_INCIDENTS = 10
_CLAIMS = 3
COLUMNS: Final = {"accuser": "Accuser", "accused": "Accused", "incidents": "Incidents", "going": "Not over"}


@blueprint.get("/graph")
def graph() -> str:
    """Who accuses whom over the disputes asked for."""
    asked, remarks = narrowing_of(request.args)
    incidents = [incident for incident in the_base().incidents.every() if asked.takes(incident)]
    found = edges(incidents)
    order = request.args.get("sort", "")
    ordered = _ordered(found, order)
    paging = Paging(_ROWS, ordered)
    rows, lines = paging.cut(ordered), found[:_DRAWN]
    protect_the_named(edge.accused for edge in (*rows, *lines))
    return render_template(
        "graph.html",
        asked=asked,
        remarks=remarks,
        times=TIMES,
        arguments=arguments_of(asked),
        search=url_for("search.results", **search_of(asked)),  # type: ignore[arg-type]
        incidents=len(incidents),
        one_sided=one_sided(incidents),
        edges=len(found),
        drawing=drawn(lines),
        rows=rows,
        paging=paging,
        order=order if order.removeprefix("-") in COLUMNS else "-incidents",
        columns=COLUMNS,
    )


def _ordered(found: list[Edge], order: str) -> list[Edge]:
    """The rows in the order of a column, with a minus before it the other way round; of equals the busiest first."""
    column = order.removeprefix("-")
    if column not in COLUMNS:
        return found
    return sorted(found, key=lambda edge: _place(getattr(edge, column)), reverse=order.startswith("-"))


def _place(value: str | int) -> Any:  # noqa: ANN401 - names with names, numbers with numbers
    return value.casefold() if isinstance(value, str) else value


@blueprint.get("/graph/edge")
def edge() -> str:
    """The disputes in which one party accuses another, with the sentences that say so."""
    asked, remarks = narrowing_of(request.args)
    base = the_base()
    ends = [base.organisations.get(request.args.get(side, "")) for side in ("accuser", "accused")]
    if ends[0] is None or ends[1] is None:
        abort(404)
    accuser, accused = (end[0].name for end in ends if end)
    incidents = [each for each in base.incidents.of_parties([accuser]) if _is_between(each, accuser, accused)]
    taken = [each for each in incidents if asked.takes(each)]
    paging = Paging(_INCIDENTS, taken)
    shown = paging.cut(taken)
    protect_the_named([accused, *(name for each in shown for name in each.accused)])
    return render_template(
        "edge.html",
        accuser=accuser,
        accused=accused,
        asked=asked,
        remarks=remarks,
        arguments={"accuser": party_slug(accuser), "accused": party_slug(accused), **arguments_of(asked)},
        narrowed=arguments_of(asked),
        total=len(taken),
        left_out=len(incidents) - len(taken),
        shown=shown,
        claims=base.claims.between(name_key(accuser), name_key(accused), [each.slug for each in shown], _CLAIMS),
        paging=paging,
    )


def _is_between(incident: Outline, accuser: str, accused: str) -> bool:
    return all(
        name_key(name) in map(name_key, side)
        for name, side in ((accuser, incident.accusers), (accused, incident.accused))
    )
