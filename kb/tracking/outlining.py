"""What a list says of an incident."""

from kb.model import Incident, Outline
from kb.tracking.stages import since_known
from kb.tracking.summary import strongest


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
    )
