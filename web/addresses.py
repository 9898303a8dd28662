"""Addresses and names of this site's things that hold outside it."""

from pathlib import Path
from uuid import UUID, uuid5

from flask import current_app, request, url_for

_NAMES = UUID("5a3c1d6e-6f0b-4b86-9a55-0f2f3c8f7d11")


def absolute(path: str) -> str:
    """The address of a path of this site: below the one configured, else below the one that the request went to."""
    root: str = current_app.config["SITE_ADDRESS"] or request.url_root
    return root.rstrip("/") + path


def asset(name: str) -> str:
    """The address of a file of `static`, another one whenever the file is."""
    changed = int((Path(str(current_app.static_folder)) / name).stat().st_mtime)
    return url_for("static", filename=name, v=changed)


def urn(name: str) -> str:
    """A name for what the base calls so ("incident/some-slug"), the same wherever the site is reached."""
    return uuid5(_NAMES, name).urn
