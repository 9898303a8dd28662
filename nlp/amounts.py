"""Figures: how many of what, or how much money, and how firmly it is said."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from kb.model import Amount, AmountHedge, FieldName, Span
from nlp.lexicon import table

_OF_WHOM = r"(?:of (?:its|his|her|their|our|my)\s+)?"
# Words between a number and what is counted; a preposition, a verb or a measure ends the phrase.
_DESCRIBING = (
    r"(?:(?!(?:of|in|on|over|to|from|for|by|with|and|or|at|as|that|which|who|whose|is|was|were|are|had|has|have|per|cent"
    r"|times|years?|months?|weeks?|days?|hours?|people|users?|other)\b)[\w’'&-]+\s+){0,3}?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LENGTH = re.compile(r"\b(?:runs?|ran|running) to\s*$", re.IGNORECASE)
_RATE = re.compile(r"(?:[\w’'-]+ ){0,3}(?:a|an|per|each|every) (?:year|month|week|day|second|minute)\b")
_SO_FAR = re.compile(r"[^,.;]{0,12}\bso far\b")
_ABOUT_WHAT = re.compile(
    r"\b(?:su(?:e[sd]?|ing|it)|lawsuit|case|claims?|complaint|action|letter|dispute|\w+gation)\b[^;]*$", re.IGNORECASE
)
_AROUND = 45


def amounts(field: FieldName, start: int, sentence: str) -> Iterator[Amount]:
    """The figures of a sentence that begins at `start`: money asked or paid, and counts of what disputes are about."""
    for match in _pattern().finditer(sentence):
        unit = _unit(match)
        if not unit or _is_date(match) or _LENGTH.search(sentence[: match.start()]):
            continue
        if match["thing"] and _RATE.match(sentence, match.end() + 1):
            continue
        if not match["thing"] and not _is_of_claim(sentence, match):
            continue
        span = Span(field, start + match.start(), start + match.end())
        yield Amount(value=_value(match), unit=unit, what=match["what"] or "", hedge=_hedge(sentence, match), span=span)


def once(found: Iterable[Amount]) -> tuple[Amount, ...]:
    """The figures without those that an earlier one tells already."""
    kept: dict[tuple[float, str], Amount] = {}
    for each in found:
        kept.setdefault((each.value, each.unit), each)
    return tuple(kept.values())


def _lists() -> dict[str, Any]:
    return table("amounts")


def _any_of(terms: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, terms), key=lambda term: (-len(term), term)))


@cache
def _pattern() -> re.Pattern[str]:
    lists = _lists()
    things = {form for word in lists["things"]["words"] for form in (word, _plural(word))} | {*lists["irregular"]}
    hedges = "|".join(f"(?P<{AmountHedge(code).name}>{_any_of(said)})" for code, said in lists["hedges"].items())
    codes = {*lists["signs"].values(), *lists["currencies"].values()}
    return re.compile(
        rf"(?:(?<!\w)[“\"]?(?:{hedges})\s+)?(?:(?<!\w)(?P<sign>{_any_of(lists['signs'])})\s?|\b(?P<code>{_any_of(codes)})\s)?"
        rf"(?<![\w.,])(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\b(?:{_any_of(lists['numerals'])})\b)[”\"]?"
        rf"(?:[\s-]?(?P<scale>{_any_of(lists['scales'])})\b)?"
        rf"(?:\s+(?P<currency>{_any_of(lists['currencies'])})s?\b|\s+(?P<what>{_OF_WHOM}{_DESCRIBING}(?P<thing>{_any_of(things)})\b))?",
        re.IGNORECASE,
    )


@cache
def _money(key: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any_of(_lists()['money'][key])})\b", re.IGNORECASE)


def _unit(match: re.Match[str]) -> str:
    """What is counted, in the singular, or the code of the money; empty where it is neither."""
    lists = _lists()
    if match["sign"]:
        return next(str(code) for sign, code in lists["signs"].items() if sign.casefold() == match["sign"].casefold())
    if match["code"]:
        return match["code"].upper()
    if match["currency"]:
        return str(lists["currencies"][match["currency"].casefold()])
    return _singular(match["thing"]) if match["thing"] else ""


def _value(match: re.Match[str]) -> float:
    lists, number = _lists(), match["number"].casefold()
    value = lists["numerals"].get(number) or float(number.replace(",", ""))
    return float(value * lists["scales"].get((match["scale"] or "").casefold(), 1))


def _hedge(sentence: str, match: re.Match[str]) -> AmountHedge:
    """How firmly the figure is said; "over" is no hedge where somebody sues over something."""
    said = next((each for each in AmountHedge if match.groupdict().get(each.name)), AmountHedge.EXACT)
    if said is AmountHedge.EXACT and _SO_FAR.match(sentence, match.end()):
        return AmountHedge.AT_LEAST
    subject = match[0].casefold().startswith("over ") and _ABOUT_WHAT.search(sentence[: match.start()])
    return AmountHedge.EXACT if subject else said


def _is_date(match: re.Match[str]) -> bool:
    """Whether a number that may be a year counts nothing right beside it ("in June 2025 over posts")."""
    bare = _YEAR.fullmatch(match["number"]) and not match["scale"] and not match["sign"] and not match["code"]
    return bool(bare) and match["what"] != match["thing"]


def _is_of_claim(sentence: str, match: re.Match[str]) -> bool:
    """Whether money is asked, awarded or paid in a dispute, and is not what a firm raised or is worth."""
    around = sentence[max(0, match.start() - _AROUND) : match.end() + _AROUND]
    return bool(_money("of_claim").search(sentence)) and not _money("of_business").search(around)


def _singular(word: str) -> str:
    lower = word.casefold()
    irregular: dict[str, str] = _lists()["irregular"]
    return irregular.get(lower) or lower.removesuffix("s")


def _plural(word: str) -> str:
    return f"{word}s"
