"""What is drawn of an incident's time is no more exact than what is told."""

from typing import Any

import pytest
from values import claim, entry

from kb.model import Claim, Interval, PartialDate, Stage
from kb.tracking.telling import tell
from web.timeline import Mark, Timeline, timeline


def lanes(*claims: Claim) -> Timeline:
    made = timeline(tell(claims))
    assert made is not None
    return made


def stretch(start: str, end: str) -> Interval:
    return Interval(PartialDate(start) if start else None, PartialDate(end) if end else None)


def told(occurred: Interval, identity: str = "r1", **values: Any) -> Claim:
    return claim(identity, occurred=occurred, **values)


def described(mark: Mark) -> tuple[str, str, str, str]:
    return mark.label, mark.when, str(mark.first), str(mark.last)


@pytest.mark.parametrize(
    ("occurred", "expected"),
    [
        (stretch("2026-03", "2026-03"), ("March 2026", "2026-03-01", "2026-03-31")),
        (stretch("2026-Q1", "2026-05"), ("first quarter of 2026 to May 2026", "2026-01-01", "2026-05-31")),
        (stretch("2025", ""), ("from 2025, end not told", "2025-01-01", "None")),
        (stretch("", "2026-04-02"), ("until 2 April 2026, beginning not told", "None", "2026-04-02")),
    ],
)
def test_a_stretch_is_as_long_as_it_is_vague(occurred: Interval, expected: tuple[str, str, str]) -> None:
    (mark,) = lanes(told(occurred)).happened
    assert described(mark) == ("Said to have happened", *expected)
    assert (mark.start == 0.0, mark.end == 100.0) == (mark.first is None, mark.last is None)


def test_a_month_is_drawn_as_a_month_and_a_day_as_a_day() -> None:
    made = lanes(entry("e1", "2026-06", stage=Stage.LETTER), entry("e2", "2026-07-01", stage=Stage.COMPLAINT))
    month, day = made.happened
    assert [mark.label for mark in made.happened] == ["Letter sent", "Suit filed"]
    assert (month.end - month.start) / (day.end - day.start) == pytest.approx(30, rel=0.01)
    assert month.end == day.start
    assert made.vague
    assert not made.open


def test_reports_are_counted_by_day_and_the_record_is_none() -> None:
    made = lanes(claim("r1"), claim("r2"), claim("r3", days=2), claim("r4", days=None), entry("e1", "2026-06-09"))
    assert [(mark.when, mark.label) for mark in made.reported] == [("1 June 2026", "2 reports"), ("3 June 2026", "1 report")]  # fmt: skip


def test_very_many_days_are_put_together_by_month() -> None:
    made = lanes(*(claim(f"r{n}", days=n) for n in range(200)))
    assert [mark.count for mark in made.reported] == [30, 31, 31, 30, 31, 30, 17]
    assert described(made.reported[0])[2:] == ("2026-06-01", "2026-06-30")


def test_steps_that_are_told_differently_stand_beside_each_other() -> None:
    made = lanes(
        claim("r1", stage=Stage.COMPLAINT, reached=PartialDate("2026-06-18"), days=20),
        claim("r2", stage=Stage.COMPLAINT, reached=PartialDate("2026-06-20"), days=20),
    )
    assert [mark.when for mark in made.happened] == ["18 June 2026, told differently", "20 June 2026, told differently"]


def test_everything_lies_within_the_width_and_the_ticks_are_few() -> None:
    for years in (0, 1, 5, 30):
        made = lanes(claim("r1"), told(stretch(str(2026 - years), "2026-06-05"), "r2"))
        assert 1 <= len(made.ticks) <= 5
        places = [place for mark in (*made.happened, *made.reported) for place in (mark.start, mark.end)]
        assert all(0 <= place <= 100 for place in [*places, *(tick.at for tick in made.ticks)])


def test_where_nobody_tells_when_nothing_is_drawn() -> None:
    assert timeline(tell([claim("r1", days=None)])) is None


def test_dates_at_the_ends_of_the_calendar_are_drawn() -> None:
    made = lanes(told(stretch("0001", "9999")), claim("r2"))
    assert made.happened[0].end <= 100
