"""The tracking of a base: new claims find their incidents, and nothing else is touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kb.database import Base
from kb.model import Claim, Decision, Incident
from kb.tracking.grouping import Group, group
from kb.tracking.parties import Parties
from kb.tracking.telling import tell


@dataclass(frozen=True, slots=True)
class TrackResult:
    """What one run did: how many claims it placed, and how many incidents it changed."""

    tracked: int
    changed: int


def track(base: Base, decisions: Sequence[Decision] = ()) -> TrackResult:
    """Place every claim that belongs to no incident, or to one whose claims have changed.

    Every claim that can bear on where these belong is grouped anew with them, so that the result is the same as if all
    reports had come at once, in any order. Run twice, it changes nothing the second time.

    Args:
        base: what to track.
        decisions: what people decided on the bounds of incidents, the latest last. Whoever keeps a new one has the
            incidents of the claims that it names tracked anew.
    """
    seen = base.incidents.changed()
    new = base.claims.untracked()
    claims = {claim.id: claim for claim in base.claims.related(new, decisions)}
    parties = Parties.of(base.organisations.registry())
    disputes = [_told(each, claims) for each in group(claims.values(), decisions, parties)]
    changed = base.incidents.assign(disputes, seen, "grouped by parties, conduct, docket number and time")
    return TrackResult(len(new), changed)


def _told(each: Group, claims: Mapping[str, Claim]) -> Incident:
    return tell([replace(claims[identity], reasons=reasons) for identity, reasons in each.reasons.items()])
