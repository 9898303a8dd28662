"""Who is meant by "the company", "the AI startup" or "it": the nearest party named before that fits the words."""

from collections.abc import Sequence

from kb.model import name_key
from nlp.frames import Reference
from nlp.parties import Party

_MEDIA = frozenset({"media", "publisher", "music", "film", "image", "news", "author-group", "trade-body"})
_TECH = frozenset({"ai-lab", "tech", "software", "chip", "cloud", "data", "music", "image"})
_MEDIA_WORDS = frozenset({"publisher", "publishers", "newspaper", "label", "studio", "outlet", "broadcaster", "magazine"})
_TECH_WORDS = frozenset(
    ["startup", "start-up", "lab", "chipmaker", "giant", "platform", "chatbot", "generator", "tool", "app", "maker", "ai", "tech", "software", "unicorn"]
)
_PEOPLE = frozenset({"he", "she", "him"})
_SIDES = frozenset({"plaintiff", "plaintiffs", "defendant", "defendants", "authors", "artists", "publishers", "companies"})


def resolve(reference: Reference, before: Sequence[Party], excluded: Sequence[Party]) -> Party | None:
    """The party that a reference means.

    Args:
        reference: a name, which means itself, or words that point back.
        before: parties named earlier, the nearest last.
        excluded: parties on the other side, which it cannot mean.
    """
    if reference.party is not None:
        return reference.party
    words = set(reference.words.split())
    if words & _SIDES:
        return None
    others = {party.key for party in excluded}
    fitting = [party for party in before if party.key not in others and _fits(words, party)]
    return fitting[-1] if fitting else None


def _fits(words: set[str], party: Party) -> bool:
    if party.kind in {"forum", "group", "place"}:
        return False
    if words & _PEOPLE:
        return party.kind == "person"
    if party.kind == "person":
        return bool(words & {"who", "they", "them"})
    if words & _MEDIA_WORDS:
        return not party.known or party.trade in _MEDIA
    if words & _TECH_WORDS:
        return not party.known or party.trade in _TECH
    return party.trade != "news"


def same(one: Party, other: Party) -> bool:
    """Whether two parties are one by name."""
    return name_key(one.name) == name_key(other.name)
