"""Who is named in a passage: organisations of the registry, organisations that no list has, persons, unnamed groups."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Doc, Span, Token

from kb.model import name_key
from nlp.known_names import KNOWN_NAMES, UNLISTED, KnownNames
from nlp.lexicon import table, words

PartyKind = Literal["organisation", "person", "group", "forum", "place"]

MAKERS = frozenset({"media", "publisher", "music", "film", "image", "news", "author-group", "trade-body"})
AI_TRADES = frozenset({"ai-lab"})
_FORUM_KINDS = frozenset({"court", "regulator", "law-firm"})
_NOT_PARTIES = re.compile(
    r"(?i)^(?:(?:u\.?s\.? )?(?:district|circuit|supreme|federal|high|superior|appeals?) .*|.*\bcourts?\b.*|congress|senate|house|lawmakers?|senators?|(?:house|senate) panel|ai|"
    r"a\.i\.|llms?|ip|cmi|dmca|copyright act|lanham act|judge .*|ceo|cto|cfo|inc\.?|llc|ltd\.?|corp\.?|co\.?|pbc|api|gpu|class action|the (?:lawsuit|complaint)|"
    r".*\b(?:act|law|llp|attorneys?|amendment|code|rule)|artificial intelligence|books?\d?|the pile|internet|web|"
    r"generative ai|fair use|.*\b(?:prize|award|awards|artworks?|judge|plaintiffs?|defendants?)|a?gpl(?:v?\d)?|gdpr|nda|sdk|n\.?d\.? cal\.?|s\.?d\.?n\.?y\.?|monday|tuesday|wednesday|thursday|friday|saturday|sunday)$"
)
_SUFFIX = re.compile(
    r"\b(?:Inc|LLC|Ltd|Corp|GmbH|PLC|plc|Group|Media|Labs?|Technologies|Systems|Studios?|Records|Press|Music)\b\.?"
)


@dataclass(frozen=True, slots=True)
class Party:
    """A party as a passage names it.

    Attributes:
        name: canonical where the registry knows it, else as named.
        kind: what it is; a forum is a court, regulator or law firm.
        known: whether the registry has it.
        trade: the registry's kind ("ai-lab"), else empty.
        canonical: the registry's name, where `name` is a short form that could mean others too.
        single: one person or firm named only by what it is ("a former employee", "an AI startup").
    """

    name: str
    kind: PartyKind
    known: bool = False
    trade: str = ""
    canonical: str = ""
    single: bool = False

    @property
    def key(self) -> str:
        """Under which it is compared with others."""
        return name_key(self.name)


def may_be_person(party: Party) -> bool:
    """Whether a party is a person, or has a name that no list has and that reads like a person's."""
    if party.kind == "organisation" and not party.known:
        return 2 <= len(party.name.split()) <= 3 and not _SUFFIX.search(party.name)
    return party.kind == "person"


def makes_works(party: Party) -> bool:
    """Whether a party lives by works that copyright protects, as the registry or its name says."""
    if party.kind == "group":
        noun = party.name.split()[-1]
        return (f"{noun}s" if party.single else noun) in words("groups", "makers")
    return party.trade in MAKERS or (not party.known and _last_word(party) in words("groups", "works_endings"))


def makes_technology(party: Party) -> bool:
    """Whether a party makes AI or software, as the registry or its name says."""
    return party.trade in AI_TRADES or (not party.known and _last_word(party) in words("groups", "tech_endings"))


def likelihood(parties: Iterable[Party]) -> int:
    """How likely a side accuses: makers of works do (1), those who make AI are accused (-1)."""
    told = list(parties)
    if any(makes_works(party) for party in told):
        return 1
    return -1 if any(makes_technology(party) for party in told) else 0


def opposed(parties: Iterable[Party]) -> tuple[frozenset[Party], frozenset[Party]]:
    """Who accused whom of those who settle with each other, by what each lives by; nobody where that cannot be told.

    Several who all make AI settle with somebody else, and are all accused.
    """
    sides: dict[int, set[Party]] = {}
    for party in parties:
        sides.setdefault(likelihood([party]), set()).add(party)
    if set(sides) == {-1}:
        return frozenset(), frozenset(sides[-1])
    most = max(sides, default=0)
    if len(sides) < 2 or (most < 1 and any(party.known for party in sides[most])):
        return frozenset(), frozenset()
    return frozenset(sides.pop(most)), frozenset().union(*sides.values())


