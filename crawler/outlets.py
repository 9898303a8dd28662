"""The outlets watched, as `outlets.toml` describes them."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from pydantic import TypeAdapter, ValidationError

from crawler.addresses import is_web_address
from kb.model import PUBLIC_RECORD, Feed, Outlet, OutletKind, slug

DATA = Path(__file__).with_name("outlets.toml")
_OUTLET = TypeAdapter(Outlet)
_KEYS = {field.name for field in fields(Outlet)} - {"slug", "sample"}
_LISTS = ("feeds", "sitemaps", "sections")
_FEED_KEYS = {field.name for field in fields(Feed)}


class OutletsError(Exception):
    """The file of outlets cannot be used; the message has a line for each fault, with outlet and key."""


def load(path: Path | None = None) -> list[Outlet]:
    """The outlets of a TOML file, by default the one that comes with Disputed.

    Raises:
        OutletsError: it is no such file, or has faults: all of them are named.
    """
    file = path or DATA
    outlets: list[Outlet] = []
    faults: list[str] = []
    for n, table in enumerate(_tables(file), 1):
        where = f"outlet {n} ({table.get('name', 'without name')})"
        outlet, found = _outlet(table)
        faults += [f"{where}: {fault}" for fault in found]
        if outlet is not None:
            outlets.append(outlet)
    faults += _doubles(outlets)
    if faults:
        raise OutletsError("\n".join(f"{file}: {fault}" for fault in faults))
    return outlets


def _tables(file: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise OutletsError(f"{file} is not written in UTF-8: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise OutletsError(f"{file} is not valid TOML: {error}") from error
    except OSError as error:
        raise OutletsError(f"{file} cannot be read: {error.strerror}") from error
    others = sorted(content.keys() - {"outlet"})
    if others:
        raise OutletsError(f"{file}: unknown key {others[0]!r}; each outlet is a table [[outlet]]")
    tables = content.get("outlet")
    if not tables:
        raise OutletsError(f"{file} names no outlet; each is a table [[outlet]] with name, home and feeds or sitemaps")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise OutletsError(f"{file}: `outlet` must be a list of tables: write [[outlet]], with two brackets")
    return tables


def _outlet(table: dict[str, Any]) -> tuple[Outlet | None, list[str]]:
    """The outlet of a table, None where it is none, and what is wrong with it."""
    found = list(_faults_of_table(table))
    known = {key: value for key, value in table.items() if key in _KEYS}
    try:
        outlet = _OUTLET.validate_python({"slug": slug(str(table.get("name", ""))), **known})
    except ValidationError as error:
        return None, [*found, *(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())]
    return outlet, [*found, *_faults(outlet)]


def _faults_of_table(table: dict[str, Any]) -> Iterator[str]:
    """What is wrong whatever the values mean."""
    if not str(table.get("name", "no")).strip():
        yield "name: must not be empty"
    yield from (f"unknown key {key!r}" for key in sorted(table.keys() - _KEYS))
    for key in _LISTS:
        lists = table.get(key, ())
        for n, each in enumerate(lists if isinstance(lists, list) else ()):
            if isinstance(each, dict):
                yield from (f"{key}.{n}: unknown key {name!r}" for name in sorted(each.keys() - _FEED_KEYS))


def _faults(outlet: Outlet) -> Iterator[str]:
    if outlet.slug == PUBLIC_RECORD:
        yield f"name: {PUBLIC_RECORD!r} marks what was entered from public record; choose another"
    if outlet.country not in _countries():
        yield f"country: {outlet.country!r} is no country's code of two capitals (ISO 3166-1), such as 'GB'"
    if outlet.language not in Locale("en").languages:
        yield f"language: {outlet.language!r} is no language's code (ISO 639-1), such as 'en'"
    if not is_web_address(outlet.home):
        yield f"home: {outlet.home!r} is no http or https address"
    if not outlet.lists and not outlet.opted_out:
        yield "feeds: it has neither feeds nor sitemaps nor sections, so that nothing of it can be found"
    if outlet.name in outlet.syndicates:
        yield "syndicates: it names the outlet itself"
    for key in _LISTS:
        for n, feed in enumerate(getattr(outlet, key)):
            yield from (f"{key}.{n}: {fault}" for fault in _faults_of_list(feed))
    yield from _faults_of_court(outlet)


def _faults_of_list(feed: Feed) -> Iterator[str]:
    if not is_web_address(feed.url):
        yield f"{feed.url!r} is no http or https address"
    if not feed.source.strip():
        yield "source: say where the address was found, or 'unverified'"
    if feed.token and not feed.url.startswith("https://"):
        yield "token: a secret goes out over https only"


def _faults_of_court(outlet: Outlet) -> Iterator[str]:
    court = outlet.kind is OutletKind.COURT
    if not court and outlet.court:
        yield "court: only an outlet of the kind 'court' has one"
    if court and (outlet.sitemaps or outlet.sections):
        yield "feeds: a court has only feeds of what is filed there, neither sitemaps nor sections"
    if outlet.timezone not in available_timezones():
        yield f"timezone: {outlet.timezone!r} is no time zone, such as 'America/New_York'"


def _doubles(outlets: Iterable[Outlet]) -> list[str]:
    """What several outlets claim as their own."""
    outlets = list(outlets)
    told = {
        "name": [outlet.slug for outlet in outlets],
        "home": [outlet.home.rstrip("/") for outlet in outlets],
        "address": [feed.url for outlet in outlets for feed in outlet.lists],
    }
    return [
        f"{key}: several outlets have {value}"
        for key, values in told.items()
        for value, number in Counter(values).items()
        if number > 1
    ]


@cache
def _countries() -> frozenset[str]:
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2) - {"EZ", "UN", "ZZ"}
