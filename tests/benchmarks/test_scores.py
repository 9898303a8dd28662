import runpy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

SCORES = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "pages" / "scores.py"))
Score: Any = SCORES["Score"]


@pytest.mark.parametrize(
    ("truth", "found", "score"),
    [
        ("a b c d e", "a b c d e", Score(1, 1)),
        ("a b c d e", "a, b – c d!", Score(1, 0.5)),
        ("a b c d", "a b c d e", Score(0.5, 1)),
        ("a b c d", "d c b a", Score(0, 0)),
        ("a b", "a b", Score(1, 1)),
        ("a b c d", "", Score(0, 0)),
    ],
)
def test_shingles_of_four_words(truth: str, found: str, score: Any) -> None:
    assert SCORES["by_shingles"](truth, found) == score


@pytest.mark.parametrize(
    ("truth", "found", "score"),
    [
        (["One two three.", "Four five."], "One two three.\nFour five.", Score(1, 1)),
        (["One two three.", "Four five."], "four FIVE, one two three", Score(1, 1)),
        (["One two three four."], "one x three", Score(2 / 3, 0.5)),
        (["One two.", "[Three four.]"], "one two", Score(1, 1)),
        (["One two.", "[Three four.]"], "one two three four", Score(1, 1)),
        (["One two."], "", Score(0, 0)),
    ],
)
def test_rouge_lsum_with_paragraphs_that_may_be_missing(truth: Sequence[str], found: str, score: Any) -> None:
    assert SCORES["rouge_lsum"](truth, found) == pytest.approx(score)


def test_f1_is_of_the_means() -> None:
    assert SCORES["of_means"]([Score(1, 0), Score(0, 1)]).f1 == 0.5
    assert Score(0, 0).f1 == 0