def _last_word(party: Party) -> str:
    """The last word of a name that has several, without "Group" and the like."""
    written = [word.casefold() for word in party.name.split()]
    while len(written) > 2 and written[-1] in {"group", "inc", "inc.", "holdings", "international"}:
        written.pop()
    return written[-1] if len(written) > 1 else ""


def _part_of_compound(span: Span, *, ambiguous: bool) -> bool:
    """Whether the name only describes another thing ("the Microsoft-backed lab")."""
    doc, end = span.doc, span.end
    if ambiguous and span.start and doc[span.start - 1].text == "-":
        return True
    if end + 1 >= len(doc) or doc[end].text not in {"-", "‑"}:
        return False
    return ambiguous or doc[end + 1].lower_ in words("groups", "ties")


def _within_person(span: Span) -> bool:
    return any(
        ent.label_ == "PERSON"
        and ent.start <= span.start
        and ent.end >= span.end
        and len(ent) > len(span)
        and ent[-1].text != "AI"
        for ent in span.doc.ents
        if ent.start <= span.start < ent.end and not ent.text.endswith(("’s", "'s"))
    )


Marked = Mapping[int, tuple[Span, Party]]
PARTIES = "parties"
_LONGEST_NAME = 5
_DESCRIPTION = 4
Doc.set_extension(PARTIES, default=None)


class Parties:
    """Marks who is named in a passage in `doc._.parties`: span and party, by the number of each of its tokens.

    Args:
        known: the component that found the registry's names before.
        is_ordinary: whether a word in lower case is one of the language and not merely a name.
    """

    def __init__(self, known: KnownNames, is_ordinary: Callable[[str], bool]) -> None:
        self.is_ordinary = is_ordinary
        self._known = known

    def __call__(self, doc: Doc) -> Doc:
        """The passage, its parties marked."""
        doc._.set(PARTIES, _marked(doc, self._known, self.is_ordinary))
        return doc


@Language.factory(PARTIES, requires=["doc.spans", "doc.ents", "token.pos", "token.dep"], assigns=[f"doc._.{PARTIES}"])
def parties(nlp: Language, name: str) -> Parties:  # noqa: ARG001 - spaCy gives every factory a name
    """The component, after the one for known names."""
    return Parties(cast(KnownNames, nlp.get_pipe(KNOWN_NAMES)), _ordinary_words(nlp))


def _ordinary_words(nlp: Language) -> Callable[[str], bool]:
    """Whether a word in lower case, inflected or not, is in the model's word list."""
    lookups = cast(Lemmatizer, nlp.get_pipe("lemmatizer")).lookups.get_table("lemma_index")
    listed = frozenset(word for words_of_kind in lookups.values() for word in words_of_kind)
    listed -= words("groups", "places", "origins")
    endings = {
        "": "",
        "s": "",
        "es": "",
        "ies": "y",
        "ed": "",
        "ied": "y",
        "d": "",
        "ing": "",
        "able": "",
        "ly": "",
        "ness": "",
    }
    return lambda word: any(word.removesuffix(e) + stem in listed for e, stem in endings.items() if word.endswith(e))


def _marked(doc: Doc, known: KnownNames, is_ordinary: Callable[[str], bool]) -> dict[int, tuple[Span, Party]]:
    marked: dict[int, tuple[Span, Party]] = {}
    for span, party in [
        *_registered(doc, known, is_ordinary),
        *_introduced(doc),
        *_case_sides(doc),
        *_described(doc),
        *_groups(doc, is_ordinary),
        *_entities(doc, is_ordinary),
        *_capitalised(doc, is_ordinary),
    ]:
        if not any(token.i in marked for token in span):
            marked.update({token.i: (span, party) for token in span})
    return _without_describing(doc, _joined_names(doc, marked))


def _joined_names(doc: Doc, marked: dict[int, tuple[Span, Party]]) -> dict[int, tuple[Span, Party]]:
    """The parties, with an unknown name that the model cut in two made one."""
    whole = {span.start for span in doc.spans[UNLISTED]}
    for i in range(1, len(doc)):
        before, after = marked.get(i - 1), marked.get(i)
        if whole & {i - 1, i} or not before or not after or before[0].start == after[0].start:
            continue
        if all(party.kind in {"organisation", "person"} and not party.known for _, party in (before, after)):
            span = doc[before[0].start : after[0].end]
            kind = after[1].kind if before[1].kind == after[1].kind else "organisation"
            marked.update({token.i: (span, Party(_plain(span.text), kind)) for token in span})
    return marked


