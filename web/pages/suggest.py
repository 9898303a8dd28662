"""What may be meant by what is typed into a search box, for the script that asks while it is typed."""

from flask import Blueprint, Response, jsonify, request, url_for

from kb.model import party_slug
from kb.search.completing import complete
from kb.tracking.words import counted
from web.pages import the_base, the_engine
from web.privacy import keep_from_search_engines

blueprint = Blueprint("suggest", __name__)
_MOST = 5


@blueprint.get("/suggest")
def suggest() -> Response:
    """Parties and incidents that the text `q` may be the beginning of, each with the address of its page."""
    keep_from_search_engines()
    found = complete(the_engine(), request.args.get("q", ""), _MOST)
    names = the_base().incidents.outlines([int(hit.key) for hit in found.incidents]) if found.incidents else {}
    parties = [
        {
            "kind": "party",
            "name": each.value,
            "about": counted(each.count, "incident"),
            "address": url_for("organisations.organisation", slug=party_slug(each.value)),
        }
        for each in found.parties
    ]
    incidents = [
        {
            "kind": "incident",
            "name": known.title,
            "about": "",
            "address": url_for("incidents.incident", slug=known.slug),
        }
        for hit in found.incidents
        if (known := names.get(int(hit.key)))
    ]
    return jsonify(suggestions=[*parties, *incidents])
