"""Tracking report by report ends where tracking all of them at once does."""

import time
from itertools import combinations

from bases import all_claims, emptied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from values import allegation, claim, reading, report

from kb.database import Base
from kb.model import Allegation, Claim, Conduct, Decision, Organisation, Proceeding, Stage
from kb.registry import registry_of
from kb.tracking.grouping import group
from kb.tracking.links import WINDOW
from kb.tracking.parties import Parties
from kb.tracking.sides import Sides
from kb.tracking.track import track

NAMES = ["Ann Lee", "Lee", "Bob Ray", "Gamma", "Gamma Media", "Gamma Owner", "authors", "companies"]
SIDE = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple)
ALLEGATIONS = st.builds(
    lambda accusers, accused, conduct, docket, stage: allegation(
        accusers, accused, conduct=(conduct,), stage=stage, proceeding=Proceeding("", docket) if docket else None
    ),
    SIDE,
    SIDE,
    st.sampled_from([Conduct.COPYRIGHT, Conduct.TRADE_SECRET, Conduct.OTHER]),
    st.sampled_from(["", "", "1:25-cv-1", "1:25-cv-2", "42 O 1/25 (Munich)"]),
    st.sampled_from([Stage.ACCUSED, Stage.COMPLAINT, Stage.RULING]),
)
REGISTRY = registry_of([Organisation(name="Gamma Owner"), Organisation(name="Gamma", parent="Gamma Owner")])
PARTIES = Parties.of(REGISTRY)
DAYS = st.sampled_from([0, 30, 1000, 1090, 2150, None])
STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.lists(ALLEGATIONS, max_size=2), DAYS, st.booleans()), min_size=2, max_size=14
)


def partition(disputes: list[list[str]]) -> set[frozenset[str]]:
    return {frozenset(each) for each in disputes}


def take(base: Base, number: int, step: int, allegations: list[Allegation], days: int | None) -> None:
    published = {"days": days} if days is not None else {"published": None, "crawled": None}
    base.reports.put(report(f"r{number}", text=f"As told in step {step}.", **published))
    base.readings.put(f"r{number}", reading(*allegations))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_step_by_step_comes_to_the_same_as_all_at_once(
    base: Base, steps: list[tuple[int, list[Allegation], int | None, bool]]
) -> None:
    emptied(base)
    base.organisations.seed(REGISTRY)
    for n, (number, allegations, days, tracked_now) in enumerate(steps):
        take(base, number, n, allegations, days)
        if tracked_now:
            track(base)
    track(base)
    told = base.incidents.latest(100)
    at_once = group(all_claims(base), parties=PARTIES)
    assert partition([[c.id for c in incident.claims] for incident in told]) == partition(
        [list(each.reasons) for each in at_once]
    )
    reasons = {identity: why for each in at_once for identity, why in each.reasons.items()}
    assert {c.id: c.reasons for incident in told for c in incident.claims} == reasons
    assert track(base).changed == 0


def test_what_a_person_decided_holds_however_the_claims_came(base: Base) -> None:
    for n, accuser in enumerate(["Alpha", "Alpha", "Gamma"]):
        take(base, n, 0, [allegation((accuser,), ("Beta",))], n)
        track(base)
    first, second, third = (claim.id for claim in all_claims(base))
    for parts in ((frozenset({first}), frozenset({second})), (frozenset({second, third}),)):
        base.edits.make("move", Decision(parts, (0,) * len(parts)), who="Ann", why="read it", title="A dispute")
    decisions = base.edits.decisions()
    decided = frozenset({first, second, third})
    with_all = base.claims.related([claim for claim in all_claims(base) if claim.id == third], decisions)
    assert {claim.id for claim in with_all} == decided
    take(base, 2, 1, [allegation(("Gamma",), ("Beta",))], 3)
    track(base)
    told = {frozenset(c.id for c in incident.claims) for incident in base.incidents.latest(9)}
    assert told == {frozenset({first}), frozenset({second, third})}


@given(st.lists(st.tuples(ALLEGATIONS, ALLEGATIONS), min_size=1, max_size=3))
def test_bearing_on_each_other_is_mutual(pairs: list[tuple[Allegation, Allegation]]) -> None:
    for one, other in pairs:
        sides = [Sides.of(each.accusers, each.accused, PARTIES) for each in (one, other)]
        assert bool(sides[0].shown & sides[1].sought) == bool(sides[1].shown & sides[0].sought)


def linked(one: Claim, other: Claim) -> bool:
    """The rule of linking, written out for two claims at a time."""
    docket = [each.allegation.proceeding.docket if each.allegation.proceeding else "" for each in (one, other)]
    times = [each.report.published for each in (one, other)]
    codes = {*one.allegation.conduct, *other.allegation.conduct}
    return (
        bool({*one.allegation.accusers} & {*other.allegation.accusers})
        and bool({*one.allegation.accused} & {*other.allegation.accused})
        and len(codes) == 1
        and (not all(docket) or docket[0] == docket[1])
        and (times[0] is None or times[1] is None or abs(times[0] - times[1]) <= WINDOW)
    )


def linked_transitively(claims: list[Claim]) -> set[frozenset[str]]:
    parts = [{each.id} for each in claims]
    for one, other in combinations(claims, 2):
        if linked(one, other):
            joined = [part for part in parts if part & {one.id, other.id}]
            parts = [part for part in parts if part not in joined] + [set().union(*joined)]
    return {frozenset(part) for part in parts}


NAMED = st.sampled_from(["Ann Lee", "Bob Ray", "Gamma"]).map(lambda name: (name,))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            NAMED,
            NAMED,
            st.sampled_from([Conduct.COPYRIGHT, Conduct.TRADE_SECRET]),
            st.sampled_from([0, 600, 1090, 1200, 2250, 4000]),
        ),
        max_size=14,
    )
)
def test_blocks_of_parties_link_what_all_pairs_would(given_claims: list[tuple[tuple[str, ...], tuple[str, ...], Conduct, int]]) -> None:  # fmt: skip
    claims = [
        claim(str(n), accusers, accused, conduct=(conduct,), days=days)
        for n, (accusers, accused, conduct, days) in enumerate(given_claims)
    ]
    assert partition([list(each.reasons) for each in group(claims)]) == linked_transitively(claims)


def test_many_claims_are_grouped_in_no_more_than_their_share_of_time() -> None:
    """All pairs of 6,000 claims would take minutes; the limit is far above what blocks need."""
    parties = [(f"Accuser {n % 40}", f"Accused {n % 7}") for n in range(6000)]
    claims = [
        claim(str(n), (accuser,), (accused,) if n % 10 else (), days=n % 900)
        for n, (accuser, accused) in enumerate(parties)
    ]
    began = time.process_time()
    group(claims)
    assert time.process_time() - began < 8
