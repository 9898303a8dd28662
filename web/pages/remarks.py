"""Reporting an error on anything that the site tells, and what became of that."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import URL, InputRequired, Length, Optional

from kb.database.remarks import KINDS, QueueFull, Remark, RemarkKind
from web.pages import the_base
from web.privacy import keep_from_search_engines

blueprint = Blueprint("remarks", __name__)
FIELDS: Mapping[RemarkKind, tuple[str, ...]] = {
    "incident": ("parties", "conduct", "stage", "dates", "figures", "answers", "sources"),
    "claim": ("accusers", "accused", "victims", "conduct", "stage", "dates", "sentence", "source"),
    "organisation": ("name", "country", "parent", "tickers", "products", "incidents"),
    "report": ("title", "date", "outlet", "authors", "source", "claims"),
}


class RemarkForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """What is wrong, where, and who says so."""

    field = SelectField("What is wrong", [Optional()])
    wrong = TextAreaField(
        "What it should say, and why",
        [
            InputRequired("Say what is wrong, and what would be right."),
            Length(max=2000, message="At most 2,000 characters."),
        ],
    )
    source = StringField(
        "A page that says so, if there is one",
        [Optional(), URL(message="Give a whole address, such as https://example.com/page."), Length(max=2000)],
    )


@blueprint.route("/report-error", methods=["GET", "POST"])
def report_error() -> Response | str | tuple[str, int]:
    """Queue a remark on the thing that the address names."""
    keep_from_search_engines()
    kind, subject = _kind(), request.args.get("subject", "")
    if kind is None or not about(kind, subject):
        abort(404)
    form = RemarkForm(field=request.args.get("field", ""))
    form.field.choices = [("", "Something else"), *((name, name.capitalize()) for name in FIELDS[kind])]
    named = about(kind, subject)
    if not form.validate_on_submit():
        return render_template("report_error.html", form=form, **named), 422 if form.is_submitted() else 200
    given = {"field": form.field.data or "", "wrong": form.wrong.data.strip(), "source": form.source.data or ""}
    try:
        remark = the_base().remarks.add(kind, subject, **given)
    except QueueFull as error:
        form.wrong.errors = [f"This is not taken: {error}."]
        return render_template("report_error.html", form=form, **named), 422
    return redirect(url_for("remarks.remark", token=remark.token), 303)


@blueprint.get("/report-error/<token>")
def remark(token: str) -> str:
    """What became of a remark."""
    keep_from_search_engines()
    found = the_base().remarks.get(token)
    if found is None:
        abort(404)
    return render_template("remark.html", remark=found, **about(found.kind, found.subject))


def _kind() -> RemarkKind | None:
    return next((kind for kind in KINDS if kind == request.args.get("kind")), None)


def about(kind: RemarkKind, subject: str) -> dict[str, Any]:
    """What a remark is on, by its name and its page; nothing where it is not there any more."""
    base = the_base()
    match kind:
        case "incident":
            incident = base.incidents.get(base.incidents.resolve(subject) or subject)
            return (
                {"named": incident.title, "page": url_for("incidents.incident", slug=incident.slug)} if incident else {}
            )
        case "claim":
            claim = base.claims.get(subject)
            page = claim and url_for("reports.report", identity=claim.report.id, _anchor=f"claim-{claim.id}")
            return {"named": claim.allegation.sentence, "page": page} if claim else {}
        case "organisation":
            found = base.organisations.get(subject)
            return (
                {"named": found[0].name, "page": url_for("organisations.organisation", slug=subject)} if found else {}
            )
        case "report":
            report = base.reports.summary(subject)
            page = url_for("reports.report", identity=subject)
            return {"named": report.title or "Untitled report", "page": page} if report else {}


def page_of(remark: Remark) -> str:
    """The page of what a remark is on, without a look whether it is still there."""
    match remark.kind:
        case "incident":
            return url_for("incidents.incident", slug=remark.subject)
        case "claim":
            return url_for("remarks.claim", identity=remark.subject)
        case "organisation":
            return url_for("organisations.organisation", slug=remark.subject)
        case "report":
            return url_for("reports.report", identity=remark.subject)


@blueprint.get("/claims/<identity>/page")
def claim(identity: str) -> Response:
    """Where a claim stands."""
    named = about("claim", identity)
    if not named:
        abort(404)
    return redirect(named["page"], 303)
