"""Incident pages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.model import Answers, Claim, Corroboration, FiguresOfKind, Incident, Related, Revision
from kb.tracking.answers import answers
from kb.tracking.coming import coming
from kb.tracking.figures import figures
from kb.tracking.origins import corroboration
from kb.tracking.relating import related
from kb.tracking.stages import happened, since_known
from kb.tracking.summary import findings_of, summary
from web.addresses import absolute
from web.citing import FORMS, SITE, Citation, sentence
from web.days import AsOf, as_it_was, asked, left_out
from web.marking import date_of
from web.pages import the_base
from web.paging import Paging
from web.privacy import keep_from_search_engines, protect_the_accused
from web.timeline import timeline

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")
SIZE = 25
"""So many claims stand on a page of an incident."""
_RELATED = 6
_CHANGES = 20


@blueprint.get("/<slug>")
def incident(slug: str) -> str | Response:
    """One dispute: who, whom, what, how it stands and came to that, and every claim with its sentence.

    Of today, or as it was known on one day, or recorded here on one, or both.
    """
    found = told(slug)
    if isinstance(found, Response):
        return found
    as_of, today, shown, lost = found
    if as_of.past:
        keep_from_search_engines()
    remarks = [*left_out(today, shown, as_of)] if as_of.past else []
    if shown is None:
        protect_the_accused(today.claims if today else ())
        return render_template("not_then.html", slug=slug, as_of=as_of, remarks=remarks)
    protect_the_accused(shown.claims)
    return page(shown, as_of, remarks, lost)


@blueprint.get("/<slug>/cite.<any(bib, ris, json):form>")
def cite(slug: str, form: str) -> Response:
    """The citation of an incident as a file, of today or of the days asked for."""
    found = told(slug)
    if isinstance(found, Response):
        return found
    if found.shown is None:
        abort(404)
    return citation_file(citation(found.shown, found.as_of, history(slug, 1)), form)


class Told(NamedTuple):
    """An incident as an address asks for it.

    Attributes:
        as_of: the days asked for.
        today: as it is now; None where it is no more.
        shown: as of these days; None where nothing was known or recorded.
        lost: how many claims that it held then can no longer be shown.
    """

    as_of: AsOf
    today: Incident | None
    shown: Incident | None
    lost: int


def told(slug: str) -> Told | Response:
    """What the address asks for, or where it leads where the incident is hidden, merged or no more."""
    as_of = asked(request.args)
    if hidden := if_hidden(slug):
        return hidden
    today = the_base().incidents.get(slug)
    shown, lost = as_it_was(the_base(), slug, today, as_of)
    if shown is None and today is None:
        return _elsewhere(slug, as_of)
    return Told(as_of, today, shown, lost)


def page(shown: Incident, as_of: AsOf, remarks: Sequence[str], lost: int) -> str:
    """The page of an incident as it is told."""
    changes = history(shown.slug, _CHANGES)
    cited = citation(shown, as_of, changes)
    origins, kinds = corroboration(shown.claims), figures(shown.claims)
    answered = answers(shown.accused, shown.claims)
    findings = findings_of(shown, origins, kinds, answered)
    lists = _lists(shown, origins, kinds, answered)
    paging = Paging(SIZE, *lists.values())
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
        history=changes,
        related=near,
        more_related=more_related,
        timeline=timeline(shown),
        cited=cited,
        citations={ending: form.write(cited) for ending, form in FORMS.items()},
        sentence=sentence(cited),
        cite_address=partial(_cite_address, shown.slug, as_of),
    )


def history(slug: str, limit: int, offset: int = 0) -> list[Revision]:
    """The last changes to what an incident holds, the newest first."""
    number = g.get("number") or the_base().incidents.number(slug)
    return the_base().incidents.history(number, limit, offset) if number else []


def if_hidden(slug: str) -> Response | None:
    """What to say where the incident of this slug is hidden."""
    standing = the_base().incidents.standing_at(slug)
    g.number, hidden = standing or (0, False)
    hiding = the_base().edits.hiding(g.number) if hidden else None
    if hiding is None:
        return None
    return gone("This incident is hidden", f"It was hidden on {date_of(hiding.made)}: {hiding.why}", slug)


def citation(shown: Incident, as_of: AsOf, changes: Sequence[Revision]) -> Citation:
    """How an incident is cited: by the address that goes on showing it as it is shown."""
    version = as_of.version or (changes[0] if changes and not as_of.past else None)
    if version:
        address = url_for("versions.version", slug=shown.slug, number=version.number)
        remark = f"version {version.number} of {date_of(version.recorded)}"
    else:
        address, remark = url_for("incidents.incident", slug=shown.slug, **as_of.arguments), ""
    issued = version.recorded.date() if version else as_of.recorded or as_of.known
    return Citation(
        key=f"disputed-{shown.slug}",
        author=SITE,
        title=shown.title,
        issued=issued,
        address=absolute(address),
        accessed=datetime.now(UTC).date(),
        remark=remark,
    )


def _cite_address(slug: str, as_of: AsOf, form: str) -> str:
    if as_of.version:
        return url_for("versions.cite", slug=slug, number=as_of.version.number, form=form)
    return url_for("incidents.cite", slug=slug, form=form, **as_of.arguments)


def citation_file(cited: Citation, form: str) -> Response:
    """A citation to be saved; search engines have no use for it."""
    keep_from_search_engines()
    response = make_response(FORMS[form].write(cited))
    response.content_type = f"{FORMS[form].media_type}; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename={cited.key}.{form}"
    return response


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
    return gone("This incident is no more", advice, slug)


def gone(title: str, advice: str, slug: str) -> Response:
    """That there is nothing here any more, and why."""
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
        "reports": by_time(one_a_report(incident)),
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


def by_time(claims: Sequence[Claim]) -> list[Claim]:
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
