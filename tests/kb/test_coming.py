"""What comes next, from what reports announce."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from values import claim

from kb.model import Claim, EventKind, PartialDate, Role, Scheduled, Span
from kb.tracking.coming import coming


def announcing(identity: str, days: int, *events: tuple[str, str], role: Role = Role.MAIN) -> Claim:
    scheduled = tuple(
        Scheduled(kind=EventKind(kind), date=PartialDate(day), span=Span("text", 0, 1), sentence="A")
        for kind, day in events
    )
    return replace(claim(identity, days=days, role=role), scheduled=scheduled)


CLAIMS = [
    announcing("late", 9, ("hearing", "2026-07-09"), ("trial", "2027")),
    announcing("early", 1, ("hearing", "2026-07-09"), ("deadline", "2026-06-20")),
    announcing("beside", 2, ("hearing", "2026-08-01"), role=Role.BACKGROUND),
]


@pytest.mark.parametrize("claims", permutations(CLAIMS))
def test_each_day_to_come_stands_once_with_those_who_name_it(claims: tuple[Claim, ...]) -> None:
    found = [
        (each.kind, str(each.day), [c.report.id for _, c in each.told]) for each in coming(claims, date(2026, 7, 1))
    ]
    assert found == [("hearing", "2026-07-09", ["early", "late"]), ("trial", "2027", ["late"])]


@pytest.mark.parametrize(
    ("today", "kinds"), [("2026-06-20", 3), ("2026-07-09", 2), ("2027-12-31", 1), ("2028-01-01", 0)]
)
def test_a_day_is_to_come_until_it_is_over(today: str, kinds: int) -> None:
    assert len(coming(CLAIMS, date.fromisoformat(today))) == kinds
