"""The two sides of a claim, as tracking compares them: which claims can bear on each other at all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from kb.model import name_key

Handle = tuple[str, str, str]
"""What claims meet by: a sort of meeting, and what is met with."""


def is_generic(name: str) -> bool:
    """Whether a party is a group without a name of its own ("authors", "nine newspapers")."""
    words = name.split()
    return bool(words) and (words[-1].islower() or bool(re.fullmatch(r"(?i)(?:an? |two |\d+ )?group of .*", name)))


@dataclass(frozen=True)
class Sides:
    """The parties of a claim by the keys under which names are compared.

    Attributes:
        accusers: keys of those who accuse.
        accused: keys of those accused.
        named_accusers: those among the accusers that have a name of their own.
        named_accused: the same of the accused.
    """

    accusers: frozenset[str]
    accused: frozenset[str]
    named_accusers: frozenset[str]
    named_accused: frozenset[str]

    @classmethod
    def of(cls, accusers: Iterable[str], accused: Iterable[str]) -> Self:
        """The sides of a claim by the names of its parties."""
        accusers, accused = tuple(accusers), tuple(accused)
        return cls(*map(_keys, (accusers, accused)), *map(_keys_of_named, (accusers, accused)))

    @cached_property
    def complete(self) -> bool:
        """Whether both sides have a name."""
        return bool(self.named_accusers and self.named_accused)

    @cached_property
    def pairs(self) -> frozenset[Handle]:
        """Each accuser with each accused; claims that have none of these in common are never linked."""
        sort = "complete" if self.complete else "open"
        return frozenset((sort, one, other) for one in self.accusers or {""} for other in self.accused or {""})

    @cached_property
    def homes(self) -> frozenset[Handle]:
        """Its named parties: a claim that leaves a side unnamed joins one that names both by these."""
        named = {"accuser": self.named_accusers, "accused": self.named_accused}
        return frozenset(("home", side, key) for side, keys in named.items() for key in keys)

    @cached_property
    def shown(self) -> frozenset[Handle]:
        """What other claims find this one by."""
        return self.pairs | (self.homes if self.complete else _turned(self.homes))

    @cached_property
    def sought(self) -> frozenset[Handle]:
        """What this claim finds others by: two claims bear on each other if one shows what the other seeks."""
        return self.pairs | (_turned(self.homes) if self.complete else self.homes)


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(name_key, names))


def _keys_of_named(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name_key(name) for name in names if not is_generic(name))


def _turned(homes: Iterable[Handle]) -> frozenset[Handle]:
    return frozenset(("homeless", side, key) for _, side, key in homes)
