"""How likely it is that a report really makes an accusation: a logistic model over what was found of a pair."""

import math
from collections.abc import Mapping, Sequence

from nlp.agreement import LEAD_RANK, MARKED, Marks, Mention, Pair, is_suit, only_spoken
from nlp.lexicon import table
from nlp.parties import Party, makes_works

Features = Mapping[str, float]


def confidence(features: Features) -> float:
    """The probability that the pair is right, between 0 and 1; the weights are data, fitted on labelled real reports."""
    weights: Mapping[str, float] = table("confidence")[table_for(features)]
    score = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return round(1 / (1 + math.exp(-score)), 2)


def table_for(features: Features) -> str:
    """Which weights are for a pair: the network has marked it, a side of it is missing, or rules alone say it."""
    if "marks" in features:
        return "marked"
    return "one-sided" if {"accuser: nobody", "accused: nobody"} & features.keys() else "by rule"


def features(  # noqa: PLR0913 - each is one fact about the pair
    pair: Pair,
    others: Sequence[Pair],
    *,
    main: bool,
    shown: bool,
    topical: bool,
    presumed: bool,
    about_ai: bool,
    off_scope: int,
    outlet: str,
    headline_alone: bool,
    marks: Marks | None = None,
) -> dict[str, float]:
    """What bears on whether a pair is right; absent features are 0.

    Args:
        pair: who is said to accuse whom, with every place that says so.
        others: every pair of the report, this one among them.
        main: whether it would be what the report is about.
        shown: whether its own sentences show a conduct.
        topical: whether headline and lead show one.
        presumed: whether none is shown, but copying is presumed.
        about_ai: whether AI is spoken of at all, or a firm known for it is a party.
        off_scope: how often headline and lead speak of matters out of scope.
        outlet: name of the outlet, which is rarely a party.
        headline_alone: whether there is no text to bear the headline out.
        marks: what the network says of the pair, if it read that far.
    """
    found = {
        "bias": 1.0,
        "off scope": float(min(off_scope, 3)),
        "background": float(not main),
        "shown": float(shown),
        "no AI": float(not about_ai),
        "topical": float(topical),
        "headline alone": float(headline_alone),
        "only spoken": float(only_spoken(pair)),
        "inferred": float(pair.best.inferred),
        "outlet": float(any(p is not None and p.name == outlet for p in (pair.accuser, pair.accused))),
        f"accuser: {_nature(pair.accuser)}": 1.0,
        f"accused: {_nature(pair.accused)}": 1.0,
    }
    by_rule = [mention for mention in pair.mentions if mention.rule != MARKED]
    for mention in by_rule:
        found[f"{_place(mention)}: {_completeness(mention)}"] = 1.0
    if not shown and not topical:
        found["conduct presumed" if presumed else "no conduct"] = 1.0
    if by_rule and all(mention.rule == "case name" for mention in by_rule):
        found["only a case name"] = 1.0
    if sum(is_suit(mention) for mention in pair.mentions) > 1:
        found["told again"] = 1.0
    if not any(is_suit(mention) for mention in pair.mentions):
        found["no plain accusation"] = 1.0
    return found | _in_company(pair, others) | _orientation(pair) | _marked(pair, marks)


def _marked(pair: Pair, marks: Marks | None) -> dict[str, float]:
    """What the network says for the pair; how far below or above even odds, in either direction at most `_SUREST`."""
    if marks is None:
        return {}
    found = {
        "marks: linked": _bounded(marks.link),
        "marks: not linked": _bounded(-marks.link),
        "marks: rival": _bounded(marks.rival - marks.link),
        "marks: accuser": marks.accuser,
        "marks: accused": marks.accused,
        "marks: accuses": _bounded(marks.accuses),
        "marks: calm": _bounded(-marks.accuses),
        "marks": 1.0,
    }
    if all(mention.rule == MARKED for mention in pair.mentions):
        found[f"marks alone: {_place(pair.best)}"] = 1.0
    return found


def _bounded(log_odds: float) -> float:
    """Log odds above even, at most `_SUREST`."""
    return max(0.0, min(_SUREST, log_odds))


_SUREST = 6.0


def _place(mention: Mention) -> str:
    rank = mention.passage.rank
    return "title" if rank == 0 else "lead" if rank <= LEAD_RANK else "body"


def _completeness(mention: Mention) -> str:
    if mention.accuser is None or mention.accused is None:
        return "half"
    if mention.inferred:
        return "inferred"
    return "pattern" if mention.rule.startswith("headline") and mention.passage.rank else "full"


def _nature(party: Party | None) -> str:
    if party is None:
        return "nobody"
    if party.kind != "organisation":
        return party.kind
    return "unknown" if not party.known else party.trade if party.trade in {"ai-lab", "news"} else "known"


def _in_company(pair: Pair, others: Sequence[Pair]) -> dict[str, float]:
    """How the pair stands beside the other pairs of the report."""
    found: dict[str, float] = {}
    rest = [other for other in others if other is not pair]
    earlier = [other for other in rest if other.rank < pair.rank]
    if any(_is(other.accused, pair.accuser) for other in rest):
        found["accuser is accused"] = 1.0
    if any(_is(other.accuser, pair.accused) for other in rest):
        found["accused accuses"] = 1.0
    if earlier and not any(_is(other.accused, pair.accused) for other in earlier):
        found["another accused earlier"] = 1.0
    if earlier and not any(_is(other.accuser, pair.accuser) for other in earlier):
        found["another accuser earlier"] = 1.0
    return found


def _orientation(pair: Pair) -> dict[str, float]:
    """Whether the two stand as is usual: who lives by works accuses, who makes AI is accused."""
    if pair.accuser is None or pair.accused is None:
        return {}
    if makes_works(pair.accuser) and not makes_works(pair.accused):
        return {"works against others": 1.0}
    plain = any(is_suit(mention) for mention in pair.mentions)
    if not plain and makes_works(pair.accused) and not makes_works(pair.accuser):
        return {"others against works": 1.0}
    return {}


def _is(one: Party | None, other: Party | None) -> bool:
    return one is not None and other is not None and one.key == other.key
