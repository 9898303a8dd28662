"""Incident pages."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.model import Amount, Claim, Incident, Revision
from web.marking import date_of
from web.pages import the_base
from web.paging import Paging
from web.privacy import protect_the_accused

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")
_SIZE = 25
_RELATED = 6
_CHANGES = 20


@blueprint.get("/<slug>")
def incident(slug: str) -> str | Response:
    """One dispute: who, whom, what, how it stands, and every claim with its sentence."""
    found = the_base().incidents.get(slug)
    if found is None:
        return _elsewhere(slug)
    protect_the_accused(found.claims)
    lists = _lists(found)
    paging = Paging(_SIZE, *lists.values())
    related = _related(found)
    return render_template(
        "incident.html",
        incident=found,
        counts={name: len(items) for name, items in lists.items()},
        **{name: paging.cut(items) for name, items in lists.items()},
        paging=paging,
        entries=[claim for claim in timeline(one_a_report(found)) if claim.report.entered],
        published=[claim.report.published for claim in found.claims if claim.report.published],
        first_read=min((claim.report.crawled for claim in found.claims if claim.report.crawled), default=None),
        today=datetime.now(UTC),
        history=_history(found),
        related=related[:_RELATED],
        more_related=len(related) - _RELATED,
    )


def _history(incident: Incident) -> list[Revision]:
    """The changes to what an incident holds, the newest first."""
    number = the_base().incidents.number(incident.slug)
    return the_base().incidents.history(number)[:_CHANGES] if number else []


def _elsewhere(slug: str) -> Response:
    """Where an address without an incident leads: to the one that took it in, or to what it was."""
    incidents = the_base().incidents
    leads_to = incidents.resolve(slug)
    if leads_to is not None and leads_to != slug:
        return redirect(url_for("incidents.incident", slug=leads_to), 301)
    number = incidents.number(slug)
    hiding = the_base().edits.hiding(number) if number else None
    if hiding:
        return _gone("This incident is hidden", f"It was hidden on {date_of(hiding.made)}: {hiding.why}", slug)
    former = incidents.former(slug)
    if former is None:
        abort(404)
    advice = f"“{former.title}” stood here until {date_of(former.ended)}; no report read here tells of it any more."
    return _gone("This incident is no more", advice, slug)


def _gone(title: str, advice: str, slug: str) -> Response:
    response = make_response(render_template("error.html", title=title, advice=advice, editable=slug), 410)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _lists(incident: Incident) -> dict[str, Sequence[object]]:
    """What the page goes through page by page, whole."""
    told = one_a_report(incident)
    return {
        "claims": incident.claims,
        "amounts": amounts(incident),
        "responses": [(response, claim) for claim in told for response in claim.responses],
        "timeline": timeline(told),
        "origins": origins([claim for claim in told if not claim.report.entered]),
    }


def one_a_report(incident: Incident) -> list[Claim]:
    """The first claim of each report."""
    first: dict[str, Claim] = {}
    for claim in incident.claims:
        first.setdefault(claim.report.id, claim)
    return list(first.values())


def timeline(claims: Sequence[Claim]) -> list[Claim]:
    """The claims by the time that each is dated, those without a date last."""
    return sorted(claims, key=_place_in_time)


def _place_in_time(claim: Claim) -> tuple[bool, float, str]:
    return (claim.dated is None, claim.dated.timestamp() if claim.dated else 0.0, claim.report.id)


def origins(claims: Sequence[Claim]) -> list[tuple[str, list[Claim]]]:
    """The reports by where they have the story from: the head of the chain of attribution, or the outlet itself."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        chain = claim.allegation.attribution
        own = claim.report.outlet_name or "Unnamed outlet"
        origin = claim.report.origin or (chain[0] if chain and chain[0][:1].isupper() and len(chain) > 1 else own)
        groups.setdefault(origin, []).append(claim)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def amounts(incident: Incident) -> list[tuple[Amount, Claim]]:
    """Every figure with the claim that gives it, alike ones side by side."""
    found = [(amount, claim) for claim in incident.claims for amount in claim.allegation.amounts]
    return sorted(found, key=lambda pair: (pair[0].unit, pair[0].value))


def _related(incident: Incident) -> list[Incident]:
    """Other incidents with the same parties, those that share most first."""
    base = the_base()
    shared: Counter[str] = Counter()
    others: dict[str, Incident] = {}
    for name in (*incident.accusers[:3], *incident.accused[:3]):
        for other in base.incidents.of_party(name):
            if other.slug != incident.slug:
                others[other.slug] = other
                shared[other.slug] += 1
    return [others[slug] for slug, _ in shared.most_common()]
