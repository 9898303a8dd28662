"""How the accused answered: who is the subject of denying, declining to comment or not answering."""

import re
from collections.abc import Collection, Iterator

from spacy.tokens import Span, Token

from kb.model import ResponseCode
from nlp.parties import Marked

_NOT = r"(?: not|n['’]t| yet to)"
_CLAIM = r"(?:claims?|allegations?|accusations?|charges|suits?|lawsuits?|complaints?|petition|case|letter|motion)"
_BASELESS = (
    r"(?:\w+ )?(?:without (?:merit|foundation|basis)|meritless|baseless|frivolous|groundless|unfounded|untrue|absurd)"
)
_PATTERNS = [
    (
        ResponseCode.DISPUTED_IN_PART,
        r"\b(?:conced|admit|acknowledg)\w*\b.{0,200}\bbut\b.{0,40}\b(?:reject|den(?:y|ied)|disput|argue)\w*",
    ),
    (
        ResponseCode.NOT_REACHED,
        rf"(?:did|has|have|had|does|do){_NOT} (?:immediately |yet |so far )?(?:respon\w+|repl\w+|return\w*|answer\w*)|"
        r"could(?: not|n['’]t) (?:immediately )?be reached|(?:was|were)(?: not|n['’]t) (?:immediately )?available",
    ),
    (
        ResponseCode.NO_COMMENT,
        r"declin\w+ (?:to (?:comment|answer|discuss|say)|comment)|(?:had |has |have |with )no comment|refus\w+ to comment|"
        r"(?:w(?:ould|ill)|do(?:es)?|can) ?(?:not|n['’]t) comment",
    ),
    (ResponseCode.COUNTERSUED, r"countersu\w+|filed (?:a |its )?counterclaims?|drop its counterclaims?"),
    (ResponseCode.ADMITTED, r"\badmitted (?:to|that|using|copying)|\backnowledged (?:that|using|wrong|copying)"),
    (
        ResponseCode.DENIED,
        r"\bden(?:y|ies|ied|ying) (?:(?:the|all|any|these|those|that|its|it|having|using|wrong\w*|liability|infring\w*)\b ?(?:of )?(?:the )?(?!motion|bid|request))|"
        rf"\b(?:reject|dismiss|disput|refut|contest)\w* (?:the|these|those|all|any|its|such) (?:suggestion|{_CLAIM})|"
        rf"\bcall\w* (?:the|these|those|its|his|her|their)? ?(?:[\w’']+ )?{_CLAIM} [\w’']+|\bcall\w* (?:it|them) {_BASELESS}|"
        rf"\b(?:are|is|as|were|was|be) {_BASELESS}|vow\w* to (?:fight|defend)|(?:will|would) (?:vigorously )?(?:defend|fight|contest)|"
        r"\bdisagree[ds]? with|\b(?:did|done) nothing wrong|\bno (?:infringement|wrongdoing)|\bprove[sdn]* nothing|\bprove (?:it|this|so) in court|"
        r"\bpublicly available (?:data|information)|\b(?:is|are|grounded in|protected (?:by|as)|covered by) fair use|"
        r"\bplead\w* not guilty|\b(?:had )?argued that|\bmeet th\w+ claim|\bdoes not admit",
    ),
]
_COMPILED = [(code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _PATTERNS]
_UNANSWERED = re.compile(r"\b(?:had|received|got) no (?:reply|response|answer)", re.IGNORECASE)
_PRONOUNS = frozenset({"it", "they", "he", "she", "we"})
_RELATIVE = frozenset({"who", "which", "that"})
_POINTING = frozenset(
    "it company startup start-up firm they he she we maker lab spokesperson spokesman spokeswoman representative defendant respondent".split()
)


def responses(sentence: Span, marked: Marked, accused: Collection[str]) -> Iterator[tuple[str, ResponseCode]]:
    """Who of the accused answers in a sentence, and how.

    Args:
        sentence: of a parsed passage.
        marked: the passage's parties, by token.
        accused: names of those accused.
    """
    in_part: set[str] = set()
    for code, pattern in _COMPILED:
        for match in pattern.finditer(sentence.text):
            start = sentence.start_char + match.start()
            token = next(token for token in sentence if token.idx + len(token) > start)
            by = _answering(token, marked, accused)
            if by is not None and by not in in_part:
                yield by, code
            if by is not None and code is ResponseCode.DISPUTED_IN_PART:
                in_part.add(by)
    if len(accused) == 1 and _UNANSWERED.search(sentence.text):
        yield next(iter(accused)), ResponseCode.NOT_REACHED


def _answering(token: Token, marked: Marked, accused: Collection[str]) -> str | None:
    """The accused who is the subject of the answer, or of the verb that reports it."""
    for verb in (token, *token.ancestors):
        for subject in (child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}):
            if subject.lower_ in _PRONOUNS and verb.dep_ == "ccomp":
                continue  # "they" are most likely those who say so
            spoken_of = verb.head if subject.lower_ in _RELATIVE else subject
            if spoken_of.pos_ not in {"NOUN", "PROPN", "PRON"}:
                return None
            phrase = list(_phrase(spoken_of))
            names = {marked[each.i][1].name for each in phrase if each.i in marked}
            called = names | {each.text for each in phrase if each.text.istitle()}
            meant = [name for name in accused if any(_means(short, name) for short in called)]
            if meant:
                return meant[0]
            if spoken_of is not subject or (names and subject.i in marked):
                return None
            if not names and (subject.lower_ in _POINTING or _of_defendant(subject)):
                return _pointed_to(subject, marked, accused)
    return None


def _phrase(noun: Token) -> Iterator[Token]:
    """The noun and what belongs to it, but for the clause that tells more about it."""
    yield noun
    for child in noun.children:
        if child.dep_ != "relcl":
            yield from _phrase(child)


def _means(named: str, accused: str) -> bool:
    """Whether a name is the accused's, in full or the part of it by which he or it is called ("Pelt", "Brava")."""
    words = accused.split()
    return named == accused or (len(words) > 1 and named in {words[0], words[-1]})


def _of_defendant(subject: Token) -> bool:
    """Whether somebody speaks for the accused ("counsel for the defendant")."""
    return any(each.lower_ in {"defendant", "defendants", "respondent"} for each in subject.subtree)


def _pointed_to(subject: Token, marked: Marked, accused: Collection[str]) -> str | None:
    """The firm or person named last before a word that points back, if it is one of the accused."""
    before = next(_named_before(subject, marked), None)
    if before is None or _of_defendant(subject):
        return next(iter(accused)) if len(accused) == 1 else None
    return next((name for name in accused if _means(before, name)), None)


def _named_before(token: Token, marked: Marked) -> Iterator[str]:
    for i in range(token.i - 1, -1, -1):
        if i in marked and marked[i][1].kind in {"organisation", "person"}:
            yield marked[i][1].name
