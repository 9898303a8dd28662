"""Handing in an address, and what became of it."""

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kb.database.remarks import QueueFull
from web.pages import the_base
from web.privacy import keep_from_search_engines, protect_the_accused

blueprint = Blueprint("submissions", __name__)
LONGEST_ADDRESS = 2000


class SubmissionForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """An address, and what whoever hands it in has to say."""

    url = StringField(
        "Address of the report",
        [InputRequired("Give an address, such as https://example.com/news/page."), Length(max=LONGEST_ADDRESS)],
    )
    note = TextAreaField("What it is about, if you like", [Length(max=1000)])


@blueprint.route("/submit", methods=["GET", "POST"])
def submit() -> Response | str | tuple[str, int]:
    """Queue an address, or lead to the report that it is already."""
    form = SubmissionForm()
    if not form.validate_on_submit():
        return render_template("submit.html", form=form), 422 if form.is_submitted() else 200
    base = the_base()
    try:
        url = current_app.extensions["accept"](form.url.data.strip())
        if known := base.submissions.report_at(url):
            return redirect(url_for("reports.report", identity=known), 303)
        submission = base.submissions.add(url, (form.note.data or "").strip())
    except (ValueError, QueueFull) as error:
        form.url.errors = [f"This address is not taken: {error}."]
        return render_template("submit.html", form=form), 422
    return redirect(url_for("submissions.submission", token=submission.token), 303)


@blueprint.get("/submit/<token>")
def submission(token: str) -> str:
    """What became of an address."""
    keep_from_search_engines()
    base = the_base()
    found = base.submissions.get(token)
    if found is None:
        abort(404)
    claims = base.claims.of_report(found.report) if found.is_read else []
    protect_the_accused(claims)
    return render_template("submission.html", submission=found, claims=claims)