def _without_describing(doc: Doc, marked: dict[int, tuple[Span, Party]]) -> dict[int, tuple[Span, Party]]:
    """The parties without names that only say what the next one makes or owns ("ChatGPT maker OpenAI")."""
    dropped: set[int] = set()
    for start, (span, party) in marked.items():
        if start == span.start and party.kind == "group" and _has_left(doc, start):
            dropped.update(_employer(doc, start))
        between = doc[span.end : min(span.end + _DESCRIPTION, len(doc))] if start == span.start else ()
        for token in between:
            unnamed = token.i == span.end and token.lower_ in {"maker", "owner", "parent"} and not party.known
            if token.lower_ in words("groups", "makers_of") and (token.i + 1 in marked or unnamed):
                dropped.update(range(span.start, span.end))
            if token.i in marked or not token.text.isalpha() or token.pos_ in {"VERB", "AUX", "ADP"}:
                break
    return {i: place for i, place in marked.items() if i not in dropped}


def named_by(span: Span, found: Sequence[tuple[Span, Party]], known: KnownNames) -> Party | None:
    """Whom words name that the network marks as the name of a side; None where a rule said so already or nobody is named.

    Args:
        span: the words.
        found: the parties that rules found within them or across their ends.
        known: the names of the registry.
    """
    name = _trimmed(span)
    if any(party.known or party.kind in {"forum", "group"} for _, party in found):
        inside = found[0][0]
        is_longer = name is not None and len(found) == 1 and _is_longer_name(name, inside)
        return _unlisted_party(name) if name is not None and is_longer else None
    if found and (name is None or any(name.start == place.start and name.end == place.end for place, _ in found)):
        return None
    if found and not all(token.text[0].isupper() for token in name or ()):
        return None
    organisation = known.named(name.text) if name else None
    if organisation is not None and not known.is_ambiguous(organisation.name):
        return Party(organisation.name, "organisation", True, organisation.kind)
    if name is not None and _may_name(name) and name[-1].text[0].isupper():
        return _unlisted_party(name)
    return _described_party(span)


def _is_longer_name(name: Span, inside: Span) -> bool:
    """Whether a name that was found is but a part of a longer one ("New York" + "Daily News")."""
    if not (name.start <= inside.start and inside.end <= name.end) or len(name) == len(inside):
        return False
    added = [token for token in name if not inside.start <= token.i < inside.end]
    return inside[0].text[0].isupper() and all(
        token.text[0].isupper() and token.text.isalpha() and token.lower_ not in words("groups", "titles")
        for token in added
    )


def _unlisted_party(name: Span) -> Party:
    person = _has_given_name(name) or _is_person(name)
    return Party(_plain(name.text), "person" if person else "organisation")


def _described_party(span: Span) -> Party | None:
    """Somebody who is only described ("a voiceover artist"), unless the words point back to one named before."""
    start = span.start
    while start < span.end and (span.doc[start].is_stop or not span.doc[start].text[0].isalnum()):
        start += 1
    noun = span[-1]
    before = {token.lower_ for token in span.doc[max(0, span.start - 1) : start]}
    if start >= span.end or before & _POINTING or not _means_somebody(noun):
        return None
    described = span.doc[start : span.end]
    return Party(
        _group_name(described), "group", single=noun.tag_ != "NNS" and noun.lower_ not in words("groups", "plural")
    )


_POINTING = frozenset("the this that these those its his her their both such".split())


def _registered(doc: Doc, known: KnownNames, is_ordinary: Callable[[str], bool]) -> Iterator[tuple[Span, Party]]:
    for span in doc.spans[KNOWN_NAMES]:
        listed = span.label_
        ambiguous = known.is_ambiguous(listed)
        if not _meant(span, is_ordinary, ambiguous=ambiguous):
            continue
        organisation = known.organisation(listed)
        if organisation.parent and _owner_follows(span):
            ambiguous, organisation = False, known.named(organisation.parent) or organisation
        kind: PartyKind = "forum" if organisation.kind in _FORUM_KINDS else "organisation"
        name = listed if ambiguous else organisation.name
        yield span, Party(name, kind, True, organisation.kind, organisation.name if name != organisation.name else "")


def _introduced(doc: Doc) -> Iterator[tuple[Span, Party]]:
    for span in doc.spans[UNLISTED]:
        if _may_name(span):
            yield span, Party(span.label_, "organisation")


