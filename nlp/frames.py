"""Who accuses whom in one passage: frames over the dependency parse for verbs, nouns and case names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from kb.model import Stage
from nlp.lexicon import table
from nlp.parties import Marked, Party

_SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_DEFINITE = frozenset(
    "company startup firm maker giant lab group developer publisher newspaper label studio platform service business duo trio "
    "organization organisation outlet corporation plaintiff plaintiffs companies publishers authors artists defendant "
    "defendants conglomerate retailer chipmaker owner unicorn start-up site website app generator tool chatbot".split()
)
_PRONOUNS = frozenset({"it", "they", "he", "she", "them", "him", "who", "which", "that"})
_MEDIATING = frozenset(
    {"group", "number", "coalition", "trio", "duo", "pair", "consortium", "maker", "team", "dozens", "class", "band"}
)
_LEADING = frozenset(
    "( , : – — - of plaintiffs which who that whom it they including include includes such as namely like led by among them was were are is mostly writer author "
    "novelist journalist artist comedian musician named".split()
)
_SEPARATORS = frozenset({",", "and", "&", ";", "as", "well"})
_DESCRIBING = frozenset({"NOUN", "PROPN", "ADJ", "DET", "NUM"})
_REACH = 8
_SEEING = frozenset({"see", "obtain", "review", "view", "report", "publish", "cite", "read", "share"})
_FORUMS = ("forum",)
MAKERS = frozenset({"media", "publisher", "music", "film", "image", "news", "author-group", "trade-body"})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One finding in one passage.

    Attributes:
        accusers: who accuses; may be empty.
        accused: who is accused; may be empty.
        stage: what the trigger alone says of the stage.
        trigger: the words that opened the frame.
        rule: which kind of frame.
        sentence: where it stands.
    """

    accusers: tuple[Reference, ...]
    accused: tuple[Reference, ...]
    stage: Stage
    trigger: str
    rule: str
    sentence: Span = field(repr=False)


