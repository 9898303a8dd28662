"""Editing on the page: every change is shown before it is made, says who and why, and can be undone."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kb.database import Base, EditRefused
from kb.model import CORRECTABLE, Allegation, Claim, Conduct, Incident, Interval, Neighbour, PartialDate, Role, Stage
from kb.tracking import editing
from kb.tracking.editing import Proposal
from web.pages import the_base
from web.paging import asked_page
from web.privacy import keep_from_search_engines

blueprint = Blueprint("editing", __name__)
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PAIRS = 20
_KEPT = ("csrf_token", "who", "why", "sure")
Fields = MultiDict[str, str]


def enabled() -> bool:
    """Whether whoever asks may edit: the one person at this machine, who came by the link that was shown there."""
    return _is_local() and _is_the_key(session.get("key", ""))


def _is_local() -> bool:
    local = urlsplit(request.host_url).hostname in _LOOPBACK
    return local and not any(name in request.headers for name in _FORWARDED)


def _is_the_key(given: str) -> bool:
    wanted: str = current_app.config["EDIT_KEY"]
    return bool(wanted) and secrets.compare_digest(given.encode(), wanted.encode())


@blueprint.before_request
def _only_where_enabled() -> None:
    if not enabled() and request.endpoint != "editing.begin":
        abort(404)
    keep_from_search_engines()


@blueprint.get("/edit")
def begin() -> Response:
    """Let whoever has the link of this machine edit, as long as the browser is open and the site runs."""
    key = request.args.get("key", "")
    if not _is_local() or not _is_the_key(key):
        abort(404)
    session["key"] = key
    return redirect(url_for("editing.review"), 303)


@blueprint.get("/review")
def review() -> str:
    """Incidents that may be one, for a person to judge."""
    base = the_base()
    page = asked_page()
    found = base.suggestions.surest(_PAIRS + 1, (page - 1) * _PAIRS)
    pairs = [(each, base.incidents.by_number(each.one), base.incidents.by_number(each.other)) for each in found]
    return render_template(
        "review.html",
        pairs=[(each.score, each.reasons, one, other) for each, one, other in pairs[:_PAIRS] if one and other],
        page=page,
        more=len(found) > _PAIRS,
        who=session.get("who", ""),
    )


@blueprint.get("/incidents/<slug>/edit")
def edit(slug: str) -> str:
    """What can be changed about an incident, and what was."""
    base = the_base()
    number = base.incidents.number(slug)
    if number is None:
        abort(404)
    incident = base.incidents.get(slug)
    claims = incident.claims if incident else ()
    return render_template(
        "edit.html",
        slug=slug,
        incident=incident,
        hiding=base.edits.hiding(number),
        edits=base.edits.of_claims(_ever_held(base, number, claims), number),
        others=_others(base, incident),
        who=session.get("who", ""),
        conducts=list(Conduct),
        stages=list(Stage),
        roles=list(Role),
    )


@blueprint.post("/incidents/<slug>/edit")
def change(slug: str) -> str | Response:
    """Show what a change would do, or make it once that was seen."""
    fields: Fields = request.form
    who, why = fields.get("who", ""), fields.get("why", "")
    base = the_base()
    try:
        proposal = _proposal(base, slug, fields)
        if fields.get("sure"):
            number = editing.make(base, proposal, who=who, why=why)
            session["who"] = who
            current_app.extensions["after_edit"]()
            flash(f"Change {number} is made. It can be undone below.")
            return redirect(url_for("editing.edit", slug=slug), 303)
        consequences = editing.preview(base, proposal, who=who, why=why)
    except EditRefused as error:
        flash(f"This cannot be done: {error}.")
        return redirect(url_for("editing.edit", slug=slug), 303)
    kept = [(name, value) for name, value in fields.items(multi=True) if name not in _KEPT]
    return render_template(
        "consequences.html",
        slug=slug,
        verb=proposal.verb,
        consequences=consequences,
        who=who,
        why=why,
        kept=kept,
    )


def _proposal(base: Base, slug: str, fields: Fields) -> Proposal:
    verbs: Mapping[str, Callable[[], Proposal]] = {
        "merge": lambda: editing.merge(base, slug, _address(fields)),
        "keep-apart": lambda: editing.keep_apart(base, slug, _address(fields)),
        "split": lambda: editing.split(base, slug, fields.getlist("claim")),
        "move": lambda: editing.move(base, fields.get("report", ""), slug, _address(fields)),
        "correct": lambda: _correction(base, fields),
        "hide": lambda: editing.hide_incident(base, slug),
        "hide-claim": lambda: editing.hide_claim(base, fields.get("claim", "")),
        "undo": lambda: editing.undo(fields.get("edit", 0, type=int)),
    }
    verb = fields.get("verb", "")
    if verb not in verbs:
        raise EditRefused("no such change is known")
    return verbs[verb]()


def _address(fields: Fields) -> str:
    """The slug of the other incident, of which the whole address may be given too."""
    return fields.get("other", "").strip().rstrip("/").rpartition("/")[2]


def _correction(base: Base, fields: Fields) -> Proposal:
    claim = base.claims.get(fields.get("claim", ""))
    if claim is None:
        raise EditRefused("that claim is not there any more")
    wanted, held = _given(fields), _as_given(claim.allegation)
    return editing.correct(base, claim.id, {name: wanted[name] for name in CORRECTABLE if wanted[name] != held[name]})


def _given(fields: Fields) -> dict[str, Any]:
    """The values of the form, as JSON has them."""
    start, end = _date(fields, "occurred_start"), _date(fields, "occurred_end")
    return {
        "accusers": _names(fields, "accusers"),
        "accused": _names(fields, "accused"),
        "victims": _names(fields, "victims"),
        "conduct": sorted(fields.getlist("conduct")),
        "stage": fields.get("stage", ""),
        "role": fields.get("role", ""),
        "stated": _date(fields, "stated"),
        "reached": _date(fields, "reached"),
        "occurred": {"start": start, "end": end} if start or end else None,
    }


def _as_given(allegation: Allegation) -> dict[str, Any]:
    occurred = allegation.occurred or Interval(None, None)
    start, end = _as_date(occurred.start), _as_date(occurred.end)
    return {
        "accusers": list(allegation.accusers),
        "accused": list(allegation.accused),
        "victims": list(allegation.victims),
        "conduct": sorted(code.value for code in allegation.conduct),
        "stage": allegation.stage.value,
        "role": allegation.role.value,
        "stated": _as_date(allegation.stated),
        "reached": _as_date(allegation.reached),
        "occurred": {"start": start, "end": end} if start or end else None,
    }


def _names(fields: Fields, name: str) -> list[str]:
    return [" ".join(line.split()) for line in fields.get(name, "").splitlines() if line.strip()]


def _date(fields: Fields, name: str) -> dict[str, str] | None:
    written = fields.get(name, "").strip()
    if not written:
        return None
    try:
        return _as_date(PartialDate(written))
    except ValueError as error:
        raise EditRefused(f"{written!r} is no date: write 2026, 2026-06 or 2026-06-10") from error


def _as_date(value: PartialDate | None) -> dict[str, str] | None:
    return {"iso": value.iso} if value else None


def _ever_held(base: Base, number: int, claims: Sequence[Claim]) -> set[str]:
    """The claims that an incident holds or once held."""
    return {claim.id for claim in claims} | set(base.incidents.ever_held(number))


def _others(base: Base, incident: Incident | None) -> list[Neighbour]:
    """Incidents that are likely to be named: those that share most parties."""
    return base.neighbours.of(incident, ())[0] if incident else []
