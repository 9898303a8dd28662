"""Who accuses whom over disputes: which of them are asked for, and how often each pair stands against each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kb.model import Conduct, Outline, Stage, name_key

ENDED = frozenset({Stage.DISMISSED, Stage.SETTLED, Stage.LICENSED, Stage.WITHDRAWN})
"""Stages at which a dispute is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which disputes are asked for.

    Attributes:
        conduct: that they are over, among others; None for any.
        stage: at which they stand; None for any.
        time: by which of the five times `first` and `last` go: the earliest day that a dispute has of it counts.
        first: the first day; None for no bound.
        last: the last day; None for no bound.
    """

    conduct: Conduct | None = None
    stage: Stage | None = None
    time: str = "stated"
    first: date | None = None
    last: date | None = None

    def takes(self, incident: Outline) -> bool:
        """Whether it asks for this dispute; where days are asked for, for none that has no day of that time."""
        if self.conduct and self.conduct not in incident.conduct:
            return False
        if self.stage and incident.stage is not self.stage:
            return False
        if not (self.first or self.last):
            return True
        day = incident.first.get(self.time)
        if day is None:
            return False
        return not (self.first and day.latest() < self.first) and not (self.last and day.earliest() > self.last)


@dataclass(frozen=True, slots=True)
class Edge:
    """One party that accuses another.

    Attributes:
        accuser: its name.
        accused: its name.
        incidents: how many disputes it does so in.
        going: how many of them are not over.
    """

    accuser: str
    accused: str
    incidents: int
    going: int


def edges(incidents: Iterable[Outline]) -> list[Edge]:
    """Each pair of accuser and accused once, the one with most disputes first; names are compared as keys."""
    names: dict[str, str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    going: defaultdict[tuple[str, str], int] = defaultdict(int)
    for incident in incidents:
        sides = [{name_key(name): name for name in side} for side in (incident.accusers, incident.accused)]
        for key, name in (pair for side in sides for pair in side.items()):
            names.setdefault(key, name)
        for pair in ((accuser, accused) for accuser in sides[0] for accused in sides[1]):
            counts[pair] += 1
            going[pair] += incident.stage not in ENDED
    found = [Edge(names[pair[0]], names[pair[1]], count, going[pair]) for pair, count in counts.items()]
    return sorted(found, key=lambda edge: (-edge.incidents, edge.accuser.casefold(), edge.accused.casefold()))


def one_sided(incidents: Sequence[Outline]) -> int:
    """How many disputes name nobody on one side, so that no pair stands for them."""
    return sum(not (incident.accusers and incident.accused) for incident in incidents)
