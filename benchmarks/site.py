"""How long the site takes to make each page, and how large the page is, beside a page that costs nothing to make.

    python benchmarks/site.py [--reports N] [--base FOLDER]

The base is made up: one incident for each twenty reports, most reports without a claim, a few parties in hundreds of
disputes, a few disputes with hundreds of reports. `--base` keeps it in a folder, and takes it from there the next time.
Each kind of page is asked for at many addresses, one after the other, in the process of the site; the time of the
network is not in it. **Bare** is the same bytes, given back as they are by an application with the same compression.
Prints milliseconds at the median and the 95th percentile, how many times bare that is, the largest page with what comes
over the line, and the most SQL statements of one page.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response, request
from flask_compress import Compress
from rich.progress import track as progress
from sqlalchemy import Engine, event

from kb import registry
from kb.database import Base, open_base
from kb.model import (
    Allegation,
    Amount,
    AmountHedge,
    Conduct,
    Outlet,
    OutletKind,
    Proceeding,
    Reading,
    Report,
    ResponseCode,
    Role,
    Span,
    Stage,
    party_slug,
)
from kb.model import (
    Response as Answer,
)
from kb.search import SearchEngine, open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

REPORTS, AN_INCIDENT, CLAIMS_OF_AN_INCIDENT = 10_000, 20, 6
ADDRESSES, ROUNDS = 40, 3
START = datetime(2023, 1, 1, tzinfo=UTC)
DAYS = 1200
OUTLETS = tuple(f"outlet-{n}" for n in range(40))
COURTS = ("N.D. Cal.", "S.D.N.Y.", "D. Del.", "High Court of Justice")
CONDUCT = tuple(code for code in Conduct if code is not Conduct.OTHER)
STAGES = (Stage.ACCUSED, Stage.LETTER, Stage.COMPLAINT, Stage.COMPLAINT, Stage.RULING, Stage.SETTLED, Stage.DISMISSED)
WORDS = tuple(f"word{n}" for n in range(5000))


def reports(count: int) -> Iterator[tuple[Report, Reading]]:
    """So many reports with their readings; the same ones each time."""
    chance = random.Random(7)
    accused = [organisation.name for organisation in registry.load().organisations[:200]]
    incidents = max(1, count // AN_INCIDENT)
    for n in range(count):
        told = n < incidents * CLAIMS_OF_AN_INCIDENT
        dispute = min(int(chance.paretovariate(0.9)) - 1, incidents - 1) if n % 8 == 0 else n % incidents
        yield _report(chance, n, dispute, accused) if told else _quiet(n)


def _report(chance: random.Random, n: int, dispute: int, names: Sequence[str]) -> tuple[Report, Reading]:
    accuser, accused = f"Plaintiff {dispute} Press", names[min(int(random.Random(dispute).paretovariate(0.6)) - 1, 199)]
    conduct, stage = CONDUCT[dispute % len(CONDUCT)], chance.choice(STAGES)
    sentence = f"{accuser} says that {accused} took {1000 + dispute} works, according to report {n}."
    span = Span("text", 0, len(sentence))
    court = Proceeding(COURTS[dispute % len(COURTS)], f"1:{23 + dispute % 3}-cv-{dispute:05d}")
    claim = Allegation(
        accusers=(accuser,),
        accused=(accused,),
        conduct=(conduct,),
        stage=stage,
        proceeding=court if stage not in {Stage.ACCUSED, Stage.LETTER} else None,
        amounts=(Amount(value=1000 + dispute, unit="work", what="works", hedge=AmountHedge.EXACT, span=span),),
        role=Role.MAIN,
        confidence=0.9,
        span=span,
        sentence=sentence,
    )
    answer = Answer(by=accused, code=ResponseCode.DENIED, span=span, sentence=f"{accused} denied it.")
    published = START + timedelta(days=dispute * 37 % DAYS + chance.expovariate(1 / 60))
    report = Report(
        id=f"report-{n}",
        url=f"https://outlet-{n % len(OUTLETS)}.example/{n}",
        outlet=OUTLETS[n % len(OUTLETS)],
        title=f"{accuser} and {accused}: report {n}",
        text=f"{sentence}\n{_filler(n)}",
        published=published,
        crawled=published + timedelta(hours=2),
        language="en",
    )
    answers = (answer,) if n % 5 == 0 else ()
    return report, Reading(allegations=(claim,), responses=answers, reader="1", model="m", registry="g")


def _filler(n: int) -> str:
    """Words that no two reports have in common, at the length of a report."""
    return " ".join(random.Random(n).choices(WORDS, k=300))


def _quiet(n: int) -> tuple[Report, Reading]:
    published = START + timedelta(days=n % DAYS)
    report = Report(
        id=f"report-{n}",
        url=f"https://outlet-{n % len(OUTLETS)}.example/{n}",
        outlet=OUTLETS[n % len(OUTLETS)],
        title=f"Of other things: report {n}",
        text=_filler(n),
        published=published,
        crawled=published,
        language="en",
    )
    return report, Reading(allegations=(), reader="1", model="m", registry="g")


def fill(base: Base, count: int) -> None:
    """Put so many reports in and make incidents of them; goes on where it was broken off."""
    base.organisations.seed(registry.load())
    base.outlets.put(
        Outlet(slug=each, name=each.title(), home=f"https://{each}.example/", country="US", kind=OutletKind.GENERAL)
        for each in OUTLETS
    )
    known = set(base.reports.identities())
    for report, reading in progress(list(reports(count)), description="reports"):
        if report.id not in known:
            base.reports.put(report)
            base.readings.put(report.id, reading)
    track(base)


@dataclass(frozen=True, slots=True)
class Cost:
    """What asking for one kind of page took: seconds of each answer, bytes of the largest, most SQL statements."""

    seconds: Sequence[float]
    bare: Sequence[float]
    size: int
    sent: int
    statements: int


def addresses(base: Base) -> dict[str, list[str]]:
    """By kind of page, the addresses to ask for; the busiest party and the largest incident among them."""
    chance = random.Random(3)
    incidents = base.incidents.latest(10_000)
    largest = sorted(incidents, key=lambda each: -len(each.claims))[:5]
    some = [each.slug for each in [*largest, *chance.sample(incidents, min(ADDRESSES, len(incidents)))]]
    accused = Counter(name for each in incidents for name in each.accused)
    parties = [party_slug(name) for name, _ in accused.most_common(ADDRESSES // 2)]
    parties += [party_slug(each.accusers[0]) for each in chance.sample(incidents, min(ADDRESSES // 2, len(incidents)))]
    words = [f"plaintiff {n}" for n in range(10)] + ["works", "openai", '"says that"', "accused:openai", "plain*"]
    searches = [{"q": text, "kind": kind} for text in words for kind in ("incident", "report", "claim")]
    return {
        "home": ["/"],
        "search": ["/search?" + urlencode(each) for each in searches],
        "incident": [f"/incidents/{slug}" for slug in some],
        "incident, known on": [f"/incidents/{slug}?known=2024-06-01" for slug in some],
        "organisation": [f"/organisations/{slug}" for slug in parties],
        "organisations": ["/organisations/", "/organisations/?page=3"],
        "report": [f"/reports/report-{n}" for n in range(0, 400, 10)],
        "reports": ["/reports/", "/reports/?page=9"],
        "graph": [
            "/graph",
            "/graph?time=published&from=2024-01-01",
            "/graph?conduct=patent",
            "/graph?sort=-accused&page=3",
        ],
        "graph, edge": [
            f"/graph/edge?accuser={party_slug(each.accusers[0])}&accused={party_slug(each.accused[0])}"
            for each in chance.sample(incidents, min(ADDRESSES, len(incidents)))
        ],
        "trends": ["/trends", "/trends?time=published", "/trends?time=published&by=quarter"],
        "sources": ["/sources"],
        "about": ["/about"],
        "feed": ["/feed.atom"],
    }


def statements() -> Callable[[], int]:
    """Counts what is asked of the database: how many statements since it was last called."""
    made = [0]
    event.listen(Engine, "before_cursor_execute", lambda *_: made.__setitem__(0, made[0] + 1))

    def since() -> int:
        count, made[0] = made[0], 0
        return count

    return since


def bare_app() -> tuple[Flask, dict[str, bytes]]:
    """An application that gives back what it was told for a path, and that."""
    app, pages = Flask(__name__), dict[str, bytes]()
    Compress(app)

    @app.get("/<path:_>")
    def page(_: str) -> Response:
        return Response(pages[request.full_path], content_type="text/html; charset=utf-8")

    return app, pages


def cost(app: Flask, paths: Sequence[str], since: Callable[[], int]) -> Cost:
    """What these pages take; the quickest of several rounds counts, since others only add to it."""
    bare, pages = bare_app()
    ours, theirs = app.test_client(), bare.test_client()
    size = sent = most = 0
    seconds, plain = [], []
    for path in paths:
        since()
        answer = ours.get(path)
        most = max(most, since())
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status}")
        size = max(size, len(answer.data))
        sent = max(sent, len(ours.get(path, headers={"Accept-Encoding": "gzip"}).data))
        pages[f"/page{path}" if "?" in path else f"/page{path}?"] = answer.data
        seconds.append(min(timed(ours.get, path) for _ in range(ROUNDS)))
        plain.append(min(timed(theirs.get, f"/page{path}") for _ in range(ROUNDS)))
    return Cost(seconds, plain, size, sent, most)


def timed(get: Callable[[str], object], path: str) -> float:
    started = time.perf_counter()
    get(path)
    return time.perf_counter() - started


def measure(base: Base, engine: SearchEngine) -> None:
    app = create_app(base, engine, demonstration=False, requests_a_minute=10**9)
    since = statements()
    print(f"{'':20} {'p50 ms':>8} {'p95 ms':>8} {'x bare':>7} {'kB':>7} {'sent kB':>8} {'SQL':>4}")
    for kind, paths in addresses(base).items():
        made = cost(app, paths, since)
        middle, slow = statistics.median(made.seconds), percentile(made.seconds, 0.95)
        ratio = middle / statistics.median(made.bare)
        print(
            f"{kind:20} {middle * 1000:8.1f} {slow * 1000:8.1f} {ratio:7.1f} {made.size / 1000:7.1f}"
            f" {made.sent / 1000:8.1f} {made.statements:4}",
            flush=True,
        )


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=REPORTS, help="how many the base has")
    parser.add_argument("--base", type=Path, help="the folder in which it is kept")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = asked.base or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        base = stack.enter_context(open_base(f"sqlite:///{folder / 'base.sqlite'}"))
        engine = open_engine(f"tantivy:{folder / 'index'}")
        fill(base, asked.reports)
        catch_up(base, engine)
        print(f"{base.reports.count():,} reports, {base.incidents.count():,} incidents, SQLite and tantivy")
        measure(base, engine)


if __name__ == "__main__":
    main()
