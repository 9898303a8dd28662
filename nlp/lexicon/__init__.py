"""The words by which allegations are recognised, as data."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
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
def conduct_wordings() -> dict[Conduct, re.Pattern[str]]:
    """For each conduct, the wordings of which one shows it."""
    return {code: _either(entry["wordings"]) for code, entry in _conducts()}


@cache
def conduct_classes() -> dict[Conduct, tuple[tuple[re.Pattern[str], ...], ...]]:
    """For each conduct, the classes of words that show it where each of them occurs in one sentence."""
    classes = {name: _either(words, r"\b(?:{})\b") for name, words in table("conduct")["classes"].items()}
    return {
        code: tuple(tuple(classes[name] for name in names) for names in entry.get("together", ()))
        for code, entry in _conducts()
    }


def _conducts() -> list[tuple[Conduct, dict[str, Any]]]:
    return [(Conduct(code), entry) for code, entry in table("conduct").items() if code != "classes"]


def _either(patterns: Iterable[str], around: str = "{}") -> re.Pattern[str]:
    return re.compile(around.format("|".join(f"(?:{pattern})" for pattern in patterns)), re.IGNORECASE)


@cache
def words(name: str, *keys: str) -> frozenset[str]:
    """One list of words of a lexicon file, or several together."""
    lists: Mapping[str, Sequence[str]] = table(name)
    return frozenset(word for key in keys for word in lists[key])


def digest() -> str:
    """What the whole lexicon holds, in eight hexadecimal digits."""
    content = b"".join(path.read_bytes() for path in sorted(_FOLDER.glob("*.toml")))
    return hashlib.sha256(content).hexdigest()[:8]
