import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import same_value
from nlp.details import overlap, same_amount, same_date, same_interval, same_words
from nlp.evaluation import score, table
from nlp.gold import label_faults

LABELLED = {
    "id": "1",
    "allegations": [
        {
            "accusers": [["Anthropic"]],
            "accused": [["DeepSeek", "Deep Seek"]],
            "stage": "accused",
            "occurred": ["2025-04", "2025-06"],
            "amounts": [{"value": 24000, "unit": "account", "hedge": "about"}, {"value": 5, "unit": "work"}],
            "victim": [],
        }
    ],
    "responses": [{"by": "DeepSeek", "response": "denied"}],
}
FOUND = {
    "role": "main",
    "accusers": ["Anthropic"],
    "accused": ["Deep Seek"],
    "conduct": [],
    "stage": "accused",
    "occurred": ["2025-Q2", "2025-Q2"],
    "amounts": [
        {"value": 24000.0, "unit": "account", "hedge": "exact"},
        {"value": 9.0, "unit": "song", "hedge": "exact"},
    ],
    "victim": ["Reddit"],
}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (28_800_000, 28_840_000, True),
        (29_000_000, 28_840_000, True),
        (1000, 1100, False),
        (1000, 1040, True),
        (24_000, 24_600, False),
        (7, 8, False),
        (0, 0, True),
        (0, 1, False),
    ],
)
def test_values_are_the_same_as_far_as_the_rounder_is_told(one: float, other: float, same: bool) -> None:
    assert same_value(one, other) is same


@given(st.floats(0, 1e15), st.floats(0, 1e15))
def test_the_order_of_two_values_does_not_matter(one: float, other: float) -> None:
    assert same_value(one, one)
    assert same_value(one, other) == same_value(other, one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("work", "song", True),
        ("song", "book", False),
        ("USD", "usd", True),
        ("exchange", "prompt", True),
        ("USD", "EUR", False),
    ],
)
def test_a_work_may_be_any_kind_of_work(one: str, other: str, same: bool) -> None:
    assert same_amount({"value": 9, "unit": one}, {"value": 9, "unit": other}) is same


@pytest.mark.parametrize(
    ("one", "other", "same", "near"),
    [
        (["2025-Q2", "2025-Q2"], ["2025-04", "2025-06"], True, True),
        (["2024", "2024"], ["2024-01-01", "2024-12-31"], True, True),
        (["2024", "2024"], ["2024-03", "2024-03"], False, True),
        (["2023", None], ["2023", None], True, True),
        (["2023", None], ["2025", "2025"], False, True),
        (["2023", "2023"], ["2025", "2025"], False, False),
    ],
)
def test_intervals_are_compared_by_their_days(
    one: list[str | None], other: list[str | None], same: bool, near: bool
) -> None:
    assert (same_interval(one, other), overlap(one, other)) == (same, near)


def test_dates_and_objects() -> None:
    assert same_date("2026-06", "2026-06")
    assert not same_date("2026-06", "2026-06-01")
    assert same_words("the pirated novels", "novels")
    assert not same_words("novels", "source code")


def test_what_else_a_claim_says_is_scored_where_it_is_labelled() -> None:
    responses = [{"by": "DeepSeek", "response": "denied"}, {"by": "DeepSeek", "response": "no-comment"}]
    result = score(LABELLED, {"allegations": [FOUND], "responses": responses})
    figures = {name: (each.right, each.false, each.missed) for name, each in result.counts.items()}
    assert figures["occurred"] == figures["occurred, overlap"] == (1, 0, 0)
    assert figures["amounts"] == (1, 1, 1)
    assert figures["responses"] == (1, 1, 0)
    assert figures["victim"] == (0, 1, 0)
    assert "stated" not in figures
    assert (result.hedges, result.missed) == ((0, 1), ("amounts: 5 work",))
    assert set(result.false) == {"amounts: 9 song", "responses: deepseek no-comment", "victim: Reddit"}


def test_a_background_dispute_is_not_asked_for_its_figures() -> None:
    result = score(LABELLED, {"allegations": [FOUND | {"role": "background"}]})
    assert (result.counts["amounts"].false, result.counts["amounts"].missed) == (0, 2)


def test_figures_are_also_told_of_the_reports_in_which_a_pair_was_found() -> None:
    results = [score(LABELLED, {"allegations": [FOUND]}), score(LABELLED | {"id": "2"}, None)]
    rows = {row.measure: row for row in table(results, samples=10)}
    assert (rows["amounts"].recall, rows["amounts (found)"].recall) == (0.25, 0.5)
    assert rows["hedge of the amounts found"].of == 1
    assert "stated" not in rows


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("occurred", ["2025"], "occurred"),
        ("occurred", ["spring", None], "occurred[0]"),
        ("stated", "on Monday", "stated"),
        ("amounts", [{"unit": "USD"}], "amounts[0].value"),
        ("victim", ["Reddit"], "victim[0]"),
    ],
)
def test_labels_that_cannot_be_scored_are_named(key: str, value: object, place: str) -> None:
    (fault,) = label_faults({"allegations": [{key: value}]})
    assert f"`allegations[0].{place}`" in fault
