"""Who is meant: the parties that words of a parsed passage name, own or point back to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from nlp.lexicon import table, words
from nlp.parties import FORMERLY, Marked, Party, hyphenated, may_be_person

SUBJECTS = ("nsubj", "nsubjpass", "csubj")
PRONOUNS = frozenset({"we", "us", "it", "they", "he", "she", "them", "him", "who", "which", "that"})
_POSSESSIVE = {"its": "it", "their": "they", "his": "he", "her": "she", "our": "we"}
OWN = frozenset({*_POSSESSIVE, "my"})
"""Words that say that something is whose who is spoken of."""
_RELATIVE = frozenset({"which", "whom", "who", "that"})
_SEPARATORS = frozenset({",", "and", "&", ";", "as", "well"})
_DESCRIBING = frozenset({"NOUN", "PROPN", "ADJ", "DET", "NUM"})
_DOERS = re.compile(
    r"(?:[^aeiou]ers|ors|ists|ians|teachers|women|men|firms|families|co-operatives|institutes|archives)$"
)
_JOINING = frozenset({",", ";", "and", "&", "together", "along", "with", "as", "well", "alongside"})
_LAST = frozenset({"and", "&", "with", "alongside", "well"})
SUED_TRADES = frozenset({"ai-lab", "tech", "software", "chip", "cloud"})
_DASHES = frozenset({"—", "–", "-", "("})
STAFF = frozenset({"employees", "staff", "staffers", "workers", "accounts", "access"})
"""What stands for the firm to which it belongs now."""
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "its", "their", "his", "her", "'s", "’s"})
_REACH = 8
_FAR = 16


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that stands for a party: a name, or words that point back to one.

    Attributes:
        party: who it is; None while only the words are known.
        words: the words that point back ("the company", "it"), in lower case.
        position: number of the token.
    """

    party: Party | None
    words: str
    position: int


