"""Who accuses whom in one passage: frames over the dependency parse for verbs, nouns and case names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from kb.model import Stage
from nlp.lexicon import table, words
from nlp.parties import VERSUS, Marked, makes_works, opposed
from nlp.references import OWN, PRONOUNS, SUBJECTS, SUED_TRADES, Reference, References, is_passive, members

_FORUMS = ("forum",)
_RULING = re.compile(r"\b(?:judges?|court|tribunal|magistrate|jury|jurors|panel|circuit)\b", re.IGNORECASE)
_COURTS = frozenset({"court", "tribunal", "judge", "trial", "arbitration", "proceeding", "proceedings"})
_LETTERS = re.compile(r"\b(?:letters?|wrote|written|notice|cease|writ|demand)\b", re.IGNORECASE)
_OF_LAW = re.compile(
    r"\b(?:cases?|lawsuits?|suits?|su(?:es|ed|ing)|courts?|judges?|rul(?:ed|ing)s?|complaints?|jury|verdict|trial|copyright|infring\w+)\b",
    re.IGNORECASE,
)
_CONTESTS = frozenset("battle fight dispute feud litigation case".split())
_BACKING = frozenset("back favor favour support vindicate".split())
_RULING_VERBS = _BACKING | frozenset("rule side find hold decide".split())
_SUITS = frozenset({"lawsuit", "suit", "complaint", "class-action", "case"})
_MONEY = re.compile(r"[$€£¥]|\b(?:damages|compensation|millions?)\b")
_STOPPING = frozenset("stop withdraw remove delete cease halt destroy pulp desist erase take pull".split())
_DEMANDS = re.compile(
    r"cease|desist|\bstop\b|delet|remov|take down|demand|infring|cop(?:y|ied)|without|threat|withdraw|halt|breach|unauthori|destroy",
    re.IGNORECASE,
)


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
        self._who = References(doc, marked)
        self._triggers = table("triggers")

    def frames(self) -> list[Frame]:
        """Every frame with at least one side, in the order of the text."""
        told = (frame for token in self._doc for frame in self._at(token) if not _unsaid(token))
        found = [*self._case_names(), *told]
        return [frame for frame in found if frame.accusers or frame.accused]

    def _at(self, token: Token) -> Iterator[Frame]:
        """The frames that a word opens."""
        lemma = token.lemma_.lower()
        if token.lower_ == "according":
            yield from self._according(token)
        elif token.pos_ in {"VERB", "AUX"} or token.tag_.startswith("VB"):
            yield from self._at_verb(token, lemma)
        elif lemma == "plaintiff":
            yield from self._plaintiffs(token)
        elif lemma in self._triggers["nouns"] and token.pos_ in {"NOUN", "PROPN"}:
            yield from self._noun(token, Stage(self._triggers["nouns"][lemma]))
            if lemma in _CONTESTS:
                yield from self._contest(token)

    def _at_verb(self, verb: Token, lemma: str) -> Iterator[Frame]:
        rules = {
            "object": self._object_verb,
            "clause": self._clause_verb,
            "suffer": self._suffered,
            "haul": self._hauled,
            "write": self._written_to,
            "target": self._targeted,
            "judge": self._found_guilty,
            "exclude": self._shut_out,
            "uncover": self._found_out,
        }
        for name, rule in rules.items():
            stages = self._triggers["verbs"][name]
            if lemma in stages:
                yield from rule(verb, Stage(stages[lemma]))
        if lemma == "include":
            yield from self._included(verb)
        if lemma == "pay":
            yield from self._ordered_to_pay(verb)
        if lemma in self._triggers["criticising"] and any(True for child in _grounds(verb) for _ in _wrongs(child)):
            yield from self._object_verb(verb, Stage.ACCUSED)
        if lemma in self._triggers["infringing"]:
            yield from self._infringed(verb)
        if lemma in self._triggers["wrongs"]["verbs"]:
            yield from self._allegedly(verb)
        if lemma in _RULING_VERBS and any(
            _RULING.fullmatch(subject.text) for subject in verb.children if subject.dep_ in SUBJECTS
        ):
            yield from self._ruled(verb)

    def _object_verb(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A sues B`, `B was sued by A`, `a letter accusing B`."""
        if (verb.dep_ == "amod" and verb.tag_ == "VBN") or (verb.lemma_ == "charge" and _is_price(verb)):
            return
        subjects = self._who.subjects(verb)
        passive = is_passive(verb)
        objects = [child for child in verb.children if child.dep_ in {"dobj", "obj", "iobj", "dative"}]
        accused = self._who.behind(objects) or self._who.parties(objects) or self._who.next_party(verb)
        if verb.lemma_ == "blame" and not accused:
            accused = [who for word in (verb, *objects) for who in self._who.prepositional(word, {"on", "by"})]
        if passive:
            accusers = self._who.by(verb)
            yield self._frame(accusers, subjects, stage, verb, "passive verb")
        elif accused or stage is not Stage.CHARGED:
            yield self._frame(subjects, accused, stage, verb, "verb")

    def _allegedly(self, verb: Token) -> Iterator[Frame]:
        """`B allegedly copied the songs`, `B is alleged to have copied them`: nobody is said to allege it."""
        above = verb.head if verb.dep_ == "xcomp" and verb.head.lemma_ == "allege" and is_passive(verb.head) else None
        if above is None and not any(child.lower_ == "allegedly" for child in verb.children):
            return
        accused = self._who.by(verb) if is_passive(verb) else self._who.subjects(above or verb)
        if accused:
            yield self._frame([], accused, Stage.ACCUSED, verb, "allegedly")

    def _found_guilty(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`B was found guilty of stealing A's secrets`, `B pleaded guilty to theft`; who prosecutes often announces it."""
        guilty = [
            c
            for c in verb.children
            if c.lower_ == "guilty" and c.dep_ in {"oprd", "acomp", "xcomp", "dobj", "advmod", "amod"}
        ]
        named = [t for word in guilty for t in (*word.subtree, *verb.subtree) if t.lemma_.lower() in _offences()]
        if not named:
            return
        announced = verb.head if verb.dep_ == "ccomp" and verb.head.i != verb.i else None
        prosecutors = [r for r in self._who.subjects(announced) if _prosecutes(r)] if announced is not None else []
        yield self._frame(prosecutors, self._who.subjects(verb), stage, verb, "suffered")

    def _ordered_to_pay(self, verb: Token) -> Iterator[Frame]:
        """`the court ordered B to pay A damages`, `B must pay damages to A for …`."""
        if not _RULING.search(verb.sent.text) or not _MONEY.search(verb.sent.text):
            return
        receiving = [c for c in verb.children if c.dep_ in {"dative", "iobj", "dobj", "obj"} and c.i in self._marked]
        accusers = self._who.prepositional(verb, {"to"}) or self._who.parties(receiving)
        told = verb.head if verb.dep_ in {"xcomp", "ccomp"} else verb
        ordered = [c for c in told.children if c.dep_ in {"dobj", "obj"}] if told.lemma_ in {"order", "tell"} else []
        accused = self._who.parties(c for c in verb.children if c.dep_ in SUBJECTS) or self._who.parties(ordered)
        if accusers and accused:
            yield self._frame(accusers, accused, Stage.RULING, verb, "noun")

    def _infringed(self, verb: Token) -> Iterator[Frame]:
        """`the court found that B infringed A's works`, `… the copyright of A`, `… songs managed by A`."""
        if not _RULING.search(verb.sent.text):
            return
        works = [child for child in verb.children if child.dep_ in {"dobj", "obj"}]
        owners = [owner for work in works for owner in self._who.owners(work) or self._who.prepositional(work, {"of"})]
        accused = self._who.subjects(verb)
        if accused and owners:
            yield self._frame(owners, accused, Stage.RULING, verb, "noun")

    def _ruled(self, verb: Token) -> Iterator[Frame]:
        """`the court backed A`, `… sided with B`, `… ruled against B`: who is backed accuses if he lives by works."""
        objects = [child for child in verb.children if child.dep_ in {"dobj", "obj"}]
        backed = self._who.parties(objects) if verb.lemma_ in _BACKING else []
        backed = backed or (
            self._who.prepositional(verb, {"with", "for"}) if verb.lemma_ in {"side", "rule", "find"} else []
        )
        if _makes_works(backed):
            yield self._frame(backed, [], Stage.RULING, verb, "noun")
        elif backed:
            yield self._frame([], backed, Stage.RULING, verb, "suffered")
        lost = self._who.prepositional(verb, {"against"})
        lost += [r for clause in verb.children if clause.dep_ == "ccomp" for r in self._wronged_in(clause)]
        if lost and not _makes_works(lost):
            yield self._frame([], lost, Stage.RULING, verb, "suffered")

    def _wronged_in(self, clause: Token) -> list[Reference]:
        """Of whose deeds a court decides: `the court ruled that B may not use the lyrics`."""
        if clause.lemma_.lower() not in self._triggers["wrongs"]["verbs"]:
            return []
        return self._who.parties(child for child in clause.children if child.dep_ in SUBJECTS)

    def _hauled(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A takes B to court`, `B was taken to court by A`, `A threatens B with legal action`."""
        courts = (
            noun for prep in verb.children if prep.dep_ == "prep" for noun in prep.children if noun.dep_ == "pobj"
        )
        if not any(noun.lemma_.lower() in _COURTS or noun.lemma_.lower() in self._triggers["nouns"] for noun in courts):
            return
        if is_passive(verb):
            yield self._frame(self._who.by(verb), self._who.subjects(verb), stage, verb, "passive verb")
        else:
            objects = [child for child in verb.children if child.dep_ in {"dobj", "obj"}]
            accused = self._who.parties(objects) or self._who.prepositional(verb, {"against"})
            if not accused and verb.dep_ == "relcl":
                accused = self._who.parties([verb.head])
            accused = accused or self._who.next_party(verb)
            yield self._frame(self._who.own_subjects(verb), accused, stage, verb, "verb")

    def _written_to(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A sent B a cease-and-desist letter`, `A wrote to B demanding that …`, `A told B in a letter to stop`."""
        stopping = _STOPPING | {"pay"} if verb.lemma_ == "demand" else _STOPPING
        orders = [
            c for c in verb.children if c.dep_ in {"xcomp", "ccomp"} and c.lemma_ in stopping and not _is_denied(c)
        ]
        orders += [
            c
            for prep in verb.children
            if prep.dep_ == "prep"
            for noun in prep.children
            for c in noun.children
            if c.dep_ in {"acl", "relcl"} and c.lemma_ in stopping and verb.lemma_ == "call"
        ]
        ordered = bool(orders)
        paid = verb.lemma_ in {"demand", "want"} and any(
            c.dep_ in {"dobj", "obj"} and (_MONEY.search(c.sent.text) or c.lemma_.lower() in self._triggers["redress"])
            for c in verb.children
        )
        if not ordered and not paid and not (_DEMANDS.search(verb.sent.text) and _LETTERS.search(verb.sent.text)):
            return
        to = [child for child in verb.children if child.dep_ in {"dative", "iobj"}]
        to += [
            child
            for child in verb.children
            if child.dep_ in {"dobj", "obj"} and child.lemma_ not in self._triggers["nouns"]
        ]
        told = [child for order in orders for child in order.children if child.dep_ in SUBJECTS]
        asking = (verb, *verb.children) if verb.lemma_ in {"demand", "want"} else ()
        asked = [who for word in asking for who in self._who.prepositional(word, {"from"}, past=False)]
        accused = self._who.parties(told) or asked or self._who.parties(() if paid else to)
        accused = accused or self._who.prepositional(verb, {"on", "for"} if verb.lemma_ == "call" else {"to"})
        if accused:
            yield self._frame(self._who.subjects(verb), accused, stage, verb, "letter")

    def _targeted(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`a lawsuit filed by A targets B`, `the complaint names B`."""
        documents = [c for c in verb.children if c.dep_ in SUBJECTS and c.lemma_.lower() in self._triggers["nouns"]]
        for document in documents:
            accused = self._who.parties(child for child in verb.children if child.dep_ in {"dobj", "obj"})
            if accused:
                yield self._frame(self._who.owners(document), accused, stage, verb, "noun")

    def _shut_out(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A bans B over alleged scraping`, `A cut B off for distilling its models`."""
        reasons = [c for c in verb.children if c.dep_ == "prep" and c.lower_ in {"over", "for", "after"}]
        if is_passive(verb) or not any(_is_taking(noun) for reason in reasons for noun in reason.children):
            return
        objects = [child for child in verb.children if child.dep_ in {"dobj", "obj"}]
        accused = self._who.behind(objects) or self._who.parties(objects)
        if accused:
            yield self._frame(self._who.subjects(verb), accused, stage, verb, "verb")

    def _found_out(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A identified campaigns by B to extract its models' capabilities`, `A detected a distillation attack by B`."""
        for noun in self._undertakings(verb):
            aims = [*noun.subtree, *(c for c in verb.children if c.dep_ in {"xcomp", "advcl"})]
            accused = self._who.prepositional(noun, {"by"}) or self._who.by(verb)
            if accused and any(_is_taking(word) for word in aims):
                yield self._frame(self._who.subjects(verb), accused, stage, verb, "verb")

    def _undertakings(self, verb: Token) -> Iterator[Token]:
        """The objects of a verb that are a campaign, an effort and the like."""
        undertakings = self._triggers["wrongs"]["undertakings"]
        return (c for c in verb.children if c.dep_ in {"dobj", "obj"} and c.lemma_.lower() in undertakings)

    def _clause_verb(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A alleges that B copied its works`."""
        for clause in (child for child in verb.children if child.dep_ in {"ccomp", "xcomp", "advcl"}):
            for wrong in (each for each in _wrongs(clause) if not _is_denied(each)):
                accused = self._who.by(wrong) if is_passive(wrong) else self._who.subjects(wrong)
                if accused and not (verb.lemma_ in _SAYING and all(r.words in PRONOUNS for r in accused)):
                    sayers = self._who.by(verb) if is_passive(verb) else self._who.subjects(verb)
                    if verb.lemma_ in _REPORTING and _are_press(sayers):
                        return
                    accusers = sayers or self._who.prepositional(wrong, {"from"}, past=False)
                    yield self._frame(accusers, accused, stage, verb, f"clause under '{verb.lemma_}'")
                    return
            if self._wronged_himself(clause):
                yield self._frame(self._who.subjects(verb), [], stage, verb, "wronged")
                return
        efforts = list(self._found_out(verb, stage)) if verb.lemma_ == "allege" else []
        yield from efforts
        if not efforts and verb.lemma_ not in _SAYING and any(_names_wrong(child) for child in verb.children):
            yield self._frame(self._who.subjects(verb), [], stage, verb, f"clause under '{verb.lemma_}'")

    def _wronged_himself(self, clause: Token) -> bool:
        """Whether a clause tells of a wrong to the works, voice or face of whoever tells it, and not who did it: `her voice was cloned`."""
        passive = [wrong for wrong in _wrongs(clause) if is_passive(wrong)]
        owners = (t for wrong in passive for t in wrong.subtree if t.dep_ == "poss" and t.lower_ in OWN)
        return any(owner.head.lemma_.lower() in self._triggers["works"] for owner in owners)

    def _suffered(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`B faces a lawsuit from A`, `B settles with A`."""
        documents = [
            c for c in verb.children if c.dep_ in {"dobj", "obj"} and c.lemma_.lower() in self._triggers["nouns"]
        ]
        for document in documents:
            if self._who.against(document):
                continue
            subjects, others = self._who.subjects(verb), self._who.prepositional(verb, {"from", "by", "with"})
            accusers = self._who.owners(document) or others or self._who.victims(verb)
            if verb.lemma_.lower() in {"settle", "resolve"}:
                if not others and len(subjects) > 1:
                    accusers, subjects = _opposed(subjects)
                elif _makes_works(subjects) and not _makes_works(others):
                    accusers, subjects = subjects, others
            yield self._frame(accusers, subjects, stage, verb, "suffered")

    def _noun(self, noun: Token, stage: Stage) -> Iterator[Frame]:
        """`A's lawsuit against B`, `a complaint filed by A`, `A filed a suit against B`, `B was hit with a lawsuit by A`."""
        verb = noun.head if noun.dep_ in {"dobj", "obj", "nsubjpass", "nsubj", "pobj"} else None
        if verb is not None and noun.dep_ == "pobj":
            verb = verb.head
        accused = self._who.against(noun) or self._said_to_have_wronged(noun)
        accusers = self._who.owners(noun)
        if verb is not None and verb.pos_ == "VERB":
            stage = self._staged(verb, stage)
            accused = accused or self._who.prepositional(verb, {"against"})
            acts = noun.dep_ in {"dobj", "obj", "pobj"} and verb.lemma_.lower() in self._triggers["verbs"]["document"]
            if acts and not is_passive(verb) and (not accusers or verb.lemma_ == "join"):
                accusers = [*self._who.subjects(verb), *accusers]
            if acts and stage is Stage.SETTLED and not accused and len(accusers) > 1:
                accusers, accused = _opposed(accusers)
            if noun.dep_ == "nsubjpass" and not accusers:
                accusers = self._who.by(verb) or self._who.behalf(verb)
            hit = noun.dep_ == "pobj" and verb.lemma_.lower() in {"hit", "slap", "serve", "name", "target"}
            if hit and not accused:
                accused = self._who.subjects(verb)
                accusers = accusers or self._who.prepositional(noun, {"from", "by"}) or self._who.by(verb)
        if stage is Stage.SETTLED and not accused and any(r.words == "they" for r in accusers):
            return
        brought = verb is not None and verb.lemma_.lower() in self._triggers["verbs"]["document"]
        if accused or (accusers and (brought or noun.lemma_.lower() in {"lawsuit", "suit", "complaint"})):
            yield self._frame(accusers, accused, stage, noun, "noun")

    def _said_to_have_wronged(self, noun: Token) -> list[Reference]:
        """Of whom the clause after a noun tells a wrong: `A's claim that B copied its songs`."""
        clauses = [child for child in noun.children if child.dep_ in {"acl", "ccomp"} and _is_clause(child)]
        for wrong in (wrong for clause in clauses for wrong in _wrongs(clause)):
            accused = (
                self._who.by(wrong)
                if is_passive(wrong)
                else self._who.parties(child for child in wrong.children if child.dep_ in SUBJECTS)
            )
            if accused:
                return accused
        return []

    def _contest(self, noun: Token) -> Iterator[Frame]:
        """`A's legal battle with B`, `the dispute between A and B`: who accuses is told by what each lives by."""
        sides = self._who.prepositional(noun, {"between"})
        one, other = (
            (sides[:1], sides[1:])
            if len(sides) == 2
            else (self._who.owners(noun), self._who.prepositional(noun, {"with"}))
        )
        if not one or not other or _makes_works(one) == _makes_works(other):
            return
        accusers, accused = (one, other) if _makes_works(one) else (other, one)
        yield self._frame(accusers, accused, Stage.COMPLAINT, noun, "noun")

    def _according(self, word: Token) -> Iterator[Frame]:
        """`B copied the songs, according to A`, `… according to the lawsuit`."""
        sources = [
            noun for prep in word.children if prep.lower_ == "to" for noun in prep.children if noun.dep_ == "pobj"
        ]
        verb = word.head
        for source in sources:
            named = source.i in self._marked and self._marked[source.i][1].trade != "news"
            if verb.lemma_.lower() not in self._triggers["wrongs"]["verbs"]:
                return
            document = source.lemma_.lower() in self._triggers["nouns"] and source.i not in self._marked
            if _is_taking(verb) and source.lemma_.lower() in self._triggers["wrongs"]["findings"]:
                found = self._who.owners(source)
                if found and not _makes_works(found):
                    accused = self._who.by(verb) if is_passive(verb) else self._who.subjects(verb)
                    yield self._frame(
                        found if accused else [], accused, Stage.ACCUSED, word, "clause under 'according'"
                    )
            if named or document:
                accused = self._who.by(verb) if is_passive(verb) else self._who.subjects(verb)
                if accused:
                    yield self._frame(
                        self._who.actors(source), accused, Stage.ACCUSED, word, "clause under 'according'"
                    )

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
            accusers = self._who.parties(child for child in verb.children if child.dep_ in others)
        elif noun.dep_ == "compound" and noun.head.i in self._marked:
            accusers = self._who.parties([noun.head])
        accusers += members(self._doc, self._marked, noun.i)
        named = [reference for reference in accusers if reference.party is not None]
        if named:
            against = [t for t in noun.subtree if t.lower_ == "against" and t.i > noun.i]
            accused = self._who.parties(c for t in against[:1] for c in t.children if c.dep_ == "pobj")
            yield self._frame(named, accused, Stage.COMPLAINT, noun, "plaintiffs")

    def _included(self, verb: Token) -> Iterator[Frame]:
        """`the suit also includes A and B`: those who sue together with somebody told of before."""
        first = verb.head if verb.dep_ == "conj" else verb
        suits = [
            c for c in first.children if c.dep_ in SUBJECTS and c.lemma_.lower() in _SUITS and c.i not in self._marked
        ]
        objects = [child for child in verb.children if child.dep_ in {"dobj", "obj"}]
        named = [r for r in self._who.parties(objects) if r.party is not None and r.party.trade not in SUED_TRADES]
        if suits and named and not any(token.lemma_.lower() == "defendant" for token in verb.subtree):
            yield self._frame(named, [], Stage.COMPLAINT, verb, "plaintiffs")

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
            if token.lower_ in VERSUS and 0 < token.i < len(self._doc) - 1 and _names_case(token):
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


def _names_case(versus: Token) -> bool:
    """Whether a "v." stands in the name of a case; "vs" also compares, so a word of the law must stand beside it."""
    if versus.lower_ in {"v.", "v"}:
        return True
    beside = versus.doc[max(0, versus.i - 4) : versus.i + 5]
    alone = sum(token.lower_ in VERSUS for token in beside) == 1
    return alone and bool(_OF_LAW.search(versus.sent.text))


def _are_press(references: Sequence[Reference]) -> bool:
    """Whether those who say something are unnamed journalists or outlets, who tell of accusations and make none."""
    nouns = [r.party.name.split()[-1] for r in references if r.party and r.party.kind == "group"]
    return bool(nouns) and len(nouns) == len(references) and set(nouns) <= words("groups", "press")


def _opposed(settling: Sequence[Reference]) -> tuple[list[Reference], list[Reference]]:
    """Those who settle with each other, parted into who accused and who was accused."""
    accusers, accused = opposed(r.party for r in settling if r.party)
    return [r for r in settling if r.party in accusers], [r for r in settling if r.party in accused]


def _offences() -> frozenset[str]:
    wrongs = table("triggers")["wrongs"]
    return frozenset((*wrongs["verbs"], *wrongs["nouns"], "espionage"))


def _prosecutes(reference: Reference) -> bool:
    party = reference.party
    return party is not None and (party.trade == "government" or party.name == "prosecutors")


def _makes_works(references: Iterable[Reference]) -> bool:
    return any(r.party is not None and (r.party.kind == "group" or makes_works(r.party)) for r in references)


def _wrongs(clause: Token) -> Iterator[Token]:
    wrong = table("triggers")["wrongs"]["verbs"]
    for token in [clause, *(t for t in clause.subtree if t.i != clause.i)]:
        if token.pos_ in {"VERB", "AUX"} and token.lemma_.lower() in wrong:
            yield token


def _grounds(verb: Token) -> Iterator[Token]:
    """What somebody is criticised for."""
    for prep in (c for word in (verb, *verb.children) for c in word.children if c.lower_ in {"for", "over"}):
        yield from prep.children


def _is_denied(verb: Token) -> bool:
    """Whether something is said not to be done, or merely to be possible: "says that B did not copy", "… that B may copy"."""
    helpers = {child.lower_ for child in verb.children if child.dep_ == "aux"}
    never = any(child.dep_ == "neg" for child in verb.children) and not helpers & {"should", "must"}
    return never or bool(helpers & {"can", "could", "may", "might"})


def _is_price(verb: Token) -> bool:
    """Whether somebody is charged for a thing, and not with a crime."""
    behind = [child.lower_ for word in (verb, *verb.children) for child in word.children if child.dep_ == "prep"]
    return "for" in behind and "with" not in behind


def _is_taking(word: Token) -> bool:
    """Whether a word or one that describes it says that something was taken: `distilling`, `alleged theft`."""
    takings = table("triggers")["wrongs"]["takings"]
    return any(t.lemma_.lower() in takings or t.lower_ in takings for t in (word, *word.lefts))


def _names_wrong(word: Token) -> bool:
    """Whether a wrong stands as object or as subject of a clause: `A alleges the theft of its code (was revealed)`."""
    nouns = [c for c in word.children if c.dep_ in SUBJECTS] if word.dep_ == "ccomp" else [word]
    return word.dep_ in {"dobj", "obj", "ccomp"} and any(
        noun.lemma_.lower() in table("triggers")["wrongs"]["nouns"] for noun in nouns
    )


def _is_clause(verb: Token) -> bool:
    """Whether a verb has a subject of its own, and is no mere participle ("a claim filed by A")."""
    return any(child.dep_ in SUBJECTS for child in verb.children)


def _not_forums(references: Iterable[Reference]) -> Iterator[Reference]:
    for reference in references:
        if reference.party is None or reference.party.kind not in _FORUMS:
            yield reference


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


def is_unsaid_of(one: Token, other: Token) -> bool:
    """Whether what joins two words of a sentence is denied, merely possible, or supposed."""
    above = {one, *one.ancestors}
    joint = next((word for word in (other, *other.ancestors) if word in above), None)
    return joint is not None and (joint.lemma_ in _DENYING or _unsaid(joint))


def _casts_doubt(word: Token) -> bool:
    modal = word.dep_ == "aux" and word.lower_ in {"could", "might", "would", "may"}
    return word.dep_ == "neg" or modal or (word.dep_ == "mark" and word.lower_ in {"if", "whether", "unless"})


_SAYING = frozenset("say write tell state argue maintain contend assert report suggest insist believe think".split())
"""Verbs under which "it" means the one who speaks: "the firm says it used no books"."""
_REPORTING = frozenset("report say write tell state suggest find".split())
_DENYING = frozenset("deny consider mull weigh contemplate".split())
_DOUBTING = frozenset("deny decline refuse consider mull weigh contemplate fail rule prevent avoid".split())
