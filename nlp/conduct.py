"""What the accused is said to have done, by the words around the claim."""

from kb.model import Conduct
from nlp.lexicon import conduct_patterns

COPYRIGHT_KINDS = {Conduct.TRAINING_COPYRIGHT, Conduct.OUTPUT_COPYRIGHT}


def conducts(text: str) -> tuple[Conduct, ...]:
    """Every conduct that the words show, the plain `copyright` only where no more exact code holds."""
    found = [code for code, pattern in conduct_patterns().items() if pattern.search(text)]
    for vague in (Conduct.OTHER, Conduct.COPYRIGHT):
        if len(found) > 1 and vague in found:
            found.remove(vague)
    if Conduct.DISTILLATION in found:
        found = [code for code in found if code not in {*COPYRIGHT_KINDS, Conduct.SCRAPING}]
    return tuple(found)
