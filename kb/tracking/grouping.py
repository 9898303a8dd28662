"""Which claims tell of one dispute: a pure decision whose result does not depend on the order of the claims.

Claims that name both sides are put together when they share a party of each and nothing speaks against it: conduct,
time, first-instance docket numbers, the country of the court. What names a party by a shorter name or by its owner, or
leaves a side unnamed ("authors"), goes to the one dispute that it is likest, if it is like enough and none other is as
like. What people decided is never overruled.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kb.model import Claim, Conduct, Decision, name_key
from kb.tracking.components import chains, cores
from kb.tracking.deciding import Bounds
from kb.tracking.links import SUGGESTED, Part, Told, link
from kb.tracking.parties import Parties
from kb.tracking.sides import NOTHING_KNOWN, Handle
from kb.tracking.weighing import holders, joined, likest, meeting

_SAME_NEWS = timedelta(days=45).total_seconds()
_SAME_CASE = timedelta(days=550).total_seconds()
_UNTOLD_NEWS = timedelta(days=10).total_seconds()


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of one dispute.

    Attributes:
        reasons: for the id of each claim, why it is here.
    """

    reasons: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two groups that may be of one dispute, for a person to judge.

    Attributes:
        groups: the ids of their claims, those of the earlier group first.
        score: how sure it is, between 0 and 1.
        reasons: what speaks for it and against it.
    """

    groups: tuple[frozenset[str], frozenset[str]]
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Claims put into groups, and what may yet be one.

    Attributes:
        groups: the disputes that the claims tell of, the earliest first.
    """

    groups: list[Group]
    _parts: Sequence[Part]
    _bounds: Bounds
    _parties: Parties

    def suggestions(self, about: Collection[str] | None = None) -> list[Suggestion]:
        """Pairs of groups that may be of one dispute, the surest first; none that a person has parted.

        Args:
            about: ids of claims, of which a group must hold one for its pairs to be looked at; None for all pairs.
        """
        looked_at = [about is None or not part.ids.isdisjoint(about) for part in self._parts]
        found = []
        for n, m in meeting(self._parts, _sides_met, looked_at):
            one, other = self._parts[n], self._parts[m]
            how = link(one, other, self._parties)
            if how.score >= SUGGESTED and not self._bounds.parted(one.ids, other.ids):
                found.append(Suggestion((one.ids, other.ids), how.score, how.reasons))
        return sorted(found, key=lambda each: (-each.score, *(sorted(ids) for ids in each.groups)))


def grouping(
    claims: Iterable[Claim],
    decisions: Sequence[Decision] = (),
    parties: Parties = NOTHING_KNOWN,
    unsure: Iterable[Claim] = (),
) -> Grouping:
    """These claims put into groups; the arguments are those of `group`."""
    bounds = Bounds.of(decisions)
    groups, why = _grouped(claims, bounds, parties, unsure)
    parts = [Part(tuple(part)) for part in groups]
    return Grouping([Group(_reasons(part, bounds, why)) for part in groups], parts, bounds, parties)


def group(
    claims: Iterable[Claim],
    decisions: Sequence[Decision] = (),
    parties: Parties = NOTHING_KNOWN,
    unsure: Iterable[Claim] = (),
) -> list[Group]:
    """The disputes that these claims tell of, the earliest first.

    Args:
        claims: what reports say.
        decisions: what people decided, the latest last.
        parties: what is known of the parties.
        unsure: claims too unsure to make a dispute; each joins one of the same parties that others tell of, or is left.
    """
    return grouping(claims, decisions, parties, unsure).groups


def _sides_met(told: Told) -> Iterable[Handle]:
    named = {"accuser": told.sides.named_accusers, "accused": told.sides.named_accused}
    return ((side, key, "") for side, keys in named.items() for key in keys)


def _grouped(
    claims: Iterable[Claim], bounds: Bounds, parties: Parties, unsure: Iterable[Claim]
) -> tuple[list[list[Told]], dict[str, tuple[str, ...]]]:
    """The groups, and for each claim that was weighed why it is where it is."""
    ordered = sorted((Told.of(claim, parties) for claim in claims), key=lambda told: told.order)
    named = joined([Part(tuple(core)) for core in cores([t for t in ordered if t.sides.complete], parties)], parties)
    groups, alone, why = _at_home(named, [told for told in ordered if not told.sides.complete], parties)
    groups += chains(alone, _close, parties)
    doubtful = sorted((Told.of(claim, parties) for claim in unsure), key=lambda told: told.order)
    groups, _, why_doubtful = _at_home([Part(tuple(each)) for each in groups], doubtful, parties)
    bounded = [sorted(each, key=lambda told: told.order) for each in bounds.bound(groups, parties)]
    return sorted(bounded, key=lambda each: each[0].order), why | why_doubtful


def _at_home(
    parts: Sequence[Part], claims: Sequence[Told], parties: Parties
) -> tuple[list[list[Told]], list[Told], dict[str, tuple[str, ...]]]:
    """The parts, each with the claims that are likest to it; the claims that are left; and why the others are not."""
    by_side = holders(parts, _sides_met)
    found = {id(part): list(part.claims) for part in parts}
    left: list[Told] = []
    why: dict[str, tuple[str, ...]] = {}
    for told in claims:
        places = sorted({n for side in _sides_met(told) for n in by_side.get(side, ())})
        home, how = likest(Part((told,)), (parts[n] for n in places), parties)
        if home is None:
            left.append(told)
        else:
            found[id(home)].append(told)
            why[told.claim.id] = (f"the dispute it is likest: {how.score:.2f}", *how.reasons)
    return list(found.values()), left, why


def _close(one: Told, other: Told) -> bool:
    """Whether of two claims that leave a side unnamed the later one can go on from the earlier."""
    if not one.sort.agrees(other.sort):
        return False
    if one.when is None or other.when is None:
        return len(one.words & other.words) > min(len(one.words), len(other.words)) / 2
    gap = other.when - one.when
    if not other.opens:
        return gap <= _SAME_CASE
    return gap <= (_SAME_NEWS if one.sides.accusers and one.sides.accused else _UNTOLD_NEWS)


def _reasons(part: Sequence[Told], bounds: Bounds, why: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Why each of these claims is one of them."""
    members = [told.claim.id for told in part]
    keys = Counter(key for told in part for key in told.sides.accusers | told.sides.accused)
    dockets = Counter(number for told in part for number in told.sort.dockets)
    conduct = Counter(code for told in part for code in told.sort.conduct)
    found = {}
    for told in part:
        decided = bounds.reasons(told.claim.id, members)
        weighed = why.get(told.claim.id) or tuple(_why(told, keys, dockets, conduct))
        found[told.claim.id] = decided + (("the first report of this dispute",) if len(part) == 1 else weighed)
    return found


def _why(told: Told, keys: Counter[str], dockets: Counter[str], conduct: Counter[Conduct]) -> list[str]:
    """What a claim has in common with others of its group, in which each party, number and code is told so often."""
    allegation = told.claim.allegation
    shared = [name for name in (*allegation.accusers, *allegation.accused) if keys[name_key(name)] > 1]
    reasons = [f"the same parties: {', '.join(shared)}"] if shared else ["parties that can be the same"]
    if allegation.proceeding and any(dockets[number] > 1 for number in told.sort.dockets):
        reasons.append(f"the same docket number: {allegation.proceeding.docket}")
    common = sorted(code for code in told.sort.conduct if conduct[code] > 1)
    return reasons + ([f"the same conduct: {', '.join(common)}"] if common else [])
