"""Claims put together by what they have in common: the cores of disputes, which need no weighing."""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import combinations, pairwise

from kb.model import Role
from kb.tracking.links import WINDOW, distance, link
from kb.tracking.parties import Parties
from kb.tracking.sides import NOTHING_KNOWN, Handle
from kb.tracking.told import Part, Sort, Told
from kb.tracking.union import Union

_FRESH = timedelta(days=7).total_seconds()
_TOGETHER = timedelta(days=3).total_seconds()

Marks = Callable[[Told], frozenset[Hashable]]
"""What parts claims: those that share a mark stay together, one without any can go with each."""


def cores(claims: Sequence[Told], parties: Parties = NOTHING_KNOWN) -> list[list[Told]]:
    """Claims that have a pair of parties in common, and between which nothing speaks.

    The claims of one pair make strands. A claim that names several parties of a side ties strands together, unless
    each tells of a dispute that had begun before: then it is a mention of both, and goes with the likest.
    """
    strands = _strands(claims)
    union = Union(range(len(strands)))
    for (n, m), ties in _ties(strands).items():
        if _is_one(strands[n], strands[m], ties):
            union.join(n, m)
    tied: dict[str, set[int]] = {}
    for n, strand in enumerate(strands):
        for told in strand:
            tied.setdefault(told.claim.id, set()).add(union.root(n))
    parts: dict[int, list[Told]] = {}
    torn: list[Told] = []
    for told in claims:
        if len(tied[told.claim.id]) > 1:
            torn.append(told)
        else:
            parts.setdefault(min(tied[told.claim.id]), []).append(told)
    found = _with_likest(parts, torn, tied, parties)
    return [part for linked in found for part in parted(linked, parties)]


def _strands(claims: Sequence[Told]) -> list[list[Told]]:
    """For each pair of parties the claims that name it, as far as nothing speaks between them."""
    blocks: dict[Handle, dict[Sort, list[Told]]] = {}
    for told in claims:
        for pair in told.sides.pairs:
            blocks.setdefault(pair, {}).setdefault(told.sort, []).append(told)
    found = []
    for sorts in blocks.values():
        members = [told for each in sorts.values() for told in each]
        union = Union(told.claim.id for told in members)
        for sort, each in sorts.items():
            _join_near(each, union, math.inf if sort.cases else WINDOW.total_seconds())
        for one, other in combinations(sorts, 2):
            if one.agrees(other):
                window = math.inf if one.cases & other.cases else WINDOW.total_seconds()
                _join_near(sorts[one] + sorts[other], union, window)
        found += _sets(members, union)
    return found


def _ties(strands: Sequence[Sequence[Told]]) -> dict[tuple[int, int], list[Told]]:
    """For each two strands the claims that are in both, where there are any."""
    places: dict[str, list[int]] = {}
    by_id: dict[str, Told] = {}
    for n, strand in enumerate(strands):
        for told in strand:
            places.setdefault(told.claim.id, []).append(n)
            by_id[told.claim.id] = told
    found: dict[tuple[int, int], list[Told]] = {}
    for identity, held in places.items():
        for pair in combinations(held, 2):
            found.setdefault(pair, []).append(by_id[identity])
    return found


def _is_one(some: Sequence[Told], others: Sequence[Told], ties: Sequence[Told]) -> bool:
    """Whether strands tied by these claims are one: most reports tell it so, or it began with the tie or together."""
    tying = {told.claim.id for told in ties}
    one, other = ([told for told in each if told.claim.id not in tying] for each in (some, others))
    if min(_reports(one), _reports(other)) < _reports(ties):
        return True
    begun = sorted((_begun(one), _begun(other)))
    told_together = min((told.when for told in ties if told.when is not None), default=float("inf"))
    return begun[1] >= told_together - _FRESH or begun[1] - begun[0] <= _TOGETHER


def _reports(claims: Iterable[Told]) -> int:
    return len({told.claim.report.id for told in claims})


def _begun(claims: Iterable[Told]) -> float:
    """When a dispute began, if its first claim says so; one that goes on, or is told as background, began before."""
    first = min(claims, key=lambda told: told.order)
    fresh = first.opens and first.claim.allegation.role is Role.MAIN and first.when is not None
    return first.order[0] if fresh else float("-inf")


def _with_likest(
    parts: Mapping[int, list[Told]], torn: Iterable[Told], tied: Mapping[str, set[int]], parties: Parties
) -> list[list[Told]]:
    """The parts, each torn claim with the likest of those that it ties; without any that tells more, they are one."""
    targets = {n: Part(tuple(part)) for n, part in parts.items()}
    found = {n: list(part) for n, part in parts.items()}
    for told in torn:
        places = sorted(n for n in tied[told.claim.id] if n in targets)
        links = [
            (-link(Part((told,)), targets[n], parties).score, distance(told.when, targets[n].times), n) for n in places
        ]
        found.setdefault(min(links)[2] if links else min(tied[told.claim.id]), []).append(told)
    return list(found.values())


