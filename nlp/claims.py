"""What else a claim's own sentences say: what was taken, whose it is, and what is asked for."""

import re
from collections.abc import Collection, Iterator

from spacy.tokens import Span, Token

from nlp.lexicon import table
from nlp.parties import Marked

_SOUGHT = re.compile(r"\b(?:seek|ask|demand|want|request|pursu)\w*\b", re.IGNORECASE)
_RELIEF = re.compile(
    r"(?:\$[\d.,]+ (?:million|billion) in )?(?:statutory |punitive |compensatory |unspecified |monetary |actual |treble )?damages"
    r"|(?:a |an )?(?:preliminary |permanent |temporary )?(?:injunction|restraining order)"
    r"|(?:a )?jury trial|restitution|disgorgement|royalt(?:y|ies)|the (?:destruction|deletion|return) of [\w' -]{3,60}",
    re.IGNORECASE,
)
_LONGEST = 8
_MAKING = frozenset("train build create generate produce develop operate run".split())
_TAKING_PRODUCTS = frozenset("distill distil clone copy steal extract replicate misappropriate".split())


def relief(sentence: str) -> Iterator[str]:
    """What is asked for, where somebody asks: "statutory damages", "an injunction"."""
    asked = _SOUGHT.search(sentence)
    if asked:
        yield from (match[0].strip() for match in _RELIEF.finditer(sentence, asked.end()))


def objects(sentence: Span) -> Iterator[str]:
    """What is said to have been taken: the works, products or secrets that a wrong was done to."""
    for verb in sentence:
        if verb.lemma_.lower() in table("triggers")["wrongs"]["verbs"]:
            yield from (_phrase(noun) for noun in _affected(verb) if _can_be_taken(noun, verb))


def victims(sentence: Span, marked: Marked, others: Collection[str]) -> Iterator[str]:
    """Whose works they are, where that is neither accuser nor accused: "copied B's songs".

    Args:
        sentence: of a parsed passage.
        marked: the passage's parties, by token.
        others: names of accusers and accused.
    """
    works = table("triggers")["works"]
    for token in sentence:
        owner = token.dep_ == "poss" and token.i in marked and token.head.lemma_.lower() in works
        if owner and marked[token.i][1].kind in {"organisation", "person"} and marked[token.i][1].name not in others:
            yield marked[token.i][1].name


def _affected(verb: Token) -> Iterator[Token]:
    """What the verb is done to; what is made by it, as the models that are trained, is not."""
    for child in verb.children:
        if child.dep_ in {"dobj", "obj", "nsubjpass"} and verb.lemma_.lower() not in _MAKING:
            yield child
        for prep in (child, *child.children):
            if prep.dep_ == "prep" and prep.lower_ in {"on", "from"}:
                yield from (noun for noun in prep.children if noun.dep_ == "pobj")


def _can_be_taken(noun: Token, verb: Token) -> bool:
    triggers = table("triggers")
    lemma = noun.lemma_.lower()
    product = (
        lemma in {"model", "chatbot", "system", "capability", "output"} and verb.lemma_.lower() in _TAKING_PRODUCTS
    )
    return product or lemma in {*triggers["works"], "secret", "information"}


def _phrase(noun: Token) -> str:
    """The noun with the words that describe it, without article."""
    start = min((t.i for t in noun.lefts if t.dep_ in {"amod", "compound", "nmod"}), default=noun.i)
    return noun.doc[max(start, noun.i - _LONGEST) : noun.i + 1].text
