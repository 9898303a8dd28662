"""Who reported at first hand, and who repeats it."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import claim, entry

from kb.model import Claim, Origin
from kb.tracking.origins import corroboration

COPY = "Anthropic has accused Alibaba of running the largest known distillation attack, a letter shows."
Tree = dict[str, Any]


def told(identity: str, outlet: str, days: int | None = 0, **values: Any) -> Claim:
    """A report in words of its own unless they are given."""
    sentence = " ".join(f"{identity}{n}" for n in range(8))
    return claim(identity, ("Anthropic",), ("Alibaba",), outlet=outlet, days=days, **{"sentence": sentence, **values})


def tree(origin: Origin) -> Tree:
    """Its reports under its name and link, and below that the same of those who repeat it."""
    own = " ".join(claim.report.id for claim in origin.reports)
    return {f"{origin.name} {origin.link}: {own}": {k: v for each in origin.repeated for k, v in tree(each).items()}}


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], []),
        ([told("a", "Courier"), told("b", "Courier", 1)], [{"Courier own: a b": {}}]),
        ([told("a", "Courier"), told("b", "Ledger", 1)], [{"Courier own: a": {}}, {"Ledger own: b": {}}]),
        # taken from an agency that was not read itself
        (
            [told("a", "Courier", origin="Wirepool"), told("b", "Ledger", 1, origin="The Wirepool"), told("c", "Loom", 2)],
            [{"Wirepool own: ": {"Courier named: a": {}, "Ledger named: b": {}}}, {"Loom own: c": {}}],
        ),
        # named at the head of the chain; the source has reports of its own
        (
            [told("a", "CNBC", attribution=("letter", "Anthropic")), told("b", "Ledger", 1, attribution=("CNBC", "letter", "Anthropic"))],
            [{"CNBC own: a": {"Ledger named: b": {}}}],
        ),
        # a chain of outlets
        (
            [told("a", "Loom", 2, origin="Ledger"), told("b", "Ledger", 1, origin="Courier"), told("c", "Courier")],
            [{"Courier own: c": {"Ledger named: b": {"Loom named: a": {}}}}],
        ),
        # one that reported by itself, too, stands on its own
        (
            [told("a", "Ledger", 1, origin="Courier"), told("b", "Ledger", 2), told("c", "Loom", 3, origin="Ledger")],
            [{"Ledger own: b": {"Loom named: c": {}}}, {"Courier own: ": {"Ledger named: a": {}}}],
        ),
        # those that name each other: the first is the source
        (
            [told("a", "Ledger", 1, origin="Courier"), told("b", "Courier", 2, origin="Ledger")],
            [{"Ledger named: a": {"Courier named: b": {}}}],
        ),
        # the accuser or a document is no outlet; an outlet that names itself reports by itself
        (
            [told("a", "Courier", attribution=("letter", "Anthropic")), told("b", "Ledger", 1, attribution=("Anthropic",)), told("c", "Loom", 2, origin="the Loom")],
            [{"Courier own: a": {}}, {"Ledger own: b": {}}, {"Loom own: c": {}}],
        ),
        # the same sentence, and nearly the same, in other outlets
        (
            [told("a", "Courier", sentence=COPY), told("b", "Ledger", 1, sentence=COPY), told("c", "Loom", 2, sentence=COPY.replace(" known", ""))],
            [{"Courier own: a": {"Ledger wording: b": {}, "Loom wording: c": {}}}],
        ),
        # words shared with one who names the source are the source's
        (
            [told("a", "Courier", sentence=COPY), told("b", "Ledger", 1, sentence=COPY, origin="Wirepool")],
            [{"Wirepool own: ": {"Courier wording: a": {}, "Ledger named: b": {}}}],
        ),
        # the same headline; a short one is the same by chance
        (
            [told("a", "Courier", title="Anthropic says Alibaba copied its models"), told("b", "Ledger", 1, title="Anthropic says Alibaba copied its models")],
            [{"Courier own: a": {"Ledger wording: b": {}}}],
        ),
        ([told("a", "Courier", title="Daily news"), told("b", "Ledger", 1, title="Daily news")], [{"Courier own: a": {}}, {"Ledger own: b": {}}]),
        # without an outlet: the document, or nothing that could be independent
        (
            [told("a", "", attribution=("letter", "Anthropic")), told("b", "", 1), told("c", "", 2), told("d", "", 3, origin="CNBC")],
            [{"Unnamed outlet own: b c": {}}, {"letter of Anthropic own: a": {}}, {"CNBC own: ": {"Unnamed outlet named: d": {}}}],
        ),
    ],
)  # fmt: skip
def test_reports_lead_back_to_their_origins(claims: list[Claim], expected: list[Tree]) -> None:
    assert [tree(each) for each in corroboration(claims).origins] == expected
    assert [tree(each) for each in corroboration(claims[::-1]).origins] == expected


def test_entries_of_the_public_record_stand_apart() -> None:
    claims = [told("a", "Courier"), entry("e", "2026-06-01", ("Anthropic",), ("Alibaba",))]
    found = corroboration(claims)
    assert [each.report.id for each in found.entries] == ["e"]
    assert (len(found.origins), found.reports) == (1, 1)


def test_it_says_on_what_an_origin_and_each_claim_rests() -> None:
    first = told("a", "CNBC", attribution=("letter", "Anthropic"))
    second = told("b", "Ledger", 1, attribution=("CNBC", "letter", "Anthropic"))
    same_report = told("b", "Ledger", 1, conduct=())
    found = corroboration([first, second, same_report])
    assert found.origins[0].documents == ("letter of Anthropic",)
    assert found.by_claim == dict.fromkeys((first.id, second.id, same_report.id), "CNBC")
    assert (len(found.origins), found.reports) == (1, 2)


NAMES = st.sampled_from(["Courier", "Ledger", "Loom", ""])
REPORTS = st.builds(
    lambda n, outlet, days, origin, words: told(
        str(n), outlet, days, origin=origin, **({"sentence": f"{COPY} {words}"} if words else {})
    ),
    st.integers(0, 99),
    NAMES,
    st.sampled_from([0, 1, None]),
    NAMES,
    st.sampled_from(["", "One.", "Two other words stand here."]),
)


@given(st.lists(REPORTS, max_size=9, unique_by=lambda each: each.report.id), st.randoms())
def test_the_order_of_the_claims_never_matters(claims: list[Claim], chance: random.Random) -> None:
    made = corroboration(claims)
    assert corroboration(chance.sample(claims, len(claims))) == made
    assert sorted(claim.id for origin in made.origins for claim in origin.all_reports) == sorted(c.id for c in claims)
    assert made.by_claim.keys() == {claim.id for claim in claims}
    assert len(made.origins) <= len(claims)


def test_forty_reports_of_two_origins() -> None:
    copies = [told(f"w{n}", f"Outlet {n}", n, origin="Wirepool") for n in range(20)]
    copies += [told(f"c{n}", f"Paper {n}", n + 1, sentence=f"{COPY} Printed in town {n}.") for n in range(19)]
    found = corroboration([*copies, told("first", "Courier", sentence=COPY)])
    assert (found.reports, [each.name for each in found.origins]) == (40, ["Courier", "Wirepool"])
