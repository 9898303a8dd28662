"""How outlets are doing: judged by a pure function, from what the base noted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from values import START, a_capture, outlet, report, unfetched

from kb.database import Base
from kb.database.fetches import FeedTry, Happening
from kb.database.hosts import Host
from kb.health import CAPTURED, Condition, Fault, FeedHealth, Watch, condition_of
from kb.model import Feed

FEED = "https://news.example/feed"
TODAY = date(2026, 6, 30)


def feed(failures: int = 0, url: str = FEED) -> FeedHealth:
    fault, problem = (Fault.GONE, "the server answered 404") if failures else (None, "")
    return FeedHealth(
        url=url, tried=START, answered=START, listed=9, failures=failures, fault=fault, problem=problem
    )  # fmt: skip


def daily(pages: int, days: int, silent: int) -> dict[date, int]:
    last = TODAY - timedelta(days=silent)
    return {last - timedelta(days=n): pages for n in range(days)}


@pytest.mark.parametrize(
    ("feeds", "captured", "pages", "refused", "condition", "reason"),
    [
        ([], {}, 0, 0, Condition.UNTRIED, "not yet tried"),
        ([feed()], {}, 0, 0, Condition.FINE, ""),
        ([feed(1)], {}, 0, 0, Condition.TROUBLED, "the server answered 404"),
        ([feed(3)], {}, 0, 0, Condition.BROKEN, "nothing could be had of it 3 times in a row: the server answered 404"),
        ([feed(9), feed()], {}, 0, 0, Condition.TROUBLED, "the server answered 404"),
        ([feed(9), feed(2)], {}, 0, 0, Condition.TROUBLED, "the server answered 404"),
        ([feed()], daily(2, 20, 3), 0, 0, Condition.FINE, ""),
        ([feed()], daily(2, 20, 4), 0, 0, Condition.QUIET, "no new page for 4 days, where 2.0 a day were usual"),
        ([feed()], daily(40, 20, 2), 0, 0, Condition.FINE, ""),
        ([feed()], daily(40, 3, 20), 0, 0, Condition.FINE, ""),
        ([feed()], {TODAY - timedelta(days=40): 5, TODAY - timedelta(days=10): 5}, 0, 0, Condition.FINE, ""),
        ([feed()], {}, 9, 5, Condition.TROUBLED, "5 of the 9 pages fetched in a week hold no report"),
        ([feed()], {}, 10, 5, Condition.FINE, ""),
        ([feed()], {}, 4, 4, Condition.FINE, ""),
    ],
)
def test_the_condition_of_an_outlet(
    feeds: list[FeedHealth],
    captured: dict[date, int],
    pages: int,
    refused: int,
    condition: Condition,
    reason: str,
) -> None:
    seen = Watch(feeds=feeds, captured=captured, pages=pages, refused=refused)
    assert condition_of(seen, TODAY) == (condition, reason)


def test_an_outlet_remembers_how_reaching_it_went(base: Base) -> None:
    url = "https://news.example/feed"
    base.outlets.put([replace(outlet("courier"), feeds=(Feed(url=url, source="test"),))])
    later = START + timedelta(hours=1)
    base.fetches.note([], [FeedTry(outlet="courier", url=url, when=START, listed=3)])
    failed = FeedTry(outlet="courier", url=url, when=later, fault=Fault.TIMEOUT, problem="no answer")
    base.fetches.note([], [failed, failed])
    [health] = base.health.of_outlets(later)
    assert (health.first_contact, health.last_contact, health.last_success) == (START, later, START)
    assert (health.condition, health.reason) == (Condition.TROUBLED, "no answer")
    [known] = health.feeds
    assert (known.listed, known.answered, known.failures, known.fault) == (3, START, 2, Fault.TIMEOUT)
    base.fetches.note([], [FeedTry(outlet="courier", url=url, when=later)])
    [health] = base.health.of_outlets(later)
    assert (health.condition, health.feeds[0].failures, health.feeds[0].listed) == (Condition.FINE, 0, 3)


def test_faults_of_a_week_are_counted_by_kind(base: Base) -> None:
    base.outlets.put([outlet("courier")])
    happened = [(Fault.EMPTY, 0), (Fault.EMPTY, 1), (Fault.GONE, 1), (Fault.GONE, -8), (CAPTURED, 1)]
    base.fetches.note(
        Happening(
            outlet="courier",
            what=what,
            when=START + timedelta(days=days),
            url=f"https://news.example/{days}",
            problem=what,
        )
        for what, days in happened
    )
    [health] = base.health.of_outlets(START + timedelta(days=1))
    assert [(each.fault, each.count, each.url) for each in health.faults] == [
        (Fault.EMPTY, 2, "https://news.example/1"),
        (Fault.GONE, 1, "https://news.example/1"),
    ]


def test_pages_without_a_report_and_a_changed_robots_txt_are_named(base: Base) -> None:
    base.outlets.put([outlet("courier")])
    number = base.captures.add(a_capture())
    base.captures.refuse(number, "no text")
    base.reports.put(report())
    base.hosts.keep([Host(host="news.example:443", robots="", robots_changed=START)])
    [health] = base.health.of_outlets(START + timedelta(hours=5))
    assert (health.pages, health.refused, health.reports, health.robots_changed) == (1, 1, 1, START)


def test_what_could_not_be_fetched_is_asked_for_again_when_it_is_time(base: Base) -> None:
    urls = [f"https://news.example/{n}" for n in range(3)]
    base.fetches.put_unfetched(unfetched(urls[0]))
    base.fetches.put_unfetched(unfetched(urls[1], again=None, fault=Fault.GONE))
    soon, later = START + timedelta(minutes=30), START + timedelta(hours=2)
    assert base.fetches.left(urls, soon) == dict.fromkeys(urls[:2], START)
    assert base.fetches.left(urls, later) == {urls[1]: START}
    assert (base.fetches.due("courier", soon, 9), base.fetches.due("courier", later, 9)) == ([], urls[:1])
    assert [each.url for each in base.fetches.in_vain("courier", 9)] == urls[:2]
    base.fetches.note([], [], [urls[0]])
    assert base.fetches.unfetched(urls[0]) is None
    assert base.fetches.unfetched(urls[1]) == unfetched(urls[1], again=None, fault=Fault.GONE)


def test_what_was_noted_long_ago_is_dropped_but_for_what_is_still_to_be_asked_for(base: Base) -> None:
    base.outlets.put([outlet("courier")])
    urls = [f"https://news.example/{n}" for n in range(2)]
    base.fetches.put_unfetched(unfetched(urls[0]))
    base.fetches.put_unfetched(unfetched(urls[1], again=None))
    happened = Happening(outlet="courier", what=Fault.EMPTY, when=START, url=urls[0])
    base.fetches.note([happened], [FeedTry(outlet="courier", url=urls[0], when=START)])
    base.fetches.tidy(START)
    assert [each.url for each in base.fetches.in_vain("courier", 9)] == urls
    assert base.health.of_outlets(START)[0].faults
    base.fetches.tidy(START + timedelta(days=1))
    assert [each.url for each in base.fetches.in_vain("courier", 9)] == urls[:1]
    assert base.health.of_outlets(START)[0].faults == ()


def test_a_host_is_kept_as_it_was_found(base: Base) -> None:
    assert base.hosts.get("a.example:443") == Host(host="a.example:443")
    found = Host(host="a.example:443", failures=2, rests_until=START, rests_why="why", day="2026-06-01", asked=5)
    base.hosts.keep([found])
    assert base.hosts.get("a.example:443") == found
