"""Which claims tell of one dispute: a pure decision whose result does not depend on the order of the claims.

Claims that name both sides are linked when a party of each side is shared, the conduct can be the same, they lie within
a window of time, and no docket number speaks against it; linked claims form a group, split again where it holds several
docket numbers. A claim that leaves a side unnamed ("authors", "a lawsuit against X") joins the one group that it can
belong to; where there are several or none, such claims stand by themselves.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, islice, pairwise
from typing import NamedTuple, Self

from kb.model import Claim, Conduct, name_key
from kb.tracking.sides import Handle, Sides

WINDOW = timedelta(days=1100)

_COPYRIGHT = frozenset(
    {
        Conduct.TRAINING_COPYRIGHT,
        Conduct.OUTPUT_COPYRIGHT,
        Conduct.COPYRIGHT,
        Conduct.CMI,
        Conduct.SCRAPING,
        Conduct.OPEN_LICENCE,
        Conduct.CONTRACT,
        Conduct.UNFAIR_COMPETITION,
        Conduct.TRADEMARK,
    }
)
_SECRETS = frozenset({Conduct.TRADE_SECRET, Conduct.CONTRACT, Conduct.UNFAIR_COMPETITION})
_EXTRACTION = frozenset({Conduct.DISTILLATION, Conduct.SCRAPING, Conduct.CONTRACT})
_FAMILIES = (_COPYRIGHT, _SECRETS, _EXTRACTION, frozenset({Conduct.LIKENESS, Conduct.TRADEMARK}))


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of one dispute.

    Attributes:
        reasons: for the id of each claim, why it is here.
    """

    reasons: dict[str, tuple[str, ...]]


class _Sort(NamedTuple):
    """What decides, besides parties and time, whether claims can be of one dispute."""

    conduct: frozenset[Conduct]
    docket: str

    def agrees(self, other: "_Sort") -> bool:
        return _same_conduct(self.conduct, other.conduct) and (
            not self.docket or not other.docket or self.docket == other.docket
        )


@dataclass(frozen=True, slots=True)
class _Told:
    """A claim with what is compared of it, worked out once; `when` is in seconds since 1970."""

    claim: Claim
    sides: Sides
    sort: _Sort
    when: float | None

    @classmethod
    def of(cls, claim: Claim) -> Self:
        told = claim.allegation
        docket = re.sub(r"\W", "", told.proceeding.docket).casefold() if told.proceeding else ""
        when = claim.report.published or claim.report.crawled
        return cls(
            claim,
            Sides.of(told.accusers, told.accused),
            _Sort(frozenset(told.conduct), docket),
            when.timestamp() if when else None,
        )

    @property
    def order(self) -> tuple[float, str]:
        return (float("inf") if self.when is None else self.when, self.claim.id)


def group(claims: Iterable[Claim]) -> list[Group]:
    """The disputes that these claims tell of, the earliest first."""
    ordered = sorted(map(_Told.of, claims), key=lambda told: told.order)
    complete = [told for told in ordered if told.sides.complete]
    groups = [part for linked in _components(complete) for part in _by_docket(linked)]
    reasons = [_reasons(part) for part in groups]
    by_home = _by_home(groups)
    alone: list[_Told] = []
    for told in ordered:
        if told.sides.complete:
            continue
        homes = _homes(told, groups, by_home)
        if len(homes) == 1:
            reasons[homes[0]][told.claim.id] = ("the only dispute known that it can belong to",)
        else:
            alone.append(told)
    reasons += [_reasons(part) for part in _components(alone)]
    first = {told.claim.id: n for n, told in enumerate(ordered)}
    return sorted((Group(each) for each in reasons), key=lambda g: min(first[identity] for identity in g.reasons))


class _Union:
    """Sets of claims that grow together."""

    def __init__(self, claims: Iterable[_Told]) -> None:
        self._parent = {told.claim.id: told.claim.id for told in claims}

    def root(self, identity: str) -> str:
        parent = self._parent
        while parent[identity] != identity:
            parent[identity] = parent[parent[identity]]
            identity = parent[identity]
        return identity

    def join(self, one: _Told, other: _Told) -> None:
        self._parent[self.root(other.claim.id)] = self.root(one.claim.id)


