"""What is not plain from the parties' names: which dispute is the likest, if one is like enough."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import combinations, pairwise

from kb.model import Stage
from kb.tracking.components import parted
from kb.tracking.links import JOINED, NO_LINK, Link, link, speaks_against
from kb.tracking.parties import Parties
from kb.tracking.sides import Handle
from kb.tracking.told import Part, Told
from kb.tracking.union import Union

_LEAD = 0.02
"""By how much the likest dispute must be liker than the next."""
_ONLY_ONE = 1.15
"""How much surer a link is where it is the only one that there can be."""
_SAME_FILING = timedelta(days=2).total_seconds()


def likest(one: Part, others: Iterable[Part], parties: Parties) -> tuple[Part | None, Link]:
    """The part of those given that one is likest, if it is like enough and no other is as like."""
    links = [(how, other) for other in others if (how := link(one, other, parties)).score]
    links.sort(key=lambda each: -each[0].score)
    if not links:
        return None, NO_LINK
    best, home = links[0]
    if len(links) == 1:
        best = Link(min(1.0, best.score * _ONLY_ONE), (*best.reasons, "no other dispute that it can belong to"))
    elif best.score - links[1][0].score < _LEAD:
        return None, NO_LINK
    return (home, best) if best.score >= JOINED else (None, NO_LINK)


def joined(parts: Sequence[Part], parties: Parties) -> list[Part]:
    """The parts, those joined that name a party by a shorter name or its owner, or several persons of one suit.

    Parts with both parties in common stay as they are: something has parted them.
    """
    union = Union(range(len(parts)))
    wishes: dict[int, list[int]] = {}
    for n, m in meeting(parts, _met):
        if not parts[n].pairs.isdisjoint(parts[m].pairs):
            continue
        child, parent = sorted((n, m), key=lambda k: (_detail(parts[k]), parts[k].order))
        wishes.setdefault(child, []).append(parent)
    places = {id(part): n for n, part in enumerate(parts)}
    for child, parents in wishes.items():
        found, _ = likest(parts[child], (parts[n] for n in parents), parties)
        if found is not None:
            union.join(places[id(found)], child)
    for n, m in _filed_together(parts, parties):
        union.join(n, m)
    together: dict[int, list[Told]] = {}
    for n, part in enumerate(parts):
        together.setdefault(union.root(n), []).extend(part.claims)
    return [Part(tuple(part)) for claims in together.values() for part in parted(claims, parties)]


def _met(told: Told) -> frozenset[Handle]:
    return frozenset(handle for handle in told.sides.shown if handle[0] in {"accuser", "accused"})


def _detail(part: Part) -> tuple[float, int]:
    """How fully a part names its parties: words a name, then how many claims name them."""
    names = [name for side in part.named for name in side]
    return sum(len(name.split()) for name in names) / len(names), len(part.claims)


def _filed_together(parts: Sequence[Part], parties: Parties) -> Iterable[tuple[int, int]]:
    """Suits of persons against the same within two days: reports name some of those who sue, each others of them.

    Entries from public record name all, so that two of them are two suits.
    """
    suits: dict[str, list[tuple[float, int]]] = {}
    for n, part in enumerate(parts):
        first = min(part.claims, key=lambda told: told.order)
        persons = all(map(parties.may_be_person, part.named[0])) and not first.claim.entry
        if first.when is not None and persons and first.claim.allegation.stage is Stage.COMPLAINT:
            for key in part.named[1]:
                suits.setdefault(key, []).append((first.when, n))
    surely = [all(map(parties.is_person, part.named[0])) for part in parts]
    for found in suits.values():
        for (earlier, n), (later, m) in pairwise(sorted(found)):
            same = any(some.agrees(other) for some in parts[n].sorts for other in parts[m].sorts)
            apart = later - earlier > _SAME_FILING or speaks_against(parts[n], parts[m])
            if same and not apart and (surely[n] or surely[m]):
                yield n, m


def meeting(
    parts: Sequence[Part], handles: Callable[[Told], Iterable[Handle]], wanted: Sequence[bool] = ()
) -> list[tuple[int, int]]:
    """The places of the pairs of parts that have a handle in common, in order; only those with one that is wanted."""
    holding: Mapping[Handle, list[int]] = holders(parts, handles)
    if not wanted:
        return sorted({pair for places in holding.values() for pair in combinations(places, 2)})
    return sorted(
        {(min(n, m), max(n, m)) for places in holding.values() for n in places if wanted[n] for m in places if n != m}
    )


def holders(parts: Sequence[Part], handles: Callable[[Told], Iterable[Handle]]) -> dict[Handle, list[int]]:
    """The places of the parts that have each handle."""
    found: dict[Handle, list[int]] = {}
    for n, part in enumerate(parts):
        for handle in {handle for told in part.claims for handle in handles(told)}:
            found.setdefault(handle, []).append(n)
    return found
