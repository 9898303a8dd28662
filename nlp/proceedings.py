"""Courts and docket numbers."""

import re

from kb.model import Proceeding

_DOCKET = re.compile(
    r"\b\d{1,2}:\d{2}-(?:cv|cr|mc|md|ap)-\d{3,6}(?:-[A-Z]{2,4})*\b|\b\d{2}-\d{3,6}\b(?= \((?:\d|[A-Z]))|\bC-\d{1,4}/\d{2}\b|\b\d{1,2} [OSU] \d{1,6}/\d{2}\b|"
    r"\bCS\(COMM\)\s*\d+/\d{4}\b"
)
_COURT = re.compile(
    r"\b(?:(?:Northern|Southern|Eastern|Western|Central|Middle) District of [A-Z][a-z]+(?: [A-Z][a-z]+)?|District of [A-Z][a-z]+(?: [A-Z][a-z]+)?|"
    r"(?:Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth|Eleventh|Federal|First|D\.C\.) Circuit|"
    r"(?:[A-Z][a-z]+ ){1,3}(?:High|Regional|District|Superior|Internet|Intermediate|Federal|Supreme) Court|(?:New York|California|Delaware|Texas|Massachusetts|Manhattan|San Francisco) federal court|"
    r"federal court in (?:[A-Z][a-z]+ ?){1,3}|(?:[NSEWCD]\.){1,2} ?(?:Cal|N\.Y|Del|Tex|Mass|Ill)\.)"
)


def proceeding(text: str) -> Proceeding | None:
    """The first court and docket number that the words name."""
    docket, court = _DOCKET.search(text), _COURT.search(text)
    if not docket and not court:
        return None
    return Proceeding(court=court[0].strip() if court else "", docket=docket[0] if docket else "")