class FrameFinder:
    """Finds the frames of one parsed passage.

    Args:
        doc: the passage.
        marked: its parties, by token.
    """

    def __init__(self, doc: Doc, marked: Marked) -> None:
        self._doc = doc
        self._marked = marked
        self._triggers = table("triggers")

    def frames(self) -> list[Frame]:
        """Every frame with at least one side, in the order of the text."""
        told = (frame for token in self._doc for frame in self._at(token) if not _unsaid(token))
        found = [*self._case_names(), *told]
        return [frame for frame in found if frame.accusers or frame.accused]

    def _at(self, token: Token) -> Iterator[Frame]:
        verbs, lemma = self._triggers["verbs"], token.lemma_.lower()
        if token.pos_ in {"VERB", "AUX"} or token.tag_.startswith("VB"):
            if lemma in verbs["object"]:
                yield from self._object_verb(token, Stage(verbs["object"][lemma]))
            if lemma in verbs["clause"]:
                yield from self._clause_verb(token, Stage(verbs["clause"][lemma]))
            if lemma in verbs["suffer"]:
                yield from self._suffered(token)
            if lemma in verbs["target"]:
                yield from self._targeted(token, Stage(verbs["target"][lemma]))
        elif lemma == "plaintiff":
            yield from self._plaintiffs(token)
        elif lemma in self._triggers["nouns"] and token.pos_ in {"NOUN", "PROPN"}:
            yield from self._noun(token, Stage(self._triggers["nouns"][lemma]))

    def _object_verb(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A sues B`, `B was sued by A`, `a letter accusing B`."""
        if verb.dep_ == "amod" and verb.tag_ == "VBN":
            return
        subjects = self._subjects(verb)
        passive = _passive(verb)
        objects = [child for child in verb.children if child.dep_ in {"dobj", "obj", "iobj", "dative"}]
        accused = self._parties(objects) or self._next_party(verb)
        if passive:
            accusers = self._by(verb)
            yield self._frame(accusers, subjects, stage, verb, "passive verb")
        elif accused or stage is not Stage.CHARGED:
            yield self._frame(subjects, accused, stage, verb, "verb")

    def _next_party(self, verb: Token) -> list[Reference]:
        """Who stands right behind a verb, past describing words: "accused legal AI startup B", where the parse lost it."""
        at = verb.i + 1
        while at < min(verb.i + _REACH, len(self._doc)) and at not in self._marked:
            if self._doc[at].pos_ not in _DESCRIBING:
                return []
            at += 1
        return self._parties([self._marked[at][0].root]) if at in self._marked else []

    def _targeted(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`a lawsuit filed by A targets B`, `the complaint names B`."""
        documents = [c for c in verb.children if c.dep_ in _SUBJECTS and c.lemma_.lower() in self._triggers["nouns"]]
        for document in documents:
            accused = self._parties(child for child in verb.children if child.dep_ in {"dobj", "obj"})
            if accused:
                yield self._frame(self._owners(document), accused, stage, verb, "noun")

    def _clause_verb(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A alleges that B copied its works`."""
        for clause in (child for child in verb.children if child.dep_ in {"ccomp", "xcomp", "advcl"}):
            for wrong in _wrongs(clause):
                accused = self._by(wrong) if _passive(wrong) else self._subjects(wrong)
                if accused:
                    accusers = self._subjects(verb) or self._prepositional(wrong, {"from"})
                    yield self._frame(accusers, accused, stage, verb, f"clause under '{verb.lemma_}'")
                    return

    def _suffered(self, verb: Token) -> Iterator[Frame]:
        """`B faces a lawsuit from A`, `B settles with A`."""
        stage = Stage(self._triggers["verbs"]["suffer"][verb.lemma_.lower()])
        documents = [
            c for c in verb.children if c.dep_ in {"dobj", "obj"} and c.lemma_.lower() in self._triggers["nouns"]
        ]
        for document in documents:
            if self._against(document):
                continue
            subjects, others = self._subjects(verb), self._prepositional(verb, {"from", "by", "with"})
            accusers = self._owners(document) or others or self._victims(verb)
            if verb.lemma_.lower() in {"settle", "resolve"} and _makes_works(subjects) and not _makes_works(others):
                accusers, subjects = subjects, others
            yield self._frame(accusers, subjects, stage, verb, "suffered")

    def _victims(self, verb: Token) -> list[Reference]:
        """Whose works, where nobody else is said to sue: "faces a lawsuit for training on authors' books"."""
        owners = [t for t in verb.subtree if t.dep_ == "poss" and t.head.lemma_.lower() in self._triggers["works"]]
        return self._parties(owner for owner in owners if owner.i in self._marked)

    def _noun(self, noun: Token, stage: Stage) -> Iterator[Frame]:
        """`A's lawsuit against B`, `a complaint filed by A`, `A filed a suit against B`, `B was hit with a lawsuit by A`."""
        verb = noun.head if noun.dep_ in {"dobj", "obj", "nsubjpass", "nsubj", "pobj"} else None
        if verb is not None and noun.dep_ == "pobj":
            verb = verb.head
        accused = self._against(noun)
        accusers = self._owners(noun)
        if verb is not None and verb.pos_ == "VERB":
            stage = self._staged(verb, stage)
            accused = accused or self._prepositional(verb, {"against"})
            acts = noun.dep_ in {"dobj", "obj", "pobj"} and verb.lemma_.lower() in self._triggers["verbs"]["document"]
            if acts and not accusers and not _passive(verb):
                accusers = self._subjects(verb)
            if noun.dep_ == "nsubjpass" and not accusers:
                accusers = self._by(verb) or self._behalf(verb)
            hit = noun.dep_ == "pobj" and verb.lemma_.lower() in {"hit", "slap", "serve", "name", "target"}
            if hit and not accused:
                accused = self._subjects(verb)
                accusers = accusers or self._prepositional(noun, {"from", "by"}) or self._by(verb)
        if accused or (accusers and noun.lemma_.lower() in {"lawsuit", "suit", "complaint"}):
            yield self._frame(accusers, accused, stage, noun, "noun")

    def _plaintiffs(self, noun: Token) -> Iterator[Frame]:
        """`A and B are the plaintiffs`, `the plaintiffs include A and B`, `plaintiff A`."""
        verb = (
            noun.head
            if noun.dep_ in {"attr", "nsubj"}
            else noun.head.head
            if noun.dep_ == "compound" and noun.head.dep_ == "attr"
            else None
        )
        accusers: list[Reference] = []
        if verb is not None and verb.lemma_ in {"be", "include"}:
            others = {"nsubj", "attr", "dobj", "obj"} - ({noun.dep_} if noun.dep_ != "compound" else {"attr"})
            accusers = self._parties(child for child in verb.children if child.dep_ in others)
        elif noun.dep_ == "compound" and noun.head.i in self._marked:
            accusers = self._parties([noun.head])
        accusers += members(self._doc, self._marked, noun.i)
        named = [reference for reference in accusers if reference.party is not None]
        if named:
            yield self._frame(named, [], Stage.COMPLAINT, noun, "plaintiffs")

    def _staged(self, verb: Token, stage: Stage) -> Stage:
        lemma = verb.lemma_.lower()
        return (
            Stage(self._triggers["verbs"]["document"].get(lemma, stage))
            if lemma in {"settle", "drop", "withdraw"}
            else stage
        )

    def _case_names(self) -> Iterator[Frame]:
        """`A v. B`."""
        for token in self._doc:
            if token.lower_ in {"v.", "vs.", "vs", "v"} and 0 < token.i < len(self._doc) - 1:
                left = self._marked.get(token.i - 1) or self._marked.get(token.i - 2)
                right = self._marked.get(token.i + 1) or self._marked.get(token.i + 2)
                if left and right:
                    yield self._frame(
                        [Reference(left[1], "", left[0].start)],
                        [Reference(right[1], "", right[0].start)],
                        Stage.COMPLAINT,
                        token,
                        "case name",
                    )

    def _frame(
        self, accusers: Iterable[Reference], accused: Iterable[Reference], stage: Stage, trigger: Token, rule: str
    ) -> Frame:
        return Frame(
            accusers=tuple(_not_forums(accusers)),
            accused=tuple(_not_forums(accused)),
            stage=stage,
            trigger=trigger.text,
            rule=rule,
            sentence=trigger.sent,
        )

    def _subjects(self, verb: Token) -> list[Reference]:
        """Who does what the verb says, also where its subject stands elsewhere."""
        own = [child for child in verb.children if child.dep_ in _SUBJECTS]
        if own and own[0].lower_ in {"that", "which", "who"} and verb.dep_ == "relcl":
            return self._actors(verb.head)
        if own:
            return self._parties(own)
        if verb.dep_ in {"acl", "relcl"}:
            return self._actors(verb.head)
        if (
            verb.dep_ in {"conj", "xcomp", "advcl", "ccomp", "pcomp", "dep", "prep", "parataxis"}
            and verb.head.i != verb.i
        ):
            head = verb.head
            while head.pos_ == "ADP" and head.head.i != head.i:
                head = head.head
            return self._subjects(head) if head.pos_ in {"VERB", "AUX"} else self._actors(head)
        return []

    def _actors(self, noun: Token) -> list[Reference]:
        """The parties that a noun stands for; a document stands for whoever wrote it."""
        if noun.lemma_.lower() in self._triggers["nouns"] and noun.i not in self._marked:
            owners = self._owners(noun)
            if owners:
                return owners
            if noun.dep_ in {"dobj", "obj"} and not _passive(noun.head):
                lemma = noun.head.lemma_.lower()
                return self._subjects(noun.head) if lemma in self._triggers["verbs"]["document"] else []
            return []
        return self._parties([noun])

    def _parties(self, nouns: Iterable[Token]) -> list[Reference]:
        """The parties that these nouns name or point to, with those joined to them by "and", "including" or commas."""
        found: list[Reference] = []
        for noun in nouns:
            for each in [noun, *noun.conjuncts, *self._neighbours(noun)]:
                found += self._one(each)
        return list({reference.position: reference for reference in found}.values())

    def _neighbours(self, noun: Token) -> list[Token]:
        """Heads of further parties in the list that begins with this one ("A, B and C"), where the parse lost them."""
        heads: list[Token] = []
        place = self._marked.get(noun.i)
        while place is not None:
            at = place[0].end
            while at < len(self._doc) and self._doc[at].lower_ in {",", "and", "&"}:
                at += 1
            following = self._marked.get(at) if at > place[0].end else None
            if following is None or following[0].root.dep_ == "nsubj":
                break
            heads.append(following[0].root)
            place = following
        return heads

    def _one(self, noun: Token) -> list[Reference]:
        if noun.lemma_.lower() in self._triggers["nouns"] and noun.i not in self._marked:
            return self._owners(noun)
        if noun.i in self._marked:
            span, party = self._marked[noun.i]
            inner = members(self._doc, self._marked, noun.i) if party.kind == "group" else []
            return inner or [Reference(party, "", span.start)]
        if noun.lower_ in _MEDIATING:
            named = members(self._doc, self._marked, noun.i) or self._prepositional(noun, {"of"})
            if named:
                return named
        return self._owned(noun) or self._pointing(noun)

    def _owned(self, noun: Token) -> list[Reference]:
        """Whoever a thing or a servant belongs to: `A's models`, `A's lawyers`."""
        if noun.lemma_.lower() not in self._triggers["artefacts"]:
            return []
        return self._parties(c for c in noun.children if c.dep_ in {"poss", "compound"} and c.i in self._marked)

    def _pointing(self, noun: Token) -> list[Reference]:
        """Words that stand for a party named beside them or before: `the startup A`, `the company`, `it`."""
        apposed = [child for child in noun.children if child.dep_ in {"appos", "compound"} and child.i in self._marked]
        if noun.lower_ in _DEFINITE and apposed:
            return self._parties(apposed[-1:])
        if noun.lower_ in _DEFINITE or noun.lower_ in _PRONOUNS:
            return [Reference(None, noun.lower_ if noun.lower_ in _PRONOUNS else _phrase(noun), noun.i)]
        return []

    def _owners(self, noun: Token) -> list[Reference]:
        """Whose document it is: `A's`, `by A`, `from A`, `filed by A`, `brought on behalf of A`."""
        owners = self._parties(child for child in noun.children if child.dep_ == "poss")
        owners = owners or self._prepositional(noun, {"by", "from"})
        owners = owners or self._parties(
            child for child in noun.children if child.dep_ in {"compound", "nmod"} and child.i in self._marked
        )
        if not owners:
            for verb in (child for child in noun.children if child.dep_ in {"acl", "relcl"}):
                if verb.lemma_ not in _SEEING:
                    owners = owners or self._by(verb) or self._behalf(verb)
        return owners

    def _against(self, noun: Token) -> list[Reference]:
        found = self._prepositional(noun, {"against", "versus"})
        for verb in (child for child in noun.children if child.dep_ in {"acl", "relcl"}):
            if verb.lemma_.lower() in {"target", "accuse", "allege"}:
                found = found or self._parties(c for c in verb.children if c.dep_ in {"dobj", "obj"})
            found = found or self._prepositional(verb, {"against"})
        return found

    def _by(self, verb: Token) -> list[Reference]:
        agents = [
            child for child in verb.children if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by")
        ]
        return self._parties(
            grandchild for agent in agents for grandchild in agent.children if grandchild.dep_ == "pobj"
        )

    def _behalf(self, verb: Token) -> list[Reference]:
        behalf = [t for t in verb.subtree if t.lower_ == "behalf"]
        return [reference for token in behalf for reference in self._prepositional(token, {"of"})]

    def _prepositional(self, token: Token, prepositions: set[str]) -> list[Reference]:
        """What stands behind one of these prepositions, next to the word or one noun further."""
        near = [child for child in token.children if child.dep_ in {"prep", "agent", "dative"}]
        further = [
            grandchild
            for child in near
            if child.lower_ not in prepositions
            for noun in child.children
            for grandchild in noun.children
            if grandchild.dep_ == "prep"
        ]
        for group in (near, further):
            objects = [c for prep in group if prep.lower_ in prepositions for c in prep.children if c.dep_ == "pobj"]
            found = self._parties(objects)
            if found:
                return found
        return []


def _makes_works(references: Iterable[Reference]) -> bool:
    return any(r.party is not None and (r.party.kind == "group" or r.party.trade in MAKERS) for r in references)


def members(doc: Doc, marked: Marked, group: int) -> list[Reference]:
    """`authors including X and Y`, `authors (X and Y)`, `plaintiffs X, Y and Z`: the members named after a group.

    Args:
        doc: the passage.
        marked: its parties, by token.
        group: number of the group's last token.
    """
    at = group + 1
    limit = min(at + _REACH, doc[group].sent.end)
    while at < limit and (_is_group(marked, at) or (at not in marked and doc[at].lower_ in _LEADING)):
        at += 1
    while group + 1 < at < limit and at not in marked and doc[at].pos_ in _DESCRIBING:
        at += 1
    found: list[Reference] = []
    while at in marked and at < doc[group].sent.end and not _is_group(marked, at):
        span, party = marked[at]
        found.append(Reference(party, "", span.start))
        at = _past_separators(doc, marked, span.end)
    return found


def _is_group(marked: Marked, at: int) -> bool:
    return at in marked and marked[at][1].kind == "group"


def _past_separators(doc: Doc, marked: Marked, at: int) -> int:
    """The token after commas, "and" and descriptions between the members of a list; -1 where the list ends."""
    end = min(at + _REACH, len(doc))
    separated = False
    while at < end and at not in marked and doc[at].lower_ in _SEPARATORS:
        separated, at = True, at + 1
    while separated and at < end and at not in marked and doc[at].pos_ in _DESCRIBING:
        at += 1
    return at if separated else -1


def _passive(verb: Token) -> bool:
    """Whether the verb is passive, also where a headline leaves out the auxiliary ("B sued by A")."""
    if any(child.dep_ in {"nsubjpass", "auxpass"} for child in verb.children):
        return True
    if verb.tag_ not in {"VBN", "VBD"}:
        return False
    has_object = any(child.dep_ in {"dobj", "obj"} for child in verb.children)
    has_agent = any(child.dep_ == "agent" or child.lower_ in {"by", "over"} for child in verb.children)
    perfect = any(child.dep_ == "aux" and child.lemma_ == "have" for child in verb.children)
    return not has_object and not perfect and (has_agent or verb.tag_ == "VBN")


def _wrongs(clause: Token) -> Iterator[Token]:
    wrong = table("triggers")["wrongs"]["verbs"]
    for token in [clause, *(t for t in clause.subtree if t.i != clause.i)]:
        if token.pos_ in {"VERB", "AUX"} and token.lemma_.lower() in wrong:
            yield token


def _not_forums(references: Iterable[Reference]) -> Iterator[Reference]:
    for reference in references:
        if reference.party is None or reference.party.kind not in _FORUMS:
            yield reference


def _phrase(noun: Token) -> str:
    return " ".join(t.lower_ for t in noun.subtree if noun.i - 4 < t.i <= noun.i)


def _unsaid(trigger: Token) -> bool:
    """Whether the accusation is denied, merely possible, or supposed."""
    governing = [
        trigger,
        *(t for t in trigger.ancestors if t.pos_ in {"VERB", "AUX"} and t.sent.start == trigger.sent.start),
    ]
    if trigger.pos_ not in {"VERB", "AUX"} and any(child.lower_ == "no" for child in trigger.children):
        return True
    for n, verb in enumerate(governing[:3]):
        below = governing[n - 1] if n else None
        if below is not None and below.dep_ in {"relcl", "acl", "advcl"} and below.pos_ in {"VERB", "AUX"}:
            return False
        if any(_casts_doubt(child) for child in verb.children) or (n and verb.lemma_ in _DOUBTING):
            return True
    return False


def _casts_doubt(word: Token) -> bool:
    modal = word.dep_ == "aux" and word.lower_ in {"could", "might", "would", "may"}
    return word.dep_ == "neg" or modal or (word.dep_ == "mark" and word.lower_ in {"if", "whether", "unless"})


_DOUBTING = frozenset("deny decline refuse consider mull weigh contemplate fail rule prevent avoid".split())
