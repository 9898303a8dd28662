"""What this is, how it reads and how well, and how to correct it."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template

from kb.model import PUBLISHING_THRESHOLD

blueprint = Blueprint("about", __name__)
ACCURACY = Path(__file__).parents[1] / "accuracy.toml"


@blueprint.get("/about")
def about() -> str:
    """Method, accuracy, vocabulary, limits, corrections, licence."""
    return render_template("about.html", threshold=PUBLISHING_THRESHOLD, accuracy=measured())


@lru_cache(maxsize=1)
def measured() -> list[dict[str, Any]]:
    """The sets that the reader was measured on, each with precision and recall."""
    sets: list[dict[str, Any]] = tomllib.loads(ACCURACY.read_text(encoding="utf-8"))["set"]
    return sets
