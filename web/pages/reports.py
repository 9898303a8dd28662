"""Pages of reports: what is known of each, the sentences that carry a claim or were changed; never its text."""

from flask import Blueprint, abort, render_template

from kb.copies import source_of
from kb.model import Claim, ReportSummary
from kb.revisions import alterations
from web.pages import the_base
from web.paging import asked_page
from web.privacy import protect_the_accused

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
_SIZE = 40


@blueprint.get("/")
def index() -> str:
    """The latest reports."""
    page = asked_page()
    found = the_base().reports.latest(_SIZE + 1, (page - 1) * _SIZE)
    return render_template("reports.html", reports=found[:_SIZE], page=page, more=len(found) > _SIZE)


@blueprint.get("/<identity>")
def report(identity: str) -> str:
    """One report."""
    base = the_base()
    found = base.reports.summary(identity)
    if found is None:
        abort(404)
    claims: list[Claim] = base.claims.of_report(identity)
    protect_the_accused(claims)
    copies = base.copies.of(identity)
    return render_template(
        "report.html",
        report=found,
        claims=claims,
        reading=base.readings.latest(identity),
        told=base.incidents.told_in(identity),
        gone=base.reports.gone_since(identity),
        copies=copies,
        source=source_of([found, *(copy.report for copy in copies)]) if copies else None,
        altered=alterations(base.reports.states(identity)) if _tells_changes(found) else [],
    )


def _tells_changes(report: ReportSummary) -> bool:
    """Not of our own notes, and not where what somebody hid might stand in what was changed."""
    return not report.entry and not the_base().claims.some_hidden(report.id)