class References:
    """Finds who is meant in one parsed passage.

    Args:
        doc: the passage.
        marked: its parties, by token.
    """

    def __init__(self, doc: Doc, marked: Marked) -> None:
        self._doc = doc
        self._marked = marked
        self._triggers = table("triggers")

    def next_party(self, word: Token) -> list[Reference]:
        """Who stands right behind a word, past describing words: "accused legal AI startup B", where the parse lost it."""
        at = word.i + 1
        while at < min(word.i + _REACH, len(self._doc)) and at not in self._marked:
            if self._doc[at].pos_ not in _DESCRIBING:
                return []
            at += 1
        if at not in self._marked or _describes_another(self._marked[at][0]) or _owns_next(self._marked[at][0]):
            return []
        return self.parties([self._marked[at][0].root])

    def victims(self, verb: Token) -> list[Reference]:
        """Whose works, where nobody else is said to sue: "faces a lawsuit for training on authors' books"."""
        owners = [t for t in verb.subtree if t.dep_ == "poss" and t.head.lemma_.lower() in self._triggers["works"]]
        return self.parties(owner for owner in owners if owner.i in self._marked)

    def subjects(self, verb: Token) -> list[Reference]:
        """Who does what the verb says, also where its subject stands elsewhere."""
        own = [child for child in verb.children if child.dep_ in SUBJECTS]
        if own and own[0].lower_ in {"that", "which", "who"} and verb.dep_ == "relcl":
            return self.actors(verb.head)
        if own:
            return self.parties(own)
        if verb.dep_ in {"acl", "relcl"} and verb.head.lower_ == "those" and verb.head.head.lower_ in {"among", "of"}:
            return self.subjects(verb.head.head.head)
        if verb.dep_ in {"acl", "relcl"}:
            return self.actors(verb.head)
        if (
            verb.dep_ in {"conj", "xcomp", "advcl", "ccomp", "pcomp", "dep", "prep", "parataxis"}
            and verb.head.i != verb.i
        ):
            head = _joined_to(verb)
            while head.pos_ == "ADP" and head.head.i != head.i:
                head = head.head
            return self.subjects(head) if head.pos_ in {"VERB", "AUX"} else self.actors(head)
        return []

    def own_subjects(self, verb: Token) -> list[Reference]:
        """Who does what a verb says; in a relative clause without its object ("B, which A took to court") only its own subject."""
        return self._stated_subjects(verb) or self.subjects(verb)

    def _stated_subjects(self, verb: Token) -> list[Reference]:
        """Who does what a verb says, as far as a subject that is more than "which" or "who" stands at it."""
        return self.parties(c for c in verb.children if c.dep_ in SUBJECTS and c.lower_ not in _RELATIVE)

    def actors(self, noun: Token) -> list[Reference]:
        """The parties that a noun stands for; a document stands for whoever wrote it."""
        if noun.lemma_.lower() in self._triggers["nouns"] and noun.i not in self._marked:
            owners = self.owners(noun)
            if owners:
                return owners
            if noun.dep_ in {"dobj", "obj"} and not is_passive(noun.head):
                lemma = noun.head.lemma_.lower()
                writes = lemma in self._triggers["verbs"]["document"] or lemma == "sign"
                return self.subjects(noun.head) if writes else []
            return []
        return self.parties([noun])

    def parties(self, nouns: Iterable[Token]) -> list[Reference]:
        """The parties that these nouns name or point to, with those joined to them by "and", "including" or commas."""
        found: list[Reference] = []
        for noun in nouns:
            for each in [noun, *noun.conjuncts, *self._neighbours(noun)]:
                found += self._one(each)
        return list({reference.position: reference for reference in found}.values())

    def behind(self, nouns: Iterable[Token]) -> list[Reference]:
        """The firms whose present people or accounts are meant: `B's accounts`, `staff of B`, `B employees`."""
        return [
            each
            for noun in nouns
            if self._are_people_of(noun)
            for each in self.parties(c for c in noun.children if c.dep_ in {"poss", "compound"} and c.i in self._marked)
            or self.prepositional(noun, {"of", "at", "from"})
            or self._right_behind(noun)
        ]

    def _right_behind(self, noun: Token) -> list[Reference]:
        """Whose people they are by the preposition that follows, whatever the parse joined it to: `employees at B`."""
        after = self._doc[noun.i + 1] if noun.i + 1 < len(self._doc) else None
        if after is None or after.lower_ not in {"of", "at", "from"}:
            return []
        return self.parties(child for child in after.children if child.dep_ == "pobj")

    def _are_people_of(self, noun: Token) -> bool:
        """Whether a noun stands for the people or accounts that a firm has now."""
        former = any(t.lower_ in FORMERLY | {"departed"} for t in noun.lefts)
        return not former and noun.lower_ in STAFF

    def _neighbours(self, noun: Token) -> list[Token]:
        """Heads of further parties in the list that begins with this one ("A, B and C"), where the parse lost them."""
        heads: list[Token] = []
        place = self._marked.get(noun.i)
        while place is not None:
            at = self._next_in_list(place[0].end)
            following = self._marked.get(at) if at > place[0].end else None
            if following is None or following[1].kind == "place":
                break
            span = following[0]
            if _describes_another(span) or _owns_next(span) or self._acts_elsewhere(span.root, noun):
                break
            heads.append(span.root)
            place = following
        return heads

    def _next_in_list(self, at: int) -> int:
        """The token where a list may go on: past commas and, after "and" or "together with", past describing words."""
        start = at
        while at < len(self._doc) and self._doc[at].lower_ in _JOINING:
            at += 1
        if any(token.lower_ in _LAST for token in self._doc[start:at]):
            while (
                at < min(start + _REACH, len(self._doc))
                and at not in self._marked
                and self._doc[at].pos_ in _DESCRIBING
            ):
                at += 1
        return at

    def _acts_elsewhere(self, other: Token, noun: Token) -> bool:
        """Whether a name is the subject of another verb than the one that this noun belongs to."""
        return other.dep_ in SUBJECTS and other.head.i not in {noun.head.i, noun.i} and not other.is_ancestor(noun)

    def _one(self, noun: Token) -> list[Reference]:
        if noun.lower_ in _RELATIVE and noun.head.dep_ == "relcl":
            return self.parties([noun.head.head])
        if noun.lemma_.lower() in self._triggers["nouns"] and noun.i not in self._marked:
            return self.owners(noun)
        if noun.i in self._marked:
            span, party = self._marked[noun.i]
            inner = members(self._doc, self._marked, noun.i) or self._counted(noun) if party.kind == "group" else []
            return inner or [Reference(party, "", span.start)]
        if noun.lower_ in words("references", "mediating"):
            named = self.prepositional(noun, {"of"}) or members(self._doc, self._marked, noun.i)
            if named:
                return named
        meant = self._owned(noun) or self._served(noun) or self._unnamed_product(noun) or self._pointing(noun)
        return meant or self._apposed_list(noun) or self._unlisted_group(noun)

    def _counted(self, group: Token) -> list[Reference]:
        """Who is said to belong to a group: `A and B are among the authors suing C`."""
        if group.dep_ != "pobj" or group.head.lower_ != "among" or group.head.head.lemma_ != "be":
            return []
        return [each for each in self.subjects(group.head.head) if each.party is not None]

    def _owned(self, noun: Token) -> list[Reference]:
        """Whoever a thing or a servant belongs to: `A's models`, `A's lawyers`."""
        former = any(child.lower_ in FORMERLY for child in noun.children)
        if former or noun.lemma_.lower() not in self._triggers["artefacts"]:
            return []
        one = noun.tag_ == "NN" and noun.lemma_.lower() in words("groups", "persons")
        ties = {"poss"} if one else {"poss", "compound"}
        return self.parties(c for c in noun.children if c.dep_ in ties and c.i in self._marked)

    def _served(self, noun: Token) -> list[Reference]:
        """For whom somebody speaks or acts: `lawyers for A`, `the heirs of A`, `A's founder`."""
        if noun.lemma_.lower() not in self._triggers["servants"]:
            return []
        owners = self.parties(c for c in noun.children if c.dep_ in {"poss", "compound"} and c.i in self._marked)
        return owners or self.prepositional(noun, {"for", "of"})

    def _unlisted_group(self, noun: Token) -> list[Reference]:
        """People named by what they do, whatever it is: `neuroscientists`, `schoolteachers`."""
        if noun.tag_ != "NNS" or not _DOERS.search(noun.lower_) or noun.lower_ in words("groups", "no_groups"):
            return []
        before = [t.lower_ for t in noun.lefts if t.dep_ == "compound" and t.pos_ == "NOUN" and t.i >= noun.i - 2]
        return [Reference(Party(" ".join([*before, noun.lower_]), "group"), "", noun.i)]

    def _unnamed_product(self, noun: Token) -> list[Reference]:
        """A product told of only as what it is, as the object of a verb: `AI meme generator`, `an AI search engine`."""
        if noun.dep_ not in {"dobj", "obj"} or noun.lower_ not in words("groups", "described"):
            return []
        start = noun.i
        while (
            start > noun.sent.start and start - 1 not in self._marked and self._doc[start - 1].pos_ in {"NOUN", "ADJ"}
        ):
            start -= 1
        described = [token.lower_ for token in self._doc[start : noun.i + 1]]
        before = self._doc[start - 1].lower_ if start > noun.sent.start else ""
        beside = start - 1 in self._marked or noun.i + 1 in self._marked
        if "ai" not in described or before in _DEFINITE or beside:
            return []
        return [Reference(Party(" ".join(described), "group", single=True), "", start)]

    def _apposed_list(self, noun: Token) -> list[Reference]:
        """The firms that a plural counts or describes and an apposition names: `three AI laboratories—A, B and C`."""
        if noun.tag_ not in {"NNS", "NNPS"} or noun.lemma_.lower() not in words("groups", "described"):
            return []
        return self.parties(child for child in noun.children if child.dep_ == "appos" and child.i in self._marked)

    def _pointing(self, noun: Token) -> list[Reference]:
        """Words that stand for a party named beside them or before: `the startup A`, `the company`, `it`."""
        apposed = [child for child in noun.children if child.dep_ in {"appos", "compound"} and child.i in self._marked]
        beside = [child for child in apposed if child.dep_ == "appos" and self._marked[child.i][0].start == noun.i + 1]
        if beside:
            return self.parties(beside)
        person = noun.lemma_.lower() in words("groups", "persons")
        if apposed and (noun.lower_ in words("references", "definite") or person):
            people = [c for c in apposed if not person or may_be_person(self._marked[c.i][1])]
            return self.parties(people[-1:])
        if noun.i + 1 in self._marked and hyphenated(noun) in words("groups", "described"):
            return self.parties([self._marked[noun.i + 1][0].root])
        if noun.lower_ in _POSSESSIVE:
            return [Reference(None, _POSSESSIVE[noun.lower_], noun.i)]
        if noun.lower_ in words("references", "definite") or noun.lower_ in PRONOUNS:
            return [Reference(None, noun.lower_ if noun.lower_ in PRONOUNS else _phrase(noun), noun.i)]
        return []

    def owners(self, noun: Token) -> list[Reference]:
        """Whose document it is: `A's`, `by A`, `from A`, `filed by A`, `brought on behalf of A`."""
        owners = self.parties(child for child in noun.children if child.dep_ == "poss")
        owners = owners or self.prepositional(noun, {"by", "from"})
        owners = owners or self.parties(child for child in self._named_before(noun) if not self._is_sued(child))
        if not owners:
            for verb in (child for child in noun.children if child.dep_ in {"acl", "relcl"}):
                if verb.lemma_ not in words("references", "seeing"):
                    owners = owners or self.by(verb) or self.behalf(verb) or self._together_with(verb)
                    if verb.dep_ == "relcl" and verb.lemma_.lower() in self._triggers["verbs"]["document"]:
                        owners = owners or self._stated_subjects(verb)
        return owners

    def _together_with(self, verb: Token) -> list[Reference]:
        """With whom something is filed, unless that is where: `a suit filed with the Authors Guild`."""
        beside = self.prepositional(verb, {"with", "alongside"}, past=False)
        return [each for each in beside if each.party is not None and each.party.kind not in {"forum", "place"}]

    def _named_before(self, noun: Token) -> list[Token]:
        """Names that stand before a document without a possessive: `the Getty lawsuit`, `the OpenAI case`."""
        return [child for child in noun.children if child.dep_ in {"compound", "nmod"} and child.i in self._marked]

    def _is_sued(self, name: Token) -> bool:
        """Whether a document with this name before it is likelier against than by whom it names: a maker of technology."""
        return self._marked[name.i][1].trade in SUED_TRADES

    def against(self, noun: Token) -> list[Reference]:
        """Whom a document is directed at: `against B`, `targeting B`, `the OpenAI lawsuit`."""
        threatens = any(token.lower_ in words("references", "threatening") for token in noun.lefts)
        to = {"to"} if threatens and noun.lemma_.lower() in words("references", "sent") else set()
        found = self.prepositional(noun, {"against", "versus"} | to)
        for verb in (child for child in noun.children if child.dep_ in {"acl", "relcl"}):
            if verb.lemma_.lower() in {"target", "accuse", "allege"}:
                found = found or self.parties(c for c in verb.children if c.dep_ in {"dobj", "obj"})
            found = found or self.prepositional(verb, {"against"})
        found = found or self._further_against(noun)
        return found or self.parties(child for child in self._named_before(noun) if self._is_sued(child))

    def _further_against(self, noun: Token) -> list[Reference]:
        """Whom the next "against" names, before any verb, where the parse joined it to something else."""
        for token in noun.doc[noun.i + 1 : min(noun.i + _FAR, noun.sent.end)]:
            if token.lower_ == "against":
                return self.parties(c for c in token.children if c.dep_ == "pobj") or self.next_party(token)
            if token.tag_ in {"VBD", "VBZ", "VBP", "MD"} or token.lemma_.lower() in self._triggers["nouns"]:
                break
        return []

    def by(self, verb: Token) -> list[Reference]:
        """Who does what a passive verb says."""
        agents = [
            child for child in verb.children if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by")
        ]
        return self.parties(
            grandchild for agent in agents for grandchild in agent.children if grandchild.dep_ == "pobj"
        )

    def behalf(self, verb: Token) -> list[Reference]:
        """For whom it is done: `on behalf of A`."""
        behalf = [t for t in verb.subtree if t.lower_ == "behalf"]
        return [reference for token in behalf for reference in self.prepositional(token, {"of"})]

    def prepositional(self, token: Token, prepositions: set[str], *, past: bool = True) -> list[Reference]:
        """What stands behind one of these prepositions, next to the word or, if `past`, one noun further."""
        near = [child for child in token.children if child.dep_ in {"prep", "agent", "dative"}]
        near += [other for prep in near for other in prep.children if other.dep_ == "conj" and other.pos_ == "ADP"]
        further = [
            grandchild
            for child in near
            if child.lower_ not in prepositions
            for noun in child.children
            for grandchild in noun.children
            if grandchild.dep_ == "prep"
        ]
        for group in (near, further) if past else (near,):
            objects = [c for prep in group if prep.lower_ in prepositions for c in prep.children if c.dep_ == "pobj"]
            found = self.parties(objects)
            if found:
                return found
        return []


