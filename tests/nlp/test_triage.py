import pytest

from nlp.triage import may_hold_allegation

FILLER = "The mayor opened a new bridge over the river on a sunny day, and the band of the fire brigade played. " * 6


@pytest.mark.parametrize(
    ("title", "text", "passes"),
    [
        ("", FILLER, False),
        ("Bridge opened", "", False),
        ("Bridge maker sues its rival", "", True),
        ("", f"{FILLER} The writers sued xAI over their books.", True),
        ("", f"{FILLER} The writers sued the maker of a chatbot over their books.", True),
        ("", f"{FILLER} Writers accuse Gustav.ai of copying novels.", True),
        ("", f"{FILLER} The town sued the builder over a late delivery.", False),
        ("", f"{FILLER} The studio sued a rival over copyright.", True),
        ("", f"{FILLER} The chatbot gave the mayor a recipe.", False),
        ("", "ＡＩ \x00 \ud800", False),
    ],
)
def test_the_gate_opens_where_somebody_may_accuse_over_ai(title: str, text: str, passes: bool) -> None:
    assert may_hold_allegation(title, text) is passes
