"""The whole report agreed into one reading: headline, lead and body support, complete or overrule each other."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from spacy.tokens import Doc, Span

from kb.model import LEGAL_SUFFIXES, Stage, name_key
from nlp.anaphora import resolve
from nlp.frames import Frame
from nlp.lexicon import words as words_of
from nlp.parties import Marked, Party, PartyKind, makes_works, may_be_person
from nlp.passages import Passage
from nlp.references import Reference, listed_with_others, named_members

LEAD_RANK = 3
_GROUP_WORDS = {"writers": "authors", "novelists": "authors", "outlets": "publishers", "newspapers": "publishers"}
_FIRMS = frozenset({"companies", "firms", "organizations", "organisations", "groups", "houses"})
_SUITS = frozenset({"verb", "passive verb", "noun", "case name", "suffered", "letter"})
_SPEAKING = frozenset(
    f"clause under '{verb}'"
    for verb in ("say", "write", "tell", "state", "argue", "maintain", "claim", "assert", "contend")
)


MARKED = "marked"
"""The rule of a mention that the network alone makes."""


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
        doc: as parsed.
        marked: its parties, by token.
        parties: its parties by token position, in order.
        frames: its frames.
    """

    passage: Passage
    doc: Doc
    marked: Marked
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


@dataclass(frozen=True, slots=True)
class Marks:
    """What the network says of a pair, wherever it is surest.

    Attributes:
        accuser: probability that the accuser's name stands for an accuser.
        accused: probability that the name of the accused stands for one accused.
        link: log odds that the one accuses the other.
        rival: log odds that another accuses the same, or the same accuses another, whatever is surest.
        accuses: log odds that the report accuses anybody at all.
    """

    accuser: float
    accused: float
    link: float
    rival: float
    accuses: float


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


def pairs(parsed: Sequence[ParsedPassage], marked: Iterable[Mention] = ()) -> list[Pair]:
    """Every pair that the report tells of, the best told first.

    Args:
        parsed: its passages.
        marked: pairs that the network sees.
    """
    speakers = {
        place.party.key.split()[-1]
        for each in parsed
        for place in each.parties
        if place.party.kind == "forum" and place.party.key
    }
    mentions = [mention for mention in (*_mentions(parsed), *marked) if not _speaks(mention, speakers)]
    names = Names.of(parsed)
    allies = _allies(mentions)
    gathered: dict[tuple[str, str], Pair] = {}
    for mention in mentions:
        accuser, accused = names.full(mention.accuser), names.full(mention.accused)
        if (
            accuser
            and accused
            and (
                name_key(accuser.name) == name_key(accused.name)
                or _together(allies, mention.passage.rank, accuser, accused)
            )
        ):
            continue
        key = (accuser.key if accuser else "", accused.key if accused else "")
        gathered.setdefault(key, Pair(accuser, accused)).mentions.append(mention)
    completed = _completed([*gathered.values(), *_of_members(gathered.values(), parsed, names)], _prominent(parsed))
    return [pair for pair in completed if not _together(allies, pair.rank, pair.accuser, pair.accused)]


def of_one_kind(parsed: Sequence[ParsedPassage]) -> list[ParsedPassage]:
    """The passages with each unknown name of the same kind throughout the report.

    The statistical model takes many a firm that it has never seen for a person. News gives people their full names, so
    a lone word that is nobody's last name, and of which no "he" or "she" speaks, is a firm; else the kind that a name
    has most often holds.
    """
    seen = Counter(place.party for each in parsed for place in each.parties if _is_unknown(place.party))
    surnames = {p.name.split()[-1]: p for p in seen if p.kind == "person" and " " in p.name}
    people = {
        p.party.name: p.party for each in parsed for p in each.parties if _is_spoken_of(each.doc[p.position].sent)
    }
    settled = {party: _settled(party, seen, people | surnames) for party in seen}
    return [
        replace(
            each,
            parties=tuple(replace(place, party=settled.get(place.party, place.party)) for place in each.parties),
            frames=tuple(_renamed(frame, settled) for frame in each.frames),
        )
        for each in parsed
    ]


def _is_unknown(party: Party) -> bool:
    return not party.known and party.kind in {"organisation", "person"}


def _is_spoken_of(sentence: Span) -> bool:
    """Whether a sentence speaks of a man or a woman."""
    return any(token.lower_ in _OF_PEOPLE for token in sentence)


_OF_PEOPLE = frozenset({"he", "she", "his", "her", "him", "hers", "himself", "herself"})