def _owner_follows(span: Span) -> bool:
    """Whether not the named one is meant but whoever owns it ("Rolling Stone publisher")."""
    end = span.end
    return end < len(span.doc) and span.doc[end].lower_ in {"publisher", "owner", "parent"}


def _meant(span: Span, is_ordinary: Callable[[str], bool], *, ambiguous: bool) -> bool:
    """Whether a name is meant as such, and not as part of another name or as an ordinary word."""
    before = span.doc[span.start - 1] if span.start else None
    after = span.doc[span.end] if span.end < len(span.doc) else None
    if _within_person(span) or _part_of_compound(span, ambiguous=ambiguous):
        return False
    if not ambiguous:
        return True
    if span.root.pos_ != "PROPN" and not span.root.ent_type_ and is_ordinary(span.text.lower()):
        return False
    continues = after is not None and after.pos_ == "PROPN" and after.text[0].isupper() and after.dep_ != "appos"
    joined = continues and span.root.dep_ == "compound" and after is not None and after.ent_type_ == span.root.ent_type_
    led = before is not None and before.pos_ == "PROPN" and before.dep_ == "compound" and before.head.i == span.root.i
    return not joined and not led


def _described(doc: Doc) -> Iterator[tuple[Span, Party]]:
    """Names that stand right behind what they are ("the recipe bot Saucier"), or that open a sentence and are explained."""
    for token in doc[:-1] if len(doc) else ():
        word = hyphenated(token)
        if word in words("groups", "described", "callings"):
            name = _run(doc, token.i + 1)
            person = word in words("groups", "callings") and name is not None and _is_person(name)
            if name is not None and not person and _may_name(name):
                yield name, Party(_plain(name.text), "organisation")
        elif (
            token.is_sent_start
            and (_is_explained(token) or _is_firm_that_sues(token))
            and _may_name(doc[token.i : token.i + 1])
        ):
            yield doc[token.i : token.i + 1], Party(token.text, "organisation")


def hyphenated(token: Token) -> str:
    """The word in lower case, with what a hyphen joins to it before ("start-up", which the tokenizer takes apart)."""
    if token.i > 1 and token.nbor(-1).text == "-":
        return f"{token.nbor(-2).lower_}-{token.lower_}"
    return token.lower_


def _run(doc: Doc, start: int) -> Span | None:
    """The capitalised words from a token on that can be one name."""
    end = start
    while end < len(doc) and (doc[end].text[0].isupper() or (end > start and doc[end].text == "&")):
        end += 1
    while end > start and not doc[end - 1].text[0].isupper():
        end -= 1
    return doc[start:end] if 0 < end - start <= _LONGEST_NAME else None


def _is_person(span: Span) -> bool:
    return len(span) > 1 and any(token.ent_type_ == "PERSON" for token in span)


def _is_explained(token: Token) -> bool:
    """Whether a sentence begins with a single name and says what that is: "Tollgate, a maker of software, …"."""
    if token.i + 2 >= len(token.doc) or not token.text[0].isupper() or not token.text[1:].islower():
        return False
    comma, after = token.nbor(1), token.nbor(2)
    plain = token.is_stop or token.lower_ in words("groups", "openers") or token.pos_ in {"ADV", "VERB", "NUM", "PRON"}
    return comma.text == "," and after.lower_ in {"a", "an", "which", "whose"} and not plain and not token.ent_type_


def _entities(doc: Doc, is_ordinary: Callable[[str], bool]) -> Iterator[tuple[Span, Party]]:
    for ent in (part for whole in doc.ents for part in _parts(whole, is_ordinary)):
        span = _trimmed(_extended(ent))
        if span is None or ent.label_ not in {"ORG", "PERSON", "GPE", "PRODUCT", "FAC"} or not _may_name(span):
            continue
        kind: PartyKind = "person" if ent.label_ == "PERSON" else "place" if _is_place(ent) else "organisation"
        if kind == "person" and _speaks_for_others(span) and not _acts_itself(span):
            kind = "forum"
        if kind == "person" and _SUFFIX.search(span.text):
            kind = "organisation"
        if kind == "organisation" and _has_given_name(span):
            kind = "person"
        yield span, Party(_plain(span.text), kind)


