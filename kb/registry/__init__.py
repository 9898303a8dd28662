"""The registry of parties that seeds a base: a data file of one organisation a line."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kb.model import Organisation, Registry, name_key

DATA = Path(__file__).with_name("organisations.jsonl")

_KEYS = {field.name for field in fields(Organisation)}
_ORGANISATION = TypeAdapter(Organisation)


class RegistryError(Exception):
    """The registry file cannot be used; the message names the line and says what is wrong with it."""


def load(path: Path | None = None) -> Registry:
    """The registry of a file of JSON lines, by default the one that comes with Disputed.

    Raises:
        RegistryError: a line is no organisation, or two lines have the same name.
    """
    file = path or DATA
    return registry_of(_organisation(file, n, line) for n, line in _lines(file))


def registry_of(organisations: Iterable[Organisation]) -> Registry:
    """The registry of these organisations, its version made from their content."""
    ordered = tuple(sorted(organisations, key=lambda organisation: organisation.name.casefold()))
    return Registry(ordered, hashlib.sha256(repr(ordered).encode()).hexdigest()[:12])


def _lines(file: Path) -> list[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise RegistryError(f"the registry {file} cannot be read: {error.strerror}") from error
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    _refuse_doubles(file, lines)
    return lines


def _refuse_doubles(file: Path, lines: list[tuple[int, str]]) -> None:
    seen: dict[str, int] = {}
    for n, line in lines:
        key = name_key(str(_record(file, n, line).get("name", "")))
        if key in seen:
            raise RegistryError(f"{file}, line {n}: the name is already in line {seen[key]}; merge the two")
        seen[key] = n


def _record(file: Path, n: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise RegistryError(f"{file}, line {n}: not a JSON object: {error}") from error
    if not isinstance(record, dict):
        raise RegistryError(f"{file}, line {n}: not a JSON object")
    return record


def _organisation(file: Path, n: int, line: str) -> Organisation:
    record = _record(file, n, line)
    unknown = sorted(record.keys() - _KEYS)
    if unknown:
        raise RegistryError(
            f"{file}, line {n}: unknown key {unknown[0]!r}; the keys are those of kb.model.Organisation"
        )
    try:
        return _ORGANISATION.validate_python(record)
    except ValidationError as error:
        first = error.errors()[0]
        raise RegistryError(f"{file}, line {n}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
