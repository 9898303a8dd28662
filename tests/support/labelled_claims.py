"""Claims as labels say that they are, so that grouping is measured apart from reading."""

from collections.abc import Iterable, Mapping
from typing import Any

from kb.database.claims import claim_id
from kb.interchange import published_time
from kb.model import Allegation, Claim, Conduct, Proceeding, ReportSummary, Role, Span, Stage


def labelled_claims(record: Mapping[str, Any]) -> list[Claim]:
    """The claims of a labelled report: of each party the name that the label gives first."""
    summary = ReportSummary(
        id=record["id"],
        url="",
        outlet="",
        outlet_name="",
        title=record.get("title", ""),
        published=published_time(record.get("published") or "")[0],
    )
    found = [_allegation(label, record.get("text", "")) for label in record["allegations"]]
    return [Claim(id=claim_id(record["id"], each), report=summary, allegation=each) for each in found]


def _allegation(label: Mapping[str, Any], text: str) -> Allegation:
    return Allegation(
        accusers=_names(label.get("accusers", ())),
        accused=_names(label.get("accused", ())),
        conduct=tuple(map(Conduct, label.get("conduct", ()))),
        stage=Stage(label["stage"]),
        proceeding=Proceeding(**label["proceeding"]) if label.get("proceeding") else None,
        role=Role(label.get("role", "main")),
        confidence=1,
        span=Span("text", 0, len(text)),
        sentence=text,
    )


def _names(parties: Iterable[list[str]]) -> tuple[str, ...]:
    return tuple(variants[0] for variants in parties)
