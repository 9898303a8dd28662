"""What people decided on the bounds of incidents, and groups that keep to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Self

from kb.model import Decision
from kb.tracking.components import likest_parts
from kb.tracking.parties import Parties
from kb.tracking.told import Told
from kb.tracking.union import Union

TOGETHER = "a person put these together"
PARTED = "a person parted it from others"


@dataclass(frozen=True)
class Bounds:
    """Decisions brought into one: which claims belong together, and which of these sets do not.

    Attributes:
        sets: for each claim that a decision names, the id of the claim that stands for its set.
        apart: for each set, those that it must not be with.
    """

    sets: Mapping[str, str]
    apart: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, decisions: Sequence[Decision]) -> Self:
        """The bounds of these decisions, the latest last; what contradicts a later one, if only by a chain, falls."""
        making = _Making({identity for each in decisions for part in each.parts for identity in part})
        for decision in reversed(decisions):
            making.take(decision)
        sets = {identity: making.root(identity) for identity in making.named}
        return cls(sets, {root: frozenset(others) for root, others in making.apart.items()})

    def parted(self, some: Iterable[str], others: Iterable[str]) -> bool:
        """Whether a person parted a claim of the one from a claim of the other."""
        roots = {self.sets[identity] for identity in others if identity in self.sets}
        return any(not roots.isdisjoint(self.apart.get(self.sets.get(identity, ""), ())) for identity in some)

    def reasons(self, identity: str, members: Iterable[str]) -> tuple[str, ...]:
        """What a person decided on a claim that is in a group of these members."""
        if identity not in self.sets:
            return ()
        own = self.sets[identity]
        joined = any(self.sets.get(other) == own for other in members if other != identity)
        return ((TOGETHER,) if joined else ()) + ((PARTED,) if self.apart.get(own) else ())

    def bound(self, groups: Iterable[Sequence[Told]], parties: Parties) -> list[list[Told]]:
        """The groups within these bounds: joined, parted, and what nobody decided where it is likest."""
        given = [list(each) for each in groups]
        union = Union(range(len(given)))
        home: dict[str, int] = {}
        for n, members in enumerate(given):
            for told in members:
                if told.claim.id in self.sets:
                    union.join(home.setdefault(self.sets[told.claim.id], n), n)
        joined: dict[int, list[Told]] = {}
        for n, members in enumerate(given):
            joined.setdefault(union.root(n), []).extend(members)
        return [part for members in joined.values() for part in self._parted(members, parties)]

    def _parted(self, members: list[Told], parties: Parties) -> list[list[Told]]:
        sets: dict[str, list[Told]] = {}
        for told in sorted(members, key=lambda told: told.order):
            if told.claim.id in self.sets:
                sets.setdefault(self.sets[told.claim.id], []).append(told)
        if not any(other in sets for root in sets for other in self.apart.get(root, ())):
            return [members]
        parts: list[set[str]] = []
        for root in sets:
            free = next((part for part in parts if part.isdisjoint(self.apart.get(root, ()))), None)
            if free is None:
                parts.append({root})
            else:
                free.add(root)
        fixed = [[told for root in sets if root in part for told in sets[root]] for part in parts]
        return likest_parts(fixed, (told for told in members if told.claim.id not in self.sets), parties)


class _Making:
    """Sets of claims and what is apart, while decisions are taken one after another."""

    def __init__(self, named: set[str]) -> None:
        self.named = named
        self.apart: dict[str, set[str]] = {}
        self._union = Union(sorted(named))

    def root(self, identity: str) -> str:
        return self._union.root(identity)

    def take(self, decision: Decision) -> None:
        """Take a decision as far as none taken before speaks against it."""
        parts = [self._joined(part) for part in sorted(decision.parts, key=sorted)]
        for some, others in combinations(parts, 2):
            for one in some:
                for other in others:
                    self._part(self.root(one), self.root(other))

    def _joined(self, part: Iterable[str]) -> list[str]:
        """Join the claims of a part; more than one stand for it where some are apart already."""
        standing: list[str] = []
        for identity in sorted(part):
            root = self.root(identity)
            free = next((one for one in standing if self.root(one) not in self.apart.get(root, ())), None)
            if free is None:
                standing.append(identity)
            else:
                self._join(self.root(free), root)
        return standing

    def _join(self, one: str, other: str) -> None:
        if one == other:
            return
        self._union.join(one, other)
        for third in self.apart.pop(other, set()):
            self.apart[third].discard(other)
            self._part(one, third)

    def _part(self, one: str, other: str) -> None:
        if one != other:
            self.apart.setdefault(one, set()).add(other)
            self.apart.setdefault(other, set()).add(one)
