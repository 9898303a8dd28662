"""What was known on a day."""

from datetime import date, datetime, timedelta, timezone

import pytest
from values import claim, entry

from kb.model import Claim
from kb.tracking.known import known_on
from kb.tracking.telling import tell

LATE_IN_NEW_YORK = datetime(2026, 6, 9, 22, 0, tzinfo=timezone(timedelta(hours=-5)))


@pytest.mark.parametrize(
    ("told", "day", "known"),
    [
        (claim("a", days=9), "2026-06-10", True),
        (claim("a", days=9.6), "2026-06-10", True),
        (claim("a", days=9), "2026-06-09", False),
        (claim("a", days=(LATE_IN_NEW_YORK - datetime.fromisoformat("2026-06-01T09:00Z")) / timedelta(days=1)), "2026-06-09", False),
        (claim("a", days=None), "2026-06-10", False),
        (claim("a", days=None, stated=None), "9999-12-31", False),
        (entry("e", "2026-06-10"), "2026-06-10", True),
        (entry("e", "2026-06"), "2026-06-10", False),
        (entry("e", "2026-06"), "2026-06-30", True),
        (entry("e", "2026"), "2026-12-30", False),
    ],
)  # fmt: skip
def test_what_was_published_or_over_by_then_was_known(told: Claim, day: str, known: bool) -> None:
    assert known_on([told], date.fromisoformat(day)) == ([told] if known else [])


def test_an_incident_told_from_what_was_known_knows_nothing_later() -> None:
    claims = [claim("a"), claim("b", ("Alpha",), ("Beta", "Gamma"), days=9)]
    told = tell(known_on(claims, date(2026, 6, 9)))
    assert (told.accused, told.updated) == (("Beta",), claims[0].report.published)
