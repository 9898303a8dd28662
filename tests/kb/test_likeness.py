import pytest

from kb.tracking.likeness import Wording

TEXTS = [
    "Alpha sued Beta over 12,000 novels. Alpha wants damages.",
    "The novels, 12,000 of them, are why Alpha sued Beta.",
    "Rain is expected in the north.",
    "",
]


def test_texts_that_share_words_names_and_numbers_are_alike() -> None:
    wording = Wording.of(TEXTS)
    assert wording.likeness(0, 0) == pytest.approx(1)
    assert 0.5 < wording.likeness(0, 1) < 1
    assert wording.likeness(0, 2) < 0.1
    assert wording.likeness(0, 3) == wording.likeness(3, 3) == 0


def test_likeness_goes_both_ways() -> None:
    wording = Wording.of(TEXTS)
    assert wording.likeness(0, 1) == pytest.approx(wording.likeness(1, 0))


def test_rare_words_weigh_more() -> None:
    wording = Wording.of(["court fig", "court fig", "court ash", "court oak", "court elm"])
    assert wording.likeness(0, 1) > 2 * wording.likeness(0, 2)
