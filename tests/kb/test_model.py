import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import PartialDate, name_key, party_slug, slug


@pytest.mark.parametrize(
    ("iso", "precision", "earliest", "latest"),
    [
        ("2026", "year", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q2", "quarter", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-06", "month", date(2026, 6, 1), date(2026, 6, 30)),
        ("2026-06-10", "day", date(2026, 6, 10), date(2026, 6, 10)),
    ],
)
def test_a_partial_date_keeps_its_precision(iso: str, precision: str, earliest: date, latest: date) -> None:
    found = PartialDate(iso)
    assert (found.precision, found.earliest(), found.latest()) == (precision, earliest, latest)


@pytest.mark.parametrize("iso", ["", "26", "2026-13", "2026-02-30", "2026-Q5", "June 2026"])
def test_what_is_no_date_is_refused(iso: str) -> None:
    with pytest.raises(ValueError, match="."):
        PartialDate(iso)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Alibaba Group's", "alibaba"),
        ("OpenAI, Inc.", "openai"),
        ("Condé Nast", "conde nast"),
        ("X Corp.", "X"),
        ("J.L.", "JL"),
        ("The Times", "times"),
    ],
)
def test_names_are_compared_without_dress(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_different_names_stay_different() -> None:
    assert name_key("Open AI") != name_key("OpenAI")


@pytest.mark.parametrize(
    ("name", "expected"), [("A v. B: scraping", "a-v-b-scraping"), ("Théâtre", "theatre"), ("読売新聞", "x"), ("", "x")]
)
def test_slugs_are_plain_and_never_empty(name: str, expected: str) -> None:
    assert slug(name) == expected


PARTIES = [
    "The Alibaba Group",
    "Condé Nast",
    "読売新聞",
    "朝日新聞",
    "Alpha 読売",
    "Alpha",
    "",
    "Łódź",
    "Lódź",
    "W" * 300,
    "W" * 301,
]


def test_each_party_has_an_address_of_its_own() -> None:
    addresses = [party_slug(name) for name in PARTIES]
    assert len(set(addresses)) == len(PARTIES)
    assert addresses[:2] == ["alibaba", "conde-nast"]
    assert [address for address in addresses if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", address)] == []


@given(st.text(max_size=20), st.text(max_size=20))
def test_parties_share_an_address_only_if_their_names_are_compared_as_equal(one: str, other: str) -> None:
    assert (party_slug(one) == party_slug(other)) == (name_key(one) == name_key(other))
