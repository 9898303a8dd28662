"""Figures side by side: which of one kind can be true together, and which cannot."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from kb.model import Amount, AmountHedge, Claim, Figure, FiguresOfKind, Stage, same_unit, same_value, unit_kind
from kb.tracking.stages import since_known
from kb.tracking.words import is_money

_ABOUT = 0.05
"""By how much a figure that is said to be approximate may be off."""
_DECIDED = frozenset({Stage.RULING, Stage.VERDICT, Stage.APPEAL, Stage.DISMISSED})
AGREED = frozenset({Stage.SETTLED, Stage.LICENSED, Stage.WITHDRAWN})

_Kind = tuple[str, str]
_Key = tuple[float, AmountHedge, str, str]
_Found = dict[_Key, list[tuple[Amount, Claim]]]
"""The figures of one kind, each with all that tell it."""
_Pair = tuple[Amount, Amount]


def figures(claims: Iterable[Claim]) -> tuple[FiguresOfKind, ...]:
    """Every figure of these claims, by what it counts, the kind that most reports tell first.

    Figures of different reports conflict when they count the same, cannot both be true as far as they are told and
    hedged, and no report gives both: one that does speaks of two things ("16 million exchanges, 150,000 of them ...").

    Args:
        claims: of one incident, in any order.
    """
    kinds: dict[_Kind, _Found] = {}
    for claim in sorted(claims, key=since_known):
        for amount in claim.allegation.amounts:
            alike = kinds.setdefault(_kind(amount, claim.allegation.stage), {})
            alike.setdefault(_key(amount), []).append((amount, claim))
    told = [_of_kind(kind, found) for kind, found in kinds.items()]
    return tuple(sorted(told, key=lambda each: (-_reports(each.figures), each.kind, each.purpose)))


def can_both_be_true(one: Amount, other: Amount) -> bool:
    """Whether two figures for one thing agree, as far as they are told and hedged."""
    (low, high), (least, most) = _range(one), _range(other)
    first, second = max(low, least), min(high, most)
    if first <= second or same_value(first, second):
        return True
    about = AmountHedge.ABOUT in (one.hedge, other.hedge)
    return about and abs(first - second) <= _ABOUT * max(abs(first), abs(second))


def _range(amount: Amount) -> tuple[float, float]:
    low = float("-inf") if amount.hedge is AmountHedge.UP_TO else amount.value
    high = float("inf") if amount.hedge is AmountHedge.AT_LEAST else amount.value
    return low, high


def _kind(amount: Amount, stage: Stage) -> _Kind:
    if not is_money(amount.unit):
        return unit_kind(amount.unit), ""
    return amount.unit, "agreed" if stage in AGREED else "decided" if stage in _DECIDED else "asked"


def _key(amount: Amount) -> _Key:
    return amount.value, amount.hedge, amount.unit, amount.what.casefold()


def _of_kind(kind: _Kind, found: _Found) -> FiguresOfKind:
    apart = _told_apart(found)
    agrees: dict[_Key, list[_Key]] = {key: [] for key in found}
    conflicts: dict[_Key, list[_Key]] = {key: [] for key in found}
    for one, other in combinations(sorted(found), 2):
        if _are_of_one_thing(found[one], found[other], apart):
            beside = agrees if can_both_be_true(found[one][0][0], found[other][0][0]) else conflicts
            beside[one].append(other)
            beside[other].append(one)
    return FiguresOfKind(
        kind=kind[0],
        purpose=kind[1],
        figures=tuple(
            Figure(
                amount=found[key][0][0],
                claims=tuple({claim.report.id: claim for _, claim in reversed(found[key])}.values())[::-1],
                agrees=tuple(found[each][0][0] for each in sorted(agrees[key])),
                conflicts=tuple(found[each][0][0] for each in sorted(conflicts[key])),
            )
            for key in sorted(found)
        ),
    )


def _told_apart(found: _Found) -> list[_Pair]:
    """The pairs of figures that one report gives as two: they cannot both be true of one thing."""
    by_report: dict[str, list[Amount]] = {}
    for each in found.values():
        for report, amount in {claim.report.id: amount for amount, claim in each}.items():
            by_report.setdefault(report, []).append(amount)
    pairs = {
        (_key(one), _key(other)): (one, other)
        for told in by_report.values()
        for one, other in combinations(told, 2)
        if not can_both_be_true(one, other)
    }
    return list(pairs.values())


def _are_of_one_thing(
    some: Sequence[tuple[Amount, Claim]], others: Sequence[tuple[Amount, Claim]], apart: Iterable[_Pair]
) -> bool:
    """Whether figures of one kind can be meant for the same: units fit, and no report gives both as two."""
    one, other = some[0][0], others[0][0]
    if not same_unit(one.unit, other.unit):
        return False
    if len({claim.report.id for _, claim in (*some, *others)}) == 1:
        return False
    return can_both_be_true(one, other) or not any(
        (_is_same(first, one) and _is_same(second, other)) or (_is_same(first, other) and _is_same(second, one))
        for first, second in apart
    )


def _is_same(one: Amount, other: Amount) -> bool:
    return same_unit(one.unit, other.unit) and same_value(one.value, other.value)


def _reports(told: Iterable[Figure]) -> int:
    return len({claim.report.id for figure in told for claim in figure.claims})