def _has_given_name(span: Span) -> bool:
    """Whether a name of two or three words begins like a person's and does not end like a firm's."""
    written = span.text.split()
    ends = words("groups", "name_endings", "works_endings", "tech_endings")
    return (
        2 <= len(written) <= 3
        and written[0].casefold() in words("groups", "given")
        and "&" not in written
        and written[-1].casefold() not in ends
        and not _SUFFIX.search(span.text)
    )


def _parts(ent: Span, is_ordinary: Callable[[str], bool]) -> Iterator[Span]:
    """The names of a list that the model took for one ("Northgate Tribune, Sable & Finch", "Corvina and Rivenstone")."""
    ends = [token.i for token in ent if _parts_names(token, ent, is_ordinary)]
    for start, end in zip([ent.start, *(i + 1 for i in ends)], [*ends, ent.end], strict=True):
        if start < end:
            yield Span(ent.doc, start, end, label=ent.label_)


def _parts_names(token: Token, ent: Span, is_ordinary: Callable[[str], bool]) -> bool:
    if token.text == ",":
        return _ends_name(token)
    if token.text in _NEVER_IN_NAMES or (token.text.islower() and token.lemma_ in _suing_verbs()):
        return True
    if token.lower_ != "and" or not ent.start < token.i < ent.end - 1:
        return False
    return not any(is_ordinary(beside.lower_) for beside in (token.nbor(-1), token.nbor(1)))


def _extended(ent: Span) -> Span:
    """The entity with the rest of its name, which the model took for no part of it ("Ambrose House")."""
    end = ent.end
    while end < len(ent.doc) and end < ent.sent.end and _goes_on(ent.doc[end]):
        end += 1
    named = end > ent.end and (ent.label_ != "GPE" or ent.doc[end - 1].text == "AI")
    return ent if not named else Span(ent.doc, ent.start, end, label=ent.label_)


def _goes_on(token: Token) -> bool:
    if token.text in {"AI", "A.I."}:
        return _ends_in_ai(token)
    return token.pos_ == "PROPN" and not token.ent_type_ and token.text[0].isupper() and token.text[1:].islower()


def _ends_in_ai(token: Token) -> bool:
    """Whether an "AI" after a name belongs to it ("Voltrane AI says"), and not to what follows ("Voltrane AI models")."""
    after = token.nbor() if token.i + 1 < len(token.doc) else None
    return after is None or (
        not (after.text[0].islower() and after.pos_ in {"NOUN", "ADJ", "PROPN"}) and after.text != "-"
    )


_OF_COURTS = frozenset(
    {"judge", "court", "jury", "police", "prosecutors", "tribunal", "magistrate", "regulator", "authorities"}
)


def _is_place(ent: Span) -> bool:
    """Whether an entity is a place, and not a name that the model has never seen and takes for one."""
    if ent.text.casefold() in words("groups", "places"):
        return True
    if ent.label_ != "GPE":
        return False
    before = ent.doc[ent.start - 1].lower_ if ent.start else ""
    after = ent.doc[ent.end].lower_ if ent.end < len(ent.doc) else ""
    if after in words("groups", "described", "callings", "persons") | _OF_COURTS:
        return True
    return before in {
        "in",
        "at",
        "near",
        "outside",
        "from",
        "across",
    }


def _may_name(span: Span) -> bool:
    """Whether the words can be the name of a party: neither a thing of law or technology, nor a unit, nor a description."""
    if _NOT_PARTIES.match(span.text) or len(span.text) <= 2 or _part_of_compound(span, ambiguous=False):
        return False
    if len(span) == 1 and span[0].lower_ in words("groups", "plural", "persons"):
        return False
    described = any(token.lower_ in {"ai", "a.i."} for token in span)
    return not (described and all(token.lower_ in _common_words() for token in span))


@cache
def _common_words() -> frozenset[str]:
    """Words that, with "AI", describe a thing and name nobody."""
    return words("groups", "plural", "singular", "descriptions", "origins", "ranks") | {"ai", "a.i."}


def _speaks_for_others(span: Span) -> bool:
    """Whether the words around a name say that he or she judges, pleads, speaks or comments for others."""
    before = _title_before(span)
    after = (
        [token.lower_ for token in span.doc[span.end : span.end + 8]]
        if span.end < len(span.doc) and span.doc[span.end].text == ","
        else []
    )
    return bool(words("groups", "offices") & {*before, *after})


