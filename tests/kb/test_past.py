"""The base as it stood."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from recorded_days import Days
from values import allegation, amount, reading, response

from kb.database import Base
from kb.database.claims import claim_id
from kb.database.tables import RevisionRow
from kb.model import Allegation, Conduct, Stage
from kb.tracking.editing import correct, hide_claim, hide_incident, make, merge

TITLE = "Alpha accuses Beta of distillation"
SLUG = "alpha-accuses-beta-of-distillation"


def told(days: Days, day: int, slug: str = SLUG) -> tuple[str, list[str], list[str]] | None:
    """Title, stage and sentences, and reports of the incident as it was at the end of this day."""
    past = days.base.past.incident(slug, days.moment(day, hours=12))
    if past is None:
        return None
    claims = past.incident.claims
    return (
        past.incident.title,
        [past.incident.stage.value, *(claim.allegation.sentence for claim in claims)],
        [claim.report.title for claim in claims],
    )


@pytest.fixture
def days(base: Base) -> Iterator[Days]:
    made = Days(base)
    yield made
    made.close()


def said(sentence: str, **values: Any) -> Allegation:
    return allegation(sentence=sentence, **values)


def test_an_incident_is_told_from_the_claims_and_readings_of_then(days: Days) -> None:
    days.on(1, ("r1", reading(said("First."))), title="One")
    days.on(3, ("r2", reading(said("Second.", stage=Stage.LETTER))), days=2, title="Two")
    better = replace(reading(said("First, read better.", stage=Stage.COMPLAINT)), reader="2")
    days.on(5, ("r1", better), title="One, corrected")
    assert told(days, 0) is None
    assert told(days, 1) == (TITLE, ["accused", "First."], ["One"])
    assert told(days, 3) == (TITLE, ["letter", "First.", "Second."], ["One", "Two"])
    assert told(days, 4) == told(days, 3)
    now = days.base.incidents.get(SLUG)
    past = days.base.past.incident(SLUG, days.moment(9))
    assert now is not None
    assert past is not None
    assert replace(now, claims=()).title == past.incident.title == "Alpha sues Beta over distillation"
    assert past.incident.claims == tuple(replace(each, reasons=()) for each in now.claims)
    assert past.incident.history[-1].stage is now.stage
    assert past.lost == 0


def test_figures_and_answers_are_those_of_then(days: Days) -> None:
    one = reading(said("First.", amounts=(amount(38, "count"),)))
    days.on(1, ("r1", replace(one, responses=(response("Beta", "no-comment"),))))
    other = reading(said("First.", amounts=(amount(39, "count"),)))
    days.on(2, ("r1", replace(other, responses=(response("Beta", "denied"),))))
    for day, value, code in ((1, 38, "no-comment"), (2, 39, "denied")):
        past = days.base.past.incident(SLUG, days.moment(day, hours=1))
        assert past is not None
        (only,) = past.incident.claims
        assert ([a.value for a in only.allegation.amounts], [r.code for r in only.responses]) == ([value], [code])


def test_a_claim_taken_back_since_is_still_told_of_then(days: Days) -> None:
    days.on(1, ("r1", reading(said("First."))))
    days.on(1, ("r2", reading(said("Wrong."))), days=2)
    days.on(2, ("r2", reading()))
    assert told(days, 1) == (TITLE, ["accused", "First.", "Wrong."], [TITLE, TITLE])
    assert told(days, 2) == (TITLE, ["accused", "First."], [TITLE])


def test_an_incident_that_is_no_more_is_told_of_then(days: Days) -> None:
    days.on(1, ("r1", reading(said("First."))))
    days.on(2, ("r1", reading()))
    assert days.base.incidents.get(SLUG) is None
    assert told(days, 1) == (TITLE, ["accused", "First."], [TITLE])
    assert told(days, 2) is None


def test_an_incident_merged_into_another_is_told_of_then_under_its_own_address(days: Days) -> None:
    days.on(1, ("r1", reading(said("First.", conduct=(Conduct.COPYRIGHT,)))))
    days.on(1, ("r2", reading(said("Second.", conduct=(Conduct.PATENT,)))))
    first, second = "alpha-accuses-beta-of-copyright-infringement", "alpha-accuses-beta-of-patent-infringement"
    assert days.base.incidents.count() == 2
    days.on(2, ("r3", reading(said("Third.", conduct=(Conduct.COPYRIGHT, Conduct.PATENT)))))
    assert days.base.incidents.count() == 1
    before = [told(days, 1, slug) for slug in (first, second)]
    assert [each[1] for each in before if each] == [["accused", "First."], ["accused", "Second."]]
    gone = next(slug for slug in (first, second) if days.base.incidents.get(slug) is None)
    assert told(days, 2, gone) is None


def test_a_claim_whose_report_an_old_base_does_not_know_is_counted(days: Days) -> None:
    days.on(1, ("r1", reading(said("First."))), ("r2", reading(said("Wrong."))))
    days.on(2, ("r2", reading()))
    with days.engine.begin() as connection:
        rows = connection.execute(sa.select(RevisionRow.id, RevisionRow.what)).all()
        for number, what in rows:
            old = {key: value for key, value in what.items() if key != "reports"}
            connection.execute(sa.update(RevisionRow).where(RevisionRow.id == number).values(what=old))
    past = days.base.past.incident(SLUG, days.moment(1, hours=1))
    assert past is not None
    assert ([claim.allegation.sentence for claim in past.incident.claims], past.lost) == (["First."], 1)


def test_what_is_hidden_now_is_not_told_of_then_either(days: Days) -> None:
    days.on(1, ("r1", reading(said("First."))), ("r2", reading(said("Second."))))
    days.on(1, ("r3", reading(allegation(("Gamma",), ("Delta",)))))
    hidden = next(claim.id for claim in days.base.claims.of_report("r2"))
    make(days.base, hide_claim(days.base, hidden), who="Ann", why="nothing is alleged there")
    days.on(2, ("r2", reading()))
    assert told(days, 1) == (TITLE, ["accused", "First."], [TITLE])
    other = "gamma-accuses-delta-of-distillation"
    make(days.base, merge(days.base, SLUG, other), who="Ann", why="one dispute")
    make(days.base, hide_incident(days.base, other), who="Ann", why="not of our scope")
    assert told(days, 1) is None
    assert days.base.organisations.get("alpha") is None
    (claim,) = (days.base.claims.get(claim_id("r1", allegation())),)
    assert claim is not None
    assert days.base.claims.seen(claim.id) is None


def test_each_change_of_what_an_incident_says_makes_a_version(days: Days) -> None:
    days.on(1, ("r1", reading(said("First.", hedge="allegedly"))), title="One")
    again = replace(reading(replace(said("First.", hedge="allegedly"), confidence=0.8)), reader="2")
    days.on(2, ("r1", again), title="One")
    number = days.base.incidents.number(SLUG)
    assert number is not None
    assert [each.number for each in days.base.incidents.history(number, 9)] == [1]
    days.on(3, ("r1", replace(reading(said("First, read better.")), reader="3")), title="One")
    claim = days.base.claims.of_report("r1")[0]
    make(
        days.base,
        correct(days.base, claim.id, {"occurred": {"start": {"iso": "2026-03"}, "end": None}}),
        who="Ann",
        why="it says so",
    )
    history = days.base.incidents.history(number, 9)
    assert [(each.number, each.who) for each in history] == [(3, "Ann"), (2, "program"), (1, "program")]
    versions = [days.base.past.version(SLUG, n) for n in (1, 2, 3)]
    told_then = [each.past.incident.claims[0].allegation for each in versions if each and each.past]
    assert [each.sentence for each in told_then] == ["First.", "First, read better.", "First, read better."]
    assert [bool(each.occurred) for each in told_then] == [False, False, True]
    assert days.base.past.version(SLUG, 4) is None
