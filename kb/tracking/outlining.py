"""What a list says of an incident."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC

from kb.model import Claim, Figure, Incident, Outline, PartialDate
from kb.tracking.figures import AGREED, figures
from kb.tracking.stages import SAYINGS, since_known
from kb.tracking.summary import strongest
from kb.tracking.words import is_money


def outline(incident: Incident) -> Outline:
    """An incident without its claims."""
    strong = strongest(incident.claims) if incident.claims else None
    last = max((claim for claim in incident.claims if claim.known), key=since_known, default=None)
    recorded = [claim.report.recorded for claim in incident.claims if claim.report.recorded]
    return Outline(
        slug=incident.slug,
        title=incident.title,
        accusers=incident.accusers,
        accused=incident.accused,
        conduct=incident.conduct,
        stage=incident.stage,
        opened=incident.opened,
        updated=incident.updated,
        teaser=strong.allegation.sentence if strong else "",
        noted=strong is not None and strong.entry,
        reports=len({claim.report.id for claim in incident.claims if not claim.entry}),
        entered=incident.entered,
        reported=incident.reported,
        newest=last.allegation.reached if last and last.on_record else None,
        recorded=max(recorded, default=None),
        answered=tuple(sorted({answer.by for claim in incident.claims for answer in claim.responses})),
        first=_first_days(incident.claims),
        steps=tuple(replace(step, claims=()) for step in incident.history),
        agreed=_agreed(incident.claims),
    )


def _first_days(claims: Iterable[Claim]) -> dict[str, PartialDate]:
    first: dict[str, PartialDate] = {}
    for claim in claims:
        for time, day in _days(claim):
            first[time] = min(first.get(time, day), day, key=lambda each: (each.earliest(), each.latest()))
    return first


def _days(claim: Claim) -> Iterator[tuple[str, PartialDate]]:
    """Each of the five times with the day that a claim or its report gives."""
    said, report = claim.allegation, claim.report
    if said.occurred and (began := said.occurred.start or said.occurred.end):
        yield "occurred", PartialDate(began.iso)
    if stated := said.stated or (said.reached if said.stage in SAYINGS else None):
        yield "stated", PartialDate(stated.iso)
    moments = {"published": report.published, "crawled": report.crawled, "recorded": report.recorded}
    for time, moment in moments.items():
        if moment:
            yield time, PartialDate.of(moment.astimezone(UTC).date())


def _agreed(claims: Iterable[Claim]) -> tuple[Figure, ...]:
    ended = [claim for claim in claims if claim.allegation.stage in AGREED]
    sums = (figure for kind in figures(ended) if is_money(kind.kind) for figure in kind.figures)
    return tuple(replace(figure, claims=()) for figure in sums)
