"""Values that tests of several rooms build: reports, allegations, readings and claims."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kb.database.claims import claim_id
from kb.database.fetches import Unfetched
from kb.health import Fault
from kb.model import (
    Allegation,
    Amount,
    AmountHedge,
    Capture,
    Claim,
    Conduct,
    Outlet,
    OutletKind,
    Outline,
    PartialDate,
    Reading,
    Report,
    ReportSummary,
    Response,
    ResponseCode,
    Role,
    Span,
    Stage,
    party_slug,
)

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def report(identity: str = "r1", days: int = 0, **values: Any) -> Report:
    defaults: dict[str, Any] = {
        "id": identity,
        "url": f"https://news.example/{identity}",
        "outlet": "courier",
        "title": "Alpha accuses Beta of distillation",
        "text": "Alpha accuses Beta of distillation. A secret body that no page may show.",
        "published": START + timedelta(days=days),
        "crawled": START + timedelta(days=days, hours=1),
    }
    return Report(**{**defaults, **values})


def allegation(
    accusers: tuple[str, ...] = ("Alpha",), accused: tuple[str, ...] = ("Beta",), **values: Any
) -> Allegation:
    sentence = f"{', '.join(accusers) or 'Somebody'} accuses {', '.join(accused) or 'somebody'} of it."
    defaults: dict[str, Any] = {
        "conduct": (Conduct.DISTILLATION,),
        "stage": Stage.ACCUSED,
        "role": Role.MAIN,
        "confidence": 0.9,
        "span": Span("text", 0, len(sentence)),
        "sentence": sentence,
    }
    return Allegation(accusers=accusers, accused=accused, **{**defaults, **values})


def reading(*allegations: Allegation) -> Reading:
    return Reading(allegations=allegations, reader="1", model="m", registry="g")


def claim(
    identity: str,
    *args: Any,
    days: float | None = 0,
    outlet: str = "Courier",
    title: str = "t",
    origin: str = "",
    responses: tuple[Response, ...] = (),
    **values: Any,
) -> Claim:
    """A claim outside a base; `days` after START it was published, None: nobody knows when."""
    made = allegation(*args, **values)
    published = START + timedelta(days=days) if days is not None else None
    summary = ReportSummary(
        id=identity,
        url="",
        outlet=party_slug(outlet) if outlet else "",
        outlet_name=outlet,
        title=title,
        published=published,
        origin=origin,
    )
    return Claim(id=claim_id(identity, made), report=summary, allegation=made, responses=responses)


def entry(identity: str, reached: str, *args: Any, **values: Any) -> Claim:
    """A claim that the public record makes."""
    return claim(identity, *args, days=None, outlet="public-record", reached=PartialDate(reached), **values)


def filing(identity: str, days: float, stage: Stage, reached: str = "") -> Claim:
    """A claim that a court's docket makes; without `reached` it is no step."""
    made = claim(identity, days=days, stage=stage, reached=PartialDate(reached) if reached else None)
    return replace(made, report=replace(made.report, filing=True))


def amount(value: float, unit: str, hedge: str = "exact", what: str = "") -> Amount:
    return Amount(value=value, unit=unit, what=what, hedge=AmountHedge(hedge), span=Span("text", 0, 2))


def response(by: str, code: str, sentence: str = "") -> Response:
    return Response(by=by, code=ResponseCode(code), span=Span("text", 0, 2), sentence=sentence or f"{by} answers.")


def a_capture(url: str = "https://news.example/a", digest: str = "d", hours: int = 0) -> Capture:
    return Capture(
        url=url,
        final_url=f"{url}?",
        fetched=START + timedelta(hours=hours),
        status=200,
        media_type="text/html",
        digest=digest,
        warc="w",
        offset=0,
        outlet="courier",
        kind="page",
    )


def outlet(slug: str, *, sample: bool = False, opted_out: bool = False) -> Outlet:
    return Outlet(
        slug=slug,
        name=slug,
        home="https://news.example/",
        country="GB",
        kind=OutletKind.GENERAL,
        sample=sample,
        opted_out=opted_out,
    )


def unfetched(url: str = "https://news.example/a", **values: Any) -> Unfetched:
    defaults: dict[str, Any] = {
        "outlet": "courier",
        "fault": Fault.SERVER_ERROR,
        "problem": "the server answered 500",
        "tries": 1,
        "noted": START,
        "again": START + timedelta(hours=1),
    }
    return Unfetched(url=url, **{**defaults, **values})


def dispute(accusers: tuple[str, ...] = ("Alpha",), accused: tuple[str, ...] = ("Beta",), **values: Any) -> Outline:
    """The outline of an incident; `first` gives the days as texts."""
    first = {time: PartialDate(day) for time, day in values.pop("first", {}).items()}
    defaults: dict[str, Any] = {"conduct": (Conduct.PATENT,), "stage": Stage.COMPLAINT}
    return Outline(slug="s", title="t", accusers=accusers, accused=accused, first=first, **{**defaults, **values})
