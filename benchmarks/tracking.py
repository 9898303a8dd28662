"""What it costs to add reports to a base, by how many are there already: through `kb.tracking.track`, on SQLite.

    python benchmarks/tracking.py [--bases N …]

The claims are made up: disputes of six reports each between parties that take part in several, over three years; one
claim in ten leaves a side unnamed. A larger base has more parties, not busier ones. What is measured is tracking alone,
not the writing of the reports. Fails if a report costs more than 1.5 times as much in the largest base as in the
smallest.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kb.database import Base, open_base
from kb.model import Allegation, Conduct, Reading, Report, Role, Span, Stage
from kb.tracking.track import track

BASES = (1_000, 10_000)
ADDED, BATCH = 200, 5
A_DISPUTE, DISPUTES_OF_ACCUSED = 6, 8
AT_MOST = 1.5
START = datetime(2023, 1, 1, tzinfo=UTC)
CONDUCT = (Conduct.TRAINING_COPYRIGHT, Conduct.TRADE_SECRET, Conduct.SCRAPING, Conduct.PATENT)
STAGES = (Stage.COMPLAINT, Stage.COMPLAINT, Stage.RULING, Stage.SETTLED)


def claims(disputes: int, seed: int) -> Iterator[tuple[Report, Reading]]:
    """Reports without end, each on one of so many disputes."""
    chance = random.Random(seed)
    n = 0
    while True:
        n += 1
        dispute = chance.randrange(disputes)
        accused = f"Accused{dispute // DISPUTES_OF_ACCUSED}"
        accuser = "authors" if chance.random() < 0.1 else f"Accuser{dispute}"
        sentence = f"{accuser} sued {accused} over work {dispute}."
        told = Allegation(
            accusers=(accuser,),
            accused=(accused,),
            conduct=(CONDUCT[dispute % len(CONDUCT)],),
            stage=chance.choice(STAGES),
            role=Role.MAIN,
            confidence=0.9,
            span=Span("text", 0, len(sentence)),
            sentence=sentence,
        )
        published = START + timedelta(days=dispute * 37 % 900 + chance.expovariate(1 / 60))
        report = Report(id=f"{seed}-{n}", title=sentence, text=sentence, published=published, crawled=published)
        yield report, Reading(allegations=(told,), reader="1", model="m", registry="g")


def put(base: Base, report: Report, reading: Reading) -> None:
    base.reports.put(report)
    base.readings.put(report.id, reading)


def cost(count: int) -> float:
    """Seconds of tracking a report that is added to a base of so many: the median over batches."""
    with tempfile.TemporaryDirectory() as folder, open_base(f"sqlite:///{Path(folder) / 'base.sqlite'}") as base:
        made = claims(max(1, count // A_DISPUTE), seed=1)
        for _ in range(count):
            put(base, *next(made))
        track(base)
        times = []
        more = claims(max(1, count // A_DISPUTE), seed=2)
        for _ in range(ADDED // BATCH):
            for _ in range(BATCH):
                put(base, *next(more))
            started = time.perf_counter()
            track(base)
            times.append((time.perf_counter() - started) / BATCH)
        return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bases", type=int, nargs="+", default=BASES, help="how many reports each base has")
    costs = {}
    for count in sorted(parser.parse_args().bases):
        costs[count] = cost(count)
        print(f"base of {count:>7,}: {costs[count] * 1000:.1f} ms a report added", flush=True)
    ratio = costs[max(costs)] / costs[min(costs)]
    print(f"the largest against the smallest: {ratio:.2f} times")
    if ratio > AT_MOST:
        raise SystemExit(f"adding to the larger base costs more than {AT_MOST} times as much")


if __name__ == "__main__":
    main()
