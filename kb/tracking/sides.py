"""The two sides of a claim, as tracking compares them: which claims can bear on each other at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from kb.model import name_key
from kb.tracking.parties import Parties, is_generic

Handle = tuple[str, str, str]
"""What claims meet by: a sort of meeting, and what is met with."""

NOTHING_KNOWN = Parties()


@dataclass(frozen=True)
class Sides:
    """The parties of a claim by the keys under which names are compared.

    Attributes:
        accusers: keys of those who accuse.
        accused: keys of those accused.
        named_accusers: those among the accusers that have a name of their own.
        named_accused: the same of the accused.
        shown: what other claims find this one by.
        sought: what this claim finds others by: two claims bear on each other if one shows what the other seeks.
    """

    accusers: frozenset[str]
    accused: frozenset[str]
    named_accusers: frozenset[str]
    named_accused: frozenset[str]
    shown: frozenset[Handle]
    sought: frozenset[Handle]

    @classmethod
    def of(cls, accusers: Iterable[str], accused: Iterable[str], parties: Parties = NOTHING_KNOWN) -> Self:
        """The sides of a claim by the names of its parties, and by what is known of these."""
        accusers, accused = tuple(accusers), tuple(accused)
        every = _keys(accusers), _keys(accused)
        named = _keys_of_named(accusers), _keys_of_named(accused)
        homes = [(side, key) for side, keys in zip(("accuser", "accused"), named, strict=True) for key in keys]
        as_home, as_open = (frozenset((f"{what} {side}", key, "") for side, key in homes) for what in ("home", "open"))
        if all(named):
            met = _met(*named, parties)
            return cls(*every, *named, shown=met | as_home, sought=met | as_open)
        met = _pairs(*(names or groups for names, groups in zip(named, every, strict=True))) | as_open
        return cls(*every, *named, shown=met, sought=met | as_home)

    @property
    def complete(self) -> bool:
        """Whether both sides have a name."""
        return bool(self.named_accusers and self.named_accused)

    @property
    def pairs(self) -> frozenset[Handle]:
        """Each accuser with each accused; a group that is told of beside names is no party of its own."""
        return _pairs(self.named_accusers or self.accusers, self.named_accused or self.accused)


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(name_key, names))


def _keys_of_named(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name_key(name) for name in names if not is_generic(name))


def _pairs(accusers: Iterable[str], accused: Iterable[str]) -> frozenset[Handle]:
    return frozenset(("pair", one, other) for one in accusers or {""} for other in accused or {""})


def _met(accusers: frozenset[str], accused: frozenset[str], parties: Parties) -> frozenset[Handle]:
    """What claims that name both sides meet by: one side's name, and what the other's names can have in common."""
    by_accuser = (("accuser", one, trace) for one in accusers for other in accused for trace in parties.traces(other))
    by_accused = (("accused", other, trace) for one in accusers for other in accused for trace in parties.traces(one))
    persons = any(map(parties.may_be_person, accusers))
    return frozenset([*by_accuser, *by_accused, *(("persons", other, "") for other in accused if persons)])
