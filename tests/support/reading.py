"""A reader over the registry, made once for all tests of a process, and what it finds."""

from functools import cache

from kb import registry
from kb.model import PUBLISHING_THRESHOLD, Report
from nlp.agreement import MARKED
from nlp.reader import Reader


@cache
def reader() -> Reader:
    """The reader over the registry that comes with Disputed."""
    return Reader(registry.load())


def accusing(title: str, text: str = "") -> set[tuple[str, str]]:
    """The (accuser, accused) that a report is published to tell of; an empty name where one side is not named."""
    found = reader().read(Report(id="x", title=title, text=text)).allegations
    return {(a, b) for each in found if each.published for a in each.accusers or ("",) for b in each.accused or ("",)}


def told(title: str, text: str = "") -> set[tuple[str, str]]:
    """The (accuser, accused) that a rule finds, however unlikely it holds them, or that are sure enough to be published."""
    found = reader().candidates(Report(id="x", title=title, text=text))
    return {
        (pair.accuser.canonical or pair.accuser.name, pair.accused.canonical or pair.accused.name)
        for pair, verdict in found
        if pair.accuser and pair.accused
        if verdict.confidence >= PUBLISHING_THRESHOLD or any(mention.rule != MARKED for mention in pair.mentions)
    }
