"""The tracking of a base: new claims find their incidents, and nothing else is touched."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kb.database import Base
from kb.model import Claim, Incident, name_key
from kb.tracking.grouping import Group, group
from kb.tracking.telling import tell


@dataclass(frozen=True, slots=True)
class TrackResult:
    """What one run did: how many claims it placed, and how many incidents it changed."""

    tracked: int
    changed: int


def track(base: Base) -> TrackResult:
    """Place every claim that belongs to no incident, or to one whose claims have changed.

    The claims of all parties concerned are grouped anew, so that the result is the same as if all reports had come at
    once, in any order. Run twice, it changes nothing the second time.
    """
    seen = base.incidents.changed()
    new = base.claims.untracked()
    claims = {claim.id: claim for claim in new}
    keys = _keys(new)
    while keys:
        related = [claim for claim in base.claims.related(keys) if claim.id not in claims]
        claims.update((claim.id, claim) for claim in related)
        keys = _keys(related) - keys
    disputes = [_told(each, claims) for each in group(claims.values())]
    changed = base.incidents.assign(disputes, seen, "grouped by parties, conduct, docket number and time")
    return TrackResult(len(new), changed)


def _told(each: Group, claims: Mapping[str, Claim]) -> Incident:
    return tell([replace(claims[identity], reasons=reasons) for identity, reasons in each.reasons.items()])


def _keys(claims: list[Claim]) -> set[str]:
    """The parties through which other claims can be linked to these: the accused, or the accusers where none is."""
    return {name_key(name) for claim in claims for name in claim.allegation.accused or claim.allegation.accusers}
