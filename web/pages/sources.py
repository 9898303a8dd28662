"""The page of sources: which outlets are watched, and how they are doing."""

from flask import Blueprint, render_template

from web.pages import the_base

blueprint = Blueprint("sources", __name__)


@blueprint.get("/sources")
def sources() -> str:
    """Every outlet and how reaching it goes."""
    base = the_base()
    health = base.outlets.health()
    reached = [each for each in health if each.last_success and not each.problem]
    troubled = [each for each in health if each.problem]
    untried = [each for each in health if not each.last_contact]
    return render_template("sources.html", reached=reached, troubled=troubled, untried=untried, status=base.status())