def _settled(party: Party, seen: Counter[Party], people: Mapping[str, Party]) -> Party:
    if " " not in party.name:
        return people.get(party.name) or replace(party, kind="organisation")
    kinds: tuple[PartyKind, PartyKind] = ("organisation", "person")
    return max((replace(party, kind=kind) for kind in kinds), key=lambda p: (seen[p], p.kind == party.kind))


def _renamed(frame: Frame, parties: Mapping[Party, Party]) -> Frame:
    def named(reference: Reference) -> Reference:
        return replace(reference, party=parties.get(reference.party, reference.party)) if reference.party else reference

    return replace(frame, accusers=tuple(map(named, frame.accusers)), accused=tuple(map(named, frame.accused)))


def _of_members(found: Iterable[Pair], parsed: Sequence[ParsedPassage], names: "Names") -> list[Pair]:
    """The pairs of people of a group whom the report names in another sentence than the one that accuses."""
    members: dict[str, dict[str, Party]] = {}
    for each in parsed:
        for place in each.parties:
            if place.party.kind == "group" and not place.party.single:
                span = each.marked[place.position][0]
                told = named_members(each.doc, each.marked, span.end - 1)
                if not told.parties:
                    told = listed_with_others(each.doc, each.marked, span.start)
                fitting = [_as_listed(p, place.party) for p in told.parties if told.all or may_be_person(p)]
                named = [names.full(party) for party in fitting]
                members.setdefault(_plain_noun(place.party), {}).update({p.key: p for p in named if p})
    known = {_key(pair) for pair in found}
    parted = [(pair, *each) for pair in found if pair.accuser and pair.accused for each in _parted(pair, members)]
    return [
        Pair(accuser, accused, list(pair.mentions))
        for pair, accuser, accused in parted
        if (accuser.key, accused.key) not in known and accuser.key != accused.key
    ]


def _parted(pair: Pair, members: Mapping[str, Mapping[str, Party]]) -> Iterator[tuple[Party, Party]]:
    """The members of a pair's group, each with the other side: of those who accuse, or of the firms that are accused."""
    accuser, accused = pair.accuser, pair.accused
    if accuser is None or accused is None:
        return
    if accuser.kind == "group":
        for member in members.get(_plain_noun(accuser), {}).values():
            if _is_member(member, accuser):
                yield member, accused
    elif accused.kind == "group" and not accused.single and not _is_of_persons(accused):
        for member in members.get(_plain_noun(accused), {}).values():
            if member.kind == "organisation":
                yield accuser, member


def _as_listed(party: Party, group: Party) -> Party:
    """A member as the group that it is listed with: one of several companies is a firm, though its name read like a person's."""
    of_firms = group.name.split()[-1] in _FIRMS or (makes_works(group) and not _is_of_persons(group))
    return replace(party, kind="organisation") if of_firms and _is_unknown(party) else party


def _allies(mentions: Sequence[Mention]) -> dict[frozenset[str], int]:
    """Those who stand together on one side of an accusation, and so do not accuse each other: where that is first told."""
    together: dict[tuple[object, ...], set[str]] = {}
    ranks: dict[tuple[object, ...], int] = {}
    for mention in mentions:
        place = (mention.passage.rank, mention.passage.start, mention.sentence.start, mention.trigger)
        if mention.accused and not mention.inferred:
            side: tuple[object, ...] = (*place, mention.accuser and mention.accuser.key)
            together.setdefault(side, set()).add(mention.accused.key)
            ranks[side] = mention.passage.rank
    first: dict[frozenset[str], int] = {}
    for side in sorted(together, key=lambda each: ranks[each], reverse=True):
        first |= {frozenset({one, other}): ranks[side] for one, other in combinations(sorted(together[side]), 2)}
    return first


def _together(allies: Mapping[frozenset[str], int], rank: int, accuser: Party | None, accused: Party | None) -> bool:
    """Whether two stand on one side, told no later than that one accuses the other."""
    return (
        accuser is not None
        and accused is not None
        and allies.get(frozenset({accuser.key, accused.key}), rank + 1) <= rank
    )


def _prominent(parsed: Sequence[ParsedPassage]) -> list[Party]:
    """The firms known of which the title or the first paragraph speaks, in its order."""
    places = [place.party for each in parsed if each.passage.rank <= 1 for place in each.parties]
    return list({p.key: p for p in places if p.known and p.kind == "organisation" and p.trade != "news"}.values())


