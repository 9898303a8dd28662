"""Who answered what, and who is silent as far as any report tells."""

from collections.abc import Iterable, Sequence

from kb.model import Answer, Answers, Claim, Response, ResponseCode, name_key
from kb.tracking.stages import since_known


def answers(accused: Sequence[str], claims: Iterable[Claim]) -> tuple[Answers, ...]:
    """The answers of each party that is accused, different ones side by side.

    Args:
        accused: whose answer is asked for, in this order; others whom a claim accuses follow if they answered.
        claims: of one incident, in any order. What their reports tell of others' answers is of other disputes.
    """
    ordered = sorted(claims, key=since_known)
    parties = {name_key(name): name for name in accused}
    found: dict[str, dict[ResponseCode, dict[str, tuple[Response, Claim]]]] = {key: {} for key in parties}
    for claim in ordered:
        own = {name_key(name): name for name in claim.allegation.accused}
        for response in claim.responses:
            key = name_key(response.by)
            if key in own or key in parties:
                parties.setdefault(key, own.get(key, response.by))
                told = found.setdefault(key, {}).setdefault(response.code, {})
                told.setdefault(claim.report.id, (response, claim))
    return tuple(
        Answers(parties[key], tuple(Answer(code=code, told=tuple(told.values())) for code, told in codes.items()))
        for key, codes in found.items()
    )
