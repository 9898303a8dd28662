"""Who is meant by "the company", "the AI startup" or "it": the nearest party named before that fits the words."""

from collections.abc import Collection, Sequence
from itertools import islice

from nlp.parties import FIRMS, MAKERS, Party
from nlp.references import Reference

_TECH = frozenset({"ai-lab", "tech", "software", "chip", "cloud", "data", "music", "image"})
_MEDIA_WORDS = frozenset(
    {"publisher", "publishers", "newspaper", "label", "studio", "outlet", "broadcaster", "magazine"}
)
_TECH_WORDS = frozenset(
    [
        "startup",
        "start-up",
        "lab",
        "chipmaker",
        "giant",
        "platform",
        "chatbot",
        "generator",
        "tool",
        "app",
        "maker",
        "ai",
        "tech",
        "software",
        "unicorn",
    ]
)
_PEOPLE = frozenset({"he", "she", "him"})
_ACCUSED = frozenset({"defendant", "defendants"})
_SEVERAL = frozenset(
    {"plaintiffs", "authors", "artists", "publishers", "companies", "firms", "startups", "labs", "they", "duo", "trio"}
)


def resolve(
    reference: Reference,
    before: Sequence[Sequence[Party]],
    excluded: Sequence[Party],
    likely: Collection[str] = (),
    unlikely: Collection[str] = (),
) -> list[Party]:
    """The parties that a reference means; none where that cannot be said.

    Args:
        reference: a name, which means itself, or words that point back.
        before: the parties of each earlier sentence, the nearest last.
        excluded: parties on the other side, which it cannot mean.
        likely: keys of parties that stood on its side before; one of them in the last sentences is meant.
        unlikely: keys of parties that stood on the other side before; they are meant only if no other party fits.
    """
    if reference.party is not None:
        return [reference.party]
    words = set(reference.words.split())
    if words & _ACCUSED:
        return []
    others = {party.key for party in excluded}
    if words & _AUTHOR:
        named = (
            p for sentence in before[:_WINDOW] for p in sentence if p.kind == "organisation" and p.key not in others
        )
        return list(islice(named, 1))
    if words & _PLAINTIFFS and likely:
        told = [[p for p in sentence if p.key in likely and p.key not in others] for sentence in before]
        nearest = next((sentence for sentence in reversed(told) if sentence), None)
        if nearest:
            return list(dict.fromkeys(nearest))
    near = [[p for p in sentence if p.key not in others and _fits(words, p)] for sentence in before[-_WINDOW:]]
    preferred = [[p for p in sentence if p.key in likely and p.key not in unlikely] for sentence in near]
    open_to = [[p for p in sentence if p.key not in unlikely] for sentence in near]
    choices = (preferred, open_to, near)
    for fewest, sentences in (*((2, each) for each in choices if words & FIRMS), *((1, each) for each in choices)):
        fitting = next((sentence for sentence in reversed(sentences) if len(set(sentence)) >= fewest), None)
        if fitting:
            return list(dict.fromkeys(fitting)) if words & _SEVERAL else fitting[-1:]
    return []


_PLAINTIFFS = frozenset({"plaintiff", "plaintiffs", "complainants", "claimants"})
_AUTHOR = frozenset({"we", "us"})
_WINDOW = 8


def _fits(words: set[str], party: Party) -> bool:
    if party.kind in {"forum", "group", "place"}:
        return False
    if words & _PEOPLE:
        return party.kind == "person"
    if party.kind == "person":
        return bool(words & {"who", "they", "them", "plaintiff", "plaintiffs", "authors", "artists"})
    if words & _MEDIA_WORDS:
        return not party.known or party.trade in MAKERS
    if words & _TECH_WORDS:
        return not party.known or party.trade in _TECH
    return party.trade != "news"
