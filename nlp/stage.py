"""How far a dispute has come, by the words of the headline, the lead or a sentence."""

import re

from kb.model import Stage

_CUES = [
    (
        Stage.RULING,
        r"(?:reject|deni|den(?:y|ies)|hold|halt|paus|delay|block|scrutin)\w*\b.{0,60}\bsettlement|settlement.{0,40}\bon hold",
    ),
    (
        Stage.WITHDRAWN,
        r"\b(?:drop|withdraw|abandon)(?:s|ped|n|ing|ed)?\b.{0,40}\b(?:suit|lawsuit|case|claims?|complaint)\b(?!.{0,60}(?:licen|agreement|deal))",
    ),
    (
        Stage.SETTLED,
        r"\bsettl(?:e|es|ed|ing|ement|ements)\b|\b(?:to|will|agree[sd]? to) pay \$|\bdrop(?:s|ped)?\b.{0,60}\b(?:licen|agreement|deal)",
    ),
    (
        Stage.VERDICT,
        r"\bverdict\b|\bfound guilty\b|\bconvict(?:s|ed|ion)\b|\bsentenc(?:ed|es)\b|\bjury\b.{0,30}\b(?:find|found|award|rul|side|order|say|decid|return|clear)",
    ),
    (
        Stage.DISMISSED,
        r"\bdismiss(?:es|ed|ing|al)\b|\bdefeat(?:s|ed)?\b|\bthr(?:own|ew|ows) out\b|\btoss(?:es|ed|ing)?\b|\bstruck out\b",
    ),
    (Stage.APPEAL, r"\bappeal(?:s|ed|ing)?\b(?! court)(?! judge)(?!s court)"),
    (
        Stage.RULING,
        r"\b(?:judge|court|tribunal|justice|magistrate)s?\b.{0,60}(?:\brul(?:e|es|ed|ing)|\bsid(?:e|es|ed|ing) with|\bden(?:y|ied|ies)|\bgrant(?:s|ed)?|\ballow(?:s|ed)?|\breject(?:s|ed)?|\bfinds?|\bfound|\border(?:s|ed)?|\bapprov\w+|\blets?|\buph(?:eld|olds?)|\bdeclin(?:es|ed)|\bholds?|\bheld)\b|\bruling\b|\bruled\b|\b(?:go|goes|move|moves|moving|going) (?:forward|ahead)\b|\bcan proceed\b|\ballowed to (?:proceed|continue)\b|\bmust face\b|\bfair use (?:win|victory)|\b(?:wins?|won|loses?|lost)\b.{0,50}\b(?:case|suit|lawsuit|ruling|fight|battle|victory|claims?)\b",
    ),
    (
        Stage.CHARGED,
        r"\bindict(?:s|ed|ment)\b|\bcriminal(?:ly)? charge|\bcharged with\b|\bprosecutors? (?:charge|accuse|allege)|\barrest(?:s|ed)\b|\bpleaded?\b.{0,15}\bguilty",
    ),
    (
        Stage.COMPLAINT,
        r"\bsu(?:e|es|ed|ing)\b|\blawsuits?\b|\bsuits?\b|\bcomplaints?\b|\bclass[- ]actions?\b|\blegal action\b|\binjunction\b|\bask\w* (?:a |the )?(?:court|judge)\b|\bplaintiffs?\b|\bin court\b|\bto court\b|\bv\.? ",
    ),
    (
        Stage.LETTER,
        r"\bletters?\b|\bcease[- ]and[- ]desist\b|\btakedown\b|\blegal (?:threat|notice)|\bdemand(?:s|ed)? (?:that|to|letter)|\bnotice of\b|\bDMCA\b|\btell\b.{0,40}\bto stop\b",
    ),
    (Stage.INVESTIGATION, r"\binvestigat(?:es|ing|ion|ed)\b|\bprob(?:e|es|ing)\b|\binquiry\b"),
]
_NO_SUIT = re.compile(
    r"\b(?:no|not|without|before any|never) (?:\w+ ){0,4}?(?:suit|lawsuit|court|complaint|judge|ruling|settlement|verdict)s?\b",
    re.IGNORECASE,
)
_PATTERNS = [(stage, re.compile(pattern, re.IGNORECASE)) for stage, pattern in _CUES]


def told(text: str) -> Stage | None:
    """The furthest stage that the words tell; None where they tell none."""
    text = _NO_SUIT.sub(" ", text)
    return next((stage for stage, pattern in _PATTERNS if pattern.search(text)), None)


def newest(title: str, lead: str) -> Stage:
    """The stage of the dispute that a report is about.

    The headline tells it; where it merely names a suit and not who brings it now, the lead may tell of a later step.
    """
    of_title, of_lead = told(title), told(lead)
    if of_title is Stage.COMPLAINT and not _NEW_SUIT.search(title) and of_lead in _DECIDED:
        return of_lead
    if of_title is None and _ACCUSES.search(title) and of_lead is Stage.INVESTIGATION:
        return Stage.ACCUSED
    return of_title or of_lead or Stage.ACCUSED


_NEW_SUIT = re.compile(
    r"\bsu(?:e|es|ed|ing)\b|\bfil(?:e|es|ed|ing)\b|\bhit\b|\bnew\b|\blaunch\w*|\bbrings?\b|\bfaces? (?:a |another |new )",
    re.IGNORECASE,
)
_ACCUSES = re.compile(r"\baccus(?:e|es|ed|ing)\b|\balleg(?:es|ed|ing)\b", re.IGNORECASE)
_DECIDED = frozenset({Stage.RULING, Stage.DISMISSED, Stage.SETTLED, Stage.VERDICT, Stage.WITHDRAWN, Stage.APPEAL})
