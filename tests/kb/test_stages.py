"""How a dispute came to where it stands."""

import random
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import START, claim, entry, filing

from kb.model import Claim, PartialDate, Stage, Transition
from kb.tracking.stages import happened, history
from kb.tracking.telling import tell


def told(identity: str, stage: str, day: float | None, **dates: str) -> Claim:
    """A report published on this day of June 2026 that tells this stage."""
    given_dates: dict[str, Any] = {name: PartialDate(iso) for name, iso in dates.items()}
    return claim(identity, days=day - 1 if day is not None else None, stage=Stage(stage), **given_dates)


Step = tuple[str, tuple[str, ...], int | None, list[str]]


def steps(claims: list[Claim]) -> list[Step]:
    """Stage, dates, day of June on which it was first reported, reports."""
    return [
        (
            each.stage.value,
            tuple(map(str, each.happened)),
            (each.reported - START).days + 1 if each.reported else None,
            [told.report.id for told in each.claims],
        )
        for each in history(claims)
    ]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([told("a", "accused", 1)], [("accused", (), 1, ["a"])]),
        (
            [told("a", "accused", 3, stated="2026-06-02"), told("b", "complaint", 9, reached="2026-06-08")],
            [("accused", ("2026-06-02",), 3, ["a"]), ("complaint", ("2026-06-08",), 9, ["b"])],
        ),
        # a repeated stage makes no step, and stands with those that told it first
        (
            [told("a", "complaint", 1), told("b", "ruling", 5), told("c", "complaint", 9)],
            [("complaint", (), 1, ["a", "c"]), ("ruling", (), 5, ["b"])],
        ),
        # the report of the filing comes late, but says when it was
        (
            [told("a", "dismissed", 5), told("b", "complaint", 20, stated="2026-06-02")],
            [("complaint", ("2026-06-02",), 20, ["b"]), ("dismissed", (), 5, ["a"])],
        ),
        # a new suit after an end
        (
            [told("a", "complaint", 1), told("b", "dismissed", 5), told("c", "complaint", 9)],
            [("complaint", (), 1, ["a"]), ("dismissed", (), 5, ["b"]), ("complaint", (), 9, ["c"])],
        ),
        # an old ruling told after the appeal
        (
            [told("a", "appeal", 9), told("b", "ruling", 20, reached="2026-06-05")],
            [("ruling", ("2026-06-05",), 20, ["b"]), ("appeal", (), 9, ["a"])],
        ),
        # told with different dates, both are kept; a date that merely says less is not
        (
            [told("a", "complaint", 9, reached="2026-06-08"), told("b", "complaint", 10, reached="2026-06-07")],
            [("complaint", ("2026-06-07", "2026-06-08"), 9, ["a", "b"])],
        ),
        (
            [told("a", "complaint", 9, reached="2026-06"), told("b", "complaint", 12, reached="2026-06-07")],
            [("complaint", ("2026-06-07",), 9, ["a", "b"])],
        ),
        ([told("a", "settled", 9, reached="2026-Q2")], [("settled", ("2026-Q2",), 9, ["a"])]),
        # when a saying was made says nothing of a later stage
        ([told("a", "ruling", 9, stated="2025")], [("ruling", (), 9, ["a"])]),
        # the public record was not published, but says when
        (
            [told("a", "complaint", 9), entry("e", "2026-06-04", stage=Stage.COMPLAINT)],
            [("complaint", ("2026-06-04",), 9, ["e", "a"])],
        ),
        (
            [entry("e", "2026-07-01", stage=Stage.DISMISSED), told("a", "complaint", 9)],
            [("complaint", (), 9, ["a"]), ("dismissed", ("2026-07-01",), None, ["e"])],
        ),
        # each entry is an event of its own, which a report tells of with another day at most
        (
            [entry("e", "2026-06-04", stage=Stage.SETTLED), entry("f", "2026-07-20", stage=Stage.SETTLED)],
            [("settled", ("2026-06-04",), None, ["e"]), ("settled", ("2026-07-20",), None, ["f"])],
        ),
        (
            [entry("e", "2026-06-04", stage=Stage.RULING), told("a", "ruling", 9, reached="2026-06-05"), entry("f", "2026-06-20", stage=Stage.RULING)],
            [("ruling", ("2026-06-04", "2026-06-05"), 9, ["e", "a"]), ("ruling", ("2026-06-20",), None, ["f"])],
        ),
        (
            [told("a", "ruling", 3, reached="2026-06-02"), entry("e", "2026-06-04", stage=Stage.RULING)],
            [("ruling", ("2026-06-02", "2026-06-04"), 3, ["a", "e"])],
        ),
        # of one day the furthest counts; what has no day if it is further than all
        ([told("a", "complaint", 1.5), told("b", "settled", 1)], [("settled", (), 1, ["b"])]),
        ([told("a", "complaint", 1), told("b", "ruling", None)], [("complaint", (), 1, ["a"]), ("ruling", (), None, ["b"])]),
        ([told("a", "appeal", 1), told("b", "ruling", None)], [("appeal", (), 1, ["a"])]),
    ],
)  # fmt: skip
def test_a_history_has_each_step_with_its_dates_and_who_told_it(claims: list[Claim], expected: list[Step]) -> None:
    assert steps(claims) == expected
    assert steps(claims[::-1]) == expected