def _acts_itself(span: Span) -> bool:
    """Whether somebody who reports, teaches or directs is here the one who sues or accuses."""
    verb = span.root.head
    before = set(_title_before(span))
    judging = {"judge", "justice", "magistrate", "attorney", "lawyer", "counsel", "prosecutor", "chancellor", "jurist"}
    return span.root.dep_ == "nsubj" and verb.lemma_ in {"sue", "accuse", "file", "bring"} and not before & judging


def _title_before(span: Span) -> list[str]:
    """The words right before a name that may be its title, up to a verb or a preposition."""
    words_before: list[str] = []
    for token in reversed(span.doc[max(0, span.start - 3) : span.start]):
        words_before.append(token.lower_)
        if token.pos_ not in {"PROPN", "ADJ", "DET", "PUNCT"}:
            break
    return words_before


VERSUS = frozenset({"v.", "vs.", "vs", "v"})


_UNNAMED_SIDES = frozenset({"plaintiffs", "authors", "writers", "publishers", "artists"})


def _case_sides(doc: Doc) -> Iterator[tuple[Span, Party]]:
    """Both sides of a case name, "A v. B", whatever they are called."""
    for token in doc:
        if token.lower_ not in VERSUS:
            continue
        start, end = token.i, token.i + 1
        while start > 0 and (doc[start - 1].text[0].isupper() or doc[start - 1].lower_ in {"of", "&", "the"}):
            start -= 1
        while start < token.i - 1 and (doc[start].is_stop or doc[start].pos_ in {"ADP", "SCONJ"}):
            start += 1
        while end < len(doc) and doc[end].text[0].isupper():
            end += 1
        for span in (doc[start : token.i], doc[token.i + 1 : end]):
            if len(span) and span.text.casefold() in _UNNAMED_SIDES:
                yield span, Party(span.text.lower(), "group")
            elif len(span) and not _NOT_PARTIES.match(span.text):
                yield span, Party(_plain(span.text), "organisation")


def _ends_name(token: Token) -> bool:
    """Whether a name cannot go on past this token: a dash between spaces, or a comma that no "Inc." follows."""
    if token.text == "," and token.i + 1 < len(token.doc):
        return token.nbor().text.rstrip(".") not in {"Inc", "LLC", "Ltd", "Corp", "Co"}
    return token.text in _DASHES and bool(token.whitespace_)


_NEVER_IN_NAMES = frozenset("()[];:|?.")
_DASHES = frozenset({"-", "–", "—"})


def _trimmed(ent: Span) -> Span | None:
    """The entity without article, possessive and quotation marks; None if nothing or no name is left."""
    start = ent.start
    end = next((token.i for token in ent if _ends_name(token)), ent.end)
    while start < end - 1 and ent.doc[start].lower_ in words("groups", "persons", "titles"):
        start += 1
    while start < end and (ent.doc[start].lower_ in {"the", "a", "an"} or not ent.doc[start].text[0].isalnum()):
        start += 1
    while end > start and (
        ent.doc[end - 1].lower_ in {"'s", "’s", "'", "’"}
        or ent.doc[end - 1].lower_ in {"and", "of", "or"}
        or (not ent.doc[end - 1].text[-1].isalnum() and ent.doc[end - 1].text not in {"Inc.", "Corp.", "Ltd.", "Co."})
    ):
        end -= 1
    while end > start + 1 and ent.doc[end - 1].tag_.startswith("VB"):
        end -= 1
    while (
        start + 2 < end
        and ent.doc[start + 1].lower_ in {"'s", "’s"}
        and ent.doc[start].lower_ in words("groups", "places")
    ):
        start += 2
    span = ent.doc[start:end]
    if end <= start or not any(token.text[0].isupper() for token in span) or len(span.text) > 60 or len(span) > 7:
        return None
    return span


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip(" ,.'’\"“”") if not name.endswith(("Inc.", "Corp.", "Ltd.", "Co.")) else name


def _groups(doc: Doc, is_ordinary: Callable[[str], bool]) -> Iterator[tuple[Span, Party]]:
    for token in doc:
        lower = token.lower_
        if lower in words("groups", "plural") or _is_singular(lower) or (is_ordinary(lower) and _sues(token)):
            start = token.i
            while start > 0 and _belongs(doc[start - 1], token):
                start -= 1
            span = doc[start : token.i + 1]
            if _within_name(span):
                continue
            single = lower not in words("groups", "plural") and token.tag_ != "NNS"
            left = _has_left(doc, start)
            if lower in words("groups", "vague") and not left and (len(span) == 1 or _points_back(span)):
                continue
            if single and (not (left or _names_role(span) or _goes_to_law(token)) or _describes(span)):
                continue
            yield span, Party(f"former {_group_name(span)}" if left else _group_name(span), "group", single=single)


