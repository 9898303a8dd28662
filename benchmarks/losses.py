"""Where the reader loses what it should find: for each pair of a labelled report, how far the reader came with it.

    python benchmarks/losses.py GOLD.jsonl … [--list]

Counts the pairs of main allegations by the last step that they passed; takedown notices, which are read as forms, are
left out. `--list` also prints each loss. Gold: docs/formats.md.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from kb import registry
from kb.interchange import report_from_record
from kb.model import PUBLISHING_THRESHOLD, Report, name_key
from nlp.agreement import Pair, pairs
from nlp.judging import Verdict
from nlp.parties import Party
from nlp.reader import Reader, of_network
from nlp.tagger import Tagger, Tags
from nlp.takedown import notice
from nlp.triage import may_hold_allegation

STEPS = (
    "stopped at the gate",
    "a name not found",
    "no frame has either",
    "one side in a frame",
    "both in frames, not as a pair",
    "the other way round",
    "judged out of scope",
    "not sure enough",
    "published",
)
Record = dict[str, Any]
Names = frozenset[str]
Tagging = Callable[[Report], Tags | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--list", action="store_true", help="print each loss")
    arguments = parser.parse_args()
    if not arguments.gold:
        print("left out: no gold named (python benchmarks/losses.py GOLD.jsonl …)")
        return
    tags = of_network(Tagger())
    reader = Reader(registry.load(), tags)
    for path in arguments.gold:
        reached = [each for line in path.read_text(encoding="utf-8").splitlines() for each in steps(reader, tags, line)]
        counts = Counter(step for step, _ in reached)
        print(f"{path}: {len(reached)} pairs")
        for step in STEPS:
            print(f"  {counts[step]:4d}  {step}")
        for step, what in reached if arguments.list else ():
            if step != "published":
                print(f"{step}: {what}")


def steps(reader: Reader, tags: Tagging, line: str) -> Iterator[tuple[str, str]]:
    """How far each pair of a labelled report came, with report and names."""
    record = json.loads(line)
    report = report_from_record(record)
    if notice(report.text) is not None:
        return
    wanted = {
        pair: f"{report.id}: {accuser[0]} → {accused[0]}"
        for each in record.get("allegations", ())
        if each.get("role") != "background"
        for accuser, accused in product(each["accusers"], each["accused"])
        for pair in [(frozenset(map(name_key, accuser)), frozenset(map(name_key, accused)))]
    }
    if not wanted or not may_hold_allegation(report.title, report.text):
        yield from (("stopped at the gate", what) for what in wanted.values())
        return
    parsed = reader.parse(report, tags(report))
    weighed, told = reader.candidates(report), pairs(parsed)
    named = [place.party for each in parsed for place in each.parties]
    for (accuser, accused), what in wanted.items():
        yield (
            _weighed(accuser, accused, weighed)
            or _told(accuser, accused, told)
            or _named(accuser, accused, named, told),
            what,
        )


def _weighed(accuser: Names, accused: Names, weighed: Sequence[tuple[Pair, Verdict]]) -> str:
    """How a pair that was found was judged; empty if it was not."""
    sure = [
        verdict.confidence for pair, verdict in weighed if _is(pair.accuser, accuser) and _is(pair.accused, accused)
    ]
    return "" if not sure else "published" if max(sure) >= PUBLISHING_THRESHOLD else "not sure enough"


def _told(accuser: Names, accused: Names, told: Sequence[Pair]) -> str:
    """Why a pair that frames tell of was not weighed; empty if none do."""
    if any(_is(pair.accuser, accuser) and _is(pair.accused, accused) for pair in told):
        return "judged out of scope"
    turned = any(_is(pair.accuser, accused) and _is(pair.accused, accuser) for pair in told)
    return "the other way round" if turned else ""


def _named(accuser: Names, accused: Names, named: Sequence[Party], told: Sequence[Pair]) -> str:
    """How far the two sides of a pair came that no frame tells of."""
    if not all(_among(named, side) for side in (accuser, accused)):
        return "a name not found"
    in_frames = [party for pair in told for party in (pair.accuser, pair.accused)]
    sides = sum(_among(in_frames, side) for side in (accuser, accused))
    return ("no frame has either", "one side in a frame", "both in frames, not as a pair")[sides]


def _is(party: Party | None, names: Names) -> bool:
    return party is not None and party.key in names


def _among(parties: Iterable[Party | None], names: Names) -> bool:
    return any(_is(party, names) for party in parties)


if __name__ == "__main__":
    main()
