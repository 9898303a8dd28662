"""How incidents are related, in words."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import START, claim

from kb.model import Conduct, Kinship, Neighbour, Proceeding
from kb.tracking.relating import related
from kb.tracking.telling import tell

ONE = tell([claim("a", ("Alpha", "authors"), ("Beta",), proceeding=Proceeding("", "1:25-cv-01"), days=10)])
KIN = [Kinship("Omega", "Beta"), Kinship("Beta", "Babel"), Kinship("Alpha", "Aleph")]


def neighbour(accusers: list[str], accused: list[str], slug: str = "n", **values: Any) -> Neighbour:
    conduct = frozenset(values.pop("conduct", {Conduct.DISTILLATION}))
    return Neighbour(
        slug=slug, title=slug, accusers=frozenset(accusers), accused=frozenset(accused), conduct=conduct, **values
    )


def at(days: int) -> datetime:
    return START + timedelta(days=days)


OTHER: dict[str, Any] = {"conduct": {Conduct.PATENT}}


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (neighbour(["Alpha Inc"], ["Gamma"]), ["the same conduct, alleged of others by the same accuser: Alpha"]),
        (neighbour(["Alpha"], ["Gamma"], **OTHER), ["the same accuser: Alpha"]),
        (neighbour(["Gamma"], ["Beta"], **OTHER), ["the same accused: Beta"]),
        (neighbour(["Alpha"], ["Beta"], **OTHER), ["the same parties: Alpha and Beta, another conduct"]),
        (neighbour(["Gamma"], ["Beta"], opened=at(20), sued=True), ["a later suit over the same conduct against the same accused: Beta"]),
        (neighbour(["Gamma"], ["Beta"], opened=at(0)), ["an earlier accusation over the same conduct against the same accused: Beta"]),
        (neighbour(["Gamma"], ["Beta"]), ["another accusation over the same conduct against the same accused: Beta"]),
        (neighbour(["Gamma"], ["Delta"], dockets=frozenset({"1:25-CV-01"})), ["the same docket number: 1:25-cv-01"]),
        (neighbour(["Beta"], ["Alpha"]), ["the other way round: Beta accuses Alpha"]),
        (neighbour(["Beta"], ["Gamma"]), ["the accused accuses: Beta"]),
        (neighbour(["Gamma"], ["Omega"]), ["the parent company of Beta is accused: Omega"]),
        (neighbour(["Gamma"], ["Babel"]), ["a subsidiary of Beta is accused: Babel"]),
        (neighbour(["Aleph"], ["Gamma"]), ["a subsidiary of Alpha accuses: Aleph"]),
        (neighbour(["Gamma"], ["Beta", "Omega"], **OTHER), ["the same accused: Beta", "the parent company of Beta is accused: Omega"]),
        # groups without a name are not the same; nor is the incident related to itself
        (neighbour(["authors"], ["Gamma"]), []),
        (neighbour(["Alpha"], ["Beta"], slug=""), []),
    ],
)  # fmt: skip
def test_the_reasons_are_told_in_words(other: Neighbour, reasons: list[str]) -> None:
    assert [list(each.reasons) for each in related(ONE, [other], KIN)] == ([reasons] if reasons else [])


NEIGHBOURS = st.builds(
    lambda n, accusers, accused, day: neighbour(accusers, accused, str(n), opened=at(day) if day else None),
    st.integers(0, 99),
    st.lists(st.sampled_from(["Alpha", "Gamma", "Beta", "Omega"]), max_size=2),
    st.lists(st.sampled_from(["Alpha", "Gamma", "Beta", "Omega"]), max_size=2),
    st.sampled_from([0, 5, 20]),
)


@given(st.lists(NEIGHBOURS, max_size=8, unique_by=lambda each: each.slug), st.randoms())
def test_the_order_of_the_others_never_matters(others: list[Neighbour], chance: random.Random) -> None:
    assert related(ONE, chance.sample(others, len(others)), KIN[::-1]) == related(ONE, others, KIN)


def test_the_closest_come_first() -> None:
    others = [neighbour(["Gamma"], ["Omega"], "kin"), neighbour(["Alpha"], ["Beta"], "parties", **OTHER), neighbour(["Delta"], ["Beta"], "accused", **OTHER)]  # fmt: skip
    assert [each.slug for each in related(ONE, others, KIN)] == ["parties", "accused", "kin"]
