"""The pages, one file for each noun."""

from flask import current_app

from kb.database import Base
from kb.search import SearchEngine


def the_base() -> Base:
    """The base that the site shows."""
    base: Base = current_app.extensions["base"]
    return base


def the_engine() -> SearchEngine:
    """Its search index."""
    engine: SearchEngine = current_app.extensions["engine"]
    return engine
