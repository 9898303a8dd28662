"""One claim of an incident: what it says, who says so, and how it is cited."""

from datetime import UTC, datetime

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.model import Claim, Incident, Revision
from kb.tracking.origins import corroboration
from web.addresses import absolute
from web.citing import FORMS, SITE, Citation, sentence
from web.pages import the_base
from web.pages.incidents import SIZE, citation_file, gone, if_hidden
from web.privacy import keep_from_search_engines, protect_the_accused

blueprint = Blueprint("statements", __name__, url_prefix="/incidents/<slug>/claims/<identity>")


@blueprint.get("")
def statement(slug: str, identity: str) -> str | Response:
    """A claim by itself; its address leads on when the claim is moved or its incident merged."""
    found = _found(slug, identity)
    if isinstance(found, Response):
        return found
    incident, claim, place = found
    protect_the_accused(incident.claims)
    cited = citation(incident, claim)
    return render_template(
        "statement.html",
        incident=incident,
        item=claim,
        origin=corroboration(incident.claims).by_claim.get(claim.id, ""),
        page=place // SIZE + 1,
        cited=cited,
        citations={ending: form.write(cited) for ending, form in FORMS.items()},
        sentence=sentence(cited),
        cite_address=lambda form: url_for("statements.cite", slug=slug, identity=identity, form=form),
    )


@blueprint.get("/cite.<any(bib, ris, json):form>")
def cite(slug: str, identity: str, form: str) -> Response:
    """The citation of a claim as a file."""
    found = _found(slug, identity)
    if isinstance(found, Response):
        return found
    return citation_file(citation(*found[:2]), form)


def citation(incident: Incident, claim: Claim) -> Citation:
    """How a claim is cited: its sentence, its outlet and day, and where it stands here."""
    report, reached = claim.report, claim.allegation.reached
    day = report.published.date() if report.published else None
    if claim.on_record and reached and reached.precision == "day":
        day = reached.earliest()
    return Citation(
        key=f"disputed-claim-{claim.id}",
        author=SITE if claim.entry else report.outlet_name or "Outlet unknown",
        title=report.title or incident.title,
        issued=day,
        address=absolute(url_for("statements.statement", slug=incident.slug, identity=claim.id)),
        accessed=datetime.now(UTC).date(),
        quote="" if claim.entry else claim.allegation.sentence,
        remark=f"source: {report.url}" if report.url.startswith(("http://", "https://")) else "",
    )


def _found(slug: str, identity: str) -> tuple[Incident, Claim, int] | Response:
    """The incident of a claim, the claim and its place there, or where the address leads."""
    if hidden := if_hidden(slug):
        return hidden
    base = the_base()
    incident = base.incidents.get(slug)
    if incident is not None:
        for place, claim in enumerate(incident.claims):
            if claim.id == identity:
                return incident, claim, place
    held = base.past.versions_holding(slug, identity)
    if not held:
        abort(404)
    holder = base.incidents.of_claim(identity) if base.claims.seen(identity) else None
    if holder:
        return redirect(url_for("statements.statement", slug=holder, identity=identity), 301)
    return _as_it_was(slug, identity, held[-1])


def _as_it_was(slug: str, identity: str, held: Revision) -> Response:
    """That a claim is no more, with the version of its incident that held it last."""
    if the_base().claims.get(identity):
        return gone("This claim is hidden", "A person took it out of sight.", slug)
    keep_from_search_engines()
    return make_response(render_template("no_statement.html", slug=slug, version=held), 410)
