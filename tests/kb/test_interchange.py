import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import allegation, reading, report

from kb.interchange import reading_from_json, reading_record, reading_to_json, report_from_record
from kb.model import Amount, AmountHedge, Conduct, Interval, PartialDate, Proceeding, Span, Stage

SENTENCES = st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable())


@given(SENTENCES, st.floats(0, 1), st.sampled_from(list(Stage)), st.lists(st.sampled_from(list(Conduct)), unique=True))
def test_a_reading_survives_being_kept(sentence: str, confidence: float, stage: Stage, conduct: list[Conduct]) -> None:
    made = reading(
        allegation(
            sentence=sentence,
            confidence=confidence,
            stage=stage,
            conduct=tuple(conduct),
            occurred=Interval(PartialDate("2026-04-22"), PartialDate("2026-06", "last month")),
            proceeding=Proceeding("N.D. Cal.", "3:24-cv-05417"),
            amounts=(Amount(value=2.5e6, unit="USD", what="", hedge=AmountHedge.ABOUT, span=Span("text", 0, 3)),),
        )
    )
    assert reading_from_json(reading_to_json(made)) == made


def test_the_record_has_the_keys_that_other_programs_read() -> None:
    record = reading_record(report(), reading(allegation(), allegation(confidence=0.1)))
    assert list(record) == ["id", "title", "published", "allegations", "responses", "organisations", "scheduled"]
    assert len(record["allegations"]) == 1
    assert {"role", "accusers", "accused", "conduct", "stage", "confidence", "field", "span", "sentence"} <= record[
        "allegations"
    ][0].keys()
    assert len(reading_record(report(), reading(allegation(confidence=0.1)), everything=True)["allegations"]) == 1
    json.dumps(record)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"title": " "},
        {"text": ["x"]},
        {"title": "a", "published": "yesterday"},
        {"title": "a", "outlet": "public-record"},
    ],
)
def test_a_bad_record_says_what_is_wrong(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="`"):
        report_from_record(record)


@pytest.mark.parametrize("known", ["2023-11", "2023"])
def test_a_report_whose_day_is_not_known_is_read_without(known: str) -> None:
    assert report_from_record({"title": "a", "published": known}).published is None


def test_a_date_alone_has_no_time_of_day() -> None:
    assert not report_from_record({"title": "a", "published": "2026-06-24"}).published_precise
    assert report_from_record({"title": "a", "published": "2026-06-24T08:00:00+02:00"}).published_precise
