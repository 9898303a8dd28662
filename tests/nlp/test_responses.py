import pytest
from reading import reader

from kb.interchange import report_from_record
from kb.model import ResponseCode

TEXT = "Tarrow Press sued Brava Desk on Monday, alleging that its chatbot copied 600 novels.\n"


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ("Brava Desk denied the allegations.", {ResponseCode.DENIED}),
        ("A spokesman for Brava Desk called the suit baseless.", {ResponseCode.DENIED}),
        ("Brava said that it disagreed with the claims.", {ResponseCode.DENIED}),
        ("Counsel for the defendant said that it had done nothing wrong.", {ResponseCode.DENIED}),
        ("Brava Desk conceded an error but rejected any suggestion of theft.", {ResponseCode.DISPUTED_IN_PART}),
        ("Brava’s lawyer, Ann Lee, declined to comment.", {ResponseCode.NO_COMMENT}),
        ("Brava Desk hasn’t replied to our questions.", {ResponseCode.NOT_REACHED}),
        ("Tarrow Press told Brava Desk of the copies and has had no reply.", {ResponseCode.NOT_REACHED}),
        ("Lawyers for Tarrow Press said that they disagreed with the judge.", set()),
        ("Tarrow Press declined to comment.", set()),
    ],
)
def test_the_accused_is_who_answers(answer: str, codes: set[ResponseCode]) -> None:
    report = report_from_record({"title": "Tarrow Press sues Brava Desk over AI chatbot", "text": TEXT + answer})
    reading = reader().read(report)
    assert {response.code for response in reading.responses} == codes
    assert {response.by for response in reading.responses} <= {"Brava Desk"}