def members(doc: Doc, marked: Marked, group: int) -> list[Reference]:
    """`authors including X and Y`, `authors (X and Y)`, `plaintiffs X, Y and Z`: the members named after a group.

    Args:
        doc: the passage.
        marked: its parties, by token.
        group: number of the group's last token.
    """
    at = group + 1
    limit = min(at + _REACH, doc[group].sent.end)
    if doc[group].lower_ in STAFF and at < limit and doc[at].lower_ == "of":
        return []
    while at < limit and (
        _is_group(marked, at)
        or _is_place(marked, at)
        or (at not in marked and doc[at].lower_ in words("references", "leading"))
    ):
        at += 1
    while group + 1 < at < limit and at not in marked and doc[at].pos_ in _DESCRIBING:
        at += 1
    found: list[Reference] = []
    while at in marked and at < doc[group].sent.end and not _is_group(marked, at):
        span, party = marked[at]
        found.append(Reference(party, "", span.start))
        at = _past_separators(doc, marked, span.end)
    return found


@dataclass(frozen=True, slots=True)
class Members:
    """Those whom words after a group introduce as its members; `all` if the sentence says no more than who they are."""

    parties: tuple[Party, ...] = ()
    all: bool = False


def named_members(doc: Doc, marked: Marked, group: int) -> Members:
    """The members of a group that the words after it introduce as such: `authors, among them X and Y`."""
    introduced = doc[group + 1 : group + _REACH]
    if not any(token.lower_ in words("references", "introducing") for token in introduced):
        apposed = len(introduced) > 0 and introduced[0].text in _DASHES
        return Members(_parties_of(members(doc, marked, group))) if apposed else Members()
    if introduced[0].lower_ in {"include", "includes"}:
        return Members(tuple(_listed_after(doc, marked, introduced[0].i)), all=True)
    return Members(_parties_of(members(doc, marked, group)))