def _has_left(doc: Doc, start: int) -> bool:
    """Whether a firm's name and "former" stand before a role: who has left a firm is not the firm ("ex-Nvidia engineer")."""
    at = _employer(doc, start).start
    return 0 < at < start and doc[at - 1].lower_ in FORMERLY


def _employer(doc: Doc, start: int) -> range:
    """The tokens of the name that may stand before a role."""
    at = start
    while at > 0 and (doc[at - 1].text[0].isupper() or doc[at - 1].text in {"&", "-", "'s", "’s"}):
        if doc[at - 1].lower_ in FORMERLY:
            break
        at -= 1
    return range(at, start)


FORMERLY = frozenset({"former", "ex", "one-time", "onetime", "erstwhile"})


def _points_back(span: Span) -> bool:
    """Whether a group is one named before ("the AI companies")."""
    return (
        span[-1].lower_ in FIRMS
        and span.start > 0
        and span.doc[span.start - 1].lower_ in {"the", "these", "those", "both"}
    )


FIRMS = frozenset({"companies", "firms", "startups", "labs"})
"""Several firms, of which words like "the companies" remind."""


def _within_name(span: Span) -> bool:
    """Whether a group's noun belongs to a name ("Paramita Studios", "the Kaleva Performers’ Union")."""
    doc, first = span.doc, span[0]
    if not (first.text[0].isupper() and first.i):
        return False
    after = doc[span.end + 1] if span.end + 1 < len(doc) and doc[span.end].text in {"'", "’", "'s", "’s"} else None
    joined = (
        doc[first.i - 1].text[0].isupper() and doc[first.i - 1].pos_ == "PROPN" and not doc[first.i - 1].is_sent_start
    )
    led = (
        doc[first.i - 1].pos_ == "PROPN"
        and doc[first.i - 1].dep_ == "compound"
        and doc[first.i - 1].head.i in range(span.start, span.end)
    )
    return joined or led or (after is not None and after.text[0].isupper() and after.pos_ == "PROPN")


def _group_name(span: Span) -> str:
    """What a group is called: people whatever country they are from, firms with it ("US authors" are authors)."""
    start = span.start
    apart = words("groups", "ranks") if span[-1].lower_ in FIRMS else words("groups", "origins", "ranks")
    while start < span.end - 1 and span.doc[start].lower_ in apart:
        start += 1
    text = span.doc[start : span.end].text
    return text.lower() if text.isascii() else text


def _is_singular(word: str) -> bool:
    """Whether a word means one person or firm by what it is ("cartoonist", "startup")."""
    return word in words("groups", "singular") or f"{word}s" in words("groups", "plural") - words("groups", "vague")


def _sues(noun: Token) -> bool:
    """Whether a word must mean people, whatever it means, since they sue ("bagpipers sue", "sued by a mathematician")."""
    verb = noun.head.head if noun.dep_ == "pobj" else noun.head
    written = noun.text.islower() or (bool(noun.is_sent_start) and noun.text.istitle() and noun.tag_ == "NNS")
    return _means_somebody(noun) and written and verb.lemma_.lower() == "sue" and _goes_to_law(noun)


def _means_somebody(noun: Token) -> bool:
    return noun.pos_ == "NOUN" and noun.text.isalpha() and noun.lower_ not in _not_people()


def _is_firm_that_sues(token: Token) -> bool:
    """Whether a sentence begins with one who sues and has no article, as firms with the name of a thing do ("Rookery sues")."""
    alone = bool(token.is_sent_start) and token.text.istitle() and token.tag_ == "NN" and not list(token.children)
    suing = token.dep_ == "nsubj" and token.head.lemma_.lower() == "sue"
    return alone and suing and _means_somebody(token) and not _is_singular(token.lower_)


@cache
def _not_people() -> frozenset[str]:
    """Nouns that sue in a manner of speaking, and those that point back to somebody named."""
    documents = frozenset(table("triggers")["nouns"])
    return documents | words("groups", "vague", "no_groups") | words("references", "definite", "mediating")


