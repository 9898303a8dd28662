"""Docket numbers and courts, as far as they tell disputes apart."""

import re
from collections.abc import Iterable
from functools import lru_cache

from kb.tracking.districts import district

_FEDERAL = re.compile(r"\b(?:\d+:)?(\d{2,4})-?(cv|cr|md|mc|bk|ap)-?0*(\d+)", re.IGNORECASE)
_APPEALS = re.compile(r"(?:no\.?\s*)?\d{2}-\d{2,5}(?:\s*(?:l|con|xap))?", re.IGNORECASE)
_ON_APPEAL = re.compile(r"\b(?:cir|circuit|appeals?|appellate|supreme|scotus)\b", re.IGNORECASE)

_PLACES = {
    "US": r"u\.?s\.?|united states|american|federal district|delaware|california|manhattan|brooklyn|"
    r"san francisco|san jose|new york|massachusetts|boston|texas|illinois|chicago|washington|seattle|virginia|"
    r"florida|new jersey",
    "GB": r"u\.?k\.?|britain|british|england|english|london|scotland|scottish|high court of justice|ewhc",
    "DE": r"germany|german|munich|münchen|hamburg|berlin|cologne|köln|düsseldorf|landgericht",
    "FR": r"france|french|paris|tribunal judiciaire",
    "JP": r"japan|japanese|tokyo|osaka",
    "IN": r"india|indian|delhi|bombay|mumbai|madras",
    "CN": r"china|chinese|beijing|shanghai|guangzhou|hangzhou|shenzhen",
    "CA": r"canada|canadian|ontario|toronto|british columbia|vancouver|quebec|montreal",
    "AU": r"australia|australian|sydney|melbourne",
    "KR": r"south korea|korean|seoul",
    "BR": r"brazil|brazilian|s[aã]o paulo",
    "DK": r"denmark|danish|copenhagen",
    "NL": r"netherlands|dutch|amsterdam|the hague",
    "EU": r"court of justice of the (?:european union|eu)|cjeu",
}
_BY_NAME = [(country, re.compile(rf"\b(?:{places})(?!\w)", re.IGNORECASE)) for country, places in _PLACES.items()]
_DISTRICT = re.compile(
    r"\bdistrict of\b|\b[NSEWCM]\.? ?D\.|\bD\. ?[A-Z]|\bsuperior court\b|\d(?:st|nd|rd|th) cir", re.IGNORECASE
)
_BEFORE_COURT = [
    (
        country,
        re.compile(
            rf"\b(?:{places})(?:['’]s)?(?: (?:high|federal|district|regional|state|supreme|appeals|patents))*"
            rf" (?:courts?|judges?|tribunal)\b"
            rf"|\b(?:courts?|judges?|tribunal|trial|proceedings|lawsuit|suit) (?:in|at) (?:the )?(?:{places})(?!\w)",
            re.IGNORECASE,
        ),
    )
    for country, places in _PLACES.items()
]


@lru_cache(maxsize=1 << 12)
def dockets(text: str) -> frozenset[str]:
    """The first-instance docket numbers that a text names, each in one form; numbers of appeals are left out.

    >>> sorted(dockets("1:20-cv-00613 (D. Del.); 25-2153 (3d Cir.)"))
    ['20cv613']
    """
    return frozenset(number for part in re.split(r"[;,]|\band\b|&", text) if (number := _first_instance(part)))


def _first_instance(part: str) -> str:
    federal = _FEDERAL.search(part)
    if federal:
        year, kind, number = federal.groups()
        return f"{year[-2:]}{kind.casefold()}{number}"
    bare = re.sub(r"\(.*?\)", "", part).strip()
    if not re.search(r"\d", bare) or _ON_APPEAL.search(part) or _APPEALS.fullmatch(bare):
        return ""
    return re.sub(r"\W", "", bare).casefold()


@lru_cache(maxsize=1 << 12)
def forum(court: str) -> str:
    """The country of a court, by its name or docket number: an ISO 3166-1 code or "EU"; empty where neither tells."""
    named = _only(country for country, name in _BY_NAME if name.search(court))
    return named or ("US" if _DISTRICT.search(court) or _FEDERAL.search(court) else "")


@lru_cache(maxsize=1 << 14)
def forum_told(text: str) -> str:
    """The country of the one court that a text speaks of ("a judge in Munich"); empty where it speaks of none."""
    return _only(country for country, told in _BEFORE_COURT if told.search(text))


def _only(countries: Iterable[str]) -> str:
    found = list(countries)
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=1 << 12)
def same_court(one: str, other: str) -> bool | None:
    """Whether two names are of one federal district court; None where one of them tells of none.

    >>> same_court("S.D.N.Y.", "U.S. District Court for the Southern District of New York"), same_court("N.D. Cal.", "")
    (True, None)
    """
    this, that = district(one), district(other)
    return this == that if this and that else None
