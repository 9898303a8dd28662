"""When it happened, how much, how it was answered: when a finding of such a kind is the one that a label means.

docs/formats.md says the same for users.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kb.model import PartialDate, name_key, same_unit, same_value

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings of one field of one report beside its labels.

    Attributes:
        right: (labelled, found) that mean the same.
        missed: labelled and not found.
        false: found and not labelled.
    """

    right: list[tuple[Any, Any]] = field(default_factory=list)
    missed: list[Any] = field(default_factory=list)
    false: list[Any] = field(default_factory=list)


def same_amount(one: Record, other: Record) -> bool:
    """Whether two amounts are the same figure of the same thing, whatever hedge and words they carry."""
    return same_unit(str(one["unit"]), str(other["unit"])) and same_value(float(one["value"]), float(other["value"]))


def same_interval(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """Whether two intervals have the same first and last day, however they are written ("2025-Q2", April to June)."""
    return _days(one) == _days(other)


def overlap(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """Whether two intervals have a day in common."""
    (first, last), (opens, closes) = _days(one), _days(other)
    return first <= closes and opens <= last


def _days(interval: Sequence[str | None]) -> tuple[date, date]:
    start, end = interval
    return (
        PartialDate(start).earliest() if start else date.min,
        PartialDate(end).latest() if end else date.max,
    )


def same_date(one: str, other: str) -> bool:
    """Whether two dates of any precision mean the same days."""
    return same_interval([one, one], [other, other])


def same_words(one: str, other: str) -> bool:
    """Whether all words of the shorter phrase stand in the longer ("novels", "pirated novels")."""
    words, others = set(name_key(one).split()), set(name_key(other).split())
    return bool(words & others) and (words <= others or others <= words)


def compared(labels: Iterable[Any], found: Iterable[Any], same: Callable[[Any, Any], bool]) -> Compared:
    """Findings paired off with labels, each with one; what is found or labelled twice counts once."""
    left = _distinct(found, same)
    result = Compared()
    for label in _distinct(labels, same):
        match = next((each for each in left if same(label, each)), None)
        if match is None:
            result.missed.append(label)
        else:
            left.remove(match)
            result.right.append((label, match))
    result.false.extend(left)
    return result


def _distinct(values: Iterable[Any], same: Callable[[Any, Any], bool]) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if not any(same(value, each) for each in kept):
            kept.append(value)
    return kept


def told(value: object) -> str:
    """A label or finding in a few words, for lists of what was misread."""
    if isinstance(value, Mapping):
        return f"{value['value']:g} {value['unit']}"
    if isinstance(value, list | tuple):
        return " to ".join(str(each) if each else "…" for each in value)
    return str(value)