def listed_with_others(doc: Doc, marked: Marked, group: int) -> Members:
    """The members named right before the others of a group: `A, B and 15 other media organizations`.

    Args:
        doc: the passage.
        marked: its parties, by token.
        group: number of the group's first token.
    """
    at, start = group - 1, doc[group].sent.start
    while at >= start and at not in marked and doc[at].pos_ in {"NUM", "ADJ", "NOUN", "DET"}:
        at -= 1
    before = [token.lower_ for token in doc[at + 1 : group + 1]]
    if not {"other", "others"} & set(before) or at < start or doc[at].lower_ not in _LAST:
        return Members()
    found: list[Party] = []
    while at >= start:
        while at >= start and doc[at].lower_ in _JOINING:
            at -= 1
        if at < start or at not in marked or marked[at][1].kind not in {"organisation", "person"}:
            break
        span, party = marked[at]
        found.append(party)
        at = span.start - 1
        at -= int(at >= start and doc[at].lower_ == "the")
        if at >= start and doc[at].lower_ not in _JOINING:
            break
    return Members(tuple(reversed(found)), all=True)


def _parties_of(references: Iterable[Reference]) -> tuple[Party, ...]:
    return tuple(reference.party for reference in references if reference.party is not None)


def _listed_after(doc: Doc, marked: Marked, verb: int) -> list[Party]:
    """Who is listed after a verb, up to the end of its sentence: `the publishers include some of the oldest, like X and Y`."""
    places = {marked[i][0].start: marked[i][1] for i in range(verb, doc[verb].sent.end) if i in marked}
    return [party for party in places.values() if party.kind in {"organisation", "person"}]


