"""How the accused answered: who is the subject of denying, declining to comment or not answering."""

import re
from collections.abc import Collection, Iterator

from spacy.tokens import Span, Token

from kb.model import ResponseCode
from nlp.parties import Marked

_PATTERNS = [
    (
        ResponseCode.NOT_REACHED,
        r"(?:did|has|have|had|does|do)(?: not|n['’]t) (?:immediately |yet )?(?:respon\w+|repl\w+|return\w*|answer\w*)|could(?: not|n['’]t) (?:immediately )?be reached",
    ),
    (
        ResponseCode.NO_COMMENT,
        r"declin\w+ (?:to (?:comment|answer|discuss)|comment)|(?:had |has |have |with )no comment|refus\w+ to comment|w(?:ould|ill) ?(?:not|n['’]t) comment",
    ),
    (ResponseCode.COUNTERSUED, r"countersu\w+|filed (?:a |its )?counterclaims?"),
    (ResponseCode.ADMITTED, r"\badmitted (?:to|that|using|copying)|\backnowledged (?:that|using|wrong|copying)"),
    (
        ResponseCode.DENIED,
        r"\bden(?:y|ies|ied|ying) (?:(?:the|all|any|these|those|that|its|it|having|using|wrong\w*|liability|infring\w*)\b ?(?:of )?(?:the )?(?!motion|bid|request))|"
        r"\b(?:reject|dismiss|disput|refut)\w* (?:the|these|those|all|any) (?:claims?|allegations?|accusations?|charges)|"
        r"call\w* (?:the|these|those|its|his|her|their)? ?[\w’']+ (?:claims? |suit |lawsuit |allegations? )?(?:baseless|meritless|false|frivolous|groundless|without merit)|"
        r"\b(?:are|is|as|were|was) (?:\w+ )?(?:without merit|meritless|baseless|frivolous|groundless)|vow\w* to (?:fight|defend)|will (?:vigorously )?defend",
    ),
]
_COMPILED = [(code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _PATTERNS]
_POINTING = frozenset(
    "it company startup firm they he she maker lab spokesperson spokesman spokeswoman representative".split()
)


def responses(sentence: Span, marked: Marked, accused: Collection[str]) -> Iterator[tuple[str, ResponseCode]]:
    """Who of the accused answers in a sentence, and how.

    Args:
        sentence: of a parsed passage.
        marked: the passage's parties, by token.
        accused: names of those accused.
    """
    for code, pattern in _COMPILED:
        for match in pattern.finditer(sentence.text):
            start = sentence.start_char + match.start()
            token = next(token for token in sentence if token.idx + len(token) > start)
            by = _answering(token, marked, accused)
            if by is not None:
                yield by, code


def _answering(token: Token, marked: Marked, accused: Collection[str]) -> str | None:
    """The accused who is the subject of the answer, or of the verb that reports it."""
    for verb in (token, *token.ancestors):
        for subject in (child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}):
            named = [marked[each.i][1].name for each in subject.subtree if each.i in marked]
            if any(name in accused for name in named):
                return next(name for name in named if name in accused)
            if named and subject.i in marked:
                return None
            if not named and subject.lower_ in _POINTING:
                return _pointed_to(subject, marked, accused)
    return None


def _pointed_to(subject: Token, marked: Marked, accused: Collection[str]) -> str | None:
    """The firm or person named last before a word that points back, if it is one of the accused."""
    before = next(_named_before(subject, marked), None)
    if before is None:
        return next(iter(accused)) if len(accused) == 1 else None
    return before if before in accused else None


def _named_before(token: Token, marked: Marked) -> Iterator[str]:
    for i in range(token.i - 1, -1, -1):
        if i in marked and marked[i][1].kind in {"organisation", "person"}:
            yield marked[i][1].name
