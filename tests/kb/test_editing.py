"""What people change holds, loses nothing and can all be undone."""

from collections.abc import Callable
from typing import Any

import pytest
from bases import all_claims, emptied
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from values import allegation, reading, report

from kb.database import Base, EditRefused
from kb.model import Allegation, Claim, Conduct, Incident, Stage
from kb.tracking.editing import (
    Proposal,
    correct,
    hide_claim,
    hide_incident,
    keep_apart,
    make,
    merge,
    move,
    preview,
    split,
    undo,
)
from kb.tracking.track import track

WHO = {"who": "Ann", "why": "the docket says so"}


def put(base: Base, identity: str, *allegations: Allegation, reader: str = "1") -> None:
    base.reports.put(report(identity))
    made = reading(*allegations)
    base.readings.put(identity, type(made)(allegations=made.allegations, reader=reader, model="m", registry="g"))


def two_disputes(base: Base) -> tuple[Incident, Incident]:
    """Alpha against Beta, told by r1 and r2; Gamma against Delta, told by r3."""
    put(base, "r1", allegation())
    put(base, "r2", allegation())
    put(base, "r3", allegation(("Gamma",), ("Delta",)))
    track(base)
    one, other = sorted(base.incidents.latest(10), key=lambda incident: -len(incident.claims))
    return one, other


def held(base: Base) -> dict[str, set[str]]:
    return {i.slug: {claim.report.id for claim in i.claims} for i in base.incidents.latest(100)}


def test_merged_incidents_are_one_whose_address_both_lead_to(base: Base) -> None:
    one, other = two_disputes(base)
    make(base, merge(base, one.slug, other.slug), **WHO)
    assert held(base) == {other.slug: {"r1", "r2", "r3"}}
    assert base.incidents.resolve(one.slug) == other.slug


def test_a_new_report_joins_what_people_merged(base: Base) -> None:
    one, other = two_disputes(base)
    make(base, merge(base, one.slug, other.slug), **WHO)
    put(base, "r4", allegation())
    track(base)
    assert held(base) == {other.slug: {"r1", "r2", "r3", "r4"}}


def test_an_undone_merge_gives_each_its_address_back(base: Base) -> None:
    one, other = two_disputes(base)
    before = base.incidents.latest(10)
    number = make(base, merge(base, one.slug, other.slug), **WHO)
    make(base, undo(number), **WHO)
    assert base.incidents.latest(10) == before


def test_an_undone_undoing_holds_again(base: Base) -> None:
    one, other = two_disputes(base)
    first = make(base, merge(base, one.slug, other.slug), **WHO)
    second = make(base, undo(first), **WHO)
    make(base, undo(second), **WHO)
    assert held(base) == {other.slug: {"r1", "r2", "r3"}}
    assert [edit.in_force for edit in base.edits.all()] == [True, False, True]


def test_split_claims_begin_an_incident_that_tracking_leaves_alone(base: Base) -> None:
    one, _ = two_disputes(base)
    moved = next(claim.id for claim in one.claims if claim.report.id == "r2")
    make(base, split(base, one.slug, [moved]), **WHO)
    assert held(base)[one.slug] == {"r1"}
    assert {"r2"} in held(base).values()
    addresses = held(base)
    assert track(base).changed == 0
    put(base, "r1", allegation(), reader="2")
    track(base)
    assert held(base) == addresses


def test_a_moved_report_is_told_of_the_other_incident(base: Base) -> None:
    one, other = two_disputes(base)
    make(base, move(base, "r2", one.slug, other.slug), **WHO)
    assert held(base) == {one.slug: {"r1"}, other.slug: {"r2", "r3"}}


def test_what_is_kept_apart_does_not_grow_together(base: Base) -> None:
    put(base, "r1", allegation(("Alpha",), ("Beta",)))
    put(base, "r2", allegation(("Alpha",), ("Beta",), conduct=(Conduct.PATENT,)))
    track(base)
    one, other = base.incidents.latest(10)
    make(base, keep_apart(base, one.slug, other.slug), **WHO)
    put(base, "r3", allegation(("Alpha",), ("Beta",), conduct=(Conduct.PATENT, Conduct.DISTILLATION)))
    track(base)
    assert len(held(base)) == 2


