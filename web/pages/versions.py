"""Versions of an incident: each at an address that goes on showing the same."""

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from kb.database.past import Version
from web.days import AsOf, left_out
from web.pages import the_base
from web.pages.incidents import citation, citation_file, history, if_hidden, page
from web.paging import asked_page
from web.privacy import keep_from_search_engines

blueprint = Blueprint("versions", __name__, url_prefix="/incidents/<slug>/versions")
_SIZE = 50
_HIGHEST = 10**9


@blueprint.get("/")
def index(slug: str) -> str | Response:
    """Every change to an incident, the newest first."""
    if hidden := if_hidden(slug):
        return hidden
    number = asked_page()
    found = history(slug, _SIZE + 1, (number - 1) * _SIZE)
    if not found and not history(slug, 1):
        abort(404)
    keep_from_search_engines()
    return render_template("versions.html", slug=slug, versions=found[:_SIZE], page=number, more=len(found) > _SIZE)


@blueprint.get("/<int:number>")
def version(slug: str, number: int) -> str | Response:
    """An incident as one change made it."""
    found = _version(slug, number)
    if isinstance(found, Response):
        return found
    keep_from_search_engines()
    as_of = AsOf(version=found.revision)
    if found.past is None:
        return render_template("no_version.html", slug=slug, version=found.revision)
    today = the_base().incidents.get(slug)
    return page(found.past.incident, as_of, [*left_out(today, found.past.incident, as_of)], found.past.lost)


@blueprint.get("/<int:number>/cite.<any(bib, ris, json):form>")
def cite(slug: str, number: int, form: str) -> Response:
    """The citation of a version as a file."""
    found = _version(slug, number)
    if isinstance(found, Response):
        return found
    if found.past is None:
        abort(404)
    return citation_file(citation(found.past.incident, AsOf(version=found.revision), ()), form)


def _version(slug: str, number: int) -> Version | Response:
    if hidden := if_hidden(slug):
        return hidden
    found = the_base().past.version(slug, number) if 0 < number <= _HIGHEST else None
    if found is None:
        abort(404)
    return found
