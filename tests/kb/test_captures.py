"""What the base says of captures: which page is to be looked at again, which is gone, what is kept."""

from dataclasses import replace
from datetime import datetime, timedelta

from values import START, a_capture, report

from kb.database import Base
from kb.database.captures import FoundAgain

PAGE = "https://news.example/a"


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def due(base: Base, at: float, outlet: str = "courier") -> list[str]:
    return [visit.url for visit in base.captures.due(outlet, hours(at), 10)]


def test_a_page_is_due_once_for_each_address_and_only_for_its_outlet(base: Base) -> None:
    base.captures.add(a_capture())
    base.captures.add(a_capture(digest="e", hours=2))
    base.captures.add(replace(a_capture("https://news.example/feed"), kind="feed"))
    assert due(base, 1) == []
    assert due(base, 2) == [PAGE]
    assert due(base, 2, "ledger") == []
    base.captures.look_again({PAGE: hours(6)})
    assert (due(base, 5), due(base, 6)) == ([], [PAGE])
    base.captures.unchanged(PAGE, hours(7))
    assert (due(base, 6), due(base, 7)) == ([], [PAGE])
    base.captures.look_again({PAGE: None})
    assert due(base, 9999) == []


def test_a_page_is_as_old_as_its_report_says_or_its_first_capture(base: Base) -> None:
    first = base.captures.add(a_capture(hours=10))
    assert [(v.first, v.seen) for v in base.captures.due("courier", hours(10), 9)] == [(hours(10), hours(10))]
    base.captures.add(a_capture(digest="e", hours=20))
    assert [(v.first, v.seen) for v in base.captures.due("courier", hours(20), 9)] == [(hours(10), hours(20))]
    base.reports.put(report(), first)
    base.captures.extracted(first, "r1")
    base.captures.found_again(PAGE, "d", hours(30))
    assert [(v.first, v.seen) for v in base.captures.due("courier", hours(30), 9)] == [(hours(0), hours(30))]


def test_a_page_that_is_gone_is_looked_at_no_more_unless_it_comes_back(base: Base) -> None:
    number = base.captures.add(a_capture())
    base.reports.put(report(), number)
    assert not base.captures.gone("https://news.example/never", hours(1))
    for at in (1, 2):
        assert base.captures.gone(PAGE, hours(at))
    base.captures.look_again({PAGE: hours(1)})
    assert due(base, 9999) == []
    assert base.reports.gone_since("r1") == hours(1)
    base.captures.add(a_capture(digest="e", hours=5))
    assert base.reports.gone_since("r1") is None
    assert due(base, 5) == [PAGE]


def test_what_a_version_of_the_extraction_made_is_not_made_by_it_again(base: Base) -> None:
    numbers = [base.captures.add(a_capture(f"https://news.example/{n}")) for n in range(3)]
    base.captures.extracted(numbers[0], "r1", "v1")
    base.captures.refuse(numbers[1], "no text", "v2")
    assert base.captures.again(but_by="v2") == 2
    base.captures.extracted(numbers[0], "r1", "v2")
    assert base.captures.again(but_by="v2") == 1
    assert base.captures.again() == 3


def test_what_is_removed_stays_known_and_is_not_brought_back_by_the_same_bytes(base: Base) -> None:
    base.captures.add(a_capture())
    base.captures.add(replace(a_capture("https://news.example/feed"), kind="feed"))
    base.captures.add(a_capture("https://news.example/new", hours=9))
    assert base.captures.files_before(hours(5)) == ["w"]
    assert [each.url for each in base.captures.in_file("w", since=hours(5))] == ["https://news.example/new"]
    assert base.captures.removed_before(hours(5)) == 2
    assert [each.url for each in base.captures.in_file("w")] == ["https://news.example/new"]
    assert base.captures.known([PAGE]) == {PAGE}
    assert base.captures.latest("https://news.example/feed") is None
    assert base.captures.found_again(PAGE, "d", hours(10))
    assert [each.url for each in base.captures.pending(9)] == ["https://news.example/new"]
    assert base.captures.again() == 1


def test_an_old_capture_leaves_a_live_page_due_when_it_was(base: Base) -> None:
    base.captures.add(a_capture(hours=9))
    base.captures.look_again({PAGE: hours(30)})
    base.captures.add(a_capture(digest="older", hours=1))
    assert (due(base, 29), due(base, 30)) == ([], [PAGE])


def test_captures_are_restored_once_with_when_they_were_found_again(base: Base) -> None:
    captures = [a_capture(), a_capture(digest="e", hours=1)]
    again = [FoundAgain(PAGE, "d", hours(2)), FoundAgain(PAGE, "never", hours(3))]
    assert [base.captures.restore(captures, again) for _ in range(2)] == [2, 0]
    assert base.captures.count() == 2
    latest = base.captures.latest(PAGE)
    assert latest is not None
    assert (latest.digest, latest.seen) == ("d", hours(2))


def test_an_old_capture_of_a_page_that_is_gone_leaves_it_gone(base: Base) -> None:
    base.captures.add(a_capture(hours=9))
    base.captures.gone("https://news.example/a", START + timedelta(hours=10))
    base.captures.add(a_capture(digest="older", hours=1))
    assert base.captures.due("courier", START + timedelta(days=99), 9) == []
    base.captures.add(a_capture(digest="newer", hours=11))
    assert [each.url for each in base.captures.due("courier", START + timedelta(days=99), 9)] == [
        "https://news.example/a"
    ]
