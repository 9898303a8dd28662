import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from values import claim

from kb.model import Claim, Conduct, Proceeding, Role, Stage
from kb.tracking.grouping import group
from kb.tracking.parties import is_generic
from kb.tracking.telling import tell

SUIT = Stage.COMPLAINT
COPYRIGHT = (Conduct.TRAINING_COPYRIGHT,)


def together(*claims: Claim) -> list[set[str]]:
    by_id = {c.id: c.report.id for c in claims}
    return [{by_id[identity] for identity in each.reasons} for each in group(claims)]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim("1"), claim("2", days=3)], [{"1", "2"}]),
        ([claim("1"), claim("2", ("Alpha",), ("Gamma",))], [{"1"}, {"2"}]),
        ([claim("1", ("Ann",), conduct=COPYRIGHT), claim("2", ("Bob",), conduct=COPYRIGHT)], [{"1"}, {"2"}]),
        ([claim("1", conduct=COPYRIGHT), claim("2", conduct=(Conduct.OUTPUT_COPYRIGHT,), days=700)], [{"1", "2"}]),
        ([claim("1"), claim("2", conduct=(Conduct.LIKENESS,))], [{"1"}, {"2"}]),
        ([claim("1"), claim("2", days=2000)], [{"1"}, {"2"}]),
        ([claim("1", ("Ann Lee",), conduct=COPYRIGHT), claim("2", ("authors",), conduct=COPYRIGHT)], [{"1", "2"}]),
        (
            [claim(str(n), (name,), conduct=COPYRIGHT) for n, name in enumerate(("Ann", "Bob", "authors"))],
            [{"0"}, {"1"}, {"2"}],
        ),
        (
            [
                claim("1", proceeding=Proceeding("", "1:25-cv-1"), conduct=COPYRIGHT),
                claim("2", proceeding=Proceeding("", "1:25-cv-2"), conduct=COPYRIGHT),
            ],
            [{"1"}, {"2"}],
        ),
    ],
)
def test_look_alikes_are_told_apart_and_the_same_brought_together(
    claims: list[Claim], expected: list[set[str]]
) -> None:
    assert sorted(map(sorted, together(*claims))) == sorted(map(sorted, expected))


@settings(max_examples=50, deadline=None)
@given(st.integers())
def test_the_order_of_the_claims_does_not_matter(seed: int) -> None:
    chance = random.Random(11)
    names = ["Ann Lee", "Bob Ray", "Gamma", "authors"]
    claims = [
        claim(
            str(n),
            (chance.choice(names),),
            (chance.choice(["Beta", "Delta"]),),
            days=chance.randrange(900),
            conduct=(chance.choice([Conduct.COPYRIGHT, Conduct.TRADE_SECRET, Conduct.SCRAPING]),),
            proceeding=chance.choice([None, Proceeding("", "1:25-cv-1"), Proceeding("", "1:25-cv-2")]),
        )
        for n in range(40)
    ]
    shuffled = random.Random(seed).sample(claims, len(claims))
    assert group(shuffled) == group(claims)


@pytest.mark.parametrize(
    ("name", "generic"),
    [("authors", True), ("nine newspapers", True), ("Ann Lee", False), ("OpenAI", False), ("OpenAI Inc", False)],
)
def test_groups_without_a_name_are_known_as_such(name: str, generic: bool) -> None:
    assert is_generic(name) is generic


@pytest.mark.parametrize(
    ("claims", "title", "stage"),
    [
        ([claim("1")], "Alpha accuses Beta of distillation", Stage.ACCUSED),
        ([claim("1", stage=SUIT, conduct=COPYRIGHT)], "Alpha sues Beta over training on protected works", SUIT),
        ([claim("1", ("Ann", "Bob", "Eve"), stage=SUIT)], "Ann, Bob and 1 other sue Beta over distillation", SUIT),
        ([claim("1", (), stage=SUIT)], "Beta accused of distillation", SUIT),
        ([claim("1", ("xAI",))], "xAI accuses Beta of distillation", Stage.ACCUSED),
        ([claim("1", ("authors",), stage=SUIT)], "Authors sue Beta over distillation", SUIT),
        ([claim("1", stage=Stage.RULING), claim("2", stage=SUIT)], "Alpha v. Beta: distillation", Stage.RULING),
    ],
)
def test_an_incident_is_told_by_rule(claims: list[Claim], title: str, stage: Stage) -> None:
    told = tell(claims)
    assert (told.title, told.stage) == (title, stage)


def undated(told: Claim) -> Claim:
    return replace(told, report=replace(told.report, published=None))


@pytest.mark.parametrize(
    ("claims", "stage"),
    [
        ([claim("1", stage=Stage.DISMISSED), claim("2", stage=Stage.APPEAL, days=9)], Stage.APPEAL),
        ([claim("1", stage=Stage.DISMISSED), claim("2", stage=SUIT, days=90)], SUIT),
        ([claim("1", stage=Stage.RULING), claim("2", stage=SUIT, days=90)], Stage.RULING),
        ([claim("1", stage=Stage.APPEAL), claim("2", stage=Stage.RULING, days=90)], Stage.RULING),
        ([claim("1", stage=SUIT, days=0.2), claim("2", stage=Stage.SETTLED)], Stage.SETTLED),
        ([claim("1", stage=SUIT), undated(claim("2", stage=Stage.RULING))], Stage.RULING),
        ([claim("1", stage=Stage.APPEAL), undated(claim("2", stage=Stage.RULING))], Stage.APPEAL),
        ([undated(claim("1", stage=SUIT)), undated(claim("2", stage=Stage.LETTER))], SUIT),
    ],
)
def test_an_incident_stands_at_the_step_told_last(claims: list[Claim], stage: Stage) -> None:
    assert tell(claims).stage is stage
    assert tell(claims[::-1]).stage is stage


def test_background_claims_do_not_decide_how_an_incident_stands() -> None:
    told = tell([claim("1"), claim("2", role=Role.BACKGROUND, stage=Stage.SETTLED)])
    assert told.stage is Stage.ACCUSED
