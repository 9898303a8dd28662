"""Which claims tell of one dispute: a pure decision whose result does not depend on the order of the claims.

Claims that name both sides are linked when a party of each side is shared, the conduct can be the same, they lie within
a window of time, and no docket number speaks against it; linked claims form a group, split again where it holds several
docket numbers. A claim that leaves a side unnamed ("authors", "a lawsuit against X") joins the one group that it can
belong to; where there are several or none, such claims stand by themselves.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from kb.model import Claim, Conduct, name_key

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


def group(claims: Iterable[Claim]) -> list[Group]:
    """The disputes that these claims tell of, the earliest first."""
    ordered = sorted(claims, key=_order)
    named = [claim for claim in ordered if _names_both_sides(claim)]
    groups = [part for linked in _components(named) for part in _by_docket(linked)]
    reasons = [{claim.id: _why(claim, part) for claim in part} for part in groups]
    alone: list[Claim] = []
    for claim in ordered:
        if _names_both_sides(claim):
            continue
        homes = [n for n, part in enumerate(groups) if _can_join(claim, part)]
        if len(homes) == 1:
            reasons[homes[0]][claim.id] = ("the only dispute known that it can belong to",)
        else:
            alone.append(claim)
    reasons += [{claim.id: _why(claim, part) for claim in part} for part in _components(alone)]
    first = {claim.id: n for n, claim in enumerate(ordered)}
    return sorted((Group(each) for each in reasons), key=lambda g: min(first[identity] for identity in g.reasons))


def is_generic(name: str) -> bool:
    """Whether a party is a group without a name of its own ("authors", "nine newspapers")."""
    words = name.split()
    return bool(words) and (words[-1].islower() or bool(re.fullmatch(r"(?i)(?:an? |two |\d+ )?group of .*", name)))


def _order(claim: Claim) -> tuple[str, str]:
    when = _when(claim)
    return (when.isoformat() if when else "~", claim.id)


def _when(claim: Claim) -> datetime | None:
    return claim.report.published or claim.report.crawled


def _named(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name_key(name) for name in names if not is_generic(name))


def _names_both_sides(claim: Claim) -> bool:
    return bool(_named(claim.allegation.accusers) and _named(claim.allegation.accused))


def _components(claims: Sequence[Claim]) -> list[list[Claim]]:
    parent = {claim.id: claim.id for claim in claims}

    def root(identity: str) -> str:
        while parent[identity] != identity:
            parent[identity] = parent[parent[identity]]
            identity = parent[identity]
        return identity

    for one, other in combinations(claims, 2):
        if root(one.id) != root(other.id) and _linked(one, other):
            parent[root(other.id)] = root(one.id)
    parts: dict[str, list[Claim]] = {}
    for claim in claims:
        parts.setdefault(root(claim.id), []).append(claim)
    return list(parts.values())


def _linked(one: Claim, other: Claim) -> bool:
    return (
        _share(one.allegation.accused, other.allegation.accused)
        and _share(one.allegation.accusers, other.allegation.accusers)
        and _compatible(one, other)
    )


def _compatible(one: Claim, other: Claim) -> bool:
    return (
        _same_conduct(one.allegation.conduct, other.allegation.conduct)
        and _within_window(one, other)
        and not _dockets_differ(one, other)
    )


def _share(some: Sequence[str], others: Sequence[str]) -> bool:
    if not some or not others:
        return not some and not others
    return bool({name_key(name) for name in some} & {name_key(name) for name in others})


def _same_conduct(some: Sequence[Conduct], others: Sequence[Conduct]) -> bool:
    if not some or not others or Conduct.OTHER in some or Conduct.OTHER in others:
        return True
    if set(some) & set(others):
        return True
    return any(set(some) <= family and set(others) <= family for family in _FAMILIES)


def _within_window(one: Claim, other: Claim) -> bool:
    times = _when(one), _when(other)
    if times[0] is None or times[1] is None:
        return True
    return abs(times[0] - times[1]) <= WINDOW


def _docket(claim: Claim) -> str:
    proceeding = claim.allegation.proceeding
    return re.sub(r"\W", "", proceeding.docket).casefold() if proceeding else ""


def _dockets_differ(one: Claim, other: Claim) -> bool:
    return bool(_docket(one) and _docket(other) and _docket(one) != _docket(other))


def _by_docket(claims: list[Claim]) -> list[list[Claim]]:
    dockets = sorted({_docket(claim) for claim in claims} - {""})
    if len(dockets) <= 1:
        return [claims]
    parts = {docket: [claim for claim in claims if _docket(claim) == docket] for docket in dockets}
    anchors = {docket: list(part) for docket, part in parts.items()}
    for claim in claims:
        if not _docket(claim):
            nearest = min(dockets, key=lambda docket: (_distance(claim, anchors[docket]), docket))
            parts[nearest].append(claim)
    return list(parts.values())


def _distance(claim: Claim, others: Sequence[Claim]) -> float:
    when = _when(claim)
    gaps = [abs((when - other).total_seconds()) for other in map(_when, others) if when and other]
    return min(gaps, default=float("inf"))


def _can_join(claim: Claim, part: Sequence[Claim]) -> bool:
    accusers, accused = _named(claim.allegation.accusers), _named(claim.allegation.accused)
    if not accusers and not accused:
        return False
    sides = (
        (accusers, [other.allegation.accusers for other in part]),
        (accused, [other.allegation.accused for other in part]),
    )
    fits = all(not keys or any(keys & _named(names) for names in side) for keys, side in sides)
    return fits and any(_compatible(claim, other) for other in part)


def _why(claim: Claim, part: Sequence[Claim]) -> tuple[str, ...]:
    if len(part) == 1:
        return ("the first report of this dispute",)
    others = [other for other in part if other.id != claim.id and _linked(claim, other)] or [
        other for other in part if other.id != claim.id
    ]
    shared = _common(claim, others)
    reasons = [f"the same parties: {', '.join(shared)}"] if shared else ["the same parties"]
    if _docket(claim) and any(_docket(other) == _docket(claim) for other in others):
        reasons.append(f"the same docket number: {claim.allegation.proceeding.docket}")  # type: ignore[union-attr]
    conduct = {code for other in others for code in other.allegation.conduct} & set(claim.allegation.conduct)
    reasons += [f"the same conduct: {', '.join(sorted(conduct))}"] if conduct else []
    return tuple(reasons)


def _common(claim: Claim, others: Sequence[Claim]) -> list[str]:
    keys = {name_key(name) for other in others for name in (*other.allegation.accusers, *other.allegation.accused)}
    names = (*claim.allegation.accusers, *claim.allegation.accused)
    return [name for name in names if name_key(name) in keys]