def _speaks(mention: Mention, speakers: set[str]) -> bool:
    """Whether a side is a judge, lawyer or spokesperson whom the report elsewhere calls one."""
    sides = (mention.accuser, mention.accused)
    return any(
        p is not None and p.kind in {"person", "organisation"} and not p.known and p.key in speakers for p in sides
    )


class Names:
    """Parties named in part, brought to the name in full by which the report introduces them."""

    @classmethod
    def of(cls, parsed: Sequence[ParsedPassage]) -> "Names":
        """The names of a report; what its body calls somebody counts before its title."""
        body_first = sorted(parsed, key=lambda each: each.passage.rank == 0)
        return cls(place.party for each in body_first for place in each.parties)

    def __init__(self, parties: Iterable[Party]) -> None:
        named = [party for party in parties if party.kind in {"person", "organisation"}]
        self._known = {party.name: party for party in named if party.known}
        introduced: dict[str, int] = {}
        for number, party in enumerate(named):
            introduced.setdefault(party.name, number)
        self._in_full: dict[str, Party] = {}
        longest_first = sorted({p.name: p for p in named}.values(), key=lambda p: (-len(p.name.split()), p.name))
        for short in longest_first:
            fuller = [party for party in longest_first if not short.known and _is_short_for(short, party)]
            before = [party for party in fuller if introduced[party.name] <= introduced[short.name]]
            fuller = [
                p for p in fuller if p.kind == "person" or p.name.rsplit()[-1].strip(".").casefold() in LEGAL_SUFFIXES
            ]
            if before or (fuller and all(_is_short_for(other, fuller[0]) for other in fuller[1:])):
                self._in_full.setdefault(short.name.casefold(), (before or fuller)[0])

    def full(self, party: Party | None) -> Party | None:
        """The same party under the name in full; a group or whoever has but one name is as he was."""
        if party is None or party.kind == "group":
            return party
        if party.known:
            return self._known.get(party.canonical, party)
        return self._in_full.get(party.name.casefold(), party)


def _is_short_for(short: Party, party: Party) -> bool:
    """Whether somebody may be named so who has more of a name.

    People are called by one of their names or without initials, firms by how their name begins or ends, or by its initials.
    """
    part, whole = short.name.casefold().split(), party.name.casefold().split()
    if len(part) >= len(whole):
        return len(whole) > 1 and part == ["".join(word[0] for word in whole)]
    if party.kind == "person":
        return part in (whole[-1:], whole[:1]) or (len(part) > 1 and (part[0], part[-1]) == (whole[0], whole[-1]))
    if len(part) == 1 and short.name.isupper():
        written = [word for word in party.name.split() if word[0].isupper()]
        if len(written) > 2 and "".join(word[0] for word in written) == short.name:
            return True
    return part == whole[: len(part)] or part == whole[-len(part) :]


def _mentions(parsed: Sequence[ParsedPassage]) -> Iterable[Mention]:
    sofar = _SoFar()
    in_lead = [p.party for each in parsed if 0 < each.passage.rank <= LEAD_RANK for p in each.parties]
    for each in parsed:
        for frame in each.frames:
            told = _introduced(frame, in_lead) if each.passage.rank == 0 else frame
            for mention in _of_frame(told, each, sofar):
                sofar.note(mention)
                yield mention
        sofar.sentences += _by_sentence(each)


@dataclass(slots=True)
class _SoFar:
    """What was told before a place in the report.

    Attributes:
        sentences: the parties of each sentence, in order.
        accusers: keys of those who accused.
        accused: keys of those accused.
    """

    sentences: list[list[PartyPlace]] = field(default_factory=list)
    accusers: set[str] = field(default_factory=set)
    accused: set[str] = field(default_factory=set)

    def note(self, mention: Mention) -> None:
        """Remembers the sides of a mention that names both."""
        if mention.accuser and mention.accused:
            self.accusers.add(mention.accuser.key)
            self.accused.add(mention.accused.key)


def _introduced(frame: Frame, in_lead: Sequence[Party]) -> Frame:
    """A headline's frame with those whom it only describes ("AI startup sues ex-CEO") named as the lead names them."""
    taken = {r.party.key for r in (*frame.accusers, *frame.accused) if r.party}

    def named(reference: Reference) -> Reference:
        party = reference.party
        if party is None or not party.single:
            return reference
        fitting = [p for p in in_lead if p.key not in taken and _is_described(p, party.name)]
        if not fitting:
            return reference
        who = next((p for p in fitting if p.kind == "person"), fitting[0])
        taken.add(who.key)
        return replace(reference, party=who)

    return replace(frame, accusers=tuple(map(named, frame.accusers)), accused=tuple(map(named, frame.accused)))