def test_a_corrected_claim_is_tracked_by_what_is_right(base: Base) -> None:
    one, other = two_disputes(base)
    claim = next(claim.id for claim in one.claims if claim.report.id == "r2")
    values = {"accusers": ["Gamma"], "accused": ["Delta"], "stage": "complaint", "reached": {"iso": "2026-05"}}
    make(base, correct(base, claim, values), **WHO)
    assert held(base) == {one.slug: {"r1"}, other.slug: {"r2", "r3"}}
    found = base.claims.get(claim)
    assert found is not None
    assert (found.allegation.stage, str(found.allegation.reached)) == (Stage.COMPLAINT, "2026-05")
    assert found.corrected == ("accused", "accusers", "reached", "stage")


def test_a_corrected_claim_keeps_the_address_that_it_came_to(base: Base) -> None:
    one, _ = two_disputes(base)
    claim = next(claim.id for claim in one.claims if claim.report.id == "r2")
    make(base, correct(base, claim, {"accused": ["Zeta"]}), **WHO)
    addresses = held(base)
    put(base, "r4", allegation(("Alpha",), ("Zeta",)))
    track(base)
    assert held(base) == {slug: told | ({"r4"} if told == {"r2"} else set()) for slug, told in addresses.items()}


@pytest.mark.parametrize(
    "read_again",
    [
        (allegation(conduct=(Conduct.SCRAPING,)),),
        (allegation(("Alpha",), ("Epsilon",)),),
        (),
    ],
    ids=["in other words", "with another party", "not at all"],
)
def test_a_correction_outlives_another_reading(base: Base, read_again: tuple[Allegation, ...]) -> None:
    one, _ = two_disputes(base)
    claim = next(claim.id for claim in one.claims if claim.report.id == "r2")
    make(base, correct(base, claim, {"accused": ["Zeta"]}), **WHO)
    put(base, "r2", *read_again, reader="2")
    track(base)
    assert [c.allegation.accused for c in base.claims.of_report("r2")] == [("Zeta",)]


def test_a_merge_outlives_another_reading(base: Base) -> None:
    one, other = two_disputes(base)
    make(base, merge(base, other.slug, one.slug), **WHO)
    put(base, "r3", allegation(("Gamma",), ("Delta",), conduct=(Conduct.PATENT,)), reader="2")
    track(base)
    assert held(base) == {one.slug: {"r1", "r2", "r3"}}


def test_a_hidden_claim_is_nowhere_until_that_is_undone(base: Base) -> None:
    one, other = two_disputes(base)
    before = base.incidents.latest(10)
    number = make(base, hide_claim(base, other.claims[0].id), **WHO)
    assert held(base) == {one.slug: {"r1", "r2"}}
    assert base.claims.of_report("r3") == []
    assert base.incidents.former(other.slug) is not None
    make(base, undo(number), **WHO)
    assert base.incidents.latest(10) == before


def test_a_hidden_incident_says_why(base: Base) -> None:
    one, other = two_disputes(base)
    make(base, hide_incident(base, other.slug), **WHO)
    assert held(base) == {one.slug: {"r1", "r2"}}
    assert base.incidents.get(other.slug) is None
    number = base.incidents.number(other.slug)
    assert number is not None
    hiding = base.edits.hiding(number)
    assert hiding is not None
    assert hiding.why == "the docket says so"
    assert base.claims.of_report("r3") == []
    make(base, undo(hiding.number), **WHO)
    assert len(held(base)) == 2


def test_a_preview_says_what_will_be_and_changes_nothing(base: Base) -> None:
    one, other = two_disputes(base)
    before = base.incidents.latest(10)
    found = {each.slug: each for each in preview(base, merge(base, one.slug, other.slug), **WHO)}
    assert base.incidents.latest(10) == before
    assert base.edits.all() == []
    assert found[one.slug].after is None
    assert found[one.slug].leads_to == other.slug
    after = found[other.slug].after
    assert after is not None
    assert len(after.claims) == 3


