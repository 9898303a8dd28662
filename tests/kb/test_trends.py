"""Disputes over time, from letter to suit, and sums."""

from typing import Any

import pytest
from values import amount, claim, dispute

from kb.model import Conduct, Outline, PartialDate, Stage, Transition
from kb.tracking.outlining import outline
from kb.tracking.telling import tell
from kb.tracking.trends import Grain, Read, binned, opened, outcomes, period_of, read_in, settled, waits

LETTER, SUIT = Stage.LETTER, Stage.COMPLAINT


@pytest.mark.parametrize(
    ("day", "grain", "period"),
    [
        ("2026-06-10", "year", "2026"),
        ("2026", "year", "2026"),
        ("2026", "quarter", ""),
        ("2026-Q2", "quarter", "2026-Q2"),
        ("2026-03-31", "quarter", "2026-Q1"),
        ("2026-12", "quarter", "2026-Q4"),
    ],
)
def test_a_day_falls_into_a_period_as_far_as_it_is_known(day: str, grain: Grain, period: str) -> None:
    assert period_of(PartialDate(day), grain) == period


def test_disputes_are_counted_by_the_time_asked_for() -> None:
    incidents = [
        dispute(first={"stated": "2025-11-02"}, conduct=(Conduct.PATENT, Conduct.CMI)),
        dispute(first={"stated": "2026-06"}, stage=Stage.SETTLED),
        dispute(first={"stated": "2026", "published": "2026-01-01"}),
        dispute(first={"published": "2026-01-01"}),
    ]
    by_quarter = opened(incidents, "stated", "quarter")
    assert by_quarter.periods == ("2025-Q4", "2026-Q1", "2026-Q2")
    assert dict(by_quarter.all) == {"2025-Q4": 1, "2026-Q2": 1}
    assert by_quarter.conduct[Conduct.CMI] == {"2025-Q4": 1}
    assert by_quarter.stage[Stage.SETTLED] == {"2026-Q2": 1}
    assert (by_quarter.undated, by_quarter.coarse, by_quarter.earlier) == (1, 1, 0)
    assert dict(opened(incidents, "published", "year").all) == {"2026": 2}
    assert opened([], "stated", "year").periods == ()


def test_only_the_newest_periods_are_counted_one_by_one() -> None:
    found = opened([dispute(first={"stated": day}) for day in ("1900", "1990", "2026")], "stated", "year")
    assert (len(found.periods), found.periods[-1], found.earlier) == (40, "2026", 1)


def test_outlets_count_once_in_all_periods() -> None:
    months = [("2025-12", "a", 3), ("2026-01", "a", 2), ("2026-02", "b", 1), ("2020-01", "c", 9)]
    each, every = read_in(["2025", "2026"], "year", months)
    assert each == {"2025": Read(3, 1), "2026": Read(3, 2)}
    assert every == Read(6, 2)


def stepped(*steps: tuple[Stage, str]) -> Outline:
    made = (Transition(stage=s, happened=(PartialDate(day),) if day else ()) for s, day in steps)
    return dispute(steps=tuple(made))


@pytest.mark.parametrize(
    ("steps", "days", "inexact", "letters"),
    [
        ([(LETTER, "2026-06-01"), (SUIT, "2026-06-20")], [19], 0, 0),
        ([(LETTER, "2026-06-01"), (SUIT, "2026-06-01")], [0], 0, 0),
        ([(LETTER, "2026-06"), (SUIT, "2026-06-20")], [], 1, 0),
        ([(LETTER, ""), (SUIT, "2026-06-20")], [], 1, 0),
        ([(LETTER, "2026-06-01")], [], 0, 1),
        ([(SUIT, "2026-05-01"), (LETTER, "2026-06-01")], [], 0, 1),
        ([(SUIT, "2026-05-01")], [], 0, 0),
    ],
)
def test_a_wait_is_from_the_letter_to_the_suit_after_it(
    steps: list[tuple[Stage, str]], days: list[int], inexact: int, letters: int
) -> None:
    found = waits([stepped(*steps)])
    assert ([wait.days for wait in found.waits], found.inexact, found.letters) == (days, inexact, letters)


def test_waits_fall_into_one_bin_each() -> None:
    found = waits([stepped((LETTER, "2026-01-01"), (SUIT, day)) for day in ("2026-01-01", "2026-01-08", "2026-01-09", "2028-01-01")])  # fmt: skip
    assert [count for _, count in binned(found)] == [2, 1, 0, 0, 0, 1]
    assert found.median == 7.5


def test_outcomes_stand_in_the_order_of_the_vocabulary() -> None:
    counts = outcomes([dispute(stage=Stage.SETTLED), dispute(stage=SUIT), dispute(stage=Stage.SETTLED)])
    assert list(counts.items()) == [(SUIT, 1), (Stage.SETTLED, 2)]


def agreed(*told: tuple[str, float, str]) -> Outline:
    """A dispute that was settled for figures, each by a report."""
    values: dict[str, Any] = {"stage": Stage.SETTLED}
    claims = [
        claim(report, days=n, sentence=f"{report} {n}", amounts=(amount(value, "USD", hedge),), **values)
        for n, (report, value, hedge) in enumerate(told)
    ]
    return outline(tell(claims, "s"))


@pytest.mark.parametrize(
    ("figures", "total", "hedged", "counted"),
    [
        ([("a", 5e6, "exact")], 5e6, 0, 1),
        ([("a", 5e6, "about")], 5e6, 1, 1),
        ([("a", 5e6, "about"), ("b", 5.1e6, "exact")], 5.1e6, 0, 1),
        ([("a", 5e6, "exact"), ("b", 9e6, "exact")], 0, 0, 0),
        ([("a", 5e6, "at least"), ("b", 9e6, "exact")], 9e6, 0, 1),
    ],
)
def test_nothing_is_added_up_over_figures_that_differ(
    figures: list[tuple[str, float, str]], total: float, hedged: int, counted: int
) -> None:
    (usd,) = settled([agreed(*figures)])
    assert (usd.total, usd.hedged, usd.counted, len(usd.sums)) == (total, hedged, counted, 1)


def test_an_outline_keeps_the_earliest_day_of_each_time_and_its_steps_without_claims() -> None:
    told = outline(tell([claim("a", days=3, stated=PartialDate("2026-05")), claim("b", days=1, stage=SUIT, reached=PartialDate("2026-06-02"))], "s"))  # fmt: skip
    assert {time: day.iso for time, day in told.first.items()} == {"stated": "2026-05", "published": "2026-06-02"}
    assert [(step.stage, step.claims) for step in told.steps][-1] == (SUIT, ())
    assert told.agreed == ()
