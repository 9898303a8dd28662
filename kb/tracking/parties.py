"""Who parties are to each other: names of one party, owner and owned, and whom a group without a name can mean."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from kb.model import Registry, name_key

_WORDS_OF_TRADES = {
    "person": "author writer novelist poet journalist reporter editor blogger columnist biographer historian artist "
    "illustrator painter photographer cartoonist animator designer musician singer songwriter composer performer "
    "entertainer actor actress comedian youtuber streamer podcaster creator filmmaker screenwriter playwright "
    "developer programmer engineer coder researcher scientist professor academic teacher employee executive staffer "
    "worker founder user customer individual person people consumer fan family parent student narrator translator "
    "lawyer critic heir relative widow descendant",
    "state": "prosecutor authority regulator official government police",
    "press": "publisher newspaper magazine outlet broadcaster press books publishing publications times news post "
    "herald tribune journal gazette chronicle courier media daily review encyclopedia dictionary",
    "music": "label record music recordings",
    "film": "studio pictures film entertainment animation",
    "image": "agency image photo stock",
    "company": "company firm startup lab maker platform rival competitor giant developer business corporation vendor "
    "ai systems technologies technology software robotics computing analytics networks semiconductor",
    "": "plaintiff defendant owner holder rightsholder hacker scammer criminal group member china russia iran",
}
_TRADES: dict[str, frozenset[str]] = {
    word: frozenset(trade for trade, words in _WORDS_OF_TRADES.items() if trade and word in words.split())
    for words in _WORDS_OF_TRADES.values()
    for word in words.split()
}
_TRADES_OF_KINDS = {
    **dict.fromkeys(("media", "news", "publisher"), "press"),
    **dict.fromkeys(("author-group", "person-group"), "person"),
    **dict.fromkeys(("court", "government", "regulator"), "state"),
    "music": "music",
    "film": "film",
    "image": "image",
}
_COUNTRIES = frozenset("China Russia Iran".split())
_SAYS_LITTLE = frozenset("american national united first global international".split())
_SAME_WORD = {"brothers": "bros", "recordings": "records"}

SAME, VARIANT, KIN = 1.0, 0.85, 0.7
"""How likely two names are of one party: the same name, a shorter form, owner and owned."""
MEANT, OPEN = 0.75, 0.65
"""How likely a group without a name means a party: of the same trade, or nothing known of that."""


def is_generic(name: str) -> bool:
    """Whether a party is a group without a name of its own ("authors", "nine newspapers").

    One word in small letters that is no such group is somebody's own name, as users of a platform go by; a country
    stands for those who are there ("China").
    """
    words = name.split()
    if len(words) == 1:
        return name in _COUNTRIES or (words[0].islower() and _singular(words[0]) in _TRADES)
    return bool(words) and (words[-1].islower() or bool(re.fullmatch(r"(?i)(?:an? |two |\d+ )?group of .*", name)))


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("s", "")):
        if word.endswith(ending) and word.removesuffix(ending) + instead in _TRADES:
            return word.removesuffix(ending) + instead
    return word


@lru_cache(maxsize=1 << 14)
def _trades_by_words(key: str) -> frozenset[str]:
    return next((_TRADES[word] for word in map(_singular, reversed(key.split())) if word in _TRADES), frozenset())


@dataclass(frozen=True)
class Parties:
    """What the registry knows of parties, by the keys under which names are compared.

    Attributes:
        kinds: what sort each is.
        owners: who owns each, and who owns the owner, the nearest first.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, registry: Registry) -> Self:
        """What this registry says."""
        parents = {name_key(each.name): name_key(each.parent) for each in registry.organisations if each.parent}
        kinds = {name_key(each.name): each.kind for each in registry.organisations}
        return cls(kinds, {key: _chain(key, parents) for key in parents})

    def root(self, key: str) -> str:
        """Who owns a party in the end, itself where nobody is known to; of owners in a circle one stands for all."""
        last = self.owners[key][-1] if key in self.owners else key
        return min(self.owners.get(last, (last,)))

    def kin(self, key: str) -> frozenset[str]:
        """A party, whoever owns it and whatever it owns."""
        return frozenset({key, *self.owners.get(key, ()), *self._owned.get(key, ())})

    @property
    def _owned(self) -> Mapping[str, frozenset[str]]:
        return _owned(tuple(self.owners.items()))

    def trades(self, key: str) -> frozenset[str]:
        """What a named party lives by, as far as its kind or its name tells; empty where that is open."""
        if key in self.kinds:
            return frozenset({_TRADES_OF_KINDS.get(self.kinds[key], "company")})
        known = _trades_by_words(key)
        words = key.split()
        return known or (frozenset({"person"}) if 2 <= len(words) <= 4 and all(map(str.isalpha, words)) else known)

    def is_person(self, key: str) -> bool:
        """Whether a named party is taken for a person."""
        return key not in self.kinds and "person" in self.trades(key)

    def may_be_person(self, key: str) -> bool:
        """Whether a named party may be a person, as far as its name tells."""
        return key not in self.kinds and (not self.trades(key) or "person" in self.trades(key))

    def meaning(self, group: str, keys: Iterable[str]) -> float:
        """How likely a group without a name ("authors") is these named parties: `MEANT`, `OPEN` or 0.

        "Plaintiffs" and "AI companies" say little of whom they mean, and of some parties it is not known what they are.
        """
        meant, known = _trades_by_words(group), [trades for trades in map(self.trades, keys) if trades]
        if not meant or not known:
            return OPEN
        if meant == {"company"}:
            return 0.0 if all(trades == {"person"} for trades in known) else OPEN
        return MEANT if any(meant & trades for trades in known) else 0.0

    def same(self, one: str, other: str) -> float:
        """How likely two named parties are one, by their keys: `SAME`, `VARIANT`, `KIN` or 0."""
        if one == other:
            return SAME
        if other in self.kin(one):
            return KIN
        known = one in self.kinds and other in self.kinds
        return VARIANT if not known and _is_short_for(*sorted((one, other), key=len)) else 0.0

    def traces(self, key: str) -> frozenset[str]:
        """What a named party shares with every name that `same` takes for it: who owns it, a first or last word."""
        words = [_SAME_WORD.get(word, word) for word in key.split()]
        return frozenset({words[0], words[-1]} - _SAYS_LITTLE | {f"owner: {self.root(key)}"})


def _chain(key: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    while key in parents and parents[key] not in found:
        key = parents[key]
        found.append(key)
    return tuple(found)


@lru_cache(maxsize=8)
def _owned(owners: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, chain in owners:
        for owner in chain:
            found.setdefault(owner, set()).add(key)
    return {owner: frozenset(keys) for owner, keys in found.items()}


def _is_short_for(short: str, long: str) -> bool:
    """Whether a name is another's beginning ("Warner Bros" of "Warner Bros Discovery") or a person's last name."""
    few, many = ([_SAME_WORD.get(word, word) for word in name.split()] for name in (short, long))
    if few == many:
        return True
    if few[0] in _SAYS_LITTLE or len(few[0]) < 3 or len(few) > len(many):
        return False
    return many[: len(few)] == few or (len(few) == 1 and many[-1] == few[0])
