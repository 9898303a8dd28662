"""The page of sources: which outlets are watched, and how they are doing."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from kb.health import WORDS, Condition
from web.pages import the_base

blueprint = Blueprint("sources", __name__)

_HEADINGS = {
    Condition.BROKEN: "Out of reach",
    Condition.QUIET: "Gone quiet",
    Condition.TROUBLED: "In trouble",
    Condition.FINE: "In order",
    Condition.UNTRIED: "Not yet tried",
}


@blueprint.get("/sources")
def sources() -> str:
    """Every outlet and how reaching it goes, the worst first."""
    base = the_base()
    health = base.health.of_outlets(datetime.now(UTC))
    groups = [(heading, [each for each in health if each.condition is kind]) for kind, heading in _HEADINGS.items()]
    return render_template("sources.html", groups=groups, words=WORDS, status=base.status())
