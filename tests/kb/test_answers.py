"""Who answered what, and who is silent."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import claim, response

from kb.model import Claim, ResponseCode
from kb.tracking.answers import answers

Told = list[tuple[str, list[tuple[str, list[str]]]]]


def told(accused: list[str], claims: list[Claim]) -> Told:
    """For each party its answers, each with the reports that tell it."""
    return [
        (each.party, [(answer.code.value, [claim.report.id for _, claim in answer.told]) for answer in each.answers])
        for each in answers(accused, claims)
    ]


DENIED, SILENT = response("Beta", "denied"), response("Beta", "no-comment")


@pytest.mark.parametrize(
    ("accused", "claims", "expected"),
    [
        (["Beta"], [claim("a")], [("Beta", [])]),
        (
            ["Beta"],
            [claim("a", responses=(DENIED,)), claim("b", days=1, responses=(SILENT,)), claim("c", days=2, responses=(DENIED,))],
            [("Beta", [("denied", ["a", "c"]), ("no-comment", ["b"])])],
        ),
        # one who answers and one who is silent; a longer name is the same party
        (
            ["Beta", "Gamma"],
            [claim("a", ("Alpha",), ("Beta", "Gamma"), responses=(response("Beta Inc.", "denied"),))],
            [("Beta", [("denied", ["a"])]), ("Gamma", [])],
        ),
        # what the report tells of another dispute's accused is not of this one
        (["Beta"], [claim("a", responses=(response("Delta", "denied"),))], [("Beta", [])]),
        # two claims of one report tell its answer once
        (["Beta"], [claim("a", responses=(DENIED,)), claim("a", conduct=(), responses=(DENIED,))], [("Beta", [("denied", ["a"])])]),
        ([], [claim("a", (), (), responses=(DENIED,))], []),
        # accused by a claim that is not among those most told
        ([], [claim("a", responses=(DENIED,))], [("Beta", [("denied", ["a"])])]),
    ],
)  # fmt: skip
def test_each_accused_answers_or_is_silent(accused: list[str], claims: list[Claim], expected: Told) -> None:
    assert told(accused, claims) == expected
    assert told(accused, claims[::-1]) == expected


CLAIMS = st.builds(
    lambda n, by, code, days: claim(str(n), days=days, responses=(response(by, code),)),
    st.integers(0, 99),
    st.sampled_from(["Beta", "beta inc", "Gamma"]),
    st.sampled_from([code.value for code in ResponseCode]),
    st.sampled_from([0, 1, None]),
)


@given(st.lists(CLAIMS, max_size=8, unique_by=lambda each: each.report.id), st.randoms())
def test_the_order_of_the_claims_never_matters(claims: list[Claim], chance: random.Random) -> None:
    assert answers(["Beta"], chance.sample(claims, len(claims))) == answers(["Beta"], claims)
