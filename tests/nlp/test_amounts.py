import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import AmountHedge
from nlp.amounts import amounts, once


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It used 24,000 fraudulent accounts.", [(24_000, "account", AmountHedge.EXACT)]),
        ("More than 28.8 million exchanges were made.", [(28_800_000, "exchange", AmountHedge.AT_LEAST)]),
        (
            "It copied up to 9,000 films and nine songs.",
            [(9000, "film", AmountHedge.UP_TO), (9, "song", AmountHedge.EXACT)],
        ),
        ("They sued over 14,000 files.", [(14_000, "file", AmountHedge.EXACT)]),
        ("She has found seven such tracks so far.", [(7, "track", AmountHedge.AT_LEAST)]),
        ("Anthropic agreed to pay $1.5bn.", [(1_500_000_000, "USD", AmountHedge.EXACT)]),
        ("It seeks C$2 million in damages.", [(2_000_000, "CAD", AmountHedge.EXACT)]),
        ("It wants about ₹12 crore.", [(120_000_000, "INR", AmountHedge.ABOUT)]),
        ("The court awarded 8.5 million kroner.", [(8_500_000, "NOK", AmountHedge.EXACT)]),
        ("The fine was NOK 950,000.", [(950_000, "NOK", AmountHedge.EXACT)]),
        ("The firm raised $310 million from investors after it was sued.", []),
        ("It was sued in June 2025 over posts.", []),
        ("The complaint runs to 140 pages.", []),
        ("The publisher puts out 2 million new articles a year.", []),
        ("It employs 22 people.", []),
    ],
)
def test_figures_of_a_claim_and_no_others(sentence: str, found: list[tuple[float, str, AmountHedge]]) -> None:
    assert [(each.value, each.unit, each.hedge) for each in amounts("text", 0, sentence)] == found


def test_a_figure_is_told_once_and_has_its_place() -> None:
    sentence = "It took 600 prompts."
    (one,) = once([*amounts("text", 10, sentence), *amounts("text", 90, sentence)])
    assert sentence[one.span.start - 10 : one.span.end - 10] == "600 prompts"


@given(st.text(alphabet="0123456789,. $€milonbkhdresof ", max_size=60))
def test_any_figures_are_survived(words: str) -> None:
    assert all(each.value >= 0 and each.unit for each in amounts("text", 0, words))
