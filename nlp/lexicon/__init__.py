"""The words by which allegations are recognised, as data."""

import hashlib
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kb.model import Conduct

_FOLDER = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """The lexicon file of this name."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def conduct_patterns() -> dict[Conduct, re.Pattern[str]]:
    """For each conduct, what shows it."""
    return {
        Conduct(code): re.compile("|".join(f"(?:{pattern})" for pattern in entry["strong"]), re.IGNORECASE)
        for code, entry in table("conduct").items()
    }


@cache
def words(name: str, key: str) -> frozenset[str]:
    """A list of words of a lexicon file."""
    return frozenset(table(name)[key])


def digest() -> str:
    """What the whole lexicon holds, in eight hexadecimal digits."""
    content = b"".join(path.read_bytes() for path in sorted(_FOLDER.glob("*.toml")))
    return hashlib.sha256(content).hexdigest()[:8]
