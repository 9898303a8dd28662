"""The front page, the feed of incidents, and what machines ask for."""

import re

from flask import Blueprint, Response, jsonify, render_template

from web.pages import the_base

blueprint = Blueprint("home", __name__)
_SHOWN = 20
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML 1.0 has no place for, not even escaped."""


@blueprint.get("/")
def front() -> str:
    """What this is, and the latest incidents."""
    base = the_base()
    return render_template("home.html", incidents=base.incidents.latest(_SHOWN), status=base.status())


@blueprint.get("/feed.atom")
def feed() -> Response:
    """The latest incidents as an Atom feed."""
    incidents = the_base().incidents.latest(_SHOWN)
    body = render_template("feed.atom", incidents=incidents)
    return Response(_NOT_XML.sub("", body), content_type="application/atom+xml; charset=utf-8")


@blueprint.get("/healthz")
def health() -> Response:
    """Whether the base answers."""
    return jsonify(status="ok", incidents=the_base().incidents.count())


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What search engines may index."""
    return Response("User-agent: *\nDisallow: /search\n", content_type="text/plain; charset=utf-8")
