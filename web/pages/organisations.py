"""Pages of parties: as accuser and as accused."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from flask import Blueprint, abort, render_template, request

from kb.database.organisations import ListedParty
from kb.model import Claim, Incident, Outline, Response, name_key
from web import labels
from web.pages import the_base
from web.paging import Paging
from web.privacy import keep_from_search_engines

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")
_PARTIES = 100
_INCIDENTS = 25
_COUNTERPARTIES = 20
_ANSWERS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart.

    Attributes:
        label: what is counted.
        accusing: in how many incidents, as accuser.
        accused: in how many, as accused.
    """

    label: str
    accusing: int
    accused: int


@blueprint.get("/")
def index() -> str:
    """The parties of incidents, all or those sought."""
    asked, kind = request.args.get("q", "").strip()[:100], request.args.get("kind", "")
    named = [each for each in the_base().organisations.listed() if _is_called(each, asked)]
    kinds = Counter(each.kind for each in named)
    parties = [each for each in named if not kind or (each.kind or "unknown") == kind]
    paging = Paging(_PARTIES, parties)
    if asked or kind:
        keep_from_search_engines()
    return render_template(
        "organisations.html",
        parties=paging.cut(parties),
        total=len(parties),
        everybody=len(named),
        asked=asked,
        kind=kind,
        kinds=sorted(kinds.items(), key=lambda each: (each[0] == "", -each[1], each[0])),
        paging=paging,
    )


@blueprint.get("/<slug>")
def organisation(slug: str) -> str:
    """One party, with what belongs to it unless it is asked for alone: whom it accuses, who accuses it."""
    found = the_base().organisations.get(slug)
    if found is None:
        abort(404)
    party, known = found
    alone = request.args.get("alone") == "1"
    below = the_base().organisations.below(party.name) if known else []
    names = [party.name, *([] if alone else [each.subsidiary for each in below])]
    keys = {name_key(name) for name in names}
    incidents = the_base().incidents.of_parties(names)
    accusing = [each for each in incidents if _is_among(keys, each.accusers)]
    accused = [each for each in incidents if _is_among(keys, each.accused)]
    paging = Paging(_INCIDENTS, accusing, accused)
    if not known or alone:
        keep_from_search_engines()
    return render_template(
        "organisation.html",
        party=party,
        known=known,
        alone=alone,
        below=below,
        country=_territories().get(party.country, party.country),
        counts=(len(accusing), len(accused)),
        accusing=paging.cut(accusing),
        accused=paging.cut(accused),
        counterparties=_counterparties(keys, accusing, accused),
        by_conduct=_by_conduct(accusing, accused),
        by_year=_by_year(accusing, accused),
        answers=_answers(keys, accused),
        paging=paging,
    )


@lru_cache(maxsize=1)
def _territories() -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale("en").territories.items()}


def _is_called(party: ListedParty, asked: str) -> bool:
    sought = name_key(asked)
    return not sought or sought in name_key(party.name) or sought in name_key(party.aliases)


def _is_among(keys: Collection[str], names: Iterable[str]) -> bool:
    return any(name_key(each) in keys for each in names)


def _counterparties(own: Collection[str], accusing: Sequence[Outline], accused: Sequence[Outline]) -> list[Row]:
    """Whom it meets on the other side, in most incidents first."""
    against = Counter(name for each in accusing for name in each.accused if name_key(name) not in own)
    by = Counter(name for each in accused for name in each.accusers if name_key(name) not in own)
    return [Row(name, against[name], by[name]) for name, _ in (against + by).most_common(_COUNTERPARTIES)]


def _by_conduct(accusing: Sequence[Outline], accused: Sequence[Outline]) -> list[Row]:
    sides = [Counter(code for each in incidents for code in each.conduct) for incidents in (accusing, accused)]
    return [
        Row(labels.CONDUCT[code], sides[0][code], sides[1][code]) for code, _ in (sides[0] + sides[1]).most_common()
    ]


def _by_year(accusing: Sequence[Outline], accused: Sequence[Outline]) -> list[Row]:
    """By the year in which each was first told, those without incidents between them too."""
    sides = [Counter(each.opened.year for each in incidents if each.opened) for incidents in (accusing, accused)]
    years = [*sides[0], *sides[1]]
    if not years:
        return []
    return [Row(str(year), sides[0][year], sides[1][year]) for year in range(max(years), min(years) - 1, -1)]


def _answers(own: Collection[str], accused: Sequence[Outline]) -> list[tuple[Incident, Response, Claim]]:
    """What reports tell of its own answers, those of the newest incidents first, each way once an incident."""
    telling = [each.slug for each in accused if _is_among(own, each.answered)][:_ANSWERS]
    found: dict[tuple[str, str], tuple[Incident, Response, Claim]] = {}
    for incident in the_base().incidents.at(telling) if telling else ():
        for claim in incident.claims:
            for response in claim.responses:
                if name_key(response.by) in own:
                    found.setdefault((incident.slug, response.code), (incident, response, claim))
    return list(found.values())[:_ANSWERS]
