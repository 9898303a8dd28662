"""Bars over time, from counts that any engine can make."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.histogram import MOST_BARS, Bounds, bars, bounds, grain
from kb.search.language import read

D = date.fromisoformat
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
ANY_DAYS = st.dates() | DAYS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (None, None)),
        ("alibaba", (None, None)),
        ("published:2025", ("2025-01-01", "2025-12-31")),
        ("alibaba published:2025", ("2025-01-01", "2025-12-31")),
        ("after:2025 before:2025-03", ("2025-01-01", "2025-02-28")),
        ("published:2025 published:2025-06..", ("2025-06-01", "2025-12-31")),
        ("occurred:2025", (None, None)),
        ("published:2025 OR alibaba", (None, None)),
        ("-published:2025", (None, None)),
    ],
)
def test_the_days_that_a_query_allows(text: str, expected: tuple[str | None, str | None]) -> None:
    assert bounds(read(text).wanted, "published") == tuple(day and D(day) for day in expected)


@pytest.mark.parametrize(
    ("days", "within", "number", "first"),
    [
        (["2026-06-10", "2026-06-20"], ("2026-06-01", "2026-06-30"), 11, ("2026-06-10", "2026-06-10")),
        (["2026-01-01", "2026-03-31"], ("2026-01-01", "2026-03-31"), 14, ("2026-01-01", "2026-01-04")),
        (["2026-01-01", "2026-03-31"], (None, None), 3, ("2026-01-01", "2026-01-31")),
        (["2020-01-01", "2026-12-31"], (None, None), 28, ("2020-01-01", "2020-03-31")),
        (["1990-01-01", "2026-12-31"], (None, None), 37, ("1990-01-01", "1990-12-31")),
        (["1890-05-01", "2026-12-31"], (None, None), 14, ("1890-05-01", "1899-12-31")),
        (["0001-01-01", "9999-12-31"], (None, None), 10, ("0001-01-01", "0999-12-31")),
        (["2026-06-10"], (None, None), 1, ("2026-06-01", "2026-06-30")),
        (["2026-06-10"], ("2030-01-01", "2030-01-02"), 0, None),
        ([], (None, None), 0, None),
    ],
)
def test_bars_are_as_short_as_will_do(
    days: list[str], within: tuple[str | None, str | None], number: int, first: tuple[str, str] | None
) -> None:
    asked: Bounds = (within[0] and D(within[0]), within[1] and D(within[1]))  # type: ignore[assignment]
    found = counted([(D(day), D(day)) for day in days], asked)
    assert len(found) == number
    assert (first is None) == (not found)
    if first:
        assert (found[0].first, found[0].last) == (D(first[0]), D(first[1]))


def counted(stretches: list[tuple[date, date]], within: Bounds) -> tuple:  # type: ignore[type-arg]
    """The bars of these stretches, counted as an engine counts."""
    fine = grain(within)
    begun, ended = (
        Counter(stretch[end] if fine == "day" else stretch[end].replace(day=1) for stretch in stretches)
        for end in (0, 1)
    )
    return bars(begun, ended, within)


@given(
    stretches=st.lists(st.tuples(ANY_DAYS, ANY_DAYS).map(lambda pair: (min(pair), max(pair))), max_size=30),
    within=st.tuples(st.none() | DAYS, st.none() | DAYS),
)
def test_a_bar_counts_what_overlaps_it(stretches: list[tuple[date, date]], within: Bounds) -> None:
    first, last = within[0] or date.min, within[1] or date.max
    there = [each for each in stretches if each[0] <= last and each[1] >= first and first <= last]
    found = counted(there, within)
    assert bool(found) == bool(there)
    assert len(found) <= MOST_BARS
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(found))
    for bar in found:
        assert first <= bar.first <= bar.last <= last
        assert bar.count == sum(begin <= bar.last and end >= bar.first for begin, end in there)
    for begin, end in there:
        assert any(begin <= bar.last and end >= bar.first for bar in found)
