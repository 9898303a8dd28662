"""Figures: how many of what, or how much money, and how firmly it is said."""

import re
from collections.abc import Iterator

from kb.model import Amount, AmountHedge, FieldName, Span

_SCALE = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "m": 1e6, "bn": 1e9, "b": 1e9, "k": 1e3}
_HEDGES = {
    AmountHedge.AT_LEAST: "more than|at least|over|upwards of|no fewer than|no less than|exceeding",
    AmountHedge.UP_TO: "up to|as many as|as much as|at most",
    AmountHedge.ABOUT: "about|around|roughly|approximately|nearly|almost|some|an estimated",
}
_CURRENCY = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_UNITS = (
    "accounts?|exchanges?|works?|songs?|books?|articles?|images?|photos?|photographs?|records?|recordings?|files?|documents?|videos?|titles?|"
    "prompts?|queries|conversations?|patents?|counts?|plaintiffs?|authors?|pages?|copies|headnotes?|posts?|lyrics|characters|hours|lines"
)
_HEDGE = "|".join(f"(?P<{hedge.name}>{words})" for hedge, words in _HEDGES.items())
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_AMOUNT = re.compile(
    rf"(?:\b(?:{_HEDGE})\s+)?(?:(?P<currency>US\$|[$€£¥])\s?)?{_NUMBER}(?:[\s-]?(?P<scale>thousand|million|billion|trillion|bn|[mbk]\b))?"
    rf"(?:\s+(?P<what>(?:[a-z-]+\s+){{0,3}}?(?P<unit>{_UNITS})\b))?",
    re.IGNORECASE,
)


def amounts(field: FieldName, start: int, sentence: str) -> Iterator[Amount]:
    """The figures of a sentence that begins at `start`: money, and counts of things that disputes are about."""
    for match in _AMOUNT.finditer(sentence):
        if not match["currency"] and not match["unit"]:
            continue
        value = float(match["number"].replace(",", "")) * _SCALE.get((match["scale"] or "").casefold(), 1)
        hedge = next((each for each in _HEDGES if match[each.name]), AmountHedge.EXACT)
        unit = _CURRENCY.get((match["currency"] or "").upper()) or _singular(match["unit"])
        span = Span(field, start + match.start(), start + match.end())
        yield Amount(value=value, unit=unit, what=match["what"] or "", hedge=hedge, span=span)


def _singular(unit: str) -> str:
    lower = unit.casefold()
    irregular = {"queries": "query", "copies": "copy", "lyrics": "lyric"}
    return irregular.get(lower) or lower.removesuffix("s")
