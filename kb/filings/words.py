"""What the words of a docket mean: to what a filing brings a dispute, whether it is routine, of what a suit accuses."""

import re
from typing import Final

from kb.model import Conduct, Stage

_DECIDING_MOTIONS = "|".join(
    (
        "to dismiss",
        "for (?:partial )?summary judgment",
        "for (?:default )?judgment",
        "for (?:a )?(?:preliminary |permanent )?injunction",
        "for (?:a )?temporary restraining order",
        "(?:to certify|for) class",
    )
)
_STEPS: Final = tuple(
    (stage, re.compile(pattern, re.IGNORECASE))
    for stage, pattern in (
        (Stage.COMPLAINT, r"^(?:class action )?complaint\b|^new case\b"),
        (Stage.APPEAL, r"^notice of (?:interlocutory |cross.?)?appeal\b"),
        (Stage.WITHDRAWN, r"^(?:notice of )?voluntary dismissal\b"),
        (Stage.DISMISSED, r"^(?:stipulation|order)\b(?: and order)? of (?:voluntary )?dismissal\b"),
        (Stage.DISMISSED, r"^order dismissing (?:the )?(?:case|action|complaint|suit|all claims)\b"),
        (Stage.DISMISSED, r"^(?:order|judgment)\b.*\b(?:case|action|complaint) (?:is |be )?(?:hereby )?dismissed\b"),
        (Stage.SETTLED, r"^notice of settlement\b|^order\b(?!.*preliminar).*\bapprov\w*\b.*\bsettlement\b"),
        (Stage.VERDICT, r"^(?:jury )?verdict\b"),
        (Stage.RULING, r"^(?:(?:clerk'?s|final|consent|default|amended) )*judgment\b"),
        (Stage.RULING, r"^memorandum (?:(?:and|&) )?(?:opinion|order)\b|^opinion\b"),
        (Stage.RULING, rf"^order\b.*\bmotions?\b.*\b(?:{_DECIDING_MOTIONS})\b"),
    )
)
_ROUTINE: Final = re.compile(
    "^(?:"
    + "|".join(
        (
            r"~?util\b",
            r"\d - ",
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
            ".*extension of time",
            "order (?:setting|re?.?assigning|referring|on motion for leave)",
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
_AI: Final = re.compile(
    r"\bA\.?I\b|artificial intelligence|generative|language model|machine learning|chatbot", re.IGNORECASE
)


def stage_told(what: str) -> Stage | None:
    """To what a filing brings a dispute, if the docket says that it does; a motion or an answer brings it nowhere.

    >>> stage_told("Notice of Appeal"), stage_told("MOTION to Dismiss"), stage_told("Order Dismissing Case")
    (<Stage.APPEAL: 'appeal'>, None, <Stage.DISMISSED: 'dismissed'>)
    """
    return next((stage for stage, pattern in _STEPS if pattern.search(what.strip())), None)


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
