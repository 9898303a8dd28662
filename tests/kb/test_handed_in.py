"""What people hand in: addresses, and what is wrong; and how others judge it."""

from datetime import UTC, datetime, timedelta

import pytest
from values import a_capture, allegation, reading, report, unfetched

from kb.database import Base, remarks, submissions
from kb.database.remarks import QueueFull, RemarkState
from kb.database.submissions import Submission, SubmissionState
from kb.database.verdicts import VerdictRefused

URL = "https://news.example/a"
WHY = {"who": "Ann", "why": "so it is"}


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=5)


def fetched(base: Base, url: str = URL) -> int:
    capture = a_capture(url)
    capture = type(capture)(**{**{n: getattr(capture, n) for n in capture.__dataclass_fields__}, "fetched": soon()})
    return base.captures.add(capture)


def now(base: Base, submission: Submission) -> Submission:
    found = base.submissions.get(submission.token)
    assert found
    return found


def test_an_address_waits_is_fetched_and_read(base: Base) -> None:
    made = base.submissions.add(URL, "of today")
    assert (made.state, made.note, base.submissions.due(soon(), 9)) == (SubmissionState.WAITING, "of today", [URL])
    capture = fetched(base)
    assert now(base, made).state is SubmissionState.FETCHED
    base.submissions.follow()
    assert base.submissions.due(soon(), 9) == []
    base.reports.put(report("r1"), capture)
    base.captures.extracted(capture, "r1")
    assert (now(base, made).report, now(base, made).is_read) == ("r1", False)
    base.readings.put("r1", reading(allegation()))
    assert now(base, made).is_read
    assert base.submissions.report_at(URL) == "r1"
    assert base.submissions.count_for_people() == 0


def test_to_hand_in_an_address_twice_is_to_hand_it_in_once(base: Base) -> None:
    assert base.submissions.add(URL, "") == base.submissions.add(URL, "again")


def test_an_address_that_is_tried_again_later_waits_until_then(base: Base) -> None:
    made = base.submissions.add(URL, "")
    base.fetches.put_unfetched(unfetched(URL, noted=soon(), again=soon() + timedelta(hours=1)))
    base.submissions.follow()
    assert base.submissions.due(soon(), 9) == []
    assert base.submissions.due(soon() + timedelta(hours=2), 9) == [URL]
    assert (now(base, made).state, now(base, made).problem) == (SubmissionState.WAITING, "the server answered 500")


def test_an_address_that_cannot_be_fetched_is_for_people_who_may_have_it_asked_for_again(base: Base) -> None:
    made = base.submissions.add(URL, "")
    base.fetches.put_unfetched(unfetched(URL, noted=soon(), again=None))
    base.submissions.follow()
    assert [(each.number, each.problem) for each in base.submissions.for_people(9)] == [
        (made.number, "the server answered 500")
    ]
    assert base.submissions.ask_again([made.number], **WHY) == 1
    assert base.submissions.due(soon(), 9) == [URL]
    assert base.submissions.reject([made.number], **WHY) == 1
    assert base.submissions.reject([made.number], **WHY) == 0
    assert base.submissions.due(soon(), 9) == []
    assert [(v.state, v.why) for v in now(base, made).verdicts] == [("rejected", "so it is"), ("waiting", "so it is")]
    assert [each.number for each in base.submissions.judged(9)] == [made.number]


def test_a_page_without_a_report_is_for_people(base: Base) -> None:
    made = base.submissions.add(URL, "")
    base.captures.refuse(fetched(base), "no text")
    base.submissions.follow()
    assert [each.problem for each in base.submissions.for_people(9)] == ["no text"]
    base.submissions.ask_again([made.number], **WHY)
    assert now(base, made).state is SubmissionState.WAITING or base.submissions.due(soon(), 9) == [URL]


def test_a_remark_is_kept_once_judged_and_judged_anew(base: Base) -> None:
    made = base.remarks.add("claim", "c", field="stage", wrong="It is settled.", source="")
    assert base.remarks.add("claim", "c", field="stage", wrong="It is settled.", source="") == made
    assert base.remarks.open(9) == [made]
    assert base.remarks.judge([made.number, 99], RemarkState.REJECTED, **WHY) == 1
    assert (base.remarks.count_open(), [each.number for each in base.remarks.judged(9)]) == (0, [made.number])
    base.remarks.judge([made.number], RemarkState.OPEN, who="Ben", why="too early")
    found = base.remarks.get(made.token)
    assert found
    assert [(v.state, v.who) for v in found.verdicts] == [("open", "Ben"), ("rejected", "Ann")]
    assert base.remarks.open(9)[0].number == made.number


@pytest.mark.parametrize("given", [{"who": " ", "why": "x"}, {"who": "Ann", "why": "\n"}])
def test_nothing_is_judged_without_a_name_and_a_reason(base: Base, given: dict[str, str]) -> None:
    made = base.remarks.add("report", "r", field="", wrong="x", source="")
    with pytest.raises(VerdictRefused, match="say w"):
        base.remarks.judge([made.number], RemarkState.ACCEPTED, **given)
    assert base.remarks.count_open() == 1


def test_a_queue_that_is_full_takes_no_more(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks, "MOST_OPEN", 1)
    monkeypatch.setattr(submissions, "MOST_WAITING", 1)
    base.remarks.add("report", "r", field="", wrong="x", source="")
    base.submissions.add(URL, "")
    with pytest.raises(QueueFull, match="try again"):
        base.remarks.add("report", "r", field="", wrong="y", source="")
    with pytest.raises(QueueFull, match="try again"):
        base.submissions.add(URL + "b", "")
