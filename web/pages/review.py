"""What waits for people: incidents that may be one, errors that readers report, addresses that led to nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kb.database import EditRefused
from kb.database.remarks import RemarkState
from kb.database.users import UserRole
from kb.database.verdicts import VerdictRefused
from kb.tracking import editing
from kb.tracking.editing import Consequence, Proposal
from web.accounts import must, signature
from web.pages import the_base
from web.pages.remarks import page_of
from web.paging import asked_page
from web.privacy import keep_from_search_engines

blueprint = Blueprint("review", __name__)
_SIZE = 20
SHOWN = ("pairs", "errors", "addresses", "history")
_PAIR: Mapping[str, Callable[..., Proposal]] = {
    "merge": lambda base, one, other: editing.merge(base, other, one),
    "keep-apart": editing.keep_apart,
}


@blueprint.before_request
def _noindex() -> None:
    keep_from_search_engines()


@blueprint.get("/review")
def queue() -> Response | str:
    """One of the queues, or what was decided."""
    elsewhere = must(UserRole.READER)
    if elsewhere is not None:
        return elsewhere
    shown = request.args.get("show", "pairs")
    if shown not in SHOWN:
        abort(404)
    page = asked_page()
    found = _listed(shown, _SIZE + 1, (page - 1) * _SIZE)
    return render_template(
        "review.html",
        shown=shown,
        found=found[:_SIZE],
        page=page,
        more=len(found) > _SIZE,
        counts=_counts(),
        who=session.get("who", ""),
        page_of=page_of,
    )


def _counts() -> dict[str, int]:
    base = the_base()
    return {
        "pairs": base.suggestions.count(),
        "errors": base.remarks.count_open(),
        "addresses": base.submissions.count_for_people(),
    }


def _pairs(limit: int, offset: int) -> list[tuple[Any, Any, Any]]:
    base = the_base()
    found = base.suggestions.surest(limit, offset)
    incidents = base.incidents.by_numbers({number for each in found for number in (each.one, each.other)})
    return [
        (each, incidents[each.one], incidents[each.other])
        for each in found
        if each.one in incidents and each.other in incidents
    ]


def _listed(shown: str, limit: int, offset: int) -> list[Any]:
    base = the_base()
    lists: Mapping[str, Callable[[int, int], list[Any]]] = {
        "pairs": _pairs,
        "errors": base.remarks.open,
        "addresses": base.submissions.for_people,
        "history": base.edits.latest,
    }
    return lists[shown](limit, offset)


@blueprint.get("/review/judged")
def judged() -> Response | str:
    """What people said of errors and addresses, to look at and to open again."""
    elsewhere = must(UserRole.READER)
    if elsewhere is not None:
        return elsewhere
    page = asked_page()
    base, offset = the_base(), (page - 1) * _SIZE
    remarks, addresses = base.remarks.judged(_SIZE + 1, offset), base.submissions.judged(_SIZE + 1, offset)
    return render_template(
        "judged.html",
        remarks=remarks[:_SIZE],
        addresses=addresses[:_SIZE],
        page=page,
        more=max(len(remarks), len(addresses)) > _SIZE,
        who=session.get("who", ""),
        page_of=page_of,
    )


@blueprint.get("/review/compare")
def compare() -> Response | str:
    """Two incidents side by side."""
    elsewhere = must(UserRole.READER)
    if elsewhere is not None:
        return elsewhere
    incidents = the_base().incidents
    pair = [incidents.get(request.args.get(name, "")) for name in ("one", "other")]
    if None in pair or pair[0] == pair[1]:
        abort(404)
    return render_template("compare.html", pair=pair, who=session.get("who", ""))


@blueprint.post("/review")
def decide() -> Response | str:
    """Judge what was chosen: pairs once it was seen what would change, all else at once."""
    elsewhere = must(UserRole.EDITOR)
    if elsewhere is not None:
        return elsewhere
    form = request.form
    chosen, verb = form.getlist("chosen"), form.get("verb", "")
    who, why = signature(form.get("who", "")), form.get("why", "")
    back = redirect(url_for("review.queue", show=form.get("show", "pairs")), 303)
    if not chosen:
        flash("Nothing is chosen: tick what you mean first.")
        return back
    try:
        if verb in _PAIR:
            if not form.get("sure"):
                return _previewed(chosen, verb, who, why)
            told = _made(chosen, verb, who, why)
        else:
            told = _judged(_numbers(chosen), verb, who, why)
    except (EditRefused, VerdictRefused) as error:
        flash(f"This cannot be done: {error}.")
        return back
    session["who"] = form.get("who", "")
    flash(told)
    return back


def _numbers(chosen: list[str]) -> set[int]:
    return {int(each) for each in chosen if each.isdecimal() and len(each) < 10}


def _judged(numbers: set[int], verb: str, who: str, why: str) -> str:
    base = the_base()
    verbs: Mapping[str, Callable[[], int]] = {
        "accept": lambda: base.remarks.judge(numbers, RemarkState.ACCEPTED, who=who, why=why),
        "reject": lambda: base.remarks.judge(numbers, RemarkState.REJECTED, who=who, why=why),
        "reopen": lambda: base.remarks.judge(numbers, RemarkState.OPEN, who=who, why=why),
        "leave": lambda: base.submissions.reject(numbers, who=who, why=why),
        "ask-again": lambda: base.submissions.ask_again(numbers, who=who, why=why),
    }
    if verb not in verbs:
        abort(400, "There is no such verdict.")
    return f"{verbs[verb]()} judged. It can be opened again under “Judged”."


def _proposed(chosen: str, verb: str) -> Proposal:
    one, _, other = chosen.partition(" ")
    return _PAIR[verb](the_base(), one, other)


def _previewed(chosen: list[str], verb: str, who: str, why: str) -> str:
    consequences: list[Consequence] = []
    for each in chosen[:_SIZE]:
        consequences += editing.preview(the_base(), _proposed(each, verb), who=who, why=why)
    kept = [("chosen", each) for each in chosen[:_SIZE]] + [("verb", verb), ("show", "pairs")]
    return render_template(
        "consequences.html",
        action=url_for("review.decide"),
        back=url_for("review.queue"),
        verb=verb,
        consequences=consequences,
        who=who,
        why=why,
        kept=kept,
    )


def _made(chosen: list[str], verb: str, who: str, why: str) -> str:
    """Make each of these changes, an edit each; one that an earlier one made needless is told and left."""
    made, left = [], []
    for each in chosen[:_SIZE]:
        try:
            made.append(editing.make(the_base(), _proposed(each, verb), who=who, why=why))
        except EditRefused as error:
            left.append(str(error))
    current_app.extensions["after_edit"]()
    done = f"Made: {', '.join(f'change {number}' for number in made) or 'nothing'}. Each can be undone under “History”."
    return " ".join([done, *(f"Left: {reason}." for reason in left)])


@blueprint.post("/review/undo")
def undo() -> Response:
    """Undo an edit; what hides something is an admin's to undo."""
    number = request.form.get("edit", 0, type=int)
    base = the_base()
    elsewhere = must(UserRole.ADMIN if base.edits.hides(number) else UserRole.EDITOR)
    if elsewhere is not None:
        return elsewhere
    who, why = signature(request.form.get("who", "")), request.form.get("why", "")
    try:
        made = editing.make(base, editing.undo(number), who=who, why=why)
        current_app.extensions["after_edit"]()
        flash(f"Change {number} is undone, by change {made}.")
    except EditRefused as error:
        flash(f"This cannot be done: {error}.")
    return redirect(url_for("review.queue", show="history"), 303)
