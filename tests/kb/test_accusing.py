"""Who accuses whom, counted over disputes."""

from datetime import date

import pytest
from values import dispute

from kb.model import Conduct, Outline, Stage
from kb.tracking.accusing import Narrowing, edges, one_sided


@pytest.mark.parametrize(
    ("incidents", "expected"),
    [
        ([], []),
        ([dispute()], [("Alpha", "Beta", 1, 1)]),
        ([dispute(), dispute(("The Alpha Inc.",), stage=Stage.SETTLED)], [("Alpha", "Beta", 2, 1)]),
        ([dispute(("A", "a"), ("B",))], [("a", "B", 1, 1)]),
        ([dispute(()), dispute(("A",), ())], []),
        (
            [dispute(("Z", "A"), ("B", "C")), dispute(("Z",), ("C",), stage=Stage.DISMISSED)],
            [("Z", "C", 2, 1), ("A", "B", 1, 1), ("A", "C", 1, 1), ("Z", "B", 1, 1)],
        ),
    ],
)
def test_each_pair_counts_its_disputes(incidents: list[Outline], expected: list[tuple[str, str, int, int]]) -> None:
    assert [(edge.accuser, edge.accused, edge.incidents, edge.going) for edge in edges(incidents)] == expected


def test_disputes_without_one_side_are_told() -> None:
    assert one_sided([dispute(), dispute(()), dispute(("A",), ()), dispute((), ())]) == 3


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        (Narrowing(), True),
        (Narrowing(conduct=Conduct.PATENT), True),
        (Narrowing(conduct=Conduct.CMI), False),
        (Narrowing(stage=Stage.LETTER), False),
        (Narrowing(first=date(2026, 6, 30)), True),
        (Narrowing(first=date(2026, 7, 1)), False),
        (Narrowing(last=date(2026, 6, 1)), True),
        (Narrowing(last=date(2026, 5, 31)), False),
        (Narrowing(time="published", first=date(2026, 1, 1)), False),
    ],
)
def test_days_count_as_far_as_they_are_known(asked: Narrowing, taken: bool) -> None:
    assert asked.takes(dispute(first={"stated": "2026-06"})) is taken
