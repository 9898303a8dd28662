"""How an incident stands, told by rule from its claims and never in words that no finding bears out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from kb.model import Claim, Conduct, Incident, Role, SlugText, Stage, name_key
from kb.tracking.parties import is_generic
from kb.tracking.stages import history
from kb.tracking.words import CONDUCT_WORDS

_TITLES = {
    Stage.ACCUSED: "{accusers} {accuse} {accused} of {conduct}",
    Stage.LETTER: "{accusers} {accuse} {accused} of {conduct}",
    Stage.COMPLAINT: "{accusers} {sue} {accused} over {conduct}",
    Stage.CHARGED: "{accusers} {charge} {accused} over {conduct}",
    Stage.INVESTIGATION: "{accusers} {investigate} {accused} over {conduct}",
}
_CASE_TITLE = "{accusers} v. {accused}: {conduct}"

_NAMED_IN_TITLE = 2


def tell(claims: Sequence[Claim], slug: SlugText = "") -> Incident:
    """The incident that these claims make.

    Args:
        claims: at least one.
        slug: its address.
    """
    ordered = sorted(claims, key=_order)
    telling = [claim for claim in ordered if claim.allegation.role is Role.MAIN] or ordered
    accusers = _most_told(claim.allegation.accusers for claim in telling)
    accused = _most_told(claim.allegation.accused for claim in telling)
    conduct = tuple(code for code, _ in Counter(c for claim in telling for c in claim.allegation.conduct).most_common())
    steps = history(telling)
    stage = steps[-1].stage
    times = [claim.known for claim in ordered if claim.known]
    return Incident(
        slug=slug,
        title=_title(accusers, accused, conduct, stage),
        accusers=accusers,
        accused=accused,
        conduct=conduct,
        stage=stage,
        proceeding=next((c.allegation.proceeding for c in telling if c.allegation.proceeding), None),
        claims=tuple(ordered),
        history=steps,
        opened=min(times, default=None),
        updated=max(times, default=None),
    )


def _order(claim: Claim) -> tuple[bool, float, str]:
    return (claim.allegation.role is not Role.MAIN, _stamp(claim.known), claim.id)


def _stamp(time: datetime | None) -> float:
    return time.timestamp() if time else float("inf")


def _most_told(sides: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    told: Counter[str] = Counter()
    for side in sides:
        for name in side:
            told[name_key(name)] += 1
            names.setdefault(name_key(name), name)
    ranked = [names[key] for key, _ in told.most_common()]
    named = [name for name in ranked if not is_generic(name)]
    return tuple(named or ranked)


def _title(accusers: Sequence[str], accused: Sequence[str], conduct: Sequence[Conduct], stage: Stage) -> str:
    what = CONDUCT_WORDS[conduct[0]] if conduct else CONDUCT_WORDS[Conduct.OTHER]
    if not accusers:
        return f"{_listed(accused)} accused of {what}"
    singular = len(accusers) == 1 and not is_generic(accusers[0])
    verbs = {verb: verb + "s" if singular else verb for verb in ("accuse", "sue", "charge", "investigate")}
    pattern = _TITLES.get(stage, _CASE_TITLE)
    title = pattern.format(accusers=_listed(accusers), accused=_listed(accused), conduct=what, **verbs)
    return title[0].upper() + title[1:] if is_generic(accusers[0]) else title


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "an unnamed party"
    shown = list(names[:_NAMED_IN_TITLE])
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} other{'s' if rest > 1 else ''}"
    return " and ".join(shown)
