"""The whole report agreed into one reading: headline, lead and body support, complete or overrule each other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Span

from kb.model import Stage, name_key
from nlp.anaphora import resolve
from nlp.frames import Frame, Reference
from nlp.parties import Party
from nlp.passages import Passage

LEAD_RANK = 3
_OF_PERSONS = frozenset(
    "authors writers novelists artists musicians songwriters photographers illustrators actors performers programmers comedians engineers employees".split()
)
_OF_FIRMS = frozenset(
    "publishers newspapers labels studios outlets companies broadcasters magazines organizations organisations".split()
)
_SUITS = frozenset({"verb", "passive verb", "noun", "case name", "suffered"})
_SPEAKING = frozenset(
    f"clause under '{verb}'"
    for verb in ("say", "write", "tell", "state", "argue", "maintain", "claim", "assert", "contend")
)


@dataclass(frozen=True, slots=True)
class PartyPlace:
    """A party at a place of a passage.

    Attributes:
        position: number of its first token.
        sentence: number of the first token of its sentence.
        party: who.
        subject: whether it is a subject, or joined to one.
    """

    position: int
    sentence: int
    party: Party
    subject: bool = False


@dataclass(frozen=True, slots=True)
class ParsedPassage:
    """A passage with what was found in it.

    Attributes:
        passage: where it stands.
        parties: its parties by token position, in order.
        frames: its frames.
    """

    passage: Passage
    parties: tuple[PartyPlace, ...]
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """One frame's word on one pair; a side may be missing."""

    accuser: Party | None
    accused: Party | None
    passage: Passage
    sentence: Span
    stage: Stage
    trigger: str
    rule: str
    inferred: bool


@dataclass(slots=True)
class Pair:
    """Everything that a report says of one accuser and one accused (either may be None)."""

    accuser: Party | None
    accused: Party | None
    mentions: list[Mention] = field(default_factory=list)

    @property
    def rank(self) -> int:
        """The earliest passage that says it: 0 is the title."""
        return min(mention.passage.rank for mention in self.mentions)

    @property
    def best(self) -> Mention:
        """The mention to quote: in the text rather than the title, early, and by a plain trigger."""
        return min(self.mentions, key=lambda m: (m.inferred, m.passage.rank == 0, m.rule not in _SUITS, m.passage.rank))


def pairs(parsed: Sequence[ParsedPassage]) -> list[Pair]:
    """Every pair that the report tells of, the best told first."""
    speakers = {
        place.party.key.split()[-1]
        for each in parsed
        for place in each.parties
        if place.party.kind == "forum" and place.party.key
    }
    mentions = [mention for mention in _mentions(parsed) if not _speaks(mention, speakers)]
    names = _Names(place.party for each in parsed for place in each.parties)
    gathered: dict[tuple[str, str], Pair] = {}
    for mention in mentions:
        accuser, accused = names.full(mention.accuser), names.full(mention.accused)
        if accuser and accused and name_key(accuser.name) == name_key(accused.name):
            continue
        key = (accuser.key if accuser else "", accused.key if accused else "")
        gathered.setdefault(key, Pair(accuser, accused)).mentions.append(mention)
    return _completed(list(gathered.values()))


def _speaks(mention: Mention, speakers: set[str]) -> bool:
    """Whether a side is a judge, lawyer or spokesperson whom the report elsewhere calls one."""
    sides = (mention.accuser, mention.accused)
    return any(
        p is not None and p.kind in {"person", "organisation"} and not p.known and p.key in speakers for p in sides
    )


class _Names:
    """Parties named in part, brought to the name in full that the report gives elsewhere."""

    def __init__(self, parties: Iterable[Party]) -> None:
        self._by_part: dict[str, Party] = {}
        named = [party for party in parties if party.kind in {"person", "organisation"}]
        self._known = {party.name: party for party in named if party.known}
        for party in sorted(named, key=lambda p: (-len(p.name.split()), p.name)):
            words = party.name.split()
            if len(words) > 1 and party.kind == "person":
                self._by_part.setdefault(words[-1].casefold(), party)
            elif len(words) > 1:
                self._by_part.setdefault(words[0].casefold(), party)
                self._by_part.setdefault(words[-1].casefold(), party)

    def full(self, party: Party | None) -> Party | None:
        if party is None:
            return None
        if party.known:
            return self._known.get(party.canonical, party)
        if " " in party.name or party.kind == "group":
            return party
        return self._by_part.get(party.name.casefold(), party)


def _mentions(parsed: Sequence[ParsedPassage]) -> Iterable[Mention]:
    before: list[list[PartyPlace]] = []
    for each in parsed:
        for frame in each.frames:
            yield from _of_frame(frame, each, before)
        before += _by_sentence(each)


def _of_frame(frame: Frame, parsed: ParsedPassage, before: Sequence[Sequence[PartyPlace]]) -> Iterable[Mention]:
    named = [r.party for r in (*frame.accusers, *frame.accused) if r.party]
    accusers = _resolved(frame.accusers, parsed, before, [r.party for r in frame.accused if r.party])
    accused = _resolved(frame.accused, parsed, before, accusers or named)
    inferred = any(r.party is None for r in (*frame.accusers, *frame.accused))
    nobody: list[Party | None] = [None]
    for accuser in accusers or nobody:
        for suspect in accused or nobody:
            if accuser or suspect:
                yield Mention(
                    accuser, suspect, parsed.passage, frame.sentence, frame.stage, frame.trigger, frame.rule, inferred
                )


