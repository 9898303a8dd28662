from datetime import timedelta

import pytest
from values import START

from crawler.revisits import AGES, next_visit


@pytest.mark.parametrize(
    ("seen_hours", "next_hours"),
    [(0, 1), (0.5, 1), (1, 6), (5, 6), (6, 24), (100, 240), (240, 720), (719, 720), (720, None), (9999, None)],
)
def test_a_page_is_asked_for_more_and_more_seldom_and_then_no_more(seen_hours: float, next_hours: float | None) -> None:
    when = next_visit(START, START + timedelta(hours=seen_hours), AGES)
    assert when == (None if next_hours is None else START + timedelta(hours=next_hours))


def test_where_no_ages_are_configured_nothing_is_asked_for_again() -> None:
    assert next_visit(START, START, ()) is None
