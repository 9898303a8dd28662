"""Which pairs are allegations within the scope of this knowledge base, in which role, and how sure that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.model import Conduct, Role
from nlp.agreement import LEAD_RANK, Marks, Pair
from nlp.conduct import COPYRIGHT_KINDS, conducts
from nlp.confidence import Features, confidence, features
from nlp.lexicon import words
from nlp.parties import AI_TRADES, makes_works

_AI = re.compile(
    r"\bA\.?I\.?\b|\w\.ai\b|artificial intelligence|machine[- ]learning|language model|\bLLMs?\b|chatbot|generative|ChatGPT|deepfake|"
    r"claude|copilot|\btrain(?:ed|ing|s)? (?:its|their|a|an|the) [\w ]{0,30}(?:models?|systems?|engine|tool|generator)|machine learning|gemini|\bbard\b|robot|self-driving|autonomous|neural|voice clon|(?:image|video|song|music|text|code|voice|picture|speech) generator|(?:answer|story|recommendation|summari[sz]ation|drawing|writing) engine|(?:answers?|outputs?) of its [\w ]{0,20}models?|synthetic (?:voice|media|speech|images?)|training set|foundation models?|\w+AI\b|distillation|GPT|training data|scrap",
    re.IGNORECASE,
)
_PERHAPS_AI = re.compile(
    r"\bbots?\b|synthetic|\bgenerat(?:or|ed|ive)|assistant|\bclon(?:e[ds]?|ing)\b|\bengine\b|algorithm|"
    r"\bmachine\b|\btrain(?:ed|ing|s)? (?:on|it|its|the|a|their)\b|\bautomat",
    re.IGNORECASE,
)
_OUT_OF_SCOPE = re.compile(
    r"antitrust|monopol|defamation|libel|wrongful death|suicide|self-harm|deepfake porn|non-?consensual|undress|sexual|privacy law|"
    r"biometric|\bGDPR\b|data protection|anti-?competitive|export control|smuggl|chip export|shareholders|securities fraud|discriminat|phishing|scam|malware|ransomware|"
    r"malicious|prompt injection|data breach|antisemit|sanction|eligible for copyright|can(?:no|['’])t be copyrighted|"
    r"copyrightab|charitable|non-?profit|fiduciary|surveillance|civil liberties|privacy practices|authorship requirement|human authorship|registration of",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"\b(?:songs?|music|lyrics|books?|novels?|films?|movies?|art|artworks?|photos?|images?|articles?|authors?|novelists?|writers?|songwriters?|musicians?|artists?|publishers|photographers?|illustrators?)\b",
    re.IGNORECASE,
)
_AT_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is thought of a pair."""

    role: Role
    conduct: tuple[Conduct, ...]
    confidence: float
    evidence: Features


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about, as far as it bears on all its pairs.

    Attributes:
        about_ai: AI is the thing taken, the means or the purpose, or a firm known for it is a party.
        conduct: of its headline and lead.
        in_full: conduct of all its text.
        perhaps_ai: words of it that have other meanings too, such as generator.
        elsewhere: nothing in a text of some length suggests AI.
        on_works: headline and lead speak of books, songs or other works.
        off_scope: how often its headline and lead speak of matters out of scope.
        outlet: name of the outlet, which is rarely a party.
        headline_alone: there is no text to bear the headline out.
    """

    about_ai: bool
    perhaps_ai: bool
    conduct: tuple[Conduct, ...]
    in_full: tuple[Conduct, ...]
    elsewhere: bool
    on_works: bool
    off_scope: int
    outlet: str
    headline_alone: bool


def speaks_of_ai(text: str) -> bool:
    """Whether AI is spoken of at all."""
    return bool(_AI.search(text))


def subject(title: str, lead: str, text: str, outlet: str, pairs: Sequence[Pair]) -> Subject:
    """What the report is about."""
    parties = [party for pair in pairs for party in (pair.accuser, pair.accused) if party]
    about_ai = speaks_of_ai(f"{title}\n{text}") or any(party.trade in AI_TRADES for party in parties)
    off_scope = len(_OUT_OF_SCOPE.findall(f"{title} {title} {lead}"))
    opening = f"{title}. {lead}"
    perhaps_ai = bool(_PERHAPS_AI.search(f"{title}\n{text}"))
    elsewhere = len(text) > _AT_LENGTH and not about_ai and not perhaps_ai
    return Subject(
        about_ai=about_ai,
        perhaps_ai=perhaps_ai,
        conduct=conducts(opening),
        in_full=conducts(text),
        elsewhere=elsewhere,
        on_works=bool(_WORKS.search(opening)),
        off_scope=off_scope,
        outlet=outlet,
        headline_alone=not text.strip(),
    )


def judge(pair: Pair, about: Subject, pairs: Sequence[Pair], marks: Marks | None = None) -> Verdict | None:
    """The verdict on a pair; None where it cannot be an allegation in scope.

    Args:
        pair: who is said to accuse whom, with every place that says so.
        about: the report as a whole.
        pairs: every pair of the report.
        marks: what the network says of the pair.
    """
    if _impossible(pair) or about.elsewhere or (pair.accuser is None and not about.about_ai):
        return None
    main = pair.rank <= max(1, _first_rank(pairs))
    said = " ".join(mention.sentence.text for mention in pair.mentions)
    found = conducts(said)
    on_works = _on_works(pair, about)
    if not (found or about.conduct or about.about_ai or (about.perhaps_ai and on_works)):
        return None
    if pair.accused is None and not _tells_of_wrong(pair, about, found):
        return None
    conduct = _merged(found, about.conduct, about.in_full) if main else found or _family(about.conduct)
    evidence = features(
        pair,
        pairs,
        main=main,
        shown=bool(found),
        topical=bool(about.conduct),
        off_scope=about.off_scope,
        presumed=not conduct and on_works,
        about_ai=about.about_ai,
        outlet=about.outlet,
        headline_alone=about.headline_alone,
        marks=marks,
    )
    role = Role.MAIN if main else Role.BACKGROUND
    presumed = Conduct.COPYRIGHT if on_works else Conduct.OTHER
    return Verdict(role, conduct or (presumed,), confidence(evidence), evidence)


def _tells_of_wrong(pair: Pair, about: Subject, found: tuple[Conduct, ...]) -> bool:
    """Whether one who accuses nobody whom the report names is early said to complain of a wrong to his own."""
    early = pair.rank <= LEAD_RANK and pair.accuser is not None and pair.accuser.kind == "person"
    return early and not about.off_scope and bool(set(found) - {Conduct.OTHER, Conduct.COPYRIGHT})


def _first_rank(pairs: Sequence[Pair]) -> int:
    """Where the report first accuses somebody whom it names; else where it first accuses."""
    named = [pair.rank for pair in pairs if pair.accuser and pair.accused and pair.accused.kind != "group"]
    return min(named or [pair.rank for pair in pairs])


def _on_works(pair: Pair, about: Subject) -> bool:
    """Whether an accusation that does not say what was done is presumed to be of copying: a maker of works accuses."""
    return (pair.accuser is not None and makes_works(pair.accuser)) or about.on_works


def _merged(
    found: tuple[Conduct, ...], of_lead: tuple[Conduct, ...], in_full: tuple[Conduct, ...]
) -> tuple[Conduct, ...]:
    """What the claim's own sentences and the lead show; where that is merely copyright, of which kind all the text says."""
    both = tuple(dict.fromkeys((*of_lead, *found)))
    exact = tuple(code for code in both if code not in {Conduct.COPYRIGHT, Conduct.OTHER})
    kinds = tuple(code for code in in_full if code in COPYRIGHT_KINDS) if Conduct.COPYRIGHT in both else ()
    return exact or kinds or both[:1]


