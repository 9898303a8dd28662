"""Editing on the page: every change is shown before it is made, says who and why, and can be undone."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kb.database import Base, EditRefused
from kb.database.users import UserRole
from kb.model import CORRECTABLE, Allegation, Claim, Conduct, Incident, Interval, Neighbour, PartialDate, Role, Stage
from kb.tracking import editing
from kb.tracking.editing import Proposal
from web.accounts import is_local, is_the_key, must, signature
from web.pages import the_base
from web.privacy import keep_from_search_engines

blueprint = Blueprint("editing", __name__)
_KEPT = ("csrf_token", "who", "why", "sure")
Fields = MultiDict[str, str]


_ADMINS = ("hide", "hide-claim")


@blueprint.before_request
def _only_editors() -> Response | None:
    keep_from_search_engines()
    return None if request.endpoint == "editing.begin" else must(UserRole.EDITOR)


@blueprint.get("/edit")
def begin() -> Response:
    """Let whoever has the link of this machine edit, as long as the site runs."""
    key = request.args.get("key", "")
    if not is_local() or not is_the_key(key):
        abort(404)
    session.clear()
    session["key"] = key
    return redirect(url_for("review.queue"), 303)


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
    who, why = signature(fields.get("who", "")), fields.get("why", "")
    base = the_base()
    if _is_for_admins(base, fields):
        must(UserRole.ADMIN)
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
        action=url_for("editing.change", slug=slug),
        back=url_for("editing.edit", slug=slug),
        verb=proposal.verb,
        consequences=consequences,
        who=who,
        why=why,
        kept=kept,
    )


def _is_for_admins(base: Base, fields: Fields) -> bool:
    """Whether this hides something, or brings back what an admin hid."""
    verb = fields.get("verb", "")
    return verb in _ADMINS or (verb == "undo" and base.edits.hides(fields.get("edit", 0, type=int)))


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
