"""How well readings agree with gold: precision, recall and F1 by field, with intervals by bootstrap over incidents.

A name is right when it equals any accepted variant (see `kb.model.name_key`). Main allegations are required; background
ones and optional parties are accepted and not required. On a report that accuses nobody any allegation is a false alarm.
What else a claim says is scored on reports that label it, of main allegations alone (see `nlp.details`).
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kb.model import name_key
from nlp.details import (
    Compared,
    compared,
    overlap,
    same_amount,
    same_date,
    same_interval,
    same_words,
    told,
)
from nlp.gold import labelled

FIELDS = ("accusers", "accused", "pairs", "conduct")
OVERLAP = "occurred, overlap"
DETAILS = ("occurred", OVERLAP, "stated", "amounts", "responses", "victim", "object")
_LOOSER = frozenset({OVERLAP})
WHERE_FOUND = " (found)"
STAGE, HEDGE, ALARMS = "stage of the pairs found", "hedge of the amounts found", "false alarms"
SHARES = frozenset({STAGE, HEDGE, ALARMS})
"""Measures that are one share and have neither precision nor recall."""
_SAMPLES = 1000
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """Right, false and missed findings."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.right / (self.right + self.false) if self.right + self.false else 0.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = 2 * self.right + self.false + self.missed
        return 2 * self.right / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one report was read.

    Attributes:
        id: the report.
        incident: what it is about, by which samples are drawn.
        counts: by field, those that are labelled; empty on a report that accuses nobody.
        stages: (right, of how many pairs found).
        hedges: (right, of how many amounts found).
        negative: whether it accuses nobody.
        alarm: whether an allegation was found in such a report.
        missed: pairs missed, as "A → B", and then what else was, as "amounts: 24000 account".
        false: the same of what was found and is not there.
    """

    id: str
    incident: str
    counts: Mapping[str, Counts] = field(default_factory=dict)
    stages: tuple[int, int] = (0, 0)
    hedges: tuple[int, int] = (0, 0)
    negative: bool = False
    alarm: bool = False
    missed: tuple[str, ...] = ()
    false: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: a measure with its interval of 95 %."""

    measure: str
    precision: float
    recall: float
    f1: float
    low: float
    high: float
    of: int


class Answer(NamedTuple):
    """Who answered, under the key of the party, and how."""

    by: str
    code: str


class _Gold:
    """The parties and pairs of one labelled report, each under the key of its canonical name."""

    def __init__(self, record: Record) -> None:
        self._keys: dict[str, str] = {}
        self.required: dict[str, set[Any]] = {name: set() for name in FIELDS}
        self.accepted: dict[str, set[Any]] = {name: set() for name in FIELDS}
        self.stages: dict[tuple[str, str], set[str]] = {}
        self.conduct_labelled = True
        for allegation in sorted(record["allegations"], key=lambda a: a.get("role") == "background"):
            self._add(allegation)

    def wants(self, allegation: Record) -> bool:
        """Whether an allegation found is scored for what else it says: a background dispute is not."""
        pairs = {(self.key(x), self.key(y)) for x in allegation["accusers"] for y in allegation["accused"]}
        besides = bool(pairs) and pairs <= self.accepted["pairs"] - self.required["pairs"]
        return allegation.get("role") != "background" and not besides

    def answer(self, response: Record) -> "Answer":
        """Who answered and how, under the key of the party."""
        by = response["by"]
        return Answer(self.key(by if isinstance(by, str) else by[0]), str(response["response"]))

    def key(self, name: str) -> str:
        return self._keys.get(name_key(name), f"?{name_key(name)}")

    def _party(self, variants: Sequence[str]) -> str:
        keys = [name_key(variant) for variant in variants]
        known = next((self._keys[key] for key in keys if key in self._keys), keys[0])
        for key in keys:
            self._keys.setdefault(key, known)
        return known

    def _add(self, allegation: Record) -> None:
        main = allegation.get("role") != "background"
        sides = {
            side: [(self._party(p), main) for p in allegation.get(side, [])]
            + [(self._party(p), False) for p in allegation.get(f"optional_{side}", [])]
            for side in ("accusers", "accused")
        }
        for side, parties in sides.items():
            for key, needed in parties:
                (self.required if needed else self.accepted)[side].add(key)
        stages = {allegation.get("stage"), *allegation.get("stage_also", [])}
        for accuser, needed in sides["accusers"]:
            for accused, also_needed in sides["accused"]:
                both = (accuser, accused)
                (self.required if needed and also_needed else self.accepted)["pairs"].add(both)
                self.stages.setdefault(both, set()).update(stages if needed and also_needed else ())
        if main and "conduct" not in allegation:
            self.conduct_labelled = False
        (self.required if main else self.accepted)["conduct"].update(allegation.get("conduct", []))


