"""Who accuses whom in one passage: frames over the dependency parse for verbs, nouns and case names."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from kb.model import Stage
from nlp.lexicon import table
from nlp.parties import VERSUS, Marked, makes_works
from nlp.references import PRONOUNS, SUBJECTS, Reference, References, is_passive, members

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
            "exclude": self._shut_out,
            "uncover": self._found_out,
        }
        for name, rule in rules.items():
            stages = self._triggers["verbs"][name]
            if lemma in stages:
                yield from rule(verb, Stage(stages[lemma]))
        if lemma in self._triggers["infringing"]:
            yield from self._infringed(verb)
        if lemma in _RULING_VERBS and any(
            _RULING.fullmatch(subject.text) for subject in verb.children if subject.dep_ in SUBJECTS
        ):
            yield from self._ruled(verb)

    def _object_verb(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A sues B`, `B was sued by A`, `a letter accusing B`."""
        if verb.dep_ == "amod" and verb.tag_ == "VBN":
            return
        subjects = self._who.subjects(verb)
        passive = is_passive(verb)
        objects = [child for child in verb.children if child.dep_ in {"dobj", "obj", "iobj", "dative"}]
        accused = self._who.behind(objects) or self._who.parties(objects) or self._who.next_party(verb)
        if passive:
            accusers = self._who.by(verb)
            yield self._frame(accusers, subjects, stage, verb, "passive verb")
        elif accused or stage is not Stage.CHARGED:
            yield self._frame(subjects, accused, stage, verb, "verb")

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
        orders = [c for c in verb.children if c.dep_ in {"xcomp", "ccomp"} and c.lemma_ in stopping]
        ordered = bool(orders)
        paid = verb.lemma_ in {"demand", "want"} and any(
            c.dep_ in {"dobj", "obj"} and _MONEY.search(c.sent.text) for c in verb.children
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
        asked = self._who.prepositional(verb, {"from"}) if verb.lemma_ in {"demand", "want"} else []
        accused = self._who.parties(told) or asked or self._who.parties(() if paid else to)
        accused = accused or self._who.prepositional(verb, {"to"})
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
        undertakings = self._triggers["wrongs"]["undertakings"]
        for noun in (c for c in verb.children if c.dep_ in {"dobj", "obj"} and c.lemma_.lower() in undertakings):
            aims = [*noun.subtree, *(c for c in verb.children if c.dep_ in {"xcomp", "advcl"})]
            accused = self._who.prepositional(noun, {"by"}) or self._who.by(verb)
            if accused and any(_is_taking(word) for word in aims):
                yield self._frame(self._who.subjects(verb), accused, stage, verb, "verb")

    def _merely_reports(self, verb: Token, wrong: Token) -> bool:
        """Whether the press tells of a wrong that is not done to itself: `several outlets reported that B scraped forums`."""
        if verb.lemma_ not in {"report", "write", "say", "tell"} or is_passive(verb):
            return False
        told_by = [r.party for r in self._who.parties(c for c in verb.children if c.dep_ in SUBJECTS)]
        press = bool(told_by) and all(
            party is not None
            and (
                (party.kind == "group" and not party.single and party.name.split()[-1] in _PRESS)
                or (party.trade == "news" and verb.lemma_ in {"report", "write"})
            )
            for party in told_by
        )
        works = [child for child in wrong.children if child.dep_ in {"dobj", "obj"}]
        return press and not any(c.lower_ in {"their", "its"} for work in works for c in work.children)

    def _clause_verb(self, verb: Token, stage: Stage) -> Iterator[Frame]:
        """`A alleges that B copied its works`."""
        for clause in (child for child in verb.children if child.dep_ in {"ccomp", "xcomp", "advcl"}):
            for wrong in _wrongs(clause):
                if self._merely_reports(verb, wrong):
                    return
                accused = self._who.by(wrong) if is_passive(wrong) else self._who.subjects(wrong)
                if accused and not (verb.lemma_ in _SAYING and all(r.words in PRONOUNS for r in accused)):
                    sayers = self._who.by(verb) if is_passive(verb) else self._who.subjects(verb)
                    accusers = sayers or self._who.prepositional(wrong, {"from"})
                    yield self._frame(accusers, accused, stage, verb, f"clause under '{verb.lemma_}'")
                    return
        if verb.lemma_ not in _SAYING and any(_names_wrong(child) for child in verb.children):
            yield self._frame(self._who.subjects(verb), [], stage, verb, f"clause under '{verb.lemma_}'")

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
            if verb.lemma_.lower() in {"settle", "resolve"} and _makes_works(subjects) and not _makes_works(others):
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
            if noun.dep_ == "nsubjpass" and not accusers:
                accusers = self._who.by(verb) or self._who.behalf(verb)
            hit = noun.dep_ == "pobj" and verb.lemma_.lower() in {"hit", "slap", "serve", "name", "target"}
            if hit and not accused:
                accused = self._who.subjects(verb)
                accusers = accusers or self._who.prepositional(noun, {"from", "by"}) or self._who.by(verb)
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


def _makes_works(references: Iterable[Reference]) -> bool:
    return any(r.party is not None and (r.party.kind == "group" or makes_works(r.party)) for r in references)


def _wrongs(clause: Token) -> Iterator[Token]:
    wrong = table("triggers")["wrongs"]["verbs"]
    for token in [clause, *(t for t in clause.subtree if t.i != clause.i)]:
        if token.pos_ in {"VERB", "AUX"} and token.lemma_.lower() in wrong:
            yield token


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


def _casts_doubt(word: Token) -> bool:
    modal = word.dep_ == "aux" and word.lower_ in {"could", "might", "would", "may"}
    return word.dep_ == "neg" or modal or (word.dep_ == "mark" and word.lower_ in {"if", "whether", "unless"})


_PRESS = frozenset({"outlets", "newspapers", "magazines", "journalists", "broadcasters", "reporters"})
_SAYING = frozenset("say write tell state argue maintain contend assert report suggest insist believe think".split())
"""Verbs under which "it" means the one who speaks: "the firm says it used no books"."""
_DOUBTING = frozenset("deny decline refuse consider mull weigh contemplate fail rule prevent avoid".split())
