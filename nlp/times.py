"""When a taking is said to have happened, and when it was claimed: dates in a sentence and the verbs they belong to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from spacy.tokens import Span, Token

from kb.model import EventKind, Interval, PartialDate
from nlp.lexicon import table

_MONTHS = "january february march april may june july august september october november december".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_MONTH = r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
_BEFORE_MONTH = "in last since until from to and between of by for".split()
_DATE = re.compile(
    rf"(?P<day_first>\b\d{{1,2}}) (?P<month1>{_MONTH})(?:,? (?P<year1>(?:19|20)\d\d))?\b"
    rf"|\b(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,? (?P<year2>(?:19|20)\d\d))?"
    rf"|\b(?P<month3>{_MONTH})(?:,? (?:of )?(?P<year3>(?:19|20)\d\d))"
    r"|\b(?P<quarter>first|second|third|fourth) quarter(?: of)? (?P<year4>(?:19|20)\d\d)"
    r"|\bQ(?P<q>[1-4]) (?P<year5>(?:19|20)\d\d)"
    r"|\b(?P<relative>(?:last|earlier this|this|late last|early last) (?:year|month|week)|yesterday|today)\b"
    r"|\b(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    rf"|(?:{'|'.join(f'(?<={word} )' for word in _BEFORE_MONTH)})(?P<month6>{_MONTH})\b(?! \d)"
    r"|(?<![\d$€£,.-])(?P<year6>(?:19|20)\d\d)(?![\d-])"
)
_EVENTS = [
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (EventKind.TRIAL, r"\b(?:trial|jury selection)\b"),
        (EventKind.HEARING, r"\b(?:hearing|oral arguments?|status conference|arraignment)\b"),
        (
            EventKind.DEADLINE,
            r"\b(?:deadline|(?:respond|answer|object|comply|opt out|file (?:a |its |an )?(?:response|answer|claim|reply))\b.{0,30}\bby|has until|have until)\b",
        ),
        (EventKind.DECISION, r"\b(?:ruling|decision|judgment|verdict)\b"),
    )
]
_SCHEDULED = re.compile(
    r"\b(?:schedul\w+|slated|due|deadline|until|(?:is|are|been) (?:set|expected|to (?:begin|start|be held|take place))"
    r"|set (?:a|an|the|for)|sets|will (?:begin|start|be held|hear|take place|decide)|by|next|to begin|begins?|starts?|hear)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"^\s*(?:and|to|through|until|till|–|-)\s*$", re.IGNORECASE)
_OPENS = re.compile(r"\b(?:between|from)\s*$", re.IGNORECASE)
_SINCE = re.compile(r"\bsince(?: at least| as early as| early| late)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Times:
    """When something happened and when it was claimed, as far as one sentence tells."""

    occurred: Interval | None = None
    stated: PartialDate | None = None
    step: PartialDate | None = None
    """A day that is neither: where the sentence tells of a ruling or a settlement, of that."""


def times(sentence: Span, published: date | None, *, accusing: bool = True) -> Times:
    """The dates of a sentence, given to the wrong that was done or to the claim by the verb that governs them.

    Args:
        sentence: of a parsed passage.
        published: what "on Tuesday" is reckoned from; without it only dates written out in full are taken.
        accusing: whether the sentence itself accuses. Where it does not, nobody claims by merely saying something, and
            a stretch of time is taken for that of the deed whatever verb governs it.
    """
    occurred: Interval | None = None
    stated: PartialDate | None = None
    step: PartialDate | None = None
    stretch: Interval | None = None
    for start, interval in _intervals(sentence.text, published):
        token = next(t for t in sentence if t.idx + len(t) > sentence.start_char + start)
        deed = _deed(token, accusing=accusing)
        if not accusing and interval.start != interval.end and interval.start and interval.end:
            stretch = stretch or interval
        elif deed == "wrong":
            occurred = occurred or interval
        elif deed == "claim" and stated is None:
            stated = interval.start
        elif not deed and interval.start == interval.end:
            step = step or interval.start
    return Times(occurred or stretch, stated, step)


def upcoming(sentence: str, published: date) -> Iterator[tuple[EventKind, PartialDate]]:
    """What a sentence says is to happen after the day of publication, and when.

    A date without a year is the next one of its name.
    """
    kind = next((kind for kind, pattern in _EVENTS if pattern.search(sentence)), None)
    if kind is None or not _SCHEDULED.search(sentence):
        return
    for match in _DATE.finditer(sentence):
        when = _resolved(match, published, ahead=True)
        if when is not None and when.earliest() > published:
            yield kind, when
            return


def _deed(token: Token, *, accusing: bool) -> str:
    """Whether the verb that governs a date does wrong or makes a claim; empty where neither."""
    triggers = table("triggers")
    verbs = triggers["verbs"]
    opening = {verb for verb, stage in verbs["document"].items() if stage not in _ENDINGS}
    claims = {*verbs["object"], *opening, *verbs["haul"]} | ({*verbs["clause"]} if accusing else set())
    for verb in token.ancestors:
        if verb.lemma_.lower() in claims or (verb.lower_ == "dated" and _of_document(verb)):
            return "claim"
        if verb.lemma_.lower() in triggers["wrongs"]["verbs"]:
            return "wrong"
    return ""


_ENDINGS = frozenset({"settled", "withdrawn", "ruling"})
"""Stages to which a verb brings a suit that was filed before: its date is not that of the claim."""


def _of_document(dated: Token) -> bool:
    """Whether what is dated is a letter or a suit."""
    return any(noun.lemma_.lower() in table("triggers")["nouns"] for noun in dated.ancestors)


def _intervals(text: str, published: date | None) -> Iterator[tuple[int, Interval]]:
    """Each date of the text with its place; two that a range joins are one interval."""
    found = [(m, when) for m in _DATE.finditer(text) if (when := _resolved(m, published)) is not None]
    taken = False
    for n, (match, when) in enumerate(found):
        if taken:
            taken = False
            continue
        after = found[n + 1] if n + 1 < len(found) else None
        joined = after is not None and _RANGE.match(text[match.end() : after[0].start()])
        if after is not None and joined and _OPENS.search(text[: match.start()]):
            taken = True
            begins = _resolved(match, after[1].latest()) if not _names_year(match) and _names_year(after[0]) else when
            yield match.start(), Interval(begins or when, after[1])
        else:
            yield match.start(), Interval(when, None if _SINCE.search(text[: match.start()]) else when)


def _names_year(match: re.Match[str]) -> bool:
    return any(year for group, year in match.groupdict().items() if group.startswith("year"))


def _resolved(match: re.Match[str], published: date | None, *, ahead: bool = False) -> PartialDate | None:
    """The date that the words mean, the last or (`ahead`) the next of its name; None where it cannot be said."""
    part = match.groupdict()
    try:
        if part["relative"] or part["weekday"]:
            return _relative((part["relative"] or part["weekday"]).lower(), published, ahead=ahead)
        if part["q"] or part["quarter"]:
            quarter = int(part["q"]) if part["q"] else _ORDINALS[part["quarter"]]
            return PartialDate(f"{part['year5'] or part['year4']}-Q{quarter}")
        month = _month(part["month1"] or part["month2"] or part["month3"] or part["month6"] or "")
        year = next((part[f"year{n}"] for n in (1, 2, 3, 6) if part[f"year{n}"]), "")
        day = part["day_first"] or part["day2"]
        return _calendar(year, month, int(day) if day else 0, published, ahead=ahead)
    except ValueError:
        return None


def _calendar(year: str, month: int, day: int, published: date | None, *, ahead: bool) -> PartialDate | None:
    if not month:
        return PartialDate(year)
    if not year:
        if published is None:
            return None
        later = (month, day or 1) > (published.month, published.day)
        year = str(published.year + (not later) if ahead else published.year - later)
    return PartialDate(f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}")


def _relative(words: str, published: date | None, *, ahead: bool) -> PartialDate | None:
    if published is None:
        return None
    if words in _WEEKDAYS:
        return PartialDate.of(_weekday(_WEEKDAYS.index(words), published, ahead=ahead), words)
    if words in {"yesterday", "today"}:
        return PartialDate.of(published - timedelta(days=words == "yesterday"), words)
    if words.endswith("year"):
        return PartialDate(str(published.year - ("last" in words)), words)
    if words.endswith("month"):
        first = published.replace(day=1)
        month = first - timedelta(days=1) if "last" in words else first
        return PartialDate(f"{month.year}-{month.month:02}", words)
    return None


def _weekday(number: int, published: date, *, ahead: bool) -> date:
    """The last such day of the week up to publication, or the next one after it."""
    back = (published.weekday() - number) % 7
    return published + timedelta(days=7 - back) if ahead else published - timedelta(days=back)


def _month(name: str) -> int:
    return next((n for n, month in enumerate(_MONTHS, 1) if name and month.startswith(name.lower().rstrip(".")[:3])), 0)