def test_history_says_who_and_why(base: Base) -> None:
    one, other = two_disputes(base)
    make(base, merge(base, one.slug, other.slug), **WHO)
    number = base.incidents.number(one.slug)
    assert number is not None
    newest = base.incidents.history(number, 1)[0]
    assert (newest.who, newest.merged_into) == ("Ann", other.slug)
    edits = base.edits.of_claims([claim.id for claim in one.claims])
    assert [(edit.verb, edit.who, edit.why) for edit in edits] == [("merge", "Ann", "the docket says so")]


REFUSED: list[tuple[Callable[[Base, Incident, Incident], Proposal], str]] = [
    (lambda base, one, _: merge(base, one.slug, one.slug), "same incident"),
    (lambda base, one, _: merge(base, one.slug, "nothing"), "no incident 'nothing'"),
    (lambda base, one, _: split(base, one.slug, []), "which claims"),
    (lambda base, one, _: split(base, one.slug, [claim.id for claim in one.claims]), "leave it one"),
    (lambda base, one, other: split(base, one.slug, [other.claims[0].id]), "is not in"),
    (lambda base, one, other: move(base, "r3", one.slug, other.slug), "has no claim in"),
    (lambda base, one, _: move(base, "r1", one.slug, one.slug), "already"),
    (lambda base, *_: correct(base, "nothing", {"stage": "ruling"}), "no claim"),
    (lambda base, one, _: correct(base, one.claims[0].id, {}), "what is to be corrected"),
    (lambda base, one, _: correct(base, one.claims[0].id, {"stage": "over"}), "stage"),
    (lambda base, one, _: correct(base, one.claims[0].id, {"sentence": "x"}), "cannot be corrected"),
    (lambda base, one, _: correct(base, one.claims[0].id, {"accusers": [], "accused": []}), "needs an accuser"),
    (lambda *_: undo(7), "no edit 7"),
]


@pytest.mark.parametrize(("proposal", "message"), REFUSED)
def test_what_makes_no_sense_is_refused_with_advice(
    base: Base, proposal: Callable[[Base, Incident, Incident], Proposal], message: str
) -> None:
    one, other = two_disputes(base)
    with pytest.raises(EditRefused, match=message):
        make(base, proposal(base, one, other), **WHO)
    assert base.edits.all() == []


@pytest.mark.parametrize(("who", "why", "message"), [("", "x", "who"), ("Ann", "  ", "a reason")])
def test_every_edit_says_who_and_why(base: Base, who: str, why: str, message: str) -> None:
    one, other = two_disputes(base)
    with pytest.raises(EditRefused, match=message):
        make(base, merge(base, one.slug, other.slug), who=who, why=why)


def test_an_edit_is_undone_once(base: Base) -> None:
    one, other = two_disputes(base)
    number = make(base, merge(base, one.slug, other.slug), **WHO)
    make(base, undo(number), **WHO)
    with pytest.raises(EditRefused, match="undone already"):
        make(base, undo(number), **WHO)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "split", "move", "apart", "correct", "hide claim", "hide", "undo"]),
        st.integers(0, 20),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=8,
)
PARTIES = ["Alpha", "Beta", "Gamma"]


def proposed(base: Base, act: str, one: int, other: int) -> Proposal:
    """A change of what is there; whether it makes sense is not asked."""
    incidents = sorted(base.incidents.latest(100), key=lambda incident: incident.slug)
    claims = all_claims(base)
    numbers = [edit.number for edit in base.edits.all()] or [0]
    if act == "undo" or not incidents:
        return undo(numbers[one % len(numbers)])
    this, that = incidents[one % len(incidents)], incidents[other % len(incidents)]
    claim = this.claims[other % len(this.claims)]
    acts: dict[str, Callable[[], Proposal]] = {
        "merge": lambda: merge(base, this.slug, that.slug),
        "split": lambda: split(base, this.slug, [claim.id]),
        "move": lambda: move(base, claim.report.id, this.slug, that.slug),
        "apart": lambda: keep_apart(base, this.slug, that.slug),
        "correct": lambda: correct(base, claims[one % len(claims)].id, {"accused": [PARTIES[other % 3]]}),
        "hide claim": lambda: hide_claim(base, claim.id),
        "hide": lambda: hide_incident(base, this.slug),
    }
    return acts[act]()


