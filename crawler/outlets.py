"""The outlets watched, as `outlets.toml` describes them."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from crawler.addresses import is_web_address
from kb.model import PUBLIC_RECORD, Outlet, slug

DATA = Path(__file__).with_name("outlets.toml")
_OUTLET = TypeAdapter(Outlet)
_KEYS = {"name", "home", "country", "kind", "language", "feeds", "sitemaps", "opted_out"}


class OutletsError(Exception):
    """The file of outlets cannot be used; the message names file, outlet and key."""


def load(path: Path | None = None) -> list[Outlet]:
    """The outlets of a TOML file, by default the one that comes with Disputed.

    Raises:
        OutletsError: it is no such file, or an outlet in it is not complete and sound.
    """
    file = path or DATA
    outlets = [_outlet(file, n, table) for n, table in enumerate(_tables(file), 1)]
    doubles = sorted({outlet.slug for outlet in outlets if [o.slug for o in outlets].count(outlet.slug) > 1})
    if doubles:
        raise OutletsError(f"{file}: there are several outlets {', '.join(doubles)}")
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


def _outlet(file: Path, n: int, table: dict[str, Any]) -> Outlet:
    where = f"{file}, outlet {n} ({table.get('name', 'without name')})"
    if not str(table.get("name", "")).strip():
        raise OutletsError(f"{where}: name: must not be empty")
    unknown = sorted(table.keys() - _KEYS)
    if unknown:
        raise OutletsError(f"{where}: unknown key {unknown[0]!r}")
    try:
        outlet = _OUTLET.validate_python({"slug": slug(str(table.get("name", ""))), **table})
    except ValidationError as error:
        first = error.errors()[0]
        raise OutletsError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if outlet.slug == PUBLIC_RECORD:
        raise OutletsError(
            f"{where}: name: {PUBLIC_RECORD!r} marks what was entered from public record; choose another"
        )
    for address in (outlet.home, *(feed.url for feed in (*outlet.feeds, *outlet.sitemaps))):
        if not is_web_address(address):
            raise OutletsError(f"{where}: {address!r} is no http or https address")
    return outlet
