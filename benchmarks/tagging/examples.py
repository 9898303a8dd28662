"""Labelled reports as texts with marks: which words name an accuser or an accused, and of which dispute.

    python -m benchmarks.tagging.examples OUT.jsonl GOLD.jsonl … [--renamed N]

Each line of OUT has the `text` (title, line break, body), its `marks` (from code point to code point, side, and the
numbers of the disputes on that side), the places to be `ignored` (who may be found and need not be), `conduct` and
`stage` of what it is about (null where not labelled), the `fold` that its dispute falls into, and whether it is our
`own` text. Passages that carry marks of their own keep them; in all others every name that the labels accept, or that
the registry has for it, is marked wherever it stands. `--renamed` adds N versions of each with other names
(benchmarks/renaming.py). Halves to report on are left out. Gold: docs/formats.md.
"""

import argparse
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.renaming import Renaming
from kb import registry
from kb.model import Registry

FOLDS = 5
SIDES = {"R": "accuser", "D": "accused"}
Record = dict[str, Any]
Mark = tuple[int, int, str, list[int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=Path)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--renamed", type=int, default=0, help="versions with other names to add")
    arguments = parser.parse_args()
    if not arguments.gold:
        print("left out: no files named (python -m benchmarks.tagging.examples OUT.jsonl GOLD.jsonl …)")
        return
    known = registry.load()
    with arguments.out.open("w", encoding="utf-8") as out:
        for path in arguments.gold:
            text = path.read_text(encoding="utf-8")
            records = [json.loads(line) for line in text.splitlines()]
            versions = [Renaming(known, seed, avoiding=text).record for seed in range(1, arguments.renamed + 1)]
            for version, change in enumerate([lambda record: record, *versions]):
                for record in filter(is_to_learn_from, records):
                    line = {**example(change(record), known), "version": version}
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")


def is_to_learn_from(record: Record) -> bool:
    """Whether a record is labelled at all, and not kept to take figures from."""
    return ("allegations" in record or "marks" in record) and (
        record.get("split") != "report" or (record.get("kind") is not None and "marks" in record)
    )


def example(record: Record, known: Registry) -> Record:
    """A labelled report as a text with marks."""
    text = full_text(record)
    marked = "marks" in record
    marks, ignored = _own_marks(record) if marked else _found_marks(text, record["allegations"], known)
    main = [each for each in record["allegations"] if each.get("role", "main") == "main"]
    dispute = str((record.get("incidents") or [record["id"]])[0])
    return {
        "report": record["id"],
        "text": text,
        "marks": marks,
        "ignored": ignored,
        "accuses": not record.get("negative") and bool(record["allegations"]),
        "conduct": _conduct(main),
        "stage": next((each["stage"] for each in main if each.get("stage")), None),
        "own": "held" not in record and "url" not in record,
        "fold": int(hashlib.sha256(dispute.encode()).hexdigest(), 16) % FOLDS,
    }


def _conduct(main: Sequence[Record]) -> list[str] | None:
    """What those accused are said to have done; None where no label says so."""
    labelled = [each["conduct"] for each in main if each.get("conduct")]
    return sorted({code for codes in labelled for code in codes}) if labelled else None


def full_text(record: Record) -> str:
    """Title and body as the network reads them."""
    return "\n".join(part for part in (record.get("title", ""), record.get("text", "")) if part)


def _own_marks(record: Record) -> tuple[list[Mark], list[list[int]]]:
    marks = [(start, end, SIDES[side], [dispute]) for start, end, side, dispute in record["marks"] if side in SIDES]
    return marks, []


def _found_marks(text: str, allegations: Sequence[Record], known: Registry) -> tuple[list[Mark], list[list[int]]]:
    """The places of all names of each side of each allegation; the optional are ignored where not required."""
    marks: dict[tuple[int, int, str], list[int]] = {}
    ignored: list[list[int]] = []
    for number, allegation in enumerate(allegations, 1):
        for key, side in (("accusers", "accuser"), ("accused", "accused")):
            for names in allegation.get(key, []):
                for start, end in places(text, every_name(names, known)):
                    marks.setdefault((start, end, side), []).append(number)
            for names in allegation.get(f"optional_{key}", []):
                ignored += [list(place) for place in places(text, every_name(names, known))]
    required = {place[:2] for place in marks}
    return [(*place, numbers) for place, numbers in marks.items()], [p for p in ignored if tuple(p) not in required]


def every_name(names: Iterable[str], known: Registry) -> list[str]:
    """The names by which a labelled party may stand in a text."""
    accepted = list(names)
    for organisation in known.organisations:
        theirs = [organisation.name, organisation.legal_name, *organisation.aliases]
        if set(accepted) & set(theirs):
            accepted += [*theirs, *organisation.products]
    short = [name.removeprefix("The ") for name in accepted]
    return [name for name in dict.fromkeys([*accepted, *short]) if name]


def places(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where one of the names stands, the longest first; a name written small may begin with a capital."""
    plain = text.replace("’", "'")
    longest_first = sorted({name.replace("’", "'") for name in names}, key=len, reverse=True)
    if longest_first:
        pattern = "|".join(map(_written, longest_first))
        yield from (match.span() for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", plain))


def _written(name: str) -> str:
    escaped = re.escape(name)
    return f"(?i:{escaped})" if name[0].islower() or len(name) > len("Meta") else escaped


if __name__ == "__main__":
    main()
