"""What the accused is said to have done, by the words around the claim."""

import re
from collections.abc import Sequence

from kb.model import Conduct
from nlp.lexicon import conduct_classes, conduct_wordings

COPYRIGHT_KINDS = {Conduct.TRAINING_COPYRIGHT, Conduct.OUTPUT_COPYRIGHT}
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’']?\s+|\n+")
_GIVEN = re.compile(
    r"\b(?:agree\w*|deals?|partner\w*|lets?|allow\w*|permit\w*|to) (?:[\w’']+ ){0,6}(?:licen[cs](?:e|es|ing)|sell)\b"
    r"|\b(?:sells?|selling|sold|licen[cs](?:es?|ed|ing)) (?:his|her|their|its) (?:[\w’']+ ){0,2}"
    r"(?:rights?|voices?|faces?|likeness(?:es)?|image)\b"
    r"|\blicensing (?:deal|agreement|partnership|pact)s?\b",
    re.IGNORECASE,
)
_BLAMING = re.compile(
    r"\baccus|\balleg|\bsu(?:e[sd]?|ing)\b|\bclaim|\bwithout\b|\binfring|\bst(?:eal|ole)|\bviolat|\bbreach|\brefus",
    re.IGNORECASE,
)


def conducts(text: str) -> tuple[Conduct, ...]:
    """Every conduct that the words show, the plain `copyright` only where no more exact code holds."""
    sentences = []
    for sentence in _SENTENCE_END.split(text):
        if _gives_leave(sentence):
            text = text.replace(sentence, "")
        else:
            sentences.append(sentence)
    classes = conduct_classes()
    found = [
        code
        for code, wordings in conduct_wordings().items()
        if wordings.search(text) or any(_occur_together(each, sentences) for each in classes[code])
    ]
    for vague in (Conduct.OTHER, Conduct.COPYRIGHT):
        if len(found) > 1 and vague in found:
            found.remove(vague)
    if Conduct.DISTILLATION in found:
        found = [code for code in found if code not in {*COPYRIGHT_KINDS, Conduct.SCRAPING}]
    return tuple(found)


def _gives_leave(sentence: str) -> bool:
    """Whether a sentence tells only of what an owner lets others do, which is nobody's wrong."""
    return bool(_GIVEN.search(sentence)) and not _BLAMING.search(sentence)


def _occur_together(classes: Sequence[re.Pattern[str]], sentences: Sequence[str]) -> bool:
    """Whether a sentence has a word of each class."""
    return any(all(words.search(sentence) for words in classes) for sentence in sentences)
