"""Figures of one incident side by side."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import amount, claim

from kb.model import Amount, AmountHedge, Claim, Stage
from kb.tracking.figures import can_both_be_true, figures

EXCHANGES = amount(28_800_000, "exchange")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (EXCHANGES, amount(29_000_000, "exchange", "about"), True),
        (EXCHANGES, amount(29_000_000, "exchange"), True),
        (EXCHANGES, amount(30_000_000, "exchange", "about"), True),
        (EXCHANGES, amount(35_000_000, "exchange", "about"), False),
        (amount(24_000, "account", "at least"), amount(25_000, "account"), True),
        (amount(24_000, "account", "at least"), amount(24_000, "account", "up to"), True),
        (amount(24_000, "account", "at least"), amount(23_000, "account"), False),
        (amount(24_000, "account"), amount(25_000, "account"), False),
        (amount(24_000, "account", "up to"), amount(25_000, "account", "at least"), False),
        (amount(24_000, "account", "up to"), amount(300, "account"), True),
        (amount(38, "work"), amount(39, "work"), False),
        (amount(0, "work"), amount(1, "work"), False),
        (amount(1_500_000_000, "USD"), amount(1_500_000_000, "USD", "about"), True),
    ],
)
def test_figures_agree_as_far_as_they_are_told_and_hedged(one: Amount, other: Amount, together: bool) -> None:
    assert can_both_be_true(one, other) is can_both_be_true(other, one) is together


Told = dict[str, dict[float | str, tuple[list[str], list[float], list[float]]]]


def hedged(given_amount: Amount) -> float | str:
    value, hedge = given_amount.value, given_amount.hedge
    return value if hedge is AmountHedge.EXACT else f"{hedge} {value:g}"


def told(claims: list[Claim]) -> Told:
    """By kind: each figure with the reports that give it, what it agrees with and what it conflicts with."""
    return {
        " ".join(filter(None, (each.kind, each.purpose))): {
            hedged(figure.amount): (
                [claim.report.id for claim in figure.claims],
                [beside.value for beside in figure.agrees],
                [beside.value for beside in figure.conflicts],
            )
            for figure in each.figures
        }
        for each in figures(claims)
    }


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim("a")], {}),
        (
            [claim("a", amounts=(amount(38, "count"),)), claim("b", days=1, amounts=(amount(39, "count"),))],
            {"count": {38: (["a"], [], [39]), 39: (["b"], [], [38])}},
        ),
        (
            [claim("a", amounts=(EXCHANGES,)), claim("b", amounts=(amount(29e6, "prompt"),)), claim("c", days=1, amounts=(EXCHANGES,))],
            {"exchange": {28.8e6: (["a", "c"], [29e6], []), 29e6: (["b"], [28.8e6], [])}},
        ),
        # songs are no books, but both are works
        (
            [claim("a", amounts=(amount(5, "song"),)), claim("b", amounts=(amount(7, "book"),)), claim("c", amounts=(amount(9, "work"),))],
            {"work": {5: (["a"], [], [9]), 7: (["b"], [], [9]), 9: (["c"], [], [5, 7])}},
        ),
        # a report that gives both speaks of two things, also where others give one of them
        (
            [
                claim("a", amounts=(amount(16e6, "exchange"), amount(150e3, "exchange"))),
                claim("b", days=1, amounts=(amount(150e3, "exchange", "about"),)),
                claim("c", days=2, amounts=(amount(16e6, "exchange", "at least"),)),
            ],
            {"exchange": {
                150e3: (["a"], [150e3], []), "about 150000": (["b"], [150e3], []),
                16e6: (["a"], [16e6], []), "at least 1.6e+07": (["c"], [16e6], []),
            }},
        ),
        # what was asked is not what was paid
        (
            [
                claim("a", amounts=(amount(3e9, "USD"),)),
                claim("b", days=1, stage=Stage.SETTLED, amounts=(amount(1.5e9, "USD"),)),
                claim("c", days=2, stage=Stage.SETTLED, amounts=(amount(1.4e9, "USD"),)),
            ],
            {"USD agreed": {1.4e9: (["c"], [], [1.5e9]), 1.5e9: (["b"], [], [1.4e9])}, "USD asked": {3e9: (["a"], [], [])}},
        ),
    ],
)  # fmt: skip
def test_figures_of_a_kind_stand_side_by_side(claims: list[Claim], expected: Told) -> None:
    assert told(claims) == expected
    assert told(claims[::-1]) == expected


AMOUNTS = st.builds(
    amount, st.sampled_from([38, 39, 40, 1000, 1040]), st.sampled_from(["song", "work", "USD"]), st.sampled_from(AmountHedge)
)  # fmt: skip


@given(
    st.lists(
        st.builds(
            lambda n, amounts, days: claim(str(n), amounts=tuple(amounts), days=days),
            st.integers(0, 99),
            st.lists(AMOUNTS, max_size=3),
            st.sampled_from([0, 1, None]),
        ),
        max_size=8,
        unique_by=lambda each: each.report.id,
    ),
    st.randoms(),
)
def test_the_order_of_the_claims_never_matters(claims: list[Claim], chance: random.Random) -> None:
    assert figures(chance.sample(claims, len(claims))) == figures(claims)
    for kind in figures(claims):
        for figure in kind.figures:
            beside = {each: other for other in kind.figures for each in [other.amount]}
            assert all(figure.amount in beside[each].conflicts for each in figure.conflicts)
            assert not any(can_both_be_true(figure.amount, each) for each in figure.conflicts)
            assert all(can_both_be_true(figure.amount, each) for each in figure.agrees)