def _components(claims: Sequence[_Told]) -> list[list[_Told]]:
    union = _Union(claims)
    blocks: dict[Handle, dict[_Sort, list[_Told]]] = {}
    for told in claims:
        for pair in told.sides.pairs:
            blocks.setdefault(pair, {}).setdefault(told.sort, []).append(told)
    for sorts in blocks.values():
        for members in sorts.values():
            _join_within_window(members, union)
        for one, other in combinations(sorts, 2):
            if one.agrees(other):
                _join_within_window(sorts[one] + sorts[other], union)
    parts: dict[str, list[_Told]] = {}
    for told in claims:
        parts.setdefault(union.root(told.claim.id), []).append(told)
    return list(parts.values())


def _join_within_window(claims: Sequence[_Told], union: _Union) -> None:
    """Join claims that nothing but time can part: neighbours in time suffice, and one without a time joins them all."""
    ordered = sorted(claims, key=lambda told: told.order)
    undated = ordered[-1].when is None
    for one, other in pairwise(ordered):
        if undated or (other.when or 0) - (one.when or 0) <= WINDOW.total_seconds():
            union.join(one, other)


def _same_conduct(some: frozenset[Conduct], others: frozenset[Conduct]) -> bool:
    if not some or not others or Conduct.OTHER in some or Conduct.OTHER in others:
        return True
    return bool(some & others) or any(some <= family and others <= family for family in _FAMILIES)


def _compatible(one: _Told, other: _Told) -> bool:
    in_window = one.when is None or other.when is None or abs(one.when - other.when) <= WINDOW.total_seconds()
    return in_window and one.sort.agrees(other.sort)


def _by_docket(claims: list[_Told]) -> list[list[_Told]]:
    dockets = sorted({told.sort.docket for told in claims} - {""})
    if len(dockets) <= 1:
        return [claims]
    parts = {docket: [told for told in claims if told.sort.docket == docket] for docket in dockets}
    times = {d: sorted(told.when for told in part if told.when is not None) for d, part in parts.items()}
    for told in claims:
        if not told.sort.docket:
            nearest = min(dockets, key=lambda docket: (_distance(told.when, times[docket]), docket))
            parts[nearest].append(told)
    return list(parts.values())


def _distance(when: float | None, times: Sequence[float]) -> float:
    """Seconds to the nearest of these times, which are in order."""
    if when is None:
        return float("inf")
    n = bisect_left(times, when)
    return min((abs(when - each) for each in times[max(0, n - 1) : n + 1]), default=float("inf"))


def _by_home(groups: Sequence[Sequence[_Told]]) -> dict[Handle, list[int]]:
    """The groups by the named parties of their claims."""
    found: dict[Handle, list[int]] = {}
    for n, part in enumerate(groups):
        for home in frozenset().union(*(told.sides.homes for told in part)):
            found.setdefault(home, []).append(n)
    return found


def _homes(told: _Told, groups: Sequence[Sequence[_Told]], by_home: Mapping[Handle, Sequence[int]]) -> list[int]:
    """The groups to which a claim that leaves a side unnamed can belong: at most two, as one more than one decides."""
    candidates = {n for home in told.sides.homes for n in by_home.get(home, ())}
    return list(islice((n for n in candidates if any(_compatible(told, other) for other in groups[n])), 2))


def _reasons(part: Sequence[_Told]) -> dict[str, tuple[str, ...]]:
    """Why each of these claims is one of them."""
    if len(part) == 1:
        return {part[0].claim.id: ("the first report of this dispute",)}
    keys = Counter(key for told in part for key in told.sides.accusers | told.sides.accused)
    dockets = Counter(told.sort.docket for told in part if told.sort.docket)
    conduct = Counter(code for told in part for code in told.sort.conduct)
    return {told.claim.id: tuple(_why(told, keys, dockets, conduct)) for told in part}


def _why(told: _Told, keys: Counter[str], dockets: Counter[str], conduct: Counter[Conduct]) -> list[str]:
    """What a claim has in common with others of its group, in which each party, number and code is told so often."""
    allegation = told.claim.allegation
    shared = [name for name in (*allegation.accusers, *allegation.accused) if keys[name_key(name)] > 1]
    reasons = [f"the same parties: {', '.join(shared)}"] if shared else ["the same parties"]
    if allegation.proceeding and dockets[told.sort.docket] > 1:
        reasons.append(f"the same docket number: {allegation.proceeding.docket}")
    common = sorted(code for code in told.sort.conduct if conduct[code] > 1)
    return reasons + ([f"the same conduct: {', '.join(common)}"] if common else [])