def _is_described(party: Party, words: str) -> bool:
    """Whether a party named may be the one that a headline describes."""
    noun = words.rsplit(maxsplit=1)[-1].removeprefix("ex-")
    if noun in words_of("groups", "persons"):
        return party.kind == "person"
    firm = party.kind == "organisation" and party.trade not in {"news", "government"}
    return firm if noun in words_of("groups", "firms") else firm or party.kind == "person"


def _of_frame(frame: Frame, parsed: ParsedPassage, sofar: _SoFar) -> Iterable[Mention]:
    named = [r.party for r in (*frame.accusers, *frame.accused) if r.party]
    suspects = [r.party for r in frame.accused if r.party]
    accusers = _resolved(frame.accusers, parsed, sofar.sentences, suspects, sofar.accusers, sofar.accused)
    accused = _resolved(frame.accused, parsed, sofar.sentences, accusers or named, sofar.accused, sofar.accusers)
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
    likely: Collection[str],
    unlikely: Collection[str],
) -> list[Party]:
    """The parties that one side of a frame means.

    Args:
        references: names, and words that point back.
        parsed: the passage.
        before: the parties of each sentence of earlier passages.
        excluded: the other side.
        likely: keys of those who stood on this side before.
        unlikely: keys of those who stood on the other side before.
    """
    found: list[Party] = []
    for reference in references:
        earlier = replace(
            parsed, parties=tuple(place for place in parsed.parties if place.position < reference.position)
        )
        own = _subject_before(reference, parsed)
        if own is not None and own.key not in {party.key for party in excluded}:
            found.append(own)
            continue
        sentences = [_parties_for(reference, places) for places in (*before, *_by_sentence(earlier))]
        means = resolve(reference, sentences, excluded, likely, unlikely)
        found += [party for party in means if party.kind != "forum"]
    return found


def _subject_before(reference: Reference, parsed: ParsedPassage) -> Party | None:
    """The firm that "its" or "it" means as the last subject before it in its own sentence."""
    if reference.party is not None or reference.words != "it":
        return None
    start = parsed.doc[reference.position].sent.start
    places = [p for p in parsed.parties if start <= p.position < reference.position and p.subject]
    firms = [place.party for place in places if place.party.kind == "organisation"]
    return firms[-1] if firms else None


def _completed(found: list[Pair], prominent: Sequence[Party]) -> list[Pair]:
    """Halves put together: "B faces a lawsuit" with "A alleges that …", where the report leaves one choice."""
    full = [pair for pair in found if pair.accuser and pair.accused]
    halves = [pair for pair in found if not (pair.accuser and pair.accused)]
    for half in sorted(halves, key=_order):
        told = [pair for pair in full if _same_side(half, pair)]
        if told:
            told[0].mentions += half.mentions
        elif half.accuser is not None:
            suspects = _suspects_of(half, full, halves, prominent)
            full += [Pair(half.accuser, who, [*half.mentions, *_told_of(who, halves)]) for who in suspects]
        elif half.accused is not None and half.rank <= LEAD_RANK:
            accusers = {
                pair.accuser.key: pair.accuser
                for pair in full
                if pair.accuser and pair.rank <= LEAD_RANK and any(m.rule != "case name" for m in pair.mentions)
            }
            if len(accusers) == 1 and half.accused.key not in accusers:
                full.append(Pair(next(iter(accusers.values())), half.accused, half.mentions))
    full = _without_shadows(full)
    suspected = {pair.accused.key for pair in full if pair.accused}
    left = [half for half in halves if half.accused and half.accused.key not in suspected]
    if not full and not left:
        left = [half for half in halves if any(m.rule not in _SPEAKING for m in half.mentions)]
    return sorted([*full, *left], key=_order)


