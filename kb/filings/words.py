"""What the words of a docket mean: to what a filing brings a dispute, whether it is routine, of what a suit accuses."""

import re
from typing import Final

from kb.model import Conduct, Stage

_DECIDING_MOTIONS = "|".join(
    (
        "to dismiss",
        "for (?:partial )?summary judgment",
        "for (?:entry of )?(?:default )?judgment",
        "for (?:a )?(?:preliminary |permanent )?injunction",
        "for (?:a )?temporary restraining order",
        "(?:to certify|for) class",
    )
)
_LATER_COMPLAINTS = "answer|third|amended|supplemental|in intervention|intervenor|cross|counter"
_NOT_YET_DECIDED = "|".join(
    ("hearing", "briefing", "briefs?", "schedul\\w+", "argument", "respon\\w+", "reply", "opposition", "show cause")
)
_BEFORE_A_MOTION = rf"(?:(?!\b(?:motions?|{_NOT_YET_DECIDED})\b).)*"
_DECIDED = rf"{_BEFORE_A_MOTION}\bmotions?\b[^a-z]+(?:{_DECIDING_MOTIONS})\b"
_BEGINNINGS: Final = tuple(
    (stage, re.compile(pattern, re.IGNORECASE))
    for stage, pattern in (
        (Stage.COMPLAINT, rf"^(?:class action )?complaint\b(?!\W*(?:{_LATER_COMPLAINTS}))|^new case\b"),
        (Stage.APPEAL, r"^notice of (?:interlocutory |cross.?)?appeal\b"),
    )
)
_OUTCOMES: Final = tuple(
    (stage, re.compile(pattern, re.IGNORECASE | re.DOTALL))
    for stage, pattern in (
        (Stage.WITHDRAWN, r"^(?:notice of )?voluntary dismissal\b"),
        (Stage.DISMISSED, r"^(?:stipulation|order)\b(?: and order)? of (?:voluntary )?dismissal\b"),
        (Stage.DISMISSED, r"^order dismissing (?:the )?(?:case|action|complaint|suit|all claims)\b"),
        (Stage.DISMISSED, r"^(?:order|judgment)\b.*\b(?:case|action|complaint) (?:is |be )?(?:hereby )?dismissed\b"),
        (Stage.SETTLED, r"^notice of settlement\b|^order\b(?!.*preliminar).*\bapprov\w*\b.*\bsettlement\b(?! conf)"),
        (Stage.VERDICT, r"^(?:jury )?verdict\b"),
        (Stage.RULING, r"^(?:(?:clerk'?s|final|consent|default|amended) )*judgment\b"),
        (Stage.RULING, rf"^(?:memorandum (?:(?:and|&) )?(?:opinion|order)|opinion)\b(?:(?!.*\bmotion)|{_DECIDED})"),
        (Stage.RULING, rf"^order\b{_DECIDED}"),
    )
)
_NO_OUTCOME: Final = re.compile(
    r"\bas to\b|\bonly\b|(?<!without )\bleave\b|\b(?:re|regarding|on|concerning)\b:? discovery"
    r"|\bletter|\bseal(?:ed|ing)?\b|\bproposed\b|\bdebtor",
    re.IGNORECASE,
)
_ROUTINE: Final = re.compile(
    "^(?:"
    + "|".join(
        (
            r"~?util\b",
            r"\d - ",
            "settlement conference",
            "(?:special |jury )?verdict form",
            "notice of settlement conference",
            "letter",
            "summons",
            "transcript",
            "transmission",
            "filing fee",
            "civil cover sheet",
            "statement of relatedness",
            r"ao 12[01]\b",
            "report on the filing",
            "scheduling order",
            "(?:re)?set |terminate |adjourn ",
            "(?:notice to|request for|clerk.?s notice|case (?:designated|assigned))",
            "(?:certificate|affidavit|waiver|proof) of (?:service|interested)",
            "notice of (?:attorney |limited )?(?:appearance|change of|filing|hearing)",
            "(?:rule 7.1 )?corporate disclosure",
            ".*pro hac vice",
            r"(?:(?!\bmotion).)*(?:motions? (?:\w+ ){0,3})?extension of time",
            "order (?:(?:re)?setting(?! aside)|re?.?assigning|referring|on motion for leave)",
        )
    )
    + ")",
    re.IGNORECASE,
)
_NATURES: Final = tuple(
    (conduct, re.compile(pattern, re.IGNORECASE))
    for conduct, pattern in (
        (Conduct.COPYRIGHT, r"^820\b|\bcopyright|\b17:\d"),
        (Conduct.PATENT, r"^83[05]\b|\bpatent|\b35:\d"),
        (Conduct.TRADEMARK, r"^840\b|\btrademark|\b15:(?:1051|11[12]\d)"),
        (Conduct.TRADE_SECRET, r"^880\b|\btrade secret|\b18:183\d"),
    )
)
_FORM_FOR_EITHER: Final = re.compile(r"patents?\s*(?:/|or|and|&)\s*trademarks?", re.IGNORECASE)
_DECLARATORY: Final = re.compile(r"\bdeclarat|\b28:2201", re.IGNORECASE)
_AI: Final = re.compile(
    r"\bA\.?I\b|artificial intelligence|generative|language model|machine learning|chatbot", re.IGNORECASE
)


def stage_told(what: str) -> Stage | None:
    """To what a filing brings a dispute, if the docket says that it does.

    A motion or an answer brings it nowhere, nor does what keeps it going or ends it for some of the parties.

    >>> stage_told("Notice of Appeal"), stage_told("MOTION to Dismiss"), stage_told("Order Dismissing Case")
    (<Stage.APPEAL: 'appeal'>, None, <Stage.DISMISSED: 'dismissed'>)
    """
    if is_routine(what):
        return None
    steps = _BEGINNINGS if _NO_OUTCOME.search(what) else (*_BEGINNINGS, *_OUTCOMES)
    return next((stage for stage, pattern in steps if pattern.search(what.strip())), None)


def is_routine(what: str) -> bool:
    """Whether a filing only keeps the proceeding going: appearances, summonses, deadlines, letters, transcripts."""
    return bool(_ROUTINE.match(what.strip()))


def conduct_of(nature: str, words: str = "") -> tuple[Conduct, ...]:
    """Of what a suit of this nature accuses; where that is not told, one in which papers with these words are filed.

    >>> conduct_of("820 Copyright"), conduct_of("", "AO 121 Form Copyright"), conduct_of("442 Civil Rights: Jobs")
    ((<Conduct.COPYRIGHT: 'copyright'>,), (<Conduct.COPYRIGHT: 'copyright'>,), ())
    """
    told = _FORM_FOR_EITHER.sub("", nature or words)
    return tuple(conduct for conduct, pattern in _NATURES if pattern.search(told))


def speaks_of_ai(words: str) -> bool:
    """Whether these words name artificial intelligence."""
    return bool(_AI.search(words))


def seeks_declaration(words: str) -> bool:
    """Whether these words, or this cause, tell of a suit for a declaration, which the one accused brings."""
    return bool(_DECLARATORY.search(words))
