"""What people can change about incidents: each change is proposed, can be looked at first, made, and undone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kb.database import Base, EditRefused
from kb.database.edits import What
from kb.database.incidents import Cause
from kb.model import Correction, Decision, EditVerb, Hiding, Incident, SlugText, Undoing
from kb.tracking.telling import tell
from kb.tracking.track import track


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that can be looked at and made.

    Attributes:
        verb: what the person called for.
        what: what that decides.
        title: of the incident that it begins, if it begins one.
    """

    verb: EditVerb
    what: What
    title: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a change does to one incident.

    Attributes:
        slug: its address.
        before: None where there was none, or nothing of it was to be seen.
        after: None where there will be none, or nothing of it to be seen.
        leads_to: the address to which its own will lead, where that is another.
    """

    slug: SlugText
    before: Incident | None
    after: Incident | None
    leads_to: SlugText


def merge(base: Base, slug: str, into: str) -> Proposal:
    """That two incidents are one; the address of the first will lead to the second."""
    one, other = _incident(base, slug), _incident(base, into)
    if one.slug == other.slug:
        raise EditRefused(f"{slug} and {into} are the same incident already")
    return Proposal("merge", Decision((_claims(one) | _claims(other),), (_number(base, other),)))


def keep_apart(base: Base, slug: str, other: str) -> Proposal:
    """That two incidents are two, whatever the program may find in common."""
    parts = [_incident(base, address) for address in (slug, other)]
    if parts[0].slug == parts[1].slug:
        raise EditRefused(f"{slug} and {other} are the same incident: split it instead")
    return Proposal(
        "keep-apart", Decision(tuple(map(_claims, parts)), tuple(_number(base, incident) for incident in parts))
    )


def split(base: Base, slug: str, claims: Collection[str]) -> Proposal:
    """That these claims of an incident are of another one, which begins with them."""
    incident = _incident(base, slug)
    moved = _some_of(incident, claims)
    return Proposal(
        "split",
        Decision((moved, _claims(incident) - moved), (0, _number(base, incident))),
        tell([claim for claim in incident.claims if claim.id in moved]).title,
    )


def move(base: Base, report: str, slug: str, to: str) -> Proposal:
    """That what a report says in one incident is told of another one."""
    source, target = _incident(base, slug), _incident(base, to)
    if source.slug == target.slug:
        raise EditRefused(f"the report is in {to} already")
    of_report = [claim.id for claim in source.claims if claim.report.id == report]
    if not of_report:
        raise EditRefused(f"the report {report!r} has no claim in {slug}")
    moved = _claims(source).intersection(of_report)
    numbers = (_number(base, target), _number(base, source))
    parts = (_claims(target) | moved, _claims(source) - moved)
    return Proposal("move", Decision(parts, numbers) if parts[1] else Decision(parts[:1], numbers[:1]))


def correct(base: Base, claim: str, values: Mapping[str, Any]) -> Proposal:
    """That these values of a claim are right, whatever was read."""
    if base.claims.get(claim) is None:
        raise EditRefused(f"there is no claim {claim!r}")
    return Proposal("correct", Correction(claim, dict(values)))


def hide_claim(base: Base, claim: str) -> Proposal:
    """That a claim is not to be seen, as when nothing is alleged there."""
    if base.claims.get(claim) is None:
        raise EditRefused(f"there is no claim {claim!r}")
    return Proposal("hide", Hiding(claim=claim))


def hide_incident(base: Base, slug: str) -> Proposal:
    """That an incident is not to be seen; its address says that it is hidden, and why."""
    return Proposal("hide", Hiding(incident=_number(base, _incident(base, slug))))


def undo(number: int) -> Proposal:
    """That a former edit does not hold."""
    return Proposal("undo", Undoing(number))


def make(base: Base, proposal: Proposal, *, who: str, why: str) -> int:
    """Make a change, with all that follows for incidents; return the number of the edit.

    Killed in between it is made all the same: what follows is then done by the next tracking.

    Raises:
        EditRefused: it cannot be made; the message says why.
    """
    number = base.edits.make(proposal.verb, proposal.what, who=who, why=why, title=proposal.title)
    track(base, Cause(f"{proposal.verb}: {why}", who))
    return number


def preview(base: Base, proposal: Proposal, *, who: str, why: str) -> list[Consequence]:
    """What a change would do, found out by making it where nothing is kept.

    Raises:
        EditRefused: it cannot be made; the message says why.
    """
    with base.trial() as trial:
        revision = trial.incidents.newest_revision()
        named = _named(proposal.what)
        touched = set(trial.claims.incidents_holding(named))
        make(trial, proposal, who=who, why=why)
        touched |= set(trial.incidents.revised_since(revision)) | set(trial.claims.incidents_holding(named))
        if isinstance(proposal.what, Hiding) and proposal.what.incident:
            touched.add(proposal.what.incident)
        after = {number: trial.incidents.by_number(number) for number in touched}
        slugs = {number: trial.incidents.address(number) for number in touched}
        leads_to = {number: trial.incidents.resolve(slugs[number]) or "" for number in touched}
    return [
        Consequence(slugs[number], base.incidents.by_number(number), after[number], leads_to[number])
        for number in sorted(touched)
    ]


def _named(what: What) -> frozenset[str]:
    match what:
        case Decision():
            return what.claims
        case Correction(claim=claim) | Hiding(claim=claim):
            return frozenset({claim} - {""})
        case Undoing():
            return frozenset()


def _incident(base: Base, slug: str) -> Incident:
    found = base.incidents.get(base.incidents.resolve(slug) or slug)
    if found is None:
        raise EditRefused(f"there is no incident {slug!r}")
    return found


def _number(base: Base, incident: Incident) -> int:
    number = base.incidents.number(incident.slug)
    if number is None:
        raise EditRefused(f"there is no incident {incident.slug!r} any more")
    return number


def _claims(incident: Incident) -> frozenset[str]:
    return frozenset(claim.id for claim in incident.claims)


def _some_of(incident: Incident, claims: Collection[str]) -> frozenset[str]:
    """These claims of an incident; it must keep others."""
    wanted = frozenset(claims)
    if not wanted:
        raise EditRefused("say which claims are of another incident")
    if foreign := sorted(wanted - _claims(incident)):
        raise EditRefused(f"the claim {foreign[0]!r} is not in {incident.slug}")
    if wanted == _claims(incident):
        raise EditRefused(f"these are all claims of {incident.slug}: leave it one at least")
    return wanted