def begun(base: Base) -> None:
    emptied(base)
    for n in range(6):
        put(base, f"r{n}", allegation((PARTIES[n % 3],), (PARTIES[(n + 1 + n // 3) % 3],)))
    track(base)


def take_back(base: Base, order: Callable[[list[int]], list[int]]) -> None:
    """Undo what holds until nothing does."""
    while numbers := [e.number for e in base.edits.all() if e.in_force and e.verb != "undo"]:
        for number in order(numbers):
            make(base, undo(number), **WHO)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, backwards=st.booleans())
@example(acts=[("merge", 0, 16), ("merge", 3, 16), ("split", 17, 0), ("apart", 6, 0)], backwards=False)
@example(acts=[("merge", 1, 0), ("hide claim", 0, 0), ("merge", 1, 0)], backwards=False)
def test_undoing_all_gives_the_start_and_every_address_answers(
    base: Base, acts: list[tuple[str, int, int]], backwards: bool
) -> None:
    begun(base)
    start = base.incidents.latest(100)
    addresses = {incident.slug for incident in start}
    claims = {claim.id for claim in all_claims(base)}
    for act, one, other in acts:
        try:
            make(base, proposed(base, act, one, other), **WHO)
        except EditRefused:
            continue
        shown = base.incidents.latest(100)
        addresses |= {incident.slug for incident in shown}
        told = [claim.id for incident in shown for claim in incident.claims]
        assert len(told) == len(set(told))
        for address in addresses:
            leads_to = base.incidents.resolve(address)
            assert leads_to is not None
            assert base.incidents.get(leads_to) or base.incidents.former(leads_to) or hidden(base, leads_to)
    take_back(base, lambda numbers: numbers if backwards else numbers[::-1])
    assert base.incidents.latest(100) == start
    assert {claim.id for claim in all_claims(base)} == claims
    assert all(base.incidents.resolve(address) for address in addresses)


def hidden(base: Base, address: str) -> bool:
    number = base.incidents.number(address)
    return number is not None and base.edits.hiding(number) is not None


@pytest.mark.parametrize("propose", [hide_claim, lambda base, claim: correct(base, claim, {"stage": "settled"})])
def test_what_is_decided_on_a_claim_holds_when_it_is_found_again_after_a_reading_without_it(
    base: Base, propose: Callable[[Base, str], Proposal]
) -> None:
    put(base, "r1", allegation())
    track(base)
    (claim,) = all_claims(base)
    number = make(base, propose(base, claim.id), **WHO)
    wanted = [each.allegation for each in base.claims.of_report("r1")]
    put(base, "r1", reader="2")
    put(base, "r1", allegation(), reader="3")
    track(base)
    assert [each.allegation for each in base.claims.of_report("r1")] == wanted
    make(base, undo(number), **WHO)
    assert [each.allegation for each in base.claims.of_report("r1")] == [claim.allegation]


@pytest.mark.parametrize("act", ["merge", "apart", "correct", "hide claim"])
def test_an_edit_made_while_tracking_runs_is_not_overruled(
    base: Base, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(base)
    put(base, "new", allegation((PARTIES[0],), (PARTIES[1],)))
    related = base.claims.related

    def slowly(*arguments: Any) -> list[Claim]:
        read = related(*arguments)
        monkeypatch.undo()
        make(base, proposed(base, act, 0, 1), **WHO)
        return read

    monkeypatch.setattr(base.claims, "related", slowly)
    track(base)
    told = held(base), [claim.id for claim in all_claims(base)]
    with base.trial() as trial:
        take_anew(trial)
        assert (held(trial), [claim.id for claim in all_claims(trial)]) == told


def take_anew(base: Base) -> None:
    """Have every incident tracked again."""
    for identity in base.reports.identities():
        claims = base.claims.of_report(identity)
        put(base, identity, *(claim.allegation for claim in claims), reader="anew")
    track(base)