def test_a_filing_that_is_no_step_never_reopens_what_has_ended() -> None:
    ended = [told("a", "complaint", 1), told("b", "dismissed", 12, reached="2026-06-05")]
    motion = filing("m", 9, Stage.COMPLAINT)
    assert [(step.stage.value, len(step.claims)) for step in history([*ended, motion])] == [
        ("complaint", 2),
        ("dismissed", 1),
    ]
    assert [step.stage for step in history([motion])] == [Stage.COMPLAINT]


def test_each_order_of_a_docket_is_a_step_and_nobody_reported_it() -> None:
    made = history([filing("a", 1, Stage.RULING, "2026-06-02"), filing("b", 9, Stage.RULING, "2026-06-10")])
    assert [(str(step.happened[0]), step.reported) for step in made] == [("2026-06-02", None), ("2026-06-10", None)]


DATES = st.sampled_from([None, "2026-06-03", "2026-06-20", "2026-06", "2026-05", "2025", "2026-Q2"])
TOLD = st.builds(
    lambda n, stage, day, reached: claim(
        str(n),
        days=day,
        stage=stage,
        reached=PartialDate(reached) if reached else None,
        outlet="public-record" if day is None and reached else "Courier",
    ),
    st.integers(0, 99),
    st.sampled_from(Stage),
    st.sampled_from([0, 1, 5, 30, None]),
    DATES,
)


@given(st.lists(TOLD, min_size=1, max_size=9, unique_by=lambda each: each.report.id), st.randoms())
def test_the_order_of_the_claims_never_matters(claims: list[Claim], chance: random.Random) -> None:
    made = history(claims)
    assert history(chance.sample(claims, len(claims))) == made
    assert tell(claims).stage is made[-1].stage
    assert tell(claims).history == made
    assert all(one.stage is not other.stage or (_entered(one) and _entered(other)) for one, other in pairwise(made))
    assert all(each.claims and {claim.allegation.stage for claim in each.claims} == {each.stage} for each in made)
    placed = [claim.id for each in made for claim in each.claims]
    assert len(placed) == len(set(placed))
    dated = {str(date) for claim in claims if (date := happened(claim))}
    assert {str(date) for each in made for date in each.happened} <= dated


def _entered(step: Transition) -> bool:
    return any(claim.entry for claim in step.claims)


def test_a_step_that_repeats_the_last_is_none_however_long_after() -> None:
    claims = [claim(str(n), days=400 * n, stage=Stage.RULING) for n in range(3)]
    assert [each.reported for each in history(claims)] == [START]
    assert history(claims)[0].claims[-1].report.published == START + timedelta(days=800)