def _belongs(token: Token, noun: Token) -> bool:
    """Whether a word before a noun is part of what the noun calls somebody."""
    if token.lower_ in words("groups", "modifiers") or (token.text == "-" and token.i > 0):
        return True
    described = token.dep_ == "compound" and token.pos_ == "NOUN" and token.i >= noun.i - 2
    describes = described and (token.text.islower() or bool(token.is_sent_start))
    return describes and (noun.lower_ in words("groups", "products") or _sues(noun))


def _goes_to_law(noun: Token) -> bool:
    """Whether somebody who is only described is new to the text and the one who sues or accuses ("a cartoonist sued")."""
    if any(child.dep_ in {"det", "poss"} and child.lower_ not in {"a", "an", "one"} for child in noun.children):
        return False
    verb = noun.head
    if noun.dep_ == "pobj":
        return verb.lower_ == "by" and verb.head.lemma_.lower() in _suing_verbs()
    return noun.dep_ == "nsubj" and verb.lemma_.lower() in _suing_verbs()


@cache
def _suing_verbs() -> frozenset[str]:
    verbs = table("triggers")["verbs"]
    return frozenset({*verbs["object"], *verbs["haul"], *verbs["document"], "allege", "claim"})


def _names_role(span: Span) -> bool:
    """Whether a single person is named by what he was ("former employee", "app maker") rather than merely described."""
    return len(span) > 1 or span.text.casefold().startswith("ex-")


def _describes(span: Span) -> bool:
    """Whether a role merely describes a party that is named beside it or before ("the AI startup", "engineer Ann Lee")."""
    after = span.doc[span.end] if span.end < len(span.doc) else None
    before = span.doc[span.start - 1].lower_ if span.start else ""
    return (
        before in {"the", "this", "that"}
        or span.root.dep_ == "appos"
        or (after is not None and after.pos_ == "PROPN" and after.text[0].isupper())
    )


def _capitalised(doc: Doc, is_ordinary: Callable[[str], bool]) -> Iterator[tuple[Span, Party]]:
    """Runs of names that the statistical model took for no entity."""
    run: list[Token] = []
    for token in [*doc, None]:
        if token is not None and token.ent_type_ in _UNSURE and (_looks_like_name(token, is_ordinary) or _joins(token)):
            run.append(token)
            continue
        while len(run) > 1 and run[0].lower_ in words("groups", "titles", "persons"):
            del run[0]
        if run:
            end = run[-1].i + 1
            span = doc[
                run[0].i : end + 1 if end < len(doc) and doc[end].text == "AI" and _ends_in_ai(doc[end]) else end
            ]
            if (
                _may_name(span)
                and not _is_place(span)
                and len(span) <= _LONGEST_NAME
                and (not span.text.isupper() or "AI" in span.text)
                and not _is_compound(span, is_ordinary)
                and span.text.casefold() not in words("groups", "places")
            ):
                yield span, Party(_plain(span.text), "person" if _has_given_name(span) else "organisation")
        run = []


_UNSURE = frozenset({"", "WORK_OF_ART", "EVENT", "LOC"})


def _is_compound(span: Span, is_ordinary: Callable[[str], bool]) -> bool:
    """Whether words joined by a hyphen are words of the language and no name ("High-Profile", "AI-Generated")."""
    if all(token.text != "-" for token in span):
        return False
    return all(len(t) > 1 and (is_ordinary(t.lower_) or t.lower_ == "ai") for t in span if t.is_alpha)


def _joins(token: Token) -> bool:
    """Whether a token is a hyphen within a name ("T-Series"), or the part of one before or after it."""
    if not 0 < token.i < len(token.doc) - 1:
        return False
    if token.text == "-":
        before, after = token.nbor(-1), token.nbor(1)
        capitals = before.text[0].isupper() and after.text[0].isupper()
        return capitals and not before.whitespace_ and not token.whitespace_
    hyphens = [other for other in (token.nbor(-1), token.nbor(1)) if other.text == "-"]
    return any(_joins(hyphen) for hyphen in hyphens)


def _looks_like_name(token: Token, is_ordinary: Callable[[str], bool]) -> bool:
    if token.i and token.nbor(-1).text == "-":
        return False
    inner = any(letter.isupper() for letter in token.text[1:]) and not token.text.isupper()
    strange = token.text[1:].islower() and not token.is_stop and len(token) > 3 and not is_ordinary(token.lower_)
    return token.text[0].isupper() and (
        token.pos_ == "PROPN" or inner or (strange and token.pos_ in {"NOUN", "ADJ", "X"})
    )
