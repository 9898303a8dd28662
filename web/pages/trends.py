"""Disputes over time, from letter to suit, by outcome, and sums agreed: each with its figures as a file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, abort, render_template, request, url_for

from kb.model import Outline
from kb.search.fields import TIMES
from kb.tracking.accusing import ENDED, Narrowing
from kb.tracking.trends import Grain, Opened, Read, binned, opened, outcomes, read_in, settled, waits
from web.addresses import absolute
from web.downloads import csv_file
from web.narrowings import arguments_of, narrowing_of, search_of
from web.pages import the_base
from web.privacy import protect_the_named

blueprint = Blueprint("trends", __name__)
_SUMS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page or file of trends is of.

    Attributes:
        narrowing: which disputes.
        grain: how long periods are.
        remarks: what was odd, and left aside.
        incidents: those disputes.
        opened: when they were opened.
        read: how much was read in each of those periods.
        all_read: in all of them.
    """

    narrowing: Narrowing
    grain: Grain
    remarks: tuple[str, ...]
    incidents: list[Outline]
    opened: Opened
    read: Mapping[str, Read]
    all_read: Read

    @property
    def arguments(self) -> dict[str, str]:
        """What an address must say to ask for the same."""
        return arguments_of(self.narrowing) | ({"by": self.grain} if self.grain != "year" else {})


def _asked() -> Asked:
    narrowing, remarks = narrowing_of(request.args)
    grain: Grain = "quarter" if request.args.get("by") == "quarter" else "year"
    base = the_base()
    incidents = [each for each in base.incidents.every() if narrowing.takes(each)]
    found = opened(incidents, narrowing.time, grain)
    read, all_read = read_in(found.periods, grain, base.reports.read_by_month())
    return Asked(narrowing, grain, remarks, incidents, found, read, all_read)


@blueprint.get("/trends")
def trends() -> str:
    """Every chart, with its figures."""
    asked = _asked()
    sums = settled(asked.incidents)
    protect_the_named(name for kind in sums for each in kind.sums[:_SUMS] for name in each.incident.accused)
    found = waits(asked.incidents)
    search = search_of(asked.narrowing)
    return render_template(
        "trends.html",
        asked=asked.narrowing,
        grain=asked.grain,
        remarks=asked.remarks,
        times=TIMES,
        arguments=asked.arguments,
        search=search,
        search_address=url_for("search.results", **search),  # type: ignore[arg-type]
        total=len(asked.incidents),
        going=sum(each.stage not in ENDED for each in asked.incidents),
        opened=asked.opened,
        read=asked.read,
        all_read=asked.all_read,
        waits=found,
        binned=binned(found),
        outcomes=outcomes(asked.incidents),
        ended=ENDED,
        sums=sums,
        most_sums=_SUMS,
    )


@blueprint.get("/trends/<name>.csv")
def download(name: str) -> Response:
    """The figures of one chart."""
    rows = _FILES.get(name)
    if rows is None:
        abort(404)
    asked = _asked()
    protect_the_named(accused for each in asked.incidents for accused in each.accused)
    return csv_file(f"{name}.csv", rows(asked))


_Rows = Iterator[tuple[object, ...]]


def _opened_rows(asked: Asked) -> _Rows:
    yield "period", "time", "series", "code", "incidents", "reports_read", "outlets_read"
    made = asked.opened
    series = [("all", "", made.all)]
    series += [("conduct", code.value, counts) for code, counts in made.conduct.items()]
    series += [("stage", code.value, counts) for code, counts in made.stage.items()]
    for kind, code, counts in series:
        for period in made.periods:
            read = asked.read[period]
            yield period, asked.narrowing.time, kind, code, counts.get(period, 0), read.reports, read.outlets


def _wait_rows(asked: Asked) -> _Rows:
    yield "incident", "address", "letter", "suit", "days"
    for each in waits(asked.incidents).waits:
        yield each.incident.title, _address(each.incident), each.letter, each.suit, each.days


def _outcome_rows(asked: Asked) -> _Rows:
    yield "stage", "over", "incidents"
    for stage, count in outcomes(asked.incidents).items():
        yield stage, "yes" if stage in ENDED else "no", count


def _sum_rows(asked: Asked) -> _Rows:
    yield "incident", "address", "currency", "value", "hedge", "of_what", "in_the_total", "contradicted"
    for kind in settled(asked.incidents):
        for each in kind.sums:
            for figure in each.figures:
                said = figure.amount
                counts, against = ("yes" if true else "no" for true in (figure is each.counted, bool(figure.conflicts)))
                yield (
                    each.incident.title, _address(each.incident), kind.currency, f"{said.value:.2f}", said.hedge,
                    said.what, counts, against,
                )  # fmt: skip


def _address(incident: Outline) -> str:
    return absolute(url_for("incidents.incident", slug=incident.slug))


_FILES: Final[Mapping[str, Callable[[Asked], _Rows]]] = {
    "opened": _opened_rows,
    "letter-to-suit": _wait_rows,
    "outcomes": _outcome_rows,
    "sums": _sum_rows,
}
