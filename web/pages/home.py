"""The front page, the feed of incidents, and what machines ask for."""

import re
from datetime import datetime

from flask import Blueprint, Response, jsonify, render_template

from kb.database import Base
from kb.model import Outline
from web.pages import the_base

blueprint = Blueprint("home", __name__)
_SHOWN = 20
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML 1.0 has no place for, not even escaped."""


@blueprint.get("/")
def front() -> str:
    """What this is, and the latest incidents."""
    base = the_base()
    return render_template("home.html", incidents=base.incidents.newest(_SHOWN), status=base.status())


@blueprint.get("/feed.atom")
def feed() -> Response:
    """The latest incidents as an Atom feed."""
    base = the_base()
    made = base.made
    entries = [(incident, _updated(incident, made)) for incident in base.incidents.newest(_SHOWN)]
    updated = max((when for _, when in entries), default=_last_change(base))
    body = render_template("feed.atom", entries=entries, updated=updated)
    return Response(_NOT_XML.sub("", body), content_type="application/atom+xml; charset=utf-8")


def _updated(incident: Outline, made: datetime) -> datetime:
    """When an incident was last reported; where no report says when it was published, when one came into the base."""
    return incident.updated or incident.recorded or made


def _last_change(base: Base) -> datetime:
    """Since when there is nothing to tell of."""
    return max([base.made, *(run.started for run in base.journal.last())])


@blueprint.get("/healthz")
def health() -> Response:
    """Whether the base answers."""
    return jsonify(status="ok", incidents=the_base().incidents.count())


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What search engines may index."""
    return Response("User-agent: *\nDisallow: /search\nDisallow: /claims\n", content_type="text/plain; charset=utf-8")