def parted(claims: list[Told], parties: Parties) -> list[list[Told]]:
    """Claims that were linked, perhaps by others, parted where public record, country, docket or conduct says so."""
    found = [claims]
    for marks in (_entries, _forums, _dockets, _conduct):
        found = [part for linked in found for part in _parted(linked, marks, parties)]
    return found


def chains(claims: Sequence[Told], close: Callable[[Told, Told], bool], parties: Parties) -> list[list[Told]]:
    """Claims that have a pair of parties and their conduct in common, each close to the one before it in time."""
    union = Union(told.claim.id for told in claims)
    blocks: dict[Handle, list[Told]] = {}
    for told in claims:
        for pair in told.sides.pairs:
            blocks.setdefault(pair, []).append(told)
    for members in blocks.values():
        for alike in _by_mark(members):
            for one, other in pairwise(alike):
                if close(one, other):
                    union.join(one.claim.id, other.claim.id)
    return [part for linked in _sets(claims, union) for part in parted(linked, parties)]


def _by_mark(claims: Iterable[Told]) -> Iterable[list[Told]]:
    """For each mark of conduct the claims that have it, and those without any, in order of time."""
    ordered = sorted(claims, key=lambda told: told.order)
    marks = {mark for told in ordered for mark in _conduct(told)}
    return [[told for told in ordered if mark in _conduct(told) or not _conduct(told)] for mark in marks or {None}]


def _join_near(claims: Sequence[Told], union: Union[str], window: float) -> None:
    """Join claims that nothing but time can part: neighbours in time suffice, and one without a time joins them all.

    Args:
        claims: at least one.
        union: where they are joined.
        window: so many seconds apart they can be; any time where a docket number says that they are of one case.
    """
    ordered = sorted(claims, key=lambda told: told.order)
    undated = ordered[-1].when is None
    for one, other in pairwise(ordered):
        if undated or (other.when or 0) - (one.when or 0) <= window:
            union.join(one.claim.id, other.claim.id)


def cases(claims: Sequence[Told]) -> list[list[Told]]:
    """Claims that leave a side unnamed, those of one case and of a party of either side together."""
    union = Union(told.claim.id for told in claims)
    blocks: dict[Hashable, str] = {}
    for told in claims:
        for handle in ((case, *pair) for case in told.sort.cases for pair in told.sides.pairs):
            union.join(blocks.setdefault(handle, told.claim.id), told.claim.id)
    return _sets(claims, union)


def _sets(claims: Sequence[Told], union: Union[str]) -> list[list[Told]]:
    parts: dict[Hashable, list[Told]] = {}
    for told in claims:
        parts.setdefault(union.root(told.claim.id), []).append(told)
    return list(parts.values())


def _entries(told: Told) -> frozenset[Hashable]:
    return frozenset({told.sort.entry} - {""})


def _forums(told: Told) -> frozenset[Hashable]:
    return frozenset({told.sort.forum} - {""})


def _dockets(told: Told) -> frozenset[Hashable]:
    return frozenset(told.sort.dockets)


def _conduct(told: Told) -> frozenset[Hashable]:
    return told.sort.conduct_marks


def _parted(claims: list[Told], marks: Marks, parties: Parties) -> list[list[Told]]:
    """The claims by their marks; those that have none go with what they are likest, then nearest to."""
    marked = sorted((told for told in claims if marks(told)), key=lambda told: told.order)
    union = Union({mark for told in marked for mark in marks(told)})
    for told in marked:
        first, *others = marks(told)
        for mark in others:
            union.join(first, mark)
    parts: dict[Hashable, list[Told]] = {}
    for told in marked:
        parts.setdefault(union.root(next(iter(marks(told)))), []).append(told)
    if len(parts) <= 1:
        return [claims]
    return likest_parts(list(parts.values()), (told for told in claims if not marks(told)), parties)


def likest_parts(parts: list[list[Told]], rest: Iterable[Told], parties: Parties) -> list[list[Told]]:
    """The parts, each claim of the rest added to the one it is likest, then nearest in time; else to the first."""
    targets = [Part(tuple(part)) for part in parts]
    found = [list(part) for part in parts]
    for told in rest:
        one = Part((told,))
        ranks = (
            (-link(one, other, parties).score, distance(told.when, other.times), n) for n, other in enumerate(targets)
        )
        found[min(ranks)[2]].append(told)
    return found