def _family(of_report: tuple[Conduct, ...]) -> tuple[Conduct, ...]:
    copyright_like = {Conduct.TRAINING_COPYRIGHT, Conduct.OUTPUT_COPYRIGHT, Conduct.COPYRIGHT, Conduct.CMI}
    if set(of_report) & copyright_like:
        return (Conduct.COPYRIGHT,)
    return of_report[:1]


def _among_states(pair: Pair) -> bool:
    """Whether a country is plainly accused, or accuses: "A accuses China", "the minister warns that China steals"."""
    accuser, accused = pair.accuser, pair.accused
    if accuser is None or accused is None:
        return False
    if accuser.trade == "government":
        return True
    if any(
        party.kind == "place" and party.name.casefold() not in words("groups", "countries")
        for party in (accuser, accused)
    ):
        return False
    rules = {mention.rule for mention in pair.mentions if not mention.inferred}
    return bool(rules & {"verb", "passive verb", "headline verb"}) or (
        accuser.kind != "place" and any(rule.startswith("clause") for rule in rules)
    )


def _impossible(pair: Pair) -> bool:
    accuser, accused = pair.accuser, pair.accused
    if any(party is not None and party.kind == "place" for party in (accuser, accused)):
        return not _among_states(pair)
    return accused is not None and accused.kind == "group" and accuser is None
