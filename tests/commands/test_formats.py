"""The description of the formats, held to the code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from values import allegation

from kb.interchange import allegation_record, report_from_record
from kb.model import AmountHedge, Conduct, ResponseCode, Stage
from nlp.gold import label_faults

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text()


def examples(heading: str) -> list[dict[str, Any]]:
    section = re.split(r"^## ", TEXT, flags=re.MULTILINE)
    block = re.search(r"```json\n(.*?)```", next(part for part in section if part.startswith(heading)), re.DOTALL)
    assert block
    return [json.loads(line) for line in block[1].splitlines()]


@pytest.mark.parametrize("codes", [Conduct, Stage, ResponseCode, AmountHedge])
def test_every_code_is_listed(codes: type[Conduct | Stage | ResponseCode | AmountHedge]) -> None:
    assert [code.value for code in codes if f"`{code.value}`" not in TEXT] == []


def test_every_key_of_an_allegation_is_described() -> None:
    assert [key for key in allegation_record(allegation()) if f"`{key}`" not in TEXT] == []


def test_the_examples_are_what_the_code_takes() -> None:
    assert report_from_record(examples("Reports")[0]).outlet == "courier"
    assert [label_faults(gold) for gold in examples("Labelled reports")] == [[], []]
