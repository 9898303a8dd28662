"""Which pairs are allegations within the scope of this knowledge base, in which role, and how sure that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.model import Conduct, Role
from nlp.agreement import LEAD_RANK, Pair, is_suit, only_spoken
from nlp.conduct import conducts
from nlp.parties import Party

_AI = re.compile(
    r"\bA\.?I\.?\b|\w\.ai\b|artificial intelligence|machine[- ]learning|language model|\bLLMs?\b|chatbot|generative|ChatGPT|deepfake|"
    r"claude|copilot|\btrain(?:ed|ing|s)? (?:its|their|a|an|the) [\w ]{0,30}(?:models?|systems?|engine|tool|generator)|machine learning|gemini|\bbard\b|robot|self-driving|autonomous|neural|voice clon|\w+AI\b|distillation|GPT|training data|scrap",
    re.IGNORECASE,
)
_OUT_OF_SCOPE = re.compile(
    r"antitrust|monopol|defamation|libel|wrongful death|suicide|self-harm|deepfake porn|non-?consensual|undress|sexual|privacy law|"
    r"biometric privacy|export control|smuggl|chip export|shareholders|securities fraud|discriminat|phishing|scam|malware|ransomware|"
    r"malicious|prompt injection|data breach|antisemit|gas turbines?|sanction|eligible for copyright|can(?:no|['’])t be copyrighted|"
    r"copyrightab|authorship requirement|human authorship|registration of",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"\b(?:songs?|music|lyrics|books?|novels?|films?|movies?|art|artworks?|photos?|images?|articles?)\b", re.IGNORECASE
)
_AI_TRADES = frozenset({"ai-lab"})
_MAKERS = frozenset({"media", "publisher", "music", "film", "image", "author-group", "trade-body"})
_MAKING = frozenset(
    "authors writers novelists artists musicians songwriters photographers illustrators publishers newspapers outlets labels studios journalists".split()
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is thought of a pair."""

    role: Role
    conduct: tuple[Conduct, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about, as far as it bears on all its pairs.

    Attributes:
        about_ai: AI is the thing taken, the means or the purpose, or a firm known for it is a party.
        conduct: of its headline and lead.
        off_scope: how often its headline and lead speak of matters out of scope.
        outlet: name of the outlet, which is rarely a party.
        headline_only: there is nothing but a headline.
    """

    about_ai: bool
    conduct: tuple[Conduct, ...]
    off_scope: int
    outlet: str
    headline_only: bool


def speaks_of_ai(text: str) -> bool:
    """Whether AI is spoken of at all."""
    return bool(_AI.search(text))


def subject(title: str, lead: str, text: str, outlet: str, pairs: Sequence[Pair]) -> Subject:
    """What the report is about."""
    parties = [party for pair in pairs for party in (pair.accuser, pair.accused) if party]
    about_ai = speaks_of_ai(f"{title}\n{text}") or any(party.trade in _AI_TRADES for party in parties)
    off_scope = len(_OUT_OF_SCOPE.findall(f"{title} {title} {lead}"))
    return Subject(about_ai, conducts(f"{title}. {lead}"), off_scope, outlet, not text.strip())


def judge(pair: Pair, about: Subject, first: bool) -> Verdict | None:
    """The verdict on a pair; None where it is no allegation in scope.

    Args:
        pair: who is said to accuse whom, with every place that says so.
        about: the report as a whole.
        first: whether it is told as early as any other pair.
    """
    if not about.about_ai or _impossible(pair):
        return None
    main = first or pair.rank <= 1
    said = " ".join(mention.sentence.text for mention in pair.mentions)
    found = conducts(said)
    conduct = _merged(found, about.conduct) if main else found or _family(about.conduct)
    if (
        not conduct
        and about.headline_only
        and (_is_maker(pair.accuser) or (is_suit(pair.best) and _WORKS.search(said)))
    ):
        conduct = (Conduct.COPYRIGHT,)
    if not conduct:
        return None
    score = _score(pair, about, main, bool(found))
    return Verdict(Role.MAIN if main else Role.BACKGROUND, conduct, round(max(0.02, min(0.98, score)), 2))


def _merged(found: tuple[Conduct, ...], of_report: tuple[Conduct, ...]) -> tuple[Conduct, ...]:
    """What the claim's own sentences and the headline and lead show, the vague codes only if there are no others."""
    both = tuple(dict.fromkeys((*of_report, *found)))
    exact = tuple(code for code in both if code not in {Conduct.COPYRIGHT, Conduct.OTHER})
    return exact or both[:1]


def _is_maker(party: Party | None) -> bool:
    """Whether a party lives by works that copyright protects."""
    return party is not None and (
        party.trade in _MAKERS or (party.kind == "group" and party.name.split()[-1] in _MAKING)
    )


def _family(of_report: tuple[Conduct, ...]) -> tuple[Conduct, ...]:
    copyright_like = {Conduct.TRAINING_COPYRIGHT, Conduct.OUTPUT_COPYRIGHT, Conduct.COPYRIGHT, Conduct.CMI}
    if set(of_report) & copyright_like:
        return (Conduct.COPYRIGHT,)
    return of_report[:1]


def _impossible(pair: Pair) -> bool:
    accuser, accused = pair.accuser, pair.accused
    if accused is not None and accused.kind == "place":
        return not (accuser is not None and accuser.trade == "government")
    if accuser is not None and accuser.kind == "place":
        return True
    return accused is not None and accused.kind == "group" and accuser is None


def _score(pair: Pair, about: Subject, main: bool, shown: bool) -> float:
    best = pair.best
    named_as_plaintiff = any(mention.rule == "plaintiffs" for mention in pair.mentions)
    score = 0.55 if is_suit(best) or named_as_plaintiff else 0.4
    score += 0.2 if pair.rank == 0 and _full_in_title(pair) else 0.0
    score += 0.1 if pair.rank <= LEAD_RANK else 0.0
    score += 0.1 if len(pair.mentions) > 1 else 0.0
    score += 0.1 if shown else -0.05
    score -= (0.15 if main else 0.3) if best.inferred else 0.0
    score -= 0.25 if only_spoken(pair) and not main else 0.1 if only_spoken(pair) else 0.0
    score -= 0.3 if about.off_scope >= 2 else 0.0
    score -= 0.3 if not main and not is_suit(best) else 0.0
    score += 0.1 if is_suit(best) and _both_known(pair) else 0.0
    score -= _doubts(pair, about)
    return score


def _doubts(pair: Pair, about: Subject) -> float:
    doubt = 0.0
    for party, side in ((pair.accuser, "accuser"), (pair.accused, "accused")):
        if party is None:
            doubt += 0.1
        elif party.trade == "news" or party.name == about.outlet:
            doubt += 0.4
        elif party.kind == "group":
            doubt += 0.05 if side == "accuser" else 0.25
        elif not party.known:
            doubt += 0.05 if party.kind == "person" or side == "accuser" else 0.1
    return doubt


def _both_known(pair: Pair) -> bool:
    return bool(pair.accuser and pair.accused and pair.accuser.known and pair.accused.known)


def _full_in_title(pair: Pair) -> bool:
    return any(m.passage.rank == 0 and m.accused is not None for m in pair.mentions)
