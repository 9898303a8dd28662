"""Which pages search engines are asked to leave alone, so that no accused private person is found by them."""

from collections.abc import Iterable

from flask import g

from kb.model import Claim, name_key
from kb.tracking.parties import is_generic
from web.pages import the_base


def keep_from_search_engines() -> None:
    """Ask search engines not to index the page being made, in its head and in its headers."""
    g.noindex = True


def protect_the_accused(claims: Iterable[Claim]) -> None:
    """Keep the page from search engines if one of those accused may be a private person.

    Nothing that is read tells a person from a firm, so that every name counts that the registry does not know; groups
    without a name of their own ("former employees") do not.
    """
    protect_the_named(name for claim in claims for name in claim.allegation.accused)


def protect_the_named(accused: Iterable[str]) -> None:
    """Keep the page from search engines if one of these names of accused may be a private person's."""
    names = {name for name in accused if not is_generic(name)}
    if names and {name_key(name) for name in names} - the_base().organisations.known(names):
        keep_from_search_engines()
