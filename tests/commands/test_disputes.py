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
    assert agreement.precision >= 0.93
    assert agreement.f1 >= 0.68


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


NOTHING = reading()
LIKE = {"title": "It wants damages", "text": "Alpha Media sues Beta."}


@pytest.mark.parametrize(
    ("values", "found", "joins"),
    [
        ({"title": "Alpha Media v. Beta", "text": "Nothing new."}, NOTHING, True),
        ({"title": "Alpha Media v. Beta", "text": "", "days": 4000}, NOTHING, False),
        ({"title": "Alpha Media v. Beta", "text": "", "published": None}, NOTHING, False),
        ({"title": "Alphabet Media and Betas", "text": ""}, NOTHING, False),
        (LIKE, NOTHING, True),
        ({**LIKE, "text": "A firm sues Beta."}, NOTHING, False),
        (
            {
                "title": "Weather",
                "text": "Rain from Oslo to Bergen on Monday, so Alpha Media has it; sun in Rome, 31 degrees in Cairo, say models that Beta runs.",
            },
            NOTHING,
            False,
        ),
        ({"title": "A suit", "text": ""}, reading(allegation(("Alpha Media",), confidence=0.5)), True),
        ({"title": "A suit", "text": ""}, reading(allegation(("Alpha Media",), confidence=0.2)), False),
    ],
)
def test_a_report_of_which_nothing_is_published_goes_with_the_one_dispute_that_it_can_be_on(
    values: dict[str, Any], found: Reading, joins: bool
) -> None:
    first, second = groups_of(SUED, (report("r2", **values), found))
    assert second == (first if joins else [])


def test_of_several_disputes_that_a_report_can_be_on_the_likest_is_taken() -> None:
    other = report("r3", days=2000, title="Alpha Media sues Beta again"), reading(allegation(("Alpha Media",)))
    doubtful = report("r2", days=1000, title="Alpha Media v. Beta", text="It wants damages, as before."), NOTHING
    first, second, found = groups_of(SUED, other, doubtful)
    assert first != second
    assert found == first


def test_a_report_is_about_the_dispute_that_its_headline_names() -> None:
    both = allegation(("Alpha Media",)), allegation(("Gamma",), ("Delta",))
    first, second, third = groups_of(
        SUED,
        (report("r2", title="Alpha Media v. Beta: a ruling"), reading(*both)),
        (report("r3", title="Two suits"), reading(*both)),
    )
    assert first == second
    assert len(third) == 2
