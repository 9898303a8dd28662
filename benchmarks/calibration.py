"""Fits the weights of the reader's confidence on labelled reports, and says how far they can be trusted.

    python benchmarks/calibration.py GOLD.jsonl … [--renamed RENAMED.jsonl …] [--own OWN.jsonl …] [--write]

Each figure is cross-validated: a report's pairs are weighed by a model that has not seen that report. `--write` puts
the weights fitted on all reports into nlp/lexicon/confidence.toml. `--renamed` names versions of the same reports with
other names (benchmarks/renaming.py): all versions of a report count together as much as the report. `--own` names texts
written for the purpose: they count half, and no figure is of them. Gold: docs/formats.md.
"""

import argparse
import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nlp.lexicon
from kb import registry
from kb.interchange import report_from_record
from kb.model import name_key
from nlp.agreement import Pair
from nlp.parties import Party
from nlp.reader import Reader

RIDGE = 0.7
FOLDS = 10
RAREST = 3
OWN_WEIGHT = 0.5
STEPS = 4000
FOR = frozenset(
    {"title: full", "lead: full", "body: full", "told again", "shown", "topical", "works against others"}
    | {f"{side}: {nature}" for side in ("accuser", "accused") for nature in ("known", "ai-lab")}
)
AGAINST = frozenset(
    {"inferred", "only spoken", "no plain accusation", "no conduct", "off scope", "no AI", "accused accuses"}
    | {"accuser is accused", "only a case name", "accuser: news", "outlet", "background"}
)
"""Evidence that can only speak for a pair, or against it: chance in few labels must not turn it round."""
WEIGHTS = Path(nlp.lexicon.__file__).parent / "confidence.toml"
Row = tuple[str, dict[str, float], bool]
Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--renamed", nargs="*", type=Path, default=[], help="the same reports with other names")
    parser.add_argument("--own", nargs="*", type=Path, default=[], help="texts written for the purpose")
    parser.add_argument("--write", action="store_true", help="put the weights into the lexicon")
    arguments = parser.parse_args()
    if not arguments.gold:
        print("left out: no gold named (python benchmarks/calibration.py GOLD.jsonl …)")
        return
    parts = {
        "their own names": [row for path in arguments.gold for row in candidates(path)],
        "names replaced": [row for path in arguments.renamed for row in candidates(path)],
        "written for the purpose": [row for path in arguments.own for row in candidates(path)],
    }
    rows = [row for part in parts.values() for row in part]
    versions = _versions(arguments.renamed)
    counts = np.array(
        [1.0] * len(parts["their own names"])
        + [1 / versions[report_id] for report_id, *_ in parts["names replaced"]]
        + [OWN_WEIGHT] * len(parts["written for the purpose"])
    )
    seen = Counter(name for _, evidence, _ in rows for name in evidence)
    names = sorted(name for name, count in seen.items() if count >= RAREST)
    x = np.array([[evidence.get(name, 0.0) for name in names] for _, evidence, _ in rows])
    y = np.array([right for *_, right in rows], dtype=float)
    p = cross_validated(x, y, counts, [report_id for report_id, *_ in rows], names)
    first = 0
    for name, part in list(parts.items())[:2]:
        if part:
            print(f"{name}: ", end="")
            report(y[first : first + len(part)], p[first : first + len(part)])
        first += len(part)
    weights = fitted(x, y, counts, names)
    for name, weight in sorted(zip(names, weights, strict=True), key=lambda each: -each[1]):
        print(f"{weight:7.2f}  {name}")
    if arguments.write:
        write(names, weights)


def _versions(renamed: Sequence[Path]) -> Counter[str]:
    """How many of the files have each report."""
    return Counter(json.loads(line)["id"] for path in renamed for line in path.read_text(encoding="utf-8").splitlines())


def candidates(path: Path) -> Iterator[Row]:
    """Every pair weighed in the reports of a gold file: report, evidence, and whether the gold has the pair."""
    reader = Reader(registry.load())
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if "allegations" in record and record.get("split") != "report":
            for pair, verdict in reader.candidates(report_from_record(record)):
                yield record["id"], dict(verdict.evidence), is_right(pair, record)


def is_right(pair: Pair, record: dict[str, Any]) -> bool:
    """Whether the labels have the pair, or its one side where it has but one, as required or accepted."""
    return any(
        _among(pair.accuser, each, "accusers") and _among(pair.accused, each, "accused")
        for each in record["allegations"]
    )


def _among(party: Party | None, allegation: dict[str, Any], side: str) -> bool:
    accepted = [*allegation.get(side, []), *allegation.get(f"optional_{side}", [])]
    return party is None or any(name_key(party.name) == name_key(name) for names in accepted for name in names)


def fitted(x: Floats, y: Floats, counts: Floats, names: Sequence[str]) -> Floats:
    """Weights of a ridge logistic regression, each with its sign where that is known, by projected gradient descent."""
    low = np.array([0.0 if name in FOR else -np.inf for name in names])
    high = np.array([0.0 if name in AGAINST else np.inf for name in names])
    ridge = np.array([0.01 if name == "bias" else RIDGE for name in names])
    step = 1 / (np.linalg.eigvalsh((x.T * counts) @ x)[-1] / 4 + ridge.max())
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        weights = np.clip(weights - step * (x.T @ (counts * (p - y)) + ridge * weights), low, high)
    return weights


def cross_validated(x: Floats, y: Floats, counts: Floats, reports: Sequence[str], names: Sequence[str]) -> Floats:
    """The probability of each pair by a model fitted without its report."""
    folds = np.array([int(hashlib.sha256(each.encode()).hexdigest(), 16) % FOLDS for each in reports])
    p = np.zeros(len(y))
    for fold in range(FOLDS):
        held = folds == fold
        p[held] = 1 / (1 + np.exp(-x[held] @ fitted(x[~held], y[~held], counts[~held], names)))
    return p


def report(y: Floats, p: Floats) -> None:
    """Prints what a threshold keeps, and how often each band of confidence is right."""
    print(f"{len(y)} pairs weighed, {int(y.sum())} of them right; cross-validated:")
    for threshold in np.arange(0.3, 0.96, 0.05):
        kept = p >= threshold
        if kept.any():
            print(f"  from {threshold:.2f}: precision {y[kept].mean():.3f}, recall {y[kept].sum() / y.sum():.3f}")
    for low in np.arange(0, 1, 0.1):
        band = (p >= low) & (p < low + 0.1)
        if band.any():
            print(f"  {low:.1f} to {low + 0.1:.1f}: {band.sum():4d} pairs, {y[band].mean():.2f} right")


def write(names: Sequence[str], weights: Floats) -> None:
    """Puts the weights into the lexicon, beside those for pairs that the network has read too."""
    kept = tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))
    tables = {**kept, "weights": dict(zip(names, weights, strict=True))}
    lines = [
        "# Weights of the logistic model of nlp/confidence.py, made by benchmarks/calibration.py on labelled reports."
    ]
    for table, entries in tables.items():
        lines += ["", f"[{json.dumps(table)}]", *(f'"{name}" = {weight:.2f}' for name, weight in entries.items())]
    WEIGHTS.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
