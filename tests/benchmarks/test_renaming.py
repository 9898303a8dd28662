import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import registry
from kb.model import Organisation
from nlp.gold import label_faults

RENAMING = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "renaming.py"))
GOLD = Path(__file__).parents[1] / "gold"
KNOWN = registry.load()
PARTIES = [each for each in KNOWN.organisations if each.kind not in RENAMING["PUBLIC"]]
TIMES = Organisation(name="The New York Times", aliases=("New York Times", "NYT"), kind="news")
LAB = Organisation(
    name="OpenAI", legal_name="OpenAI, Inc.", aliases=("OpenAI Global",), kind="ai-lab", products=("ChatGPT",)
)


def renaming(seed: int = 1, avoiding: str = "") -> Any:
    return RENAMING["Renaming"](KNOWN, seed, avoiding)


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for name in ("reports", "passages") for line in (GOLD / f"{name}.jsonl").open()]


def test_no_old_name_is_left(lines: list[dict[str, Any]]) -> None:
    names = sorted((name for each in PARTIES for name in (each.name, *each.aliases, *each.products)), key=len)
    old = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, reversed(names)))})(?!\w)")
    rename = renaming()
    for line in lines:
        new = rename.record(line)
        words = json.dumps({key: new[key] for key in ("title", "text", "allegations")}, ensure_ascii=False)
        assert old.search(words) is None, line["id"]


def test_labels_still_name_who_stands_in_the_text(lines: list[dict[str, Any]]) -> None:
    rename = renaming()
    for line in lines:
        new = rename.record(line)
        said = f"{new['title']}\n{new['text']}"
        assert label_faults(new) == []
        assert new["id"] == line["id"]
        for allegation, before in zip(new["allegations"], line["allegations"], strict=True):
            for side in ("accusers", "accused"):
                for names, old in zip(allegation[side], before[side], strict=True):
                    was_said = any(name in f"{line['title']}\n{line['text']}" for name in old)
                    assert not was_said or any(name in said for name in names)


def test_marks_are_of_the_same_words(lines: list[dict[str, Any]]) -> None:
    rename = renaming()
    for line in (line for line in lines if line.get("marks")):
        new = rename.record(line)
        before, after = line["title"] or line["text"], new["title"] or new["text"]
        for old, moved in zip(line["marks"], new["marks"], strict=True):
            assert rename.text(before[old[0] : old[1]]) == after[moved[0] : moved[1]]
            assert old[2:] == moved[2:]


@pytest.mark.parametrize(
    ("organisation", "one", "other", "tie"),
    [
        (TIMES, "The New York Times", "New York Times", lambda one, other: one == f"The {other}"),
        (LAB, "OpenAI", "OpenAI, Inc.", lambda one, other: other == f"{one}, Inc."),
        (LAB, "OpenAI", "OpenAI Global", lambda one, other: other == f"{one} Global"),
        (LAB, "OpenAI", "OPENAI", lambda one, other: other == one.upper()),
        (LAB, "OpenAI", "ChatGPT", lambda one, other: one not in other),
    ],
)
def test_names_that_are_alike_stay_alike(organisation: Organisation, one: str, other: str, tie: Any) -> None:
    rename = RENAMING["Renaming"](registry.registry_of([organisation]), 1)
    assert tie(rename.text(one), rename.text(other)), (rename.text(one), rename.text(other))


def test_words_that_only_begin_like_a_name_and_public_bodies_are_left() -> None:
    text = "Metal prices rose, the Federal Trade Commission said at openai.com."
    assert renaming().text(text) == text


@given(st.integers(0, 5), st.sampled_from([each.name for each in PARTIES if not each.ambiguous]))
def test_a_seed_always_invents_the_same(seed: int, name: str) -> None:
    said = f"{name} sued."
    assert SEEDED[seed].text(said) == renaming_again(seed).text(said) != said


SEEDED = [renaming(seed) for seed in range(6)]
AGAIN: dict[int, Any] = {}


def renaming_again(seed: int) -> Any:
    return AGAIN.setdefault(seed, renaming(seed))


def test_seeds_invent_different_names_and_none_that_a_text_has() -> None:
    said = "OpenAI"
    first = renaming(1).text(said)
    assert renaming(2).text(said) != first
    assert renaming(1, avoiding=first).text(said) != first
