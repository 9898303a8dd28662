"""An incident in a line and in a sentence."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import amount, claim, entry, response

from kb.model import Claim, PartialDate, Role, Stage
from kb.tracking.answers import answers
from kb.tracking.figures import figures
from kb.tracking.origins import corroboration
from kb.tracking.summary import findings_of, strongest, summary
from kb.tracking.telling import tell
from kb.tracking.words import date_words

TITLE = "Alpha accuses Beta of distillation"
SUIT: dict[str, Any] = {"stage": Stage.COMPLAINT, "reached": PartialDate("2026-05-30")}


def line(*claims: Claim) -> str:
    told = tell(claims)
    return summary(told, findings_of(told, corroboration(claims), figures(claims), answers(told.accused, claims)))


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim("a")], f"{TITLE}. Accused in public, reported 1 June 2026. 1 report from 1 independent origin. No report tells of an answer by Beta."),
        (
            [
                claim("a", outlet="Courier", amounts=(amount(38, "work", what="songs"),), responses=(response("Beta", "denied"),), **SUIT),
                claim("b", outlet="Ledger", sentence="Another.", amounts=(amount(39, "work", what="songs"),), responses=(response("Beta", "no-comment"),), days=1, **SUIT),
                claim("c", outlet="Loom", sentence="Another.", amounts=(amount(38, "work", what="songs"),), days=2, **SUIT),
            ],
            "Alpha sues Beta over distillation. Suit filed, 30 May 2026. 3 reports from 2 independent origins. "
            "38 songs (elsewhere 39 songs). Beta denied it, elsewhere declined to comment.",
        ),
        (
            [entry("e", "2026-05", (), ("Beta",), stage=Stage.SETTLED, amounts=(amount(1.5e9, "USD", "about"),))],
            "Beta accused of distillation. Settled, May 2026. 1 entry of the public record. About USD 1,500,000,000. No report tells of an answer by Beta.",
        ),
    ],
)  # fmt: skip
def test_the_summary_puts_the_findings_side_by_side(claims: list[Claim], expected: str) -> None:
    assert line(*claims) == expected
    assert line(*claims[::-1]) == expected


LONG = "Alpha accuses Beta " + "of this and that " * 20
BEST = "Alpha says Beta took it."


@pytest.mark.parametrize(
    ("sentences", "chosen"),
    [
        ([{"sentence": "The firm denies it.", "confidence": 1}, {"sentence": BEST}], BEST),
        ([{"sentence": LONG, "confidence": 1}, {"sentence": BEST}], BEST),
        ([{"sentence": LONG}, {"sentence": "Beta denies it.", "confidence": 1}], LONG),
        ([{"sentence": "Alpha blames Beta.", "role": Role.BACKGROUND, "confidence": 1}, {"sentence": "It does."}], "It does."),
        ([{"sentence": "Alpha blames Beta."}, {"sentence": BEST, "confidence": 0.99}], BEST),
        ([{"sentence": "Alphabet soup, Beta says.", "confidence": 1}, {"sentence": "Alpha’s Beta."}], "Alpha’s Beta."),
    ],
)  # fmt: skip
def test_the_teaser_is_the_sentence_that_says_most(sentences: list[dict[str, Any]], chosen: str) -> None:
    claims = [claim(str(n), days=n, **each) for n, each in enumerate(sentences)]
    assert strongest(claims).allegation.sentence == strongest(claims[::-1]).allegation.sentence == chosen


@given(
    st.lists(st.builds(lambda n, days, sentence: claim(str(n), days=days, sentence=sentence), st.integers(0, 99), st.sampled_from([0, 1, None]), st.sampled_from(["", "Alpha.", BEST])), min_size=1, max_size=6, unique_by=lambda c: c.report.id),
    st.randoms(),
)  # fmt: skip
def test_the_order_of_the_claims_never_matters(claims: list[Claim], chance: random.Random) -> None:
    shuffled = chance.sample(claims, len(claims))
    assert (strongest(shuffled), line(*shuffled)) == (strongest(claims), line(*claims))


@pytest.mark.parametrize(
    ("iso", "words"),
    [("2026-06-10", "10 June 2026"), ("2026-06", "June 2026"), ("2026-Q2", "second quarter of 2026"), ("2026-Q4", "fourth quarter of 2026"), ("2026", "2026")],
)  # fmt: skip
def test_a_date_is_written_no_more_exactly_than_it_is_known(iso: str, words: str) -> None:
    assert date_words(PartialDate(iso)) == words