def score(gold: Record, predicted: Record | None) -> Score:
    """How one report was read; None for a report that was not read."""
    found = [a for a in (predicted or {}).get("allegations", []) if a["accusers"] or a["accused"]]
    incident = next(iter(gold.get("incidents") or []), gold["id"])
    if gold.get("negative"):
        return Score(id=gold["id"], incident=incident, negative=True, alarm=bool(found))
    labelled = _Gold(gold)
    got: dict[str, set[Any]] = {
        "accusers": {labelled.key(name) for a in found for name in a["accusers"]},
        "accused": {labelled.key(name) for a in found for name in a["accused"]},
        "pairs": {(labelled.key(x), labelled.key(y)) for a in found for x in a["accusers"] for y in a["accused"]},
        "conduct": {code for a in found for code in a["conduct"]},
    }
    fields = FIELDS if labelled.conduct_labelled else FIELDS[:3]
    counts = {name: _compared(labelled.required[name], labelled.accepted[name], got[name]) for name in fields}
    details = _details(gold, predicted or {}, labelled)
    exact = {name: each for name, each in details.items() if name not in _LOOSER}
    return Score(
        id=gold["id"],
        incident=incident,
        counts=counts | {name: _counts(each) for name, each in details.items()},
        stages=_stages(labelled, found),
        hedges=_hedges(details["amounts"]) if "amounts" in details else (0, 0),
        missed=(
            *_arrows(labelled.required["pairs"] - got["pairs"]),
            *(f"{name}: {_told(value)}" for name, each in exact.items() for value in each.missed),
        ),
        false=(
            *_arrows(got["pairs"] - labelled.required["pairs"] - labelled.accepted["pairs"]),
            *(f"{name}: {_told(value)}" for name, each in exact.items() for value in each.false),
        ),
    )


def _details(gold: Record, predicted: Record, labelled: "_Gold") -> dict[str, Compared]:
    """What else the main allegations say, each field that all of them label, and how the report says it was answered."""
    main = [each for each in gold["allegations"] if each.get("role") != "background"]
    found = [each for each in predicted.get("allegations", []) if labelled.wants(each)]
    same: dict[str, Callable[[Any, Any], bool]] = {
        "occurred": same_interval,
        OVERLAP: overlap,
        "stated": same_date,
        "amounts": same_amount,
        "victim": lambda one, other: labelled.key(one) == labelled.key(other),
        "object": same_words,
    }
    details: dict[str, Compared] = {}
    for name, equal in same.items():
        key = "occurred" if name == OVERLAP else name
        if main and all(key in each for each in main):
            details[name] = compared(_values(main, key), _values(found, key), equal)
    if "responses" in gold:
        given, answers = ([labelled.answer(each) for each in of.get("responses", [])] for of in (gold, predicted))
        details["responses"] = compared(given, answers, lambda one, other: bool(one == other))
    return details


def _values(allegations: Iterable[Record], key: str) -> list[Any]:
    """The values of a key: of an interval or a date one each, of what is a list all that stand in it."""
    values = [each[key] for each in allegations if each.get(key)]
    if key in {"occurred", "stated"}:
        return values
    return [part[0] if key == "victim" and isinstance(part, list) else part for value in values for part in value]


