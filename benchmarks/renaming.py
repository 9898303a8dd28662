"""Labelled reports with every party that the registry knows renamed, so that the reader is measured without its list.

    python benchmarks/renaming.py GOLD.jsonl OUT.jsonl [--seed N]

Each name, alias and product is replaced throughout a file, in texts and labels alike, by one that was invented: like a
firm's ("Calvora Media"), a bare coined word ("Zenlopa") or like a person's ("Ilva Sandrek"). Names that share words go
on sharing them, and a label accepts every name that the registry has of a party. Courts, regulators and governments,
whom nobody has to be told of, keep theirs. Gold: docs/formats.md.
"""

import argparse
import json
import random
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kb import registry
from kb.model import LEGAL_SUFFIXES, Organisation, Registry

PUBLIC = frozenset({"court", "regulator", "government"})
KEPT = frozenset(
    {"id", "url", "held", "incidents", "published", "conduct", "stage", "stage_also", "role", "split", "part"}
)
"""Keys whose value holds no name."""
SIDES = frozenset({"accusers", "accused", "optional_accusers", "optional_accused", "victim"})
_ONSETS = "b br c d f g h k l m n p r s st t tr v w z".split()
_VOWELS = "a e i o u".split()
_CODAS = ["", "", "", "l", "n", "r", "s", "x"]
_LASTS = "a o is en ia on or ly eth".split()
_OF_WORKS = "Media Press Books House Studios Records Tribune Pictures".split()
_OF_TECHNOLOGY = "AI Labs Systems Technologies Robotics Software".split()
_MAKES_WORKS = frozenset({"media", "publisher", "news", "music", "film", "image", "author-group"})
Record = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="GOLD OUT")
    parser.add_argument("--seed", type=int, default=1, help="which names are invented")
    arguments = parser.parse_args()
    if len(arguments.files) != 2:
        print("left out: no files named (python benchmarks/renaming.py GOLD.jsonl OUT.jsonl)")
        return
    gold, out = arguments.files
    text = gold.read_text(encoding="utf-8")
    rename = Renaming(registry.load(), arguments.seed, avoiding=text)
    lines = (json.dumps(rename.record(json.loads(line)), ensure_ascii=False) for line in text.splitlines())
    out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


class Renaming:
    """Replaces the names of a registry's parties; the same name is replaced by the same throughout.

    Args:
        known: the registry.
        seed: which names are invented.
        avoiding: text none of whose words may be invented anew.
    """

    def __init__(self, known: Registry, seed: int, avoiding: str = "") -> None:
        taken = set(re.findall(r"\w+", f"{avoiding} {_all_names(known)}".casefold()))
        self._invented: dict[str, str] = {}
        self._of_same: dict[str, list[str]] = {}
        for organisation in known.organisations:
            if organisation.kind not in PUBLIC:
                names = [name for name in (organisation.name, organisation.legal_name, *organisation.aliases) if name]
                self._of_same |= {name: names for name in names if name not in self._of_same}
                chance = random.Random(f"{seed} {organisation.name}")
                self._invented |= _renamed(organisation, partial(_name, organisation, chance, taken), self._invented)
        longest_first = sorted(self._invented, key=len, reverse=True)
        self._old = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
        self._invented = {
            old: self.text(new) for old, new in self._invented.items()
        }  # "Microsoft Copilot" is two names

    def text(self, text: str) -> str:
        """A text with its names replaced."""
        return self._old.sub(lambda match: self._invented[match[0]], text)

    def record(self, record: Record) -> Record:
        """A labelled report with the names in its texts and labels replaced, and its marks where the words are now."""
        moved = self._moved(record.get("title") or record.get("text") or "")
        return {
            key: [[*map(moved, mark[:2]), *mark[2:]] for mark in value] if key == "marks" else self._value(key, value)
            for key, value in record.items()
        }

    def _value(self, key: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        if key in KEPT:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._value("party" if key in SIDES else "", each) for each in self._accepted(key, value)]
        return {k: self._value(k, each) for k, each in value.items()} if isinstance(value, dict) else value

    def _accepted(self, key: str, names: list[Any]) -> list[Any]:
        """The names of a labelled party with the others that the registry has of it; any other list as it is."""
        further = (other for name in names for other in self._of_same.get(name, ())) if key == "party" else ()
        return list(dict.fromkeys([*names, *further])) if key == "party" else names

    def _moved(self, text: str) -> Callable[[int], int]:
        """Where a place between the names of a text is once they are replaced."""
        ends = [0]
        shifts = [0]
        for match in self._old.finditer(text):
            ends.append(match.end())
            shifts.append(shifts[-1] + len(self._invented[match[0]]) - len(match[0]))
        return lambda place: place + shifts[bisect_right(ends, place) - 1]


def _all_names(known: Registry) -> str:
    return " ".join(name for each in known.organisations for name in _names(each))


def _names(organisation: Organisation) -> Iterator[str]:
    yield from filter(None, (organisation.name, organisation.legal_name, *organisation.aliases, *organisation.products))


def _renamed(organisation: Organisation, invent: Callable[[], str], before: Mapping[str, str]) -> dict[str, str]:
    """The new name for each way of writing each name of an organisation that no other has been renamed by before."""
    cores: dict[str, str] = {}
    new: dict[str, str] = {}
    for name in _names(organisation):
        core = _core(name)
        if core not in cores:
            cores[core] = _like(core, cores) or invent()
        fresh = name.replace(core, cores[core])
        for write in _WRITINGS if len(name) > 4 else _WRITINGS[:1]:
            if write(name) not in before:
                new.setdefault(write(name), write(fresh))
    return new


_WRITINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda name: name.replace("'", "’"),
    str.upper,
    lambda name: " ".join(word[:1].upper() + word[1:].lower() for word in name.split()),
)
"""How a name may be written; a short one only as it is listed, since it could be another word."""


def _core(name: str) -> str:
    """A name without "The" and "Inc."."""
    words = name.removeprefix("The ").split()
    while len(words) > 1 and words[-1].strip(".,()").casefold() in LEGAL_SUFFIXES:
        words.pop()
    return " ".join(words).rstrip(",")


def _like(core: str, before: Mapping[str, str]) -> str:
    """The new name of a part of another name, of a longer form of it or of its initials; empty for any other."""
    words = core.split()
    for other, new in before.items():
        whole, fresh = other.split(), new.split()
        if core.isupper() and core == "".join(word[0] for word in whole if word[0].isupper()) and len(fresh) > 1:
            return "".join(word[0] for word in fresh).upper()
        if len(words) > len(whole) and words[: len(whole)] == whole:
            return " ".join([*fresh, *words[len(whole) :]])
        if len(words) < len(whole) and words in (whole[: len(words)], whole[-len(words) :]):
            return fresh[0]
    return ""


def _name(organisation: Organisation, chance: random.Random, taken: set[str]) -> str:
    """A name that nobody has."""
    kind = chance.choices(["bare", "firm", "person"], [4, 4, 2])[0]
    word = _coined(chance, taken)
    if kind == "bare":
        return word
    if kind == "person":
        return f"{word} {_coined(chance, taken)}"
    return f"{word} {chance.choice(_OF_WORKS if organisation.kind in _MAKES_WORKS else _OF_TECHNOLOGY)}"


def _coined(chance: random.Random, taken: set[str]) -> str:
    """A word that is in no text and no name."""
    while True:
        syllables = (chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_CODAS) for _ in range(2))
        word = "".join(syllables) + chance.choice(_LASTS)
        if 5 <= len(word) <= 9 and word not in taken:
            taken.add(word)
            return word.capitalize()


if __name__ == "__main__":
    main()