def _parties_for(reference: Reference, places: Sequence[PartyPlace]) -> list[Party]:
    """The parties of an earlier sentence that a reference may mean: "they" are its subjects, if it has any."""
    subjects = [place.party for place in places if place.subject]
    return subjects if reference.words == "they" and subjects else [place.party for place in places]


def _by_sentence(parsed: ParsedPassage) -> list[list[PartyPlace]]:
    sentences: dict[int, list[PartyPlace]] = {}
    for place in parsed.parties:
        sentences.setdefault(place.sentence, []).append(place)
    return [sentences[start] for start in sorted(sentences)]


def _resolved(
    references: Sequence[Reference],
    parsed: ParsedPassage,
    before: Sequence[Sequence[PartyPlace]],
    excluded: Sequence[Party],
) -> list[Party]:
    found: list[Party] = []
    for reference in references:
        earlier = replace(
            parsed, parties=tuple(place for place in parsed.parties if place.position < reference.position)
        )
        sentences = [_parties_for(reference, places) for places in (*before, *_by_sentence(earlier))]
        found += [p for p in resolve(reference, sentences, excluded) if p.kind != "forum"]
    return found


def _completed(found: list[Pair]) -> list[Pair]:
    """Halves put together: "B faces a lawsuit" with "A alleges that …", where the report knows one A and one B."""
    full = [pair for pair in found if pair.accuser and pair.accused]
    halves = [pair for pair in found if not (pair.accuser and pair.accused)]
    shared = {
        pair.accused.key: pair.accused
        for pair in full
        if pair.accuser and pair.accused and pair.accuser.kind == "group"
    }
    for half in halves:
        side = [pair for pair in full if _same_side(half, pair)]
        if side:
            side[0].mentions += half.mentions
        elif half.accuser and half.accuser.kind != "group" and len(shared) == 1 and _of_suit(half):
            full.append(Pair(half.accuser, next(iter(shared.values())), half.mentions))
        else:
            _join(half, halves, full)
    left = [
        half
        for half in halves
        if half.accused and not any(pair.accused and pair.accused.key == half.accused.key for pair in full)
    ]
    full = _without_shadows(full)
    return sorted([*full, *left], key=_order)


def _of_suit(half: Pair) -> bool:
    """Whether somebody is named as who brought a suit, and not merely as who said something."""
    return any(mention.rule in {"noun", "plaintiffs"} for mention in half.mentions)


def _join(half: Pair, halves: list[Pair], full: list[Pair]) -> None:
    if half.accuser is None:
        return
    suspects = [other for other in halves if other.accused is not None and other.accuser is None]
    near = [other for other in suspects if abs(other.rank - half.rank) <= LEAD_RANK]
    keys = {other.accused.key for other in near if other.accused}
    if len(keys) == 1 and near[0].accused and near[0].accused.key != half.accuser.key:
        full.append(Pair(half.accuser, near[0].accused, [*half.mentions, *near[0].mentions]))


def _same_side(half: Pair, pair: Pair) -> bool:
    if half.accused is not None:
        return pair.accused is not None and pair.accused.key == half.accused.key
    return half.accuser is not None and pair.accuser is not None and pair.accuser.key == half.accuser.key


def _without_shadows(full: list[Pair]) -> list[Pair]:
    """Without pairs that another tells better: the same two the other way round, or a group beside its named members."""
    strength: dict[tuple[str, str], int] = defaultdict(int)
    for pair in full:
        strength[_key(pair)] = sum(
            3 if m.passage.rank == 0 else 2 if m.passage.rank <= LEAD_RANK else 1 for m in pair.mentions
        )
    kept = [pair for pair in full if strength[_key(pair)] >= strength.get(_key(pair)[::-1], 0)]
    groups = [pair for pair in kept if pair.accuser and pair.accuser.kind == "group"]
    for pair in groups:
        members = [other for other in kept if _stands_for(other, pair)]
        for member in members:
            member.mentions += [m for m in pair.mentions if m not in member.mentions]
        if members:
            kept.remove(pair)
    return kept


def _stands_for(named: Pair, group: Pair) -> bool:
    """Whether a named party is one of the group that is said to accuse the same ("authors": Andrea Bartz)."""
    if not (named.accuser and named.accused and group.accuser and group.accused):
        return False
    if named.accuser.kind == "group" or named.accused.key != group.accused.key:
        return False
    noun = group.accuser.name.split()[-1].casefold()
    fits = noun not in (_OF_FIRMS if named.accuser.kind == "person" else _OF_PERSONS)
    told_early = named.rank <= LEAD_RANK + 2 or any(
        mention.rule in {"plaintiffs", "noun"} for mention in named.mentions
    )
    return fits and told_early


def _key(pair: Pair) -> tuple[str, str]:
    return (pair.accuser.key if pair.accuser else "", pair.accused.key if pair.accused else "")


def _order(pair: Pair) -> tuple[int, int, tuple[str, str]]:
    return (pair.rank, -len(pair.mentions), _key(pair))


def only_spoken(pair: Pair) -> bool:
    """Whether nothing but somebody's words under "say" or "argue" carries the pair."""
    return all(mention.rule in _SPEAKING for mention in pair.mentions)


def is_suit(mention: Mention) -> bool:
    """Whether a plain trigger carries the mention, with both sides in one frame."""
    return (
        (mention.rule in _SUITS or mention.rule.startswith("headline"))
        and mention.accuser is not None
        and mention.accused is not None
    )
