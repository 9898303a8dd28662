"""Pages of parties: as accuser and as accused."""

from collections import Counter

from flask import Blueprint, abort, render_template

from kb.model import Outline, name_key
from web.pages import the_base
from web.paging import Paging
from web.privacy import keep_from_search_engines

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")
_PARTIES = 100
_INCIDENTS = 25


@blueprint.get("/")
def index() -> str:
    """Every party of an incident."""
    parties = the_base().claims.parties()
    paging = Paging(_PARTIES, parties)
    return render_template("organisations.html", parties=paging.cut(parties), paging=paging)


@blueprint.get("/<slug>")
def organisation(slug: str) -> str:
    """One party: whom it accuses, who accuses it."""
    found = the_base().organisations.get(slug)
    if found is None:
        abort(404)
    party, known = found
    incidents = the_base().incidents.of_party(party.name)
    accusing = [each for each in incidents if _is_among(party.name, each.accusers)]
    accused = [each for each in incidents if _is_among(party.name, each.accused)]
    paging = Paging(_INCIDENTS, accusing, accused)
    if not known:
        keep_from_search_engines()
    return render_template(
        "organisation.html",
        party=party,
        known=known,
        counts=(len(accusing), len(accused)),
        accusing=paging.cut(accusing),
        accused=paging.cut(accused),
        counterparties=_counterparties(accusing, accused),
        paging=paging,
    )


def _is_among(name: str, names: tuple[str, ...]) -> bool:
    return name_key(name) in {name_key(each) for each in names}


def _counterparties(accusing: list[Outline], accused: list[Outline]) -> list[tuple[str, int]]:
    counts = Counter(name for each in accusing for name in each.accused)
    counts.update(name for each in accused for name in each.accusers)
    return counts.most_common(12)