def _hedges(amounts: Compared) -> tuple[int, int]:
    right = [label["hedge"] == found["hedge"] for label, found in amounts.right if "hedge" in label]
    return sum(right), len(right)


def _counts(each: Compared) -> Counts:
    return Counts(len(each.right), len(each.false), len(each.missed))


def _told(value: Any) -> str:  # noqa: ANN401 - a label or finding of any field
    return told(value) if not isinstance(value, Answer) else f"{value.by} {value.code}"


def _compared(required: set[Any], accepted: set[Any], got: set[Any]) -> Counts:
    return Counts(len(required & got), len(got - required - accepted), len(required - got))


def _stages(labelled: _Gold, found: Iterable[Record]) -> tuple[int, int]:
    given: dict[tuple[str, str], set[str]] = {}
    for allegation in found:
        for accuser in allegation["accusers"]:
            for accused in allegation["accused"]:
                given.setdefault((labelled.key(accuser), labelled.key(accused)), set()).add(allegation["stage"])
    judged = [stages <= labelled.stages[pair] for pair, stages in given.items() if pair in labelled.required["pairs"]]
    return sum(judged), len(judged)


def _arrows(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{accuser} → {accused}" for accuser, accused in pairs))


def scores(gold: Sequence[Record], predicted: Mapping[str, Record]) -> list[Score]:
    """How each labelled report was read; one whose allegations are not labelled is left out."""
    return [score(each, predicted.get(each["id"])) for each in gold if labelled(each)]


def table(results: Sequence[Score], samples: int = _SAMPLES) -> list[Row]:
    """The figures by field, with intervals by bootstrap over incidents; the same input gives the same intervals."""
    in_use = [name for name in DETAILS if any(name in result.counts for result in results)]
    rows = [_field_row(name, results, samples) for name in (*FIELDS, *in_use)]
    met = [result for result in results if "pairs" in result.counts and result.counts["pairs"].right]
    rows += [_field_row(name, met, samples, WHERE_FOUND) for name in in_use]
    rows.append(_share_row(STAGE, *_summed(result.stages for result in results)))
    if "amounts" in in_use:
        rows.append(_share_row(HEDGE, *_summed(result.hedges for result in results)))
    negatives = [result for result in results if result.negative]
    rows.append(_share_row(ALARMS, sum(result.alarm for result in negatives), len(negatives)))
    return rows


def grouped(results: Sequence[Score], gold: Sequence[Record], key: str) -> dict[str, list[Score]]:
    """The results by what each labelled report has under a key ("construction", "split"), in alphabetical order."""
    groups = {str(record["id"]): str(record.get(key, "")) for record in gold}
    found: dict[str, list[Score]] = {}
    for result in sorted(results, key=lambda each: groups[each.id]):
        found.setdefault(groups[result.id], []).append(result)
    return found


def _field_row(name: str, results: Sequence[Score], samples: int, where: str = "") -> Row:
    by_incident: dict[str, Counts] = {}
    for result in results:
        if name in result.counts:
            by_incident[result.incident] = by_incident.get(result.incident, Counts()) + result.counts[name]
    total = sum(by_incident.values(), Counts())
    low, high = _interval(list(by_incident.values()), samples)
    of = total.right + total.missed
    figures = {"precision": total.precision, "recall": total.recall, "f1": total.f1}
    return Row(measure=f"{name}{where}", **figures, low=low, high=high, of=of)


def _interval(counts: Sequence[Counts], samples: int) -> tuple[float, float]:
    if not counts:
        return 0.0, 0.0
    chance = random.Random(1)  # noqa: S311 - resampling needs no secrecy
    drawn = sorted(sum(chance.choices(counts, k=len(counts)), Counts()).f1 for _ in range(samples))
    return drawn[int(0.025 * samples)], drawn[int(0.975 * samples)]


def _share_row(measure: str, part: int, of: int) -> Row:
    share = part / of if of else 0.0
    return Row(measure=measure, precision=share, recall=share, f1=share, low=share, high=share, of=of)


def _summed(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    right = of = 0
    for one, other in pairs:
        right, of = right + one, of + other
    return right, of
