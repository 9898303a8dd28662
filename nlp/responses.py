"""How the accused answered."""

import re

from kb.model import ResponseCode

_PATTERNS = [
    (
        ResponseCode.NOT_REACHED,
        r"(?:did not|didn’t|didn't|has not|have not|had not|hasn't|hasn’t|did n[o']t) (?:immediately )?(?:respond|reply|return|answer)\w*|could not be reached",
    ),
    (
        ResponseCode.NO_COMMENT,
        r"declin\w+ (?:to comment|comment|to answer)|no comment|refus\w+ to comment|wouldn['’]t comment",
    ),
    (ResponseCode.COUNTERSUED, r"countersu\w+|counterclaim"),
    (ResponseCode.ADMITTED, r"\badmitted (?:to|that)|\backnowledged (?:that|using|wrong)"),
    (
        ResponseCode.DENIED,
        r"\bden(?:y|ies|ied|ying)\b(?! the motion)|reject\w* the (?:claim|allegation|accusation)|call\w* (?:the|these|those) \w+ (?:baseless|meritless|false|without merit|groundless)|without merit|\bmeritless\b|\bbaseless\b|vowed to (?:fight|defend)|disputes? the (?:claim|allegation)",
    ),
]
_COMPILED = [(code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _PATTERNS]


def response(sentence: str) -> ResponseCode | None:
    """The answer that a sentence tells of; None where it tells none."""
    return next((code for code, pattern in _COMPILED if pattern.search(sentence)), None)