def _suspects_of(half: Pair, full: list[Pair], halves: list[Pair], prominent: Sequence[Party]) -> list[Party]:
    """Whom an accuser must mean who is said to accuse, but not whom.

    Those accused together nearby; else, of who brought a suit, the one accused or the one firm told of in the lead.
    """
    if any(mention.rule == "plaintiffs" for mention in half.mentions):
        sued = _others([pair.accused for pair in full if pair.accuser and pair.accuser.kind == "group"], half)
        if sued:
            return sued
    near = [other for other in halves if other.accused and abs(other.rank - half.rank) <= LEAD_RANK]
    suspects = _others([other.accused for other in near if other.accused and other.accused.kind != "group"], half)
    together = bool(near) and bool(set.intersection(*(_sentences(other) for other in near)))
    if suspects:
        return suspects if len(suspects) == 1 or together else []
    if not _of_suit(half):
        return []
    if half.accuser is None or half.accuser.kind != "group":
        suspects = _others([pair.accused for pair in full if pair.rank <= LEAD_RANK], half)
    suspects = suspects or (_others(prominent, half) if not full else [])
    return suspects if len(suspects) == 1 else []


def _sentences(pair: Pair) -> set[tuple[int, int]]:
    return {(mention.passage.rank, mention.sentence.start) for mention in pair.mentions}


def _others(parties: Iterable[Party | None], half: Pair) -> list[Party]:
    accuser = half.accuser.key if half.accuser else ""
    return list({party.key: party for party in parties if party is not None and party.key != accuser}.values())


def _told_of(suspect: Party, halves: list[Pair]) -> list[Mention]:
    return [mention for half in halves if half.accused and half.accused.key == suspect.key for mention in half.mentions]


def _of_suit(half: Pair) -> bool:
    """Whether somebody is named as who brought a suit, and not merely as who said something."""
    return any(m.rule in {"noun", "plaintiffs"} and m.stage is not Stage.LETTER for m in half.mentions)


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
    for pair in [pair for pair in kept if _has_group(pair)]:
        members = [other for other in kept if _stands_for(other, pair)]
        for member in members:
            member.mentions += [m for m in pair.mentions if m not in member.mentions]
        if members:
            kept.remove(pair)
    return [pair for pair in kept if not any(_says_same(other, pair) or _only_cites(pair, other) for other in kept)]


def _only_cites(pair: Pair, other: Pair) -> bool:
    """Whether a pair is nothing but the name of a case whose accused another pair tells of."""
    cited = all(mention.rule == "case name" and mention.passage.rank > LEAD_RANK for mention in pair.mentions)
    return cited and other is not pair and _key(other)[1] == _key(pair)[1]


def _says_same(one: Pair, other: Pair) -> bool:
    """Whether the same group is told of earlier in other words ("writers" and "authors", "record labels" and "labels")."""
    if one is other or not (one.accuser and other.accuser and one.accused and other.accused):
        return False
    groups = one.accuser.kind == other.accuser.kind == "group" and one.accused.key == other.accused.key
    same = _plain_noun(one.accuser) == _plain_noun(other.accuser)
    return groups and same and _order(one) < _order(other)


def _plain_noun(group: Party) -> str:
    noun = group.name.rsplit(maxsplit=1)[-1]
    of_press = group.name.split()[0] in {"media", "news"} and not group.single
    return "publishers" if of_press else _GROUP_WORDS.get(noun, noun)


def _has_group(pair: Pair) -> bool:
    return any(party is not None and party.kind == "group" for party in (pair.accuser, pair.accused))


def _stands_for(named: Pair, group: Pair) -> bool:
    """Whether a pair names those whom another only calls a group ("authors": Andrea Bartz; "AI companies": OpenAI)."""
    if named is group or all(m.rule == "case name" for m in named.mentions):
        return False
    if not (named.accuser and named.accused and group.accuser and group.accused):
        return False
    accusers = named.accuser.key == group.accuser.key or _is_member(named.accuser, group.accuser)
    accused = named.accused.key == group.accused.key or _is_member(named.accused, group.accused)
    told_early = named.rank <= LEAD_RANK + 2 or any(m.rule in {"plaintiffs", "noun"} for m in named.mentions)
    return accusers and accused and told_early


def _is_member(named: Party, group: Party) -> bool:
    """Whether a named party may be one of a group: persons of authors, firms of publishers."""
    if named.kind == "group" or group.kind != "group":
        return False
    noun = group.name.split()[-1].casefold().removesuffix("s")
    of_firms = not group.single or noun in words_of("groups", "firms")
    if _is_of_persons(group):
        fits = may_be_person(named)
    else:
        fits = named.kind != "person" if of_firms else may_be_person(named) or named.kind == "organisation"
    return fits or group.name.split()[-1] in {"plaintiffs", "creators"}


def _is_of_persons(group: Party) -> bool:
    """Whether a group is of people and not of firms."""
    return group.name.split()[-1].casefold().removesuffix("s") in words_of("groups", "persons")


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
