"""Incident pages."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.model import Answers, Claim, Corroboration, Edit, FiguresOfKind, Incident, Related, Revision
from kb.tracking.answers import answers
from kb.tracking.coming import coming
from kb.tracking.figures import figures
from kb.tracking.origins import corroboration
from kb.tracking.relating import related
from kb.tracking.stages import happened, since_known
from kb.tracking.summary import findings_of, summary
from web.days import AsOf, as_it_was, asked, left_out
from web.marking import date_of
from web.pages import the_base
from web.paging import Paging
from web.privacy import keep_from_search_engines, protect_the_accused

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")
_SIZE = 25
_RELATED = 6
_CHANGES = 20


@blueprint.get("/<slug>")
def incident(slug: str) -> str | Response:
    """One dispute: who, whom, what, how it stands and came to that, and every claim with its sentence.

    Of today, or as it was known on one day, or recorded here on one, or both.
    """
    as_of = asked(request.args)
    hiding = _hiding(slug)
    if hiding:
        return _gone("This incident is hidden", f"It was hidden on {date_of(hiding.made)}: {hiding.why}", slug)
    today = the_base().incidents.get(slug)
    shown, lost = as_it_was(the_base(), slug, today, as_of)
    if as_of.past:
        keep_from_search_engines()
    if shown is None and today is None:
        return _elsewhere(slug, as_of)
    remarks = [*left_out(today, shown, as_of)] if as_of.past else []
    if shown is None:
        protect_the_accused(today.claims if today else ())
        return render_template("not_then.html", slug=slug, as_of=as_of, remarks=remarks)
    protect_the_accused(shown.claims)
    return _page(shown, as_of, remarks, lost)


def _page(shown: Incident, as_of: AsOf, remarks: Sequence[str], lost: int) -> str:
    origins, kinds = corroboration(shown.claims), figures(shown.claims)
    answered = answers(shown.accused, shown.claims)
    findings = findings_of(shown, origins, kinds, answered)
    lists = _lists(shown, origins, kinds, answered)
    paging = Paging(_SIZE, *lists.values())
    near, more_related = ((), 0) if as_of.past else _related(shown)
    return render_template(
        "incident.html",
        incident=shown,
        as_of=as_of,
        remarks=remarks,
        lost=lost,
        findings=findings,
        summary=summary(shown, findings),
        counts={name: len(items) for name, items in lists.items()},
        **{name: paging.cut(items) for name, items in lists.items()},
        corroborated=origins,
        on_record=sorted(origins.entries, key=since_known),
        happened=happened,
        paging=paging,
        published=[claim.report.published for claim in shown.claims if claim.report.published],
        first_read=min((claim.report.crawled for claim in shown.claims if claim.report.crawled), default=None),
        now=datetime.now(UTC),
        coming=coming(shown.claims, as_of.known or datetime.now(UTC).date()),
        history=_history(shown),
        related=near,
        more_related=more_related,
    )


def _history(incident: Incident) -> list[Revision]:
    """The last changes to what an incident holds, the newest first."""
    number = the_base().incidents.number(incident.slug)
    return the_base().incidents.history(number, _CHANGES) if number else []


def _hiding(slug: str) -> Edit | None:
    """The edit that hides the incident of this slug."""
    number = the_base().incidents.number(slug)
    return the_base().edits.hiding(number) if number else None


def _elsewhere(slug: str, as_of: AsOf) -> Response:
    """Where an address without an incident leads: to the one that took it in, or to what it was."""
    incidents = the_base().incidents
    leads_to = incidents.resolve(slug)
    if leads_to is not None and leads_to != slug:
        return redirect(url_for("incidents.incident", slug=leads_to, **as_of.arguments), 301)
    former = incidents.former(slug)
    if former is None:
        abort(404)
    advice = f"“{former.title}” stood here until {date_of(former.ended)}; no report read here tells of it any more."
    return _gone("This incident is no more", advice, slug)


def _gone(title: str, advice: str, slug: str) -> Response:
    response = make_response(render_template("error.html", title=title, advice=advice, editable=slug), 410)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _lists(
    incident: Incident, origins: Corroboration, kinds: Sequence[FiguresOfKind], answered: Sequence[Answers]
) -> dict[str, Sequence[object]]:
    """What the page goes through page by page, whole."""
    return {
        "steps": incident.history,
        "claims": incident.claims,
        "figures": [(kind, figure) for kind in kinds for figure in kind.figures],
        "answered": answered,
        "timeline": timeline(one_a_report(incident)),
        "origins": origins.origins,
        "entries": origins.entries,
    }


def one_a_report(incident: Incident) -> list[Claim]:
    """The first claim of each report; what stands on record is none."""
    first: dict[str, Claim] = {}
    for claim in incident.claims:
        if not claim.on_record:
            first.setdefault(claim.report.id, claim)
    return list(first.values())


def timeline(claims: Sequence[Claim]) -> list[Claim]:
    """The claims by the time since when each is known, those without one last."""
    return sorted(claims, key=_place_in_time)


def _place_in_time(claim: Claim) -> tuple[bool, float, str]:
    return (claim.known is None, claim.known.timestamp() if claim.known else 0.0, claim.report.id)


def _related(incident: Incident) -> tuple[tuple[Related, ...], int]:
    """The most closely related incidents, and how many more share a party."""
    base = the_base()
    kin = base.neighbours.kin(incident)
    found, total = base.neighbours.of(incident, kin)
    near = related(incident, found, kin)[:_RELATED]
    return near, max(0, total - len(near))
