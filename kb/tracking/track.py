"""The tracking of a base: new claims find their incidents, and nothing else is touched."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kb.database import Base
from kb.database.incidents import Cause
from kb.model import Claim, Incident
from kb.tracking.grouping import Group, grouping
from kb.tracking.telling import tell


@dataclass(frozen=True, slots=True)
class TrackResult:
    """What one run did: how many claims it placed, and how many incidents it changed."""

    tracked: int
    changed: int


_GROUPED = Cause("grouped by parties, conduct, docket number and time")


def track(base: Base, cause: Cause = _GROUPED) -> TrackResult:
    """Place every claim that belongs to no incident, or to one whose claims have changed.

    Every claim that can bear on where these belong is grouped anew with them, so that the result is the same as if all
    reports had come at once, in any order. Run twice, it changes nothing the second time. Where somebody edits or
    tracks meanwhile, as on a page while the steps go on, it begins anew, so that neither overrules the other.

    Args:
        base: whose claims.
        cause: what the history of the incidents is to say.
    """
    while (result := _tracked(base, cause)) is None:
        pass
    return result


def _tracked(base: Base, cause: Cause) -> TrackResult | None:
    """What one run did; None if it was overtaken, and kept nothing."""
    standing = base.incidents.standing()
    seen = base.incidents.changed()
    decisions = base.edits.decisions()
    new = base.claims.untracked()
    claims = {claim.id: claim for claim in base.claims.related(new, decisions)}
    found = grouping(claims.values(), decisions, base.claims.known_parties())
    disputes = [_told(each, claims) for each in found.groups]
    suggestions = found.suggestions({claim.id for claim in new})
    changed = base.incidents.assign(disputes, seen, cause, decisions, suggestions, standing)
    return None if changed is None else TrackResult(len(new), changed)


def _told(each: Group, claims: Mapping[str, Claim]) -> Incident:
    return tell([replace(claims[identity], reasons=reasons) for identity, reasons in each.reasons.items()])
