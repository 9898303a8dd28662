"""What this is, how it reads, and how to correct it."""

from flask import Blueprint, render_template

from kb.model import PUBLISHING_THRESHOLD

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def about() -> str:
    """Method, vocabulary, limits, corrections, licence."""
    return render_template("about.html", threshold=PUBLISHING_THRESHOLD)
