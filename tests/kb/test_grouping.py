"""Which claims tell of one dispute: on gold of our own, link by link, and within what people decided."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_claims import labelled_claims
from values import claim

from kb import registry
from kb.model import Claim, Conduct, Decision, Organisation, PartialDate, Proceeding, Role, Stage
from kb.registry import registry_of
from kb.tracking.agreement import b_cubed, pairs
from kb.tracking.deciding import PARTED, TOGETHER
from kb.tracking.grouping import Group, group, grouping
from kb.tracking.links import JOINED, SUGGESTED, Part, Told, link
from kb.tracking.parties import KIN, MEANT, OPEN, SAME, VARIANT, Parties
from kb.tracking.proceedings import dockets, forum, forum_told

GOLD = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "gold" / "incidents.jsonl").read_text(encoding="utf-8").splitlines()
]
PARTIES = Parties.of(registry.load())
COMPLAINT = Stage.COMPLAINT
TRAINING = (Conduct.TRAINING_COPYRIGHT,)


def incidents_of_main_claims(claims: Sequence[Claim], groups: Sequence[Group]) -> dict[str, set[str]]:
    by_id = {each.id: each for each in claims}
    found: dict[str, set[str]] = {}
    for n, each in enumerate(groups):
        for identity in each.reasons:
            if by_id[identity].allegation.role is Role.MAIN:
                found.setdefault(by_id[identity].report.id, set()).add(str(n))
    return found


def test_the_gold_set_is_large_enough_and_labelled() -> None:
    incidents = {slug for record in GOLD for slug in record["incidents"]}
    assert len(incidents) >= 40
    assert len(GOLD) >= 160
    assert all(record["incidents"] or record["negative"] for record in GOLD)


def test_right_claims_are_grouped_as_the_gold_set_says() -> None:
    claims = [each for record in GOLD for each in labelled_claims(record)]
    right = {record["id"]: record["incidents"] for record in GOLD}
    found = incidents_of_main_claims(claims, group(claims, parties=PARTIES))
    assert pairs(right, found).f1 >= 0.96
    assert pairs(right, found).precision >= 0.98
    assert b_cubed(right, found).f1 >= 0.97
    assert b_cubed(right, found).precision >= 0.98


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_fifty_orders_of_the_gold_set_give_the_same_incidents(chance: random.Random) -> None:
    claims = [each for record in GOLD for each in labelled_claims(record)]
    expected = group(claims, parties=PARTIES)
    chance.shuffle(claims)
    assert group(claims, parties=PARTIES) == expected


def partition(*claims: Claim, parties: Parties = PARTIES, decisions: Sequence[Decision] = ()) -> set[frozenset[str]]:
    by_id = {each.id: each.report.id for each in claims}
    return {frozenset(by_id[i] for i in each.reasons) for each in group(claims, decisions, parties)}


def sets(*groups: str) -> set[frozenset[str]]:
    """Sets of the reports that are named by one letter each."""
    return {frozenset(each) for each in groups}


def suit(identity: str, accusers: str, accused: str = "Beta", days: float = 0, **values: Any) -> Claim:
    values = {"conduct": TRAINING, "stage": COMPLAINT, **values}
    return claim(
        identity,
        tuple(filter(None, accusers.split(", "))),
        tuple(filter(None, accused.split(", "))),
        days=days,
        **values,
    )


def docketed(identity: str, docket: str, days: float = 0, **values: Any) -> Claim:
    return suit(identity, "Ann Lee", days=days, proceeding=Proceeding("", docket), **values)


def undated(told: Claim, reached: str = "") -> Claim:
    allegation = replace(told.allegation, reached=PartialDate(reached) if reached else None)
    return replace(told, report=replace(told.report, published=None), allegation=allegation)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param([suit("a", "Ann Lee"), suit("b", "Lee", days=2)], sets("ab"), id="last-name"),
        pytest.param([suit("a", "Ann Lee"), suit("b", "Bob Lee", days=9)], sets("a", "b"), id="namesakes"),
        pytest.param(
            [suit("a", "Ann Lee"), suit("b", "Bob Lee", days=9), suit("c", "Lee", days=4.5)],
            sets("a", "b", "c"),
            id="either-of-two",
        ),
        pytest.param(
            [suit("a", "Ann Lee, Bob Ray"), suit("b", "Eve Oak, Sam Ash", days=1)],
            sets("ab"),
            id="plaintiffs-of-one-day",
        ),
        pytest.param(
            [suit("a", "Ann Lee"), suit("b", "Eve Oak", days=9)], sets("a", "b"), id="plaintiffs-of-two-weeks"
        ),
        pytest.param([suit("a", "Ann Lee"), suit("b", "authors", days=1)], sets("ab"), id="group-of-their-trade"),
        pytest.param(
            [suit("a", "Pale Records"), suit("b", "authors", days=1)], sets("a", "b"), id="group-of-another-trade"
        ),
        pytest.param([suit("a", "Ann Lee"), suit("b", "authors", days=90)], sets("a", "b"), id="news-of-another-suit"),
        pytest.param(
            [suit("a", "Ann Lee"), suit("b", "authors", days=300, stage=Stage.SETTLED)],
            sets("ab"),
            id="later-step-of-a-group",
        ),
        pytest.param([suit("a", "", days=0), suit("b", "", days=60)], sets("a", "b"), id="nobody-named-twice"),
        pytest.param(
            [
                suit("a", "Alpha", conduct=(Conduct.PATENT,)),
                suit("b", "Alpha", days=5),
                suit("c", "Alpha", days=4, conduct=(Conduct.OTHER,)),
            ],
            sets("a", "bc"),
            id="vague-conduct-ties-nothing",
        ),
        pytest.param(
            [suit("a", "Alpha"), suit("b", "Gamma", days=80), suit("c", "Alpha, Gamma", days=160)],
            sets("a", "bc"),
            id="mention-of-two-suits",
        ),
        pytest.param(
            [suit("a", "Alpha, Gamma"), suit("b", "Gamma", days=80), suit("c", "Alpha", days=160)],
            sets("abc"),
            id="suit-of-two",
        ),
        pytest.param(
            [suit("a", "Capitol Records"), suit("b", "Universal Music Group", days=1)], sets("ab"), id="subsidiary"
        ),
        pytest.param([docketed("a", "1:25-cv-1"), docketed("b", "25-2153", 200)], sets("ab"), id="appeal"),
        pytest.param(
            [docketed("a", "1:20-cv-00613 (D. Del.); 25-2153 (3d Cir.)"), docketed("b", "1:20-cv-613", 9)],
            sets("ab"),
            id="two-numbers",
        ),
        pytest.param(
            [docketed("a", "1:25-cv-1"), docketed("b", "1:25-cv-2"), docketed("c", "1:25-cv-1; 1:25-cv-2", 9)],
            sets("abc"),
            id="consolidated",
        ),
        pytest.param(
            [
                suit("a", "Alpha", proceeding=Proceeding("High Court in London")),
                suit("b", "Alpha", days=9, proceeding=Proceeding("District of Delaware")),
                suit("c", "Alpha", days=8),
            ],
            sets("a", "bc"),
            id="two-countries",
        ),
        pytest.param(
            [undated(suit("a", "Alpha"), "2020-01-02"), suit("b", "Alpha")],
            sets("a", "b"),
            id="public-record-of-long-ago",
        ),
        pytest.param([undated(suit("a", "Alpha"), "2026-05"), suit("b", "Alpha")], sets("ab"), id="public-record"),
    ],
)
def test_look_alikes(claims: list[Claim], expected: set[frozenset[str]]) -> None:
    assert partition(*claims) == expected
    assert partition(*claims[::-1]) == expected


def test_what_is_too_unsure_joins_a_dispute_and_makes_none() -> None:
    known, unsure, other = suit("a", "Ann Lee"), suit("b", "Ann Lee", days=1), suit("c", "Gamma", "Delta")
    found = group([known], unsure=[unsure, other])
    assert [set(each.reasons) for each in found] == [{known.id, unsure.id}]


def part(*claims: Claim) -> Part:
    return Part(tuple(Told.of(each, PARTIES) for each in claims))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (suit("a", "Alpha"), suit("b", "Alpha"), 0.85, 1),
        (suit("a", "Alpha"), suit("b", "Alpha", days=900), JOINED, 0.85),
        (suit("a", "Alpha"), suit("b", "Alpha", days=5, conduct=(Conduct.PATENT,)), SUGGESTED, JOINED),
        (docketed("a", "1:25-cv-1"), docketed("b", "1:25-cv-00001", conduct=(Conduct.PATENT,)), 0.95, 1),
        (docketed("a", "1:25-cv-1"), docketed("b", "1:25-cv-2"), 0, 0),
        (suit("a", "Alpha"), suit("b", "Alpha", days=2000), 0, 0),
        (suit("a", "Alpha"), suit("b", "Gamma"), 0, 0),
    ],
)
def test_a_link_has_a_score(one: Claim, other: Claim, low: float, high: float) -> None:
    found = link(part(one), part(other), PARTIES)
    assert low <= found.score <= high
    assert found == link(part(other), part(one), PARTIES)
    assert bool(found.reasons) is bool(found.score)


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        ("ann lee", "ann lee", SAME),
        ("ann lee", "lee", VARIANT),
        ("warner bros", "warner brothers discovery", VARIANT),
        ("youtube music", "ann lee", 0),
        ("capitol records", "universal music", KIN),
        ("american press", "american news", 0),
        ("new york", "new york times", VARIANT),
    ],
)
def test_names_of_one_party(one: str, other: str, likely: float) -> None:
    assert PARTIES.same(one, other) == PARTIES.same(other, one) == likely
    assert not likely or PARTIES.traces(one) & PARTIES.traces(other)


@pytest.mark.parametrize(
    ("group_name", "keys", "likely"),
    [
        ("authors", ["ann lee"], MEANT),
        ("book authors", ["authors guild"], MEANT),
        ("authors", ["reddit"], 0),
        ("record labels", ["universal music"], MEANT),
        ("plaintiffs", ["reddit"], OPEN),
        ("ai companies", ["openai"], OPEN),
        ("ai companies", ["ann lee"], 0),
        ("newspapers", ["gamma"], OPEN),
    ],
)
def test_whom_a_group_can_mean(group_name: str, keys: list[str], likely: float) -> None:
    assert PARTIES.meaning(group_name, keys) == likely


def test_owners_in_a_circle_do_no_harm() -> None:
    known = Parties.of(registry_of([Organisation(name="A", parent="B"), Organisation(name="B", parent="A")]))
    assert known.same("a", "b") == KIN
    assert known.traces("a") & known.traces("b")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1:20-cv-00613 (D. Del.); 25-2153 (3d Cir.)", {"20cv613"}),
        ("No. 24-7700", set()),
        ("25-2153", set()),
        ("3:23-cv-03417-VC", {"23cv3417"}),
        ("23-cv-3417", {"23cv3417"}),
        ("42 O 8811/25", {"42o881125"}),
        ("IL-2024-000041", {"il2024000041"}),
        ("", set()),
        ("unknown", set()),
    ],
)
def test_docket_numbers(text: str, numbers: set[str]) -> None:
    assert dockets(text) == numbers


@pytest.mark.parametrize(
    ("court", "country"),
    [
        ("District of Delaware", "US"),
        ("N.D. Cal.", "US"),
        ("Ontario Superior Court", "CA"),
        ("High Court, London", "GB"),
        ("Munich Regional Court", "DE"),
        ("court of appeal", ""),
    ],
)
def test_the_country_of_a_court(court: str, country: str) -> None:
    assert forum(court) == country


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("A judge in Munich ruled for the society.", "DE"),
        ("The company, based in Beijing, was sued in a Delaware court.", "US"),
        ("The Beijing company denies it.", ""),
        ("Courts in London and judges in Tokyo disagree.", ""),
    ],
)
def test_the_court_that_a_text_speaks_of(text: str, country: str) -> None:
    assert forum_told(text) == country


def test_middling_links_are_suggested_and_parted_ones_are_not() -> None:
    claims = [suit("a", "Alpha"), suit("b", "Alpha", days=5, conduct=(Conduct.PATENT,)), suit("c", "Gamma", "Delta")]
    (found,) = grouping(claims, parties=PARTIES).suggestions()
    assert found.groups == (frozenset({claims[0].id}), frozenset({claims[1].id}))
    assert found.score >= SUGGESTED
    assert "other conduct" in found.reasons
    parted = Decision((frozenset({claims[0].id}), frozenset({claims[1].id})))
    assert grouping(claims, [parted], PARTIES).suggestions() == []


def test_what_a_person_decided_is_among_the_reasons() -> None:
    claims = [suit("a", "Alpha"), suit("b", "Alpha", days=5), suit("c", "Gamma", "Delta")]
    decision = Decision((frozenset({claims[0].id, claims[2].id}), frozenset({claims[1].id})))
    reasons = {identity: why for each in group(claims, [decision]) for identity, why in each.reasons.items()}
    assert TOGETHER in reasons[claims[0].id]
    assert TOGETHER in reasons[claims[2].id]
    assert reasons[claims[1].id][0] == PARTED


def test_an_unpinned_claim_goes_with_the_nearest_part() -> None:
    claims = [suit("a", "Alpha"), suit("b", "Alpha", days=500), suit("c", "Alpha", days=490)]
    decision = Decision((frozenset({claims[0].id}), frozenset({claims[1].id})))
    assert partition(*claims, decisions=[decision]) == sets("a", "bc")


CLAIMS = [
    suit(str(n), ["Ann Lee", "Lee", "Bob Ray", "authors"][n % 4], ["Beta", "Delta"][n % 3 % 2], days=n * 7 % 50)
    for n in range(14)
]
IDS = [each.id for each in CLAIMS]
PLACES = st.dictionaries(st.sampled_from(IDS), st.integers(0, 2), min_size=2, max_size=6)


def decision_of(places: Mapping[str, int]) -> Decision:
    parts = (frozenset(i for i, place in places.items() if place == n) for n in range(3))
    return Decision(tuple(each for each in parts if each))


def violated(decision: Decision, groups: Sequence[Group]) -> bool:
    held = {identity: n for n, each in enumerate(groups) for identity in each.reasons}
    together = any(held[one] != held[other] for each in decision.parts for one, other in combinations(each, 2))
    apart = any(
        held[one] == held[other] for some, others in combinations(decision.parts, 2) for one in some for other in others
    )
    return together or apart


@settings(max_examples=150, deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_latest_decision_is_never_violated_and_order_does_not_matter(
    places: list[dict[str, int]], chance: random.Random
) -> None:
    decisions = [decision_of(each) for each in places]
    expected = group(CLAIMS, decisions)
    assert not violated(decisions[-1], expected)
    assert sorted(i for each in expected for i in each.reasons) == sorted(IDS)
    assert group(chance.sample(CLAIMS, len(CLAIMS)), decisions) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries({i: st.integers(0, 2) for i in IDS}),
    st.lists(st.sets(st.sampled_from(IDS), min_size=2), max_size=5),
)
def test_decisions_that_agree_are_all_kept(place_of: dict[str, int], named: list[set[str]]) -> None:
    decisions = [decision_of({i: place_of[i] for i in each}) for each in named]
    groups = group(CLAIMS, decisions)
    assert not any(violated(each, groups) for each in decisions)


def test_of_a_chain_of_decisions_that_contradict_the_earlier_falls() -> None:
    a, b, c = (suit(name, "Alpha", days=n) for n, name in enumerate("abc"))
    together = [Decision((frozenset({a.id, b.id}),)), Decision((frozenset({b.id, c.id}),))]
    parted = Decision((frozenset({a.id}), frozenset({c.id})))
    assert partition(a, b, c, decisions=[parted, *together]) == sets("abc")
    assert partition(a, b, c, decisions=[*together, parted]) == sets("a", "bc")


@pytest.mark.parametrize(
    ("right", "found", "precision", "recall"),
    [
        ({"1": ["a"], "2": ["a"], "3": ["b"]}, {"1": ["x"], "2": ["x"], "3": ["y"]}, 1, 1),
        ({"1": ["a"], "2": ["a"], "3": ["b"]}, {"1": ["x"], "2": ["x"], "3": ["x"]}, 5 / 9, 1),
        ({"1": ["a"], "2": ["a"], "3": ["b"]}, {}, 1, 2 / 3),
        ({"1": ["a", "b"], "2": ["a", "b"]}, {"1": ["x"], "2": ["x"]}, 1, 1 / 2),
    ],
)
def test_b_cubed(right: dict[str, list[str]], found: dict[str, list[str]], precision: float, recall: float) -> None:
    assert b_cubed(right, found) == pytest.approx((precision, recall))


def test_pairs() -> None:
    right = {"1": ["a"], "2": ["a"], "3": ["b"], "4": ["b"]}
    assert pairs(right, {"1": ["x"], "2": ["x"], "3": ["x"]}) == pytest.approx((1 / 3, 1 / 2))
