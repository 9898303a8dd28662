"""Which disputes reports are about, by what the reader finds in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from reading import reader
from values import allegation, reading, report

from commands.disputes import grouped
from commands.inputs import Input
from kb import registry
from kb.interchange import report_from_record
from kb.model import Reading, Report, Role
from kb.tracking.agreement import b_cubed
from kb.tracking.parties import Parties

GOLD = Path(__file__).parents[1] / "gold" / "incidents.jsonl"


def test_the_gold_set_is_grouped_through_the_reader_without_mixing_disputes() -> None:
    records = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    reports = [report_from_record(record) for record in records]
    read = [(Input(name=each.id, report=each), reader().read(each)) for each in reports]
    found = dict(zip((each.id for each in reports), grouped(read, Parties.of(registry.load())), strict=True))
    agreement = b_cubed({record["id"]: record["incidents"] for record in records}, found)
    assert agreement.precision >= 0.97
    assert agreement.f1 >= 0.6


def groups_of(*read: tuple[Report, Reading]) -> list[list[str]]:
    return grouped([(Input(name=each.id, report=each), found) for each, found in read])


SUED = report("r1", title="Alpha Media sues Beta", text="It wants damages."), reading(allegation(("Alpha Media",)))


def test_what_is_mentioned_besides_is_not_listed() -> None:
    main, background = allegation(("Gamma",), ("Delta",)), allegation(("Alpha Media",), role=Role.BACKGROUND)
    first, second = groups_of(SUED, (report("r2"), reading(main, background)))
    assert len(first) == len(second) == 1
    assert first != second


def test_a_report_that_only_mentions_a_dispute_has_it_all_the_same() -> None:
    first, second = groups_of(SUED, (report("r2"), reading(allegation(("Alpha Media",), role=Role.BACKGROUND))))
    assert first == second


UNSURE = allegation((), (), confidence=0.2)
NAMES_BOTH = {"title": "Alpha Media and its suit", "text": "Beta has not answered."}


@pytest.mark.parametrize(
    ("values", "found", "joins"),
    [
        (NAMES_BOTH, reading(UNSURE), True),
        (NAMES_BOTH, reading(), False),
        ({"title": "Alpha Media v. Beta", "text": ""}, reading(), True),
        ({"title": "Alphabet Media and Betas", "text": ""}, reading(UNSURE), False),
        ({**NAMES_BOTH, "days": 4000}, reading(UNSURE), False),
        ({**NAMES_BOTH, "published": None}, reading(UNSURE), False),
        ({"title": "A suit", "text": "x" * 400 + " Alpha Media sued Beta."}, reading(UNSURE), False),
        ({"title": "A suit", "text": ""}, reading(allegation(("Alpha Media",), confidence=0.5)), True),
    ],
)
def test_a_report_of_which_nothing_is_published_goes_with_the_one_dispute_that_it_can_be_on(
    values: dict[str, Any], found: Reading, joins: bool
) -> None:
    first, second = groups_of(SUED, (report("r2", **values), found))
    assert second == (first if joins else [])


def test_of_several_disputes_of_the_same_parties_none_is_taken() -> None:
    other = report("r3", days=2000), reading(allegation(("Alpha Media",)))
    *known, doubtful = groups_of(SUED, other, (report("r2", days=1000, **NAMES_BOTH), reading(UNSURE)))
    assert known[0] != known[1]
    assert doubtful == []
