"""What comes next in a dispute: hearings, trials, deadlines and decisions that reports announce."""

from collections.abc import Iterable
from datetime import date

from kb.model import Claim, Coming, EventKind, PartialDate, Role, Scheduled


def coming(claims: Iterable[Claim], today: date) -> tuple[Coming, ...]:
    """The days still to come, the next first; each once, with every report that names it, the first known first.

    A report says what comes next in what it is about, and so nothing of disputes that it mentions besides.
    """
    told: dict[tuple[PartialDate, EventKind], dict[str, tuple[Scheduled, Claim]]] = {}
    for claim in sorted(claims, key=_order):
        if claim.allegation.role is not Role.MAIN:
            continue
        for event in claim.scheduled:
            if event.date.latest() >= today:
                day = PartialDate(event.date.iso)
                told.setdefault((day, event.kind), {}).setdefault(claim.report.id, (event, claim))
    ordered = sorted(told, key=lambda key: (key[0].earliest(), key[0].latest(), key[1]))
    return tuple(Coming(kind, day, tuple(told[day, kind].values())) for day, kind in ordered)


def _order(claim: Claim) -> tuple[bool, float, str]:
    published = claim.report.published
    return (published is None, published.timestamp() if published else 0.0, claim.id)
