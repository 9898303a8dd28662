"""Pages of parties: as accuser and as accused."""

from collections import Counter

from flask import Blueprint, abort, make_response, render_template
from werkzeug.wrappers import Response

from kb.model import Incident, name_key
from web.pages import the_base

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")


@blueprint.get("/")
def index() -> str:
    """Every party of an incident."""
    return render_template("organisations.html", parties=the_base().claims.parties())


@blueprint.get("/<slug>")
def organisation(slug: str) -> Response:
    """One party: whom it accuses, who accuses it."""
    found = the_base().organisations.get(slug)
    if found is None:
        abort(404)
    party, known = found
    incidents = the_base().incidents.of_party(party.name)
    accusing = [each for each in incidents if _is_among(party.name, each.accusers)]
    accused = [each for each in incidents if _is_among(party.name, each.accused)]
    page = render_template(
        "organisation.html",
        party=party,
        known=known,
        accusing=accusing,
        accused=accused,
        counterparties=_counterparties(accusing, accused),
    )
    response = make_response(page)
    if not known:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _is_among(name: str, names: tuple[str, ...]) -> bool:
    return name_key(name) in {name_key(each) for each in names}


def _counterparties(accusing: list[Incident], accused: list[Incident]) -> list[tuple[str, int]]:
    counts = Counter(name for each in accusing for name in each.accused)
    counts.update(name for each in accused for name in each.accusers)
    return counts.most_common(12)
