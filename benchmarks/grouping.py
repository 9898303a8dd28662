"""How well reports are grouped into incidents, beside the field's ways to cluster texts, in the same run.

    python benchmarks/grouping.py [--reports GOLD.jsonl …]

On our own gold set, on each labelled file that is named, and on ECB+ (982 news texts on 43 topics, each with two events
that are easily taken for each other). B-cubed as extended to overlapping groups, and pairs.

- **Ours** groups the claims that the reader finds; **ours, right claims** those that the labels give, so that grouping
  is seen apart from reading. It never compares whole texts, and of texts that accuse nobody it says nothing: each stays
  alone, so that ECB+, which is not about disputes, shows what wording alone can do and no more.
- The **peers** cluster all texts by their words. Each is given, for each set, the threshold with the best B-cubed F1 on
  that set itself.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clustering.peers import (
    THRESHOLDS,
    Labels,
    average_linkage,
    cosines,
    minhash,
    names_and_numbers,
    words,
)

from commands.disputes import grouped
from commands.inputs import Input
from kb import registry
from kb.interchange import report_from_record
from kb.model import Role
from kb.tracking.agreement import b_cubed, pairs
from kb.tracking.grouping import group
from kb.tracking.parties import Parties
from nlp.reader import Reader

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
from labelled_claims import labelled_claims

OWN = Path(__file__).parents[1] / "tests" / "gold" / "incidents.jsonl"
DATA = Path(os.environ.get("DISPUTED_REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "data"))
Record = Mapping[str, Any]
Found = dict[str, list[str]]


class Ours:
    """Our grouping over the registry that comes with Disputed."""

    def __init__(self) -> None:
        known = registry.load()
        self._reader, self._parties = Reader(known), Parties.of(known)

    def read(self, records: Sequence[Record]) -> Found:
        """By what the reader finds."""
        reports = [report_from_record(record) for record in records]
        read = [(Input(name=report.id, report=report), self._reader.read(report)) for report in reports]
        return dict(zip((report.id for report in reports), grouped(read, self._parties), strict=True))

    def labelled(self, records: Sequence[Record]) -> Found:
        """By the claims that the labels give."""
        claims = {claim.id: claim for record in records for claim in labelled_claims(record)}
        found: Found = {}
        for n, each in enumerate(group(claims.values(), parties=self._parties)):
            for claim in (claims[identity] for identity in each.reasons):
                if claim.allegation.role is Role.MAIN:
                    found.setdefault(claim.report.id, []).append(str(n))
        return found


def peers(records: Sequence[Record]) -> Iterator[tuple[str, Callable[[float], Labels]]]:
    texts = [f"{record.get('title', '')}\n{record['text']}" for record in records]
    wording = cosines(texts, words)
    with_names = (wording + cosines(texts, names_and_numbers)) / 2
    yield "average linkage, TF-IDF with names and numbers", average_linkage(with_names)
    yield "average linkage, TF-IDF", average_linkage(wording)
    yield "MinHash", minhash(texts)


def best(right: Found, ids: Sequence[str], clusters: Callable[[float], Labels]) -> Found:
    tried = ({i: [str(label)] for i, label in zip(ids, clusters(threshold), strict=True)} for threshold in THRESHOLDS)
    return max(tried, key=lambda found: b_cubed(right, found).f1)


def show(name: str, right: Found, found: Found) -> float:
    cubed, paired = b_cubed(right, found), pairs(right, found)
    figures = "  ".join(f"{each:.3f}" for each in (*cubed, cubed.f1, *paired, paired.f1))
    print(f"  {name:48} {figures}", flush=True)
    return cubed.f1


def compare(title: str, records: Sequence[Record], ours: Mapping[str, Found], topics: Found | None = None) -> None:
    """Prints the figures of all; fails where ours is not ahead of every peer."""
    ids = [str(record["id"]) for record in records]
    right = {str(record["id"]): list(record["incidents"]) for record in records}
    incidents = len({slug for held in right.values() for slug in held})
    print(f"{title}: {len(ids)} reports, {incidents} incidents\n  {'':48} B³ P    R      F1     pairs P R    F1")
    mine = [show(name, right, found) for name, found in ours.items()]
    theirs = [show(name, right, best(right, ids, clusters)) for name, clusters in peers(records)]
    if topics:
        theirs.append(show("one cluster a topic", right, topics))
    if mine and max(mine) <= max(theirs):
        print("  ours is behind here")


def labelled(path: Path) -> list[Record]:
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [record for record in records if record.get("incidents") and not record.get("negative")]


def accused_of(records: Sequence[Record]) -> Found:
    """A topic of disputes: all that is said against one party."""
    return {
        record["id"]: sorted({party[0] for each in record["allegations"][:1] for party in each["accused"][:1]})
        for record in records
    }


def ecbplus() -> list[Record]:
    lines = (DATA / "ecbplus" / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    records = map(json.loads, lines)
    return [{**each, "title": "", "incidents": [each["event"]], "published": "2013-01-01"} for each in records]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=Path, action="append", default=[], help="labelled reports, with incidents")
    options = parser.parse_args()
    ours = Ours()
    for path in (OWN, *options.reports):
        records = labelled(path)
        ways = {"ours, right claims": ours.labelled(records), "ours": ours.read(records)}
        compare(path.name, records, ways, accused_of(records))
    if not DATA.is_dir():
        print(f"left out: no folder {DATA} (set DISPUTED_REFERENCE_DATA)")
        return
    records = ecbplus()
    topics = {str(record["id"]): [str(record["topic"])] for record in records}
    compare("ECB+, texts alone", records, {"ours": ours.read(records)}, topics)


if __name__ == "__main__":
    main()
