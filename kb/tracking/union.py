"""Sets of things that grow together (disjoint sets, Tarjan 1975)."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Thing = TypeVar("Thing", bound=Hashable)


class Union(Generic[Thing]):
    """Sets of things that grow together."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._parent = {thing: thing for thing in things}

    def root(self, thing: Thing) -> Thing:
        """What stands for the set of a thing."""
        parent = self._parent
        while parent[thing] != thing:
            parent[thing] = parent[parent[thing]]
            thing = parent[thing]
        return thing

    def join(self, one: Thing, other: Thing) -> None:
        """Make one set of those of two things."""
        self._parent[self.root(other)] = self.root(one)
