"""Fits the weights of the reader's confidence on labelled reports, and says how far they can be trusted.

    python benchmarks/calibration.py GOLD.jsonl … [--renamed RENAMED.jsonl …] [--own OWN.jsonl …] [--write]
    python benchmarks/calibration.py GOLD.jsonl … --said SAID.jsonl … [--write]

Without `--said` these are the weights of what rules find; with it, those of pairs that the network has marked too, and
of those of which a side is missing; both keep to the former where little is labelled. SAID is what networks that had
not learnt from the reports say of them (benchmarks/tagging/train.py, `--without`). Each figure is cross-validated: a
report's pairs are weighed by a model that has not seen that report. `--write` puts the weights fitted on all reports
into nlp/lexicon/confidence.toml. `--renamed` names versions of the same reports with other names
(benchmarks/renaming.py): all versions of a report count together as much as the report. `--own` names texts written for
the purpose: they count half, and no figure is of them. Gold: docs/formats.md.
"""

import argparse
import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nlp.lexicon
from benchmarks.tagging.examples import every_name
from kb import registry
from kb.interchange import report_from_record
from kb.model import Registry, name_key
from nlp.agreement import Pair
from nlp.confidence import table_for
from nlp.parties import Party
from nlp.reader import Reader
from nlp.tagger import Tags

