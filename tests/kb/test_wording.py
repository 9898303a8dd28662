"""Texts in nearly the same words."""

import random
import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.tracking.wording import _are_alike, _runs, same_wording

LONG = "Anthropic has accused Alibaba of running the largest known distillation attack, a letter shows."


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (LONG, LONG, True),
        (LONG, LONG.upper().replace(",", ""), True),
        (LONG, LONG.replace("shows", "seen on Monday shows"), True),
        (LONG, "A letter shows that Alibaba is accused by Anthropic of a large attack by distillation.", False),
        ("Alpha sues Beta", "Alpha sues Beta", True),
        ("Alpha sues Beta over books", "Alpha sues Beta over songs", False),
        ("", "", False),
    ],
)
def test_near_identical_wording_is_known_as_such(one: str, other: str, alike: bool) -> None:
    found = same_wording({"1": one, "2": other})
    assert (found["1"] == found["2"]) is alike


WORDS = st.lists(st.sampled_from("abc"), max_size=12).map(" ".join)


@given(st.dictionaries(st.text("xyz", min_size=1, max_size=3), WORDS, max_size=8), st.randoms())
def test_it_finds_what_comparing_every_two_would_in_any_order(texts: dict[str, str], chance: random.Random) -> None:
    found = same_wording(texts)
    assert same_wording(dict(chance.sample(list(texts.items()), len(texts)))) == found
    parts = {key: {key} for key in texts}
    for one, other in combinations(texts, 2):
        some, others = texts[one].split(), texts[other].split()
        long = min(len(some), len(others)) >= 6
        if (some == others and some) or (long and _are_alike(_runs(tuple(some)), _runs(tuple(others)))):
            joined = parts[one] | parts[other]
            parts.update(dict.fromkeys(joined, joined))
    assert found == {key: min(part) for key, part in parts.items()}


def test_thousands_of_texts_take_no_more_than_their_share_of_time() -> None:
    chance = random.Random(1)
    words = [f"word{n}" for n in range(300)]
    texts = {str(n): "Anthropic accuses Alibaba of " + " ".join(chance.choices(words, k=20)) for n in range(4000)}
    texts |= {f"copy {n}": f"{LONG} Number {n} of many that were printed." for n in range(2000)}
    began = time.process_time()
    assert len(set(same_wording(texts).values())) == 4001
    assert time.process_time() - began < 5
