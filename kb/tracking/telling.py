"""How an incident stands, told by rule from its claims and never in words that no finding bears out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import reduce

from kb.model import Claim, Conduct, Incident, Role, SlugText, Stage, name_key
from kb.tracking.sides import is_generic

CONDUCT_WORDS = {
    Conduct.DISTILLATION: "distillation",
    Conduct.TRAINING_COPYRIGHT: "training on protected works",
    Conduct.OUTPUT_COPYRIGHT: "outputs that copy protected works",
    Conduct.COPYRIGHT: "copyright infringement",
    Conduct.SCRAPING: "scraping",
    Conduct.TRADE_SECRET: "theft of trade secrets",
    Conduct.PATENT: "patent infringement",
    Conduct.TRADEMARK: "trademark infringement",
    Conduct.LIKENESS: "use of voice or likeness",
    Conduct.OPEN_LICENCE: "breach of an open licence",
    Conduct.CMI: "removal of copyright notices",
    Conduct.CONTRACT: "breach of contract",
    Conduct.UNFAIR_COMPETITION: "unfair competition",
    Conduct.OTHER: "taking protected property",
}

_TITLES = {
    Stage.ACCUSED: "{accusers} {accuse} {accused} of {conduct}",
    Stage.LETTER: "{accusers} {accuse} {accused} of {conduct}",
    Stage.COMPLAINT: "{accusers} {sue} {accused} over {conduct}",
    Stage.CHARGED: "{accusers} {charge} {accused} over {conduct}",
    Stage.INVESTIGATION: "{accusers} {investigate} {accused} over {conduct}",
}
_CASE_TITLE = "{accusers} v. {accused}: {conduct}"

_PROGRESS = {
    stage: n
    for n, stages in enumerate(
        [
            (Stage.ACCUSED,),
            (Stage.LETTER, Stage.INVESTIGATION),
            (Stage.COMPLAINT, Stage.CHARGED),
            (Stage.RULING,),
            (Stage.VERDICT,),
            (Stage.APPEAL,),
            (Stage.DISMISSED, Stage.SETTLED, Stage.LICENSED, Stage.WITHDRAWN),
        ]
    )
    for stage in stages
}
_DECIDING = _PROGRESS[Stage.RULING]
_ENDS = frozenset({Stage.DISMISSED, Stage.WITHDRAWN})
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
    stage = _stage(telling)
    times = [claim.dated for claim in ordered if claim.dated]
    return Incident(
        slug=slug,
        title=_title(accusers, accused, conduct, stage),
        accusers=accusers,
        accused=accused,
        conduct=conduct,
        stage=stage,
        proceeding=next((c.allegation.proceeding for c in telling if c.allegation.proceeding), None),
        claims=tuple(ordered),
        opened=min(times, default=None),
        updated=max(times, default=None),
    )


def _order(claim: Claim) -> tuple[bool, float, str]:
    return (claim.allegation.role is not Role.MAIN, _stamp(claim.dated), claim.id)


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


def _stage(claims: Sequence[Claim]) -> Stage:
    """How far the dispute has come: each day's furthest step in turn, and what undated reports tell if it is further.

    A report may merely repeat that there is a suit, so a step that opens a dispute never takes back one that decided
    something, but for a new suit after an end; of steps that decide, the newest stands.
    """
    days: dict[date, Stage] = {}
    undated = [claim.allegation.stage for claim in claims if not claim.dated]
    for claim in claims:
        if claim.dated:
            day, told = claim.dated.date(), claim.allegation.stage
            days[day] = max(days.get(day, told), told, key=_furthest)
    newest = [reduce(_next_stage, (days[day] for day in sorted(days)))] if days else []
    return max([*newest, *undated], key=_furthest)


def _next_stage(current: Stage, told: Stage) -> Stage:
    if _PROGRESS[told] >= _DECIDING:
        return told
    if _PROGRESS[current] >= _DECIDING:
        return told if current in _ENDS and told is Stage.COMPLAINT else current
    return max(current, told, key=_furthest)


def _furthest(stage: Stage) -> tuple[int, Stage]:
    return _PROGRESS[stage], stage


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
