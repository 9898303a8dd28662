"""What the accused is said to have done, by the words around the claim."""

import re
from collections.abc import Sequence

from kb.model import Conduct
from nlp.lexicon import conduct_classes, conduct_wordings

COPYRIGHT_KINDS = {Conduct.TRAINING_COPYRIGHT, Conduct.OUTPUT_COPYRIGHT}
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’']?\s+|\n+")


def conducts(text: str) -> tuple[Conduct, ...]:
    """Every conduct that the words show, the plain `copyright` only where no more exact code holds."""
    sentences = _SENTENCE_END.split(text)
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


def _occur_together(classes: Sequence[re.Pattern[str]], sentences: Sequence[str]) -> bool:
    """Whether a sentence has a word of each class."""
    return any(all(words.search(sentence) for words in classes) for sentence in sentences)