def _is_group(marked: Marked, at: int) -> bool:
    return at in marked and marked[at][1].kind == "group"


def _is_place(marked: Marked, at: int) -> bool:
    return at in marked and marked[at][1].kind == "place"


def _past_separators(doc: Doc, marked: Marked, at: int) -> int:
    """The token after commas, "and" and descriptions between the members of a list; -1 where the list ends."""
    end = min(at + _REACH, len(doc))
    separated = False
    while at < end and at not in marked and doc[at].lower_ in _SEPARATORS:
        separated, at = True, at + 1
    while separated and at < end and at not in marked and doc[at].pos_ in _DESCRIBING:
        at += 1
    return at if separated else -1


def _joined_to(verb: Token) -> Token:
    """The verb that another depends on; "suing" is joined to the nearest "-ing" above it and to no infinitive between."""
    if verb.dep_ == "conj" and verb.tag_ == "VBG" and verb.head.tag_ != "VBG":
        return next((above for above in verb.ancestors if above.tag_ == "VBG"), verb.head)
    return verb.head


def _describes_another(span: Span) -> bool:
    """Whether a name only describes what follows ("BitTorrent pirates")."""
    return span.root.dep_ == "compound" and span.root.head.i >= span.end


def _owns_next(span: Span) -> bool:
    """Whether a name only says whose the next thing is ("Twitter's new limits")."""
    return span.end < len(span.doc) and span.doc[span.end].tag_ == "POS"


def is_passive(verb: Token) -> bool:
    """Whether the verb is passive, also where a headline leaves out the auxiliary ("B sued by A")."""
    if any(child.dep_ in {"nsubjpass", "auxpass"} for child in verb.children):
        return True
    if verb.tag_ not in {"VBN", "VBD"}:
        return False
    has_object = any(child.dep_ in {"dobj", "obj"} for child in verb.children)
    has_agent = any(child.dep_ == "agent" or child.lower_ in {"by", "over"} for child in verb.children)
    perfect = any(child.dep_ == "aux" and child.lemma_ == "have" for child in verb.children)
    return not has_object and not perfect and (has_agent or verb.tag_ == "VBN")


def _phrase(noun: Token) -> str:
    return " ".join(t.lower_ for t in noun.subtree if noun.i - 4 < t.i <= noun.i)
