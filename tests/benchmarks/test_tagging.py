import json
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tagging.examples import example, is_to_learn_from, main, places
from kb.model import Organisation, Registry

KNOWN = Registry((Organisation(name="Meta", kind="tech", aliases=("Facebook",), products=("Llama",)),), "test")


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Meta sued Metaphor, says Meta.", ["Meta"], ["Meta", "Meta"]),
        ("Calder House and Calder agree.", ["Calder", "Calder House"], ["Calder House", "Calder"]),
        ("Authors sue. The authors say so.", ["authors"], ["Authors", "authors"]),
        ("the METAVERSE and META", ["Meta"], []),
        ("Writers’ Guild sues", ["Writers' Guild"], ["Writers’ Guild"]),
        ("Nobody is named.", [], []),
    ],
)
def test_a_name_is_found_wherever_it_stands_as_a_whole_word(text: str, names: list[str], expected: list[str]) -> None:
    assert [text[start:end] for start, end in places(text, names)] == expected


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=8), max_size=4))
def test_places_lie_within_the_text_and_do_not_overlap(text: str, names: list[str]) -> None:
    found = list(places(text, names))
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


def test_both_sides_are_marked_by_every_name_that_label_or_registry_gives_them() -> None:
    record = {
        "id": "r",
        "title": "Authors sue Meta",
        "text": "Ann Lee and Bo Ray say that Facebook trained Llama on books.",
        "allegations": [
            {"accusers": [["authors"]], "optional_accusers": [["Ann Lee"]], "accused": [["Meta"]], "stage": "complaint"}
        ],
    }
    made = example(record, KNOWN)
    marked = {(made["text"][start:end], side) for start, end, side, _ in made["marks"]}
    assert marked == {("Authors", "accuser"), ("Meta", "accused"), ("Facebook", "accused"), ("Llama", "accused")}
    assert [made["text"][start:end] for start, end in made["ignored"]] == ["Ann Lee"]
    assert (made["accuses"], made["stage"], made["conduct"], made["own"]) == (True, "complaint", None, True)


def test_each_dispute_of_a_report_has_its_number() -> None:
    record = {
        "id": "r",
        "title": "",
        "text": "Ann Lee sued Meta, and Meta sued Bo Ray.",
        "allegations": [
            {"accusers": [["Ann Lee"]], "accused": [["Meta"]]},
            {"accusers": [["Meta"]], "accused": [["Bo Ray"]]},
        ],
    }
    made = example(record, KNOWN)
    numbers = {(made["text"][start:end], side): disputes for start, end, side, disputes in made["marks"]}
    assert numbers == {
        ("Ann Lee", "accuser"): [1],
        ("Meta", "accused"): [1],
        ("Meta", "accuser"): [2],
        ("Bo Ray", "accused"): [2],
    }


def test_reports_of_one_dispute_fall_into_one_fold() -> None:
    one, other = ({"id": name, "incidents": ["a dispute"], "allegations": []} for name in ("one", "other"))
    assert example(one, KNOWN)["fold"] == example(other, KNOWN)["fold"]


@pytest.mark.parametrize(
    ("record", "learnt"),
    [
        ({"allegations": []}, True),
        ({"allegations": [], "split": "tune"}, True),
        ({"allegations": [], "split": "report"}, False),
        ({"text": "not labelled"}, False),
    ],
)
def test_what_figures_are_taken_from_is_never_learnt_from(record: dict[str, object], learnt: bool) -> None:
    assert is_to_learn_from(record) is learnt


def test_a_file_of_examples_holds_each_report_under_its_own_and_under_other_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold, out = tmp_path / "gold.jsonl", tmp_path / "examples.jsonl"
    record = {
        "id": "r",
        "title": "",
        "text": "Disney sued OpenAI.",
        "allegations": [{"accusers": [["Disney"]], "accused": [["OpenAI"]]}],
    }
    gold.write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["examples", str(out), str(gold), "--renamed", "1"])
    main()
    own, renamed = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    assert own["text"] == "Disney sued OpenAI."
    assert "OpenAI" not in renamed["text"]
    assert [side for _, _, side, _ in renamed["marks"]] == ["accuser", "accused"]
