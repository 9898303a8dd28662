"""The site: pages that answer who accuses whom of taking what, with the sentence that says so."""

from web.app import create_app

__all__ = ["create_app"]