RIDGE = 0.7
RIDGE_TO_RULES = 2.0
"""By how much the weights of marked and one-sided pairs keep to those of all that rules find."""
FREE = 0.01
"""How strongly the weights that every pair has keep to theirs."""
FOLDS = 10
RAREST = 3
OWN_WEIGHT = 0.5
STEPS = 4000
FOR = frozenset(
    {"title: full", "lead: full", "body: full", "told again", "shown", "topical", "works against others"}
    | {"marks: linked", "marks: accuser", "marks: accused", "marks: accuses"}
    | {f"{side}: {nature}" for side in ("accuser", "accused") for nature in ("known", "ai-lab")}
)
AGAINST = frozenset(
    {"inferred", "only spoken", "no plain accusation", "no conduct", "off scope", "no AI", "accused accuses"}
    | {"accuser is accused", "only a case name", "accuser: news", "outlet", "background"}
    | {"marks: not linked", "marks: rival", "marks: calm"}
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
    parser.add_argument("--said", nargs="*", type=Path, default=[], help="what networks say of reports new to them")
    parser.add_argument("--write", action="store_true", help="put the weights into the lexicon")
    arguments = parser.parse_args()
    if not arguments.gold:
        print("left out: no gold named (python benchmarks/calibration.py GOLD.jsonl …)")
        return
    said = recorded(arguments.said)
    versions = _versions(arguments.renamed)
    rows = [Weighed(*row) for path in arguments.gold for row in candidates(path, said)]
    rows += [
        Weighed(*row, counts=1 / versions[row[0]], version="names replaced")
        for path in arguments.renamed
        for row in candidates(path, said)
    ]
    rows += [Weighed(*row, counts=OWN_WEIGHT, version=OWN) for path in arguments.own for row in candidates(path, said)]
    for table, part in tables(rows, is_marked=bool(said)).items():
        print(f"{table}:")
        names, weights = calibrate(part, presumed=bool(said))
        if arguments.write:
            write(table, names, weights)


OWN = "written for the purpose"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A pair that the reader weighed.

    Attributes:
        report: of which report.
        evidence: what bears on it.
        right: whether the labels have it.
        counts: how much it counts.
        version: whether its report has its own names, other ones, or was written for the purpose.
    """

    report: str
    evidence: Mapping[str, float]
    right: bool
    counts: float = 1.0
    version: str = "their own names"


def tables(rows: Sequence[Weighed], *, is_marked: bool) -> dict[str, list[Weighed]]:
    """The pairs that each table of weights is fitted on."""
    if not is_marked:
        return {"by rule": list(rows)}
    return {name: [row for row in rows if table_for(row.evidence) == name] for name in ("marked", "one-sided")}


def calibrate(rows: Sequence[Weighed], *, presumed: bool) -> tuple[list[str], Floats]:
    """The features that occur with the weights fitted for them; prints how far these can be trusted."""
    seen = Counter(name for row in rows for name in row.evidence)
    names = sorted(name for name, count in seen.items() if count >= RAREST)
    x = np.array([[row.evidence.get(name, 0.0) for name in names] for row in rows])
    y = np.array([row.right for row in rows], dtype=float)
    counts = np.array([row.counts for row in rows])
    model = Model.kept_to_rules(names) if presumed else Model.by_rule(names)
    p = cross_validated(x, y, counts, [row.report for row in rows], model)
    for version in dict.fromkeys(row.version for row in rows if row.version != OWN):
        print(f"{version}: ", end="")
        chosen = np.array([row.version == version for row in rows])
        report(y[chosen], p[chosen])
    weights = model.fitted(x, y, counts)
    for name, weight in sorted(zip(names, weights, strict=True), key=lambda each: -each[1]):
        print(f"{weight:7.2f}  {name}")
    return names, weights


def _versions(renamed: Sequence[Path]) -> Counter[str]:
    """How many of the files have each report."""
    return Counter(json.loads(line)["id"] for path in renamed for line in path.read_text(encoding="utf-8").splitlines())


def recorded(paths: Sequence[Path]) -> dict[str, Tags]:
    """What was written down of what networks say, by report."""
    lines = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return {line["report"]: _tags(line) for line in lines}


def _tags(line: dict[str, Any]) -> Tags:
    size = len(line["places"])
    return Tags(
        places=[(start, stop) for start, stop in line["places"]],
        sides=np.array(line["sides"], np.float32).reshape(size, 2),
        links=np.array(line["links"], np.float32).reshape(size, size),
        accuses=line["accuses"],
        read=line["read"],
    )


def candidates(path: Path, said: Mapping[str, Tags]) -> Iterator[Row]:
    """Every pair weighed in the reports of a gold file: report, evidence, and whether the gold has the pair."""
    known = registry.load()
    reader = Reader(known, lambda report: said.get(report.id) if report.text else None)
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        is_known = not said or record["id"] in said
        if is_known and "allegations" in record and record.get("split") != "report":
            for pair, verdict in reader.candidates(report_from_record(record)):
                yield record["id"], dict(verdict.evidence), is_right(pair, record, known)


def is_right(pair: Pair, record: dict[str, Any], known: Registry) -> bool:
    """Whether the labels have the pair, or its one side where it has but one, as required or accepted."""
    return any(
        _among(pair.accuser, each, "accusers", known) and _among(pair.accused, each, "accused", known)
        for each in record["allegations"]
    )


def _among(party: Party | None, allegation: dict[str, Any], side: str, known: Registry) -> bool:
    accepted = [*allegation.get(side, []), *allegation.get(f"optional_{side}", [])]
    return party is None or any(party.key == name_key(name) for names in accepted for name in every_name(names, known))


@dataclass(frozen=True)
class Model:
    """A ridge logistic regression in which each weight keeps to a presumed one, and has its sign where that is known.

    Attributes:
        names: of the features.
        presumed: the weight of each if nothing were labelled.
        ridge: how strongly each keeps to it.
    """

    names: Sequence[str]
    presumed: Floats
    ridge: Floats

    @classmethod
    def by_rule(cls, names: Sequence[str]) -> "Model":
        return cls(names, np.zeros(len(names)), np.array([FREE if name == "bias" else RIDGE for name in names]))

    @classmethod
    def kept_to_rules(cls, names: Sequence[str]) -> "Model":
        """Presumed are the weights of what rules find."""
        weights = tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))["by rule"]
        ridge = [FREE if name in {"bias", "marks"} else RIDGE_TO_RULES for name in names]
        return cls(names, np.array([weights.get(name, 0.0) for name in names]), np.array(ridge))

    def fitted(self, x: Floats, y: Floats, counts: Floats) -> Floats:
        """The weights, by projected gradient descent."""
        low = np.array([0.0 if name in FOR else -np.inf for name in self.names])
        high = np.array([0.0 if name in AGAINST else np.inf for name in self.names])
        step = 1 / (np.linalg.eigvalsh((x.T * counts) @ x)[-1] / 4 + self.ridge.max())
        weights = np.clip(self.presumed, low, high)
        for _ in range(STEPS):
            p = 1 / (1 + np.exp(-x @ weights))
            slope = x.T @ (counts * (p - y)) + self.ridge * (weights - self.presumed)
            weights = np.clip(weights - step * slope, low, high)
        return weights


def cross_validated(x: Floats, y: Floats, counts: Floats, reports: Sequence[str], model: Model) -> Floats:
    """The probability of each pair by a model fitted without its report."""
    folds = np.array([int(hashlib.sha256(each.encode()).hexdigest(), 16) % FOLDS for each in reports])
    p = np.zeros(len(y))
    for fold in range(FOLDS):
        held = folds == fold
        p[held] = 1 / (1 + np.exp(-x[held] @ model.fitted(x[~held], y[~held], counts[~held])))
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


def write(table: str, names: Sequence[str], weights: Floats) -> None:
    """Puts the weights into their table of the lexicon, and leaves the other as it is."""
    tables = tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))
    tables[table] = dict(zip(names, weights, strict=True))
    lines = [
        "# Weights of the logistic model of nlp/confidence.py, made by benchmarks/calibration.py on labelled reports."
    ]
    for name, entries in tables.items():
        lines += ["", f"[{json.dumps(name)}]", *(f'"{feature}" = {weight:.2f}' for feature, weight in entries.items())]
    WEIGHTS.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
