"""Reports in the same words: found whatever the order, and traced to whose text it is."""

import random
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from bases import emptied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from values import START, outlet, report

from kb.copies import ALIKE, BANDS, source_of, wording_of
from kb.database import Base
from kb.model import ReportSummary

WORDS = [f"word{n}" for n in range(2000)]
TEXT = " ".join(random.Random(1).choices(WORDS, k=300))
texts = st.lists(st.sampled_from(WORDS), min_size=20, max_size=60).map(" ".join)


def edited(text: str, share: float, seed: int = 2) -> str:
    """The text with this share of its words replaced, in one place."""
    words = text.split()
    count = round(len(words) * share)
    words[50 : 50 + count] = random.Random(seed).choices(WORDS, k=count)
    return " ".join(words)


def likeness(one: str, other: str) -> float:
    first, second = wording_of(one), wording_of(other)
    assert first is not None
    assert second is not None
    return first.likeness(second)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (TEXT, TEXT, True),
        (TEXT, TEXT.upper().replace(" ", ",\n"), True),
        (TEXT, edited(TEXT, 0.01), True),
        (TEXT, edited(TEXT, 0.1), True),
        (TEXT, edited(TEXT, 0.5), False),
        (TEXT, " ".join(reversed(TEXT.split())), False),
    ],
)
def test_texts_are_alike_by_the_runs_of_words_that_they_share(one: str, other: str, alike: bool) -> None:
    assert (likeness(one, other) >= ALIKE) == alike


@pytest.mark.parametrize("text", ["", "Subscribe to read on.", "word " * 19, "... !!! ???"])
def test_a_notice_is_nobodys_copy(text: str) -> None:
    assert wording_of(text) is None


@given(one=texts, other=texts)
def test_likeness_is_symmetric_and_the_same_text_is_like_itself(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 1
    wording = wording_of(one)
    assert wording is not None
    assert len(set(wording.bands)) == BANDS


def linked(base: Base) -> dict[str, list[tuple[str, float]]]:
    return {each: sorted((c.report.id, c.likeness) for c in base.copies.of(each)) for each in base.reports.identities()}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations("abcde"))
def test_copies_are_linked_both_ways_whatever_the_order_in_which_they_come(base: Base, order: list[str]) -> None:
    emptied(base)
    told = {"a": TEXT, "b": TEXT, "c": edited(TEXT, 0.1), "d": edited(TEXT, 0.6), "e": "Subscribe to read on."}
    for name in order:
        base.reports.put(report(name, text=told[name]))
    links = linked(base)
    assert {name: [other for other, _ in links[name]] for name in told} == {
        "a": ["b", "c"],
        "b": ["a", "c"],
        "c": ["a", "b"],
        "d": [],
        "e": [],
    }
    assert all((name, share) in links[other] for name in told for other, share in links[name])


def test_a_text_that_changed_is_no_copy_any_more_and_the_others_remain(base: Base) -> None:
    for name in "abc":
        base.reports.put(report(name, text=TEXT))
    base.reports.put(report("b", text=edited(TEXT, 1)))
    assert {name: [i for i, _ in found] for name, found in linked(base).items()} == {"a": ["c"], "b": [], "c": ["a"]}
    for name in "ac":
        base.reports.put(report(name, text=f"{name} " * 30))
    base.reports.put(report("b", text=TEXT))
    assert base.copies.of("b") == []


def test_copies_stay_linked_when_their_texts_are_removed(base: Base) -> None:
    base.outlets.put([outlet("courier")])
    for name in "ab":
        base.reports.put(report(name, text=TEXT))
    base.reports.forget_texts("courier")
    assert [copy.report.id for copy in base.copies.of("a")] == ["b"]


def told_by(outlet_name: str, day: int | None, origin: str = "", *, precise: bool = True) -> ReportSummary:
    published = None if day is None else START + timedelta(days=day)
    if published and not precise:
        published = datetime(published.year, published.month, published.day, tzinfo=UTC)
    return ReportSummary(
        id=f"{outlet_name}{day}",
        url="",
        outlet=outlet_name,
        outlet_name=outlet_name,
        title="t",
        published=published,
        published_precise=precise,
        origin=origin,
    )


@pytest.mark.parametrize(
    ("reports", "name", "report_id"),
    [
        ([told_by("Ledger", 2), told_by("Courier", 1)], "Courier", "Courier1"),
        ([told_by("Ledger", None), told_by("Courier", 1)], "Courier", "Courier1"),
        ([told_by("Ledger", 1), told_by("Courier", 1, precise=False)], "Ledger", "Ledger1"),
        ([told_by("Ledger", 2), told_by("Courier", 1, "ledger")], "ledger", "Ledger2"),
        ([told_by("Ledger", 2, "Reuters"), told_by("Courier", 1)], "Reuters", None),
        ([told_by("Ledger", 2, "Ledger"), told_by("Courier", 1)], "Courier", "Courier1"),
        ([told_by("A", 1, "X"), told_by("B", 2, "Y"), told_by("C", 3, "Y"), told_by("Y", 4)], "Y", "Y4"),
        ([told_by("Ledger", None)], "Ledger", "LedgerNone"),
    ],
)
def test_a_text_is_of_whom_it_names_or_of_whom_published_it_first(
    reports: list[ReportSummary], name: str, report_id: str | None
) -> None:
    for order in permutations(reports):
        source = source_of(order)
        assert (source.name, source.report.id if source.report else None) == (name, report_id)
