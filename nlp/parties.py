"""Who is named in a passage: organisations of the registry, organisations that no list has, persons, unnamed groups."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span, Token

from kb.model import Organisation, Registry, name_key
from nlp.lexicon import words

PartyKind = Literal["organisation", "person", "group", "forum", "place"]

_FORUM_KINDS = frozenset({"court", "regulator", "law-firm"})
_NOT_PARTIES = re.compile(
    r"(?i)^(?:(?:u\.?s\.? )?(?:district|circuit|supreme|federal|high|superior|appeals?) .*|.*\bcourt\b.*|congress|senate|house|lawmakers?|senators?|(?:house|senate) panel|ai|"
    r"a\.i\.|llms?|ip|cmi|dmca|copyright act|lanham act|judge .*|ceo|api|gpu|class action|the (?:lawsuit|complaint)|"
    r".*\b(?:act|law|llp|attorneys?|amendment|code|rule)|artificial intelligence|books?\d?|the pile|internet|web|"
    r"generative ai|fair use|n\.?d\.? cal\.?|s\.?d\.?n\.?y\.?|monday|tuesday|wednesday|thursday|friday|saturday|sunday)$"
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
    """

    name: str
    kind: PartyKind
    known: bool = False
    trade: str = ""
    canonical: str = ""

    @property
    def key(self) -> str:
        """Under which it is compared with others."""
        return name_key(self.name)


class Gazetteer:
    """Finds the registry's names.

    Args:
        nlp: whose vocabulary is used.
        registry: the parties known.
    """

    def __init__(self, nlp: Language, registry: Registry) -> None:
        self._nlp = nlp
        self._matcher = PhraseMatcher(nlp.vocab)
        self._by_name: dict[str, Organisation] = {}
        self._ambiguous: set[str] = set()
        for organisation in registry.organisations:
            self._add(nlp, organisation)

    def _add(self, nlp: Language, organisation: Organisation) -> None:
        names = [organisation.name, organisation.legal_name, *organisation.aliases, *organisation.products]
        for name in filter(None, names):
            for variant in _variants(name):
                self._by_name.setdefault(variant, organisation)
                self._matcher.add(variant, [nlp.make_doc(variant)])
        self._ambiguous.update(organisation.ambiguous)

    def is_ambiguous(self, name: str) -> bool:
        """Whether a name can mean others than the organisation that it was found for."""
        return name in self._ambiguous

    def names_in(self, text: str) -> list[tuple[int, int]]:
        """Where names of the registry stand in a text, in characters."""
        doc = self._nlp.make_doc(text)
        spans = [doc[start:end] for _, start, end in self._matcher(doc)]
        return [(span.start_char, span.end_char) for span in spans]

    def find(self, doc: Doc) -> list[tuple[Span, Organisation]]:
        """Every name of the registry that the passage means, the longest where several overlap."""
        found = [doc[start:end] for _, start, end in self._matcher(doc)]
        chosen: list[Span] = []
        for span in sorted(found, key=lambda s: (s.start - s.end, s.start)):
            if not any(span.start < other.end and other.start < span.end for other in chosen) and self._meant(span):
                chosen.append(span)
        return [(span, self._by_name[span.text]) for span in sorted(chosen, key=lambda s: s.start)]

    def _meant(self, span: Span) -> bool:
        """Whether a name is meant as such, and not as part of another name or as an ordinary word."""
        before = span.doc[span.start - 1] if span.start else None
        after = span.doc[span.end] if span.end < len(span.doc) else None
        if _within_person(span) or (after is not None and after.text == "-" and span.text in self._ambiguous):
            return False
        if span.text not in self._ambiguous:
            return True
        if span.root.pos_ != "PROPN" and not span.root.ent_type_:
            return False
        continues = after is not None and after.pos_ == "PROPN" and after.text[0].isupper() and after.dep_ != "appos"
        joined = (
            continues and span.root.dep_ == "compound" and after is not None and after.ent_type_ == span.root.ent_type_
        )
        led = (
            before is not None and before.pos_ == "PROPN" and before.dep_ == "compound" and before.head.i == span.root.i
        )
        return not joined and not led


def _variants(name: str) -> set[str]:
    """How a name may be written: with either apostrophe, in capitals, or with each word capitalised."""
    written = {name, name.replace("'", "’")}
    if len(name) > 4:
        written |= {name.upper()}
    if " " in name:
        written |= {" ".join(word[:1].upper() + word[1:].lower() for word in name.split())}
    return written


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


def mark_parties(doc: Doc, gazetteer: Gazetteer) -> dict[int, tuple[Span, Party]]:
    """The parties of a parsed passage, by the number of each token that belongs to one."""
    marked: dict[int, tuple[Span, Party]] = {}
    for span, party in [
        *_registered(doc, gazetteer),
        *_case_sides(doc),
        *_groups(doc),
        *_entities(doc),
        *_capitalised(doc),
    ]:
        if not any(token.i in marked for token in span):
            marked.update({token.i: (span, party) for token in span})
    return marked


def _registered(doc: Doc, gazetteer: Gazetteer) -> Iterator[tuple[Span, Party]]:
    for span, organisation in gazetteer.find(doc):
        kind: PartyKind = "forum" if organisation.kind in _FORUM_KINDS else "organisation"
        name = span.text if gazetteer.is_ambiguous(span.text) else organisation.name
        yield span, Party(name, kind, True, organisation.kind, organisation.name if name != organisation.name else "")


def _entities(doc: Doc) -> Iterator[tuple[Span, Party]]:
    for ent in doc.ents:
        span = _trimmed(ent)
        if span is None or ent.label_ not in {"ORG", "PERSON", "GPE", "NORP"} or _NOT_PARTIES.match(span.text):
            continue
        if ent.label_ == "NORP":
            continue
        kind: PartyKind = "person" if ent.label_ == "PERSON" else "place" if ent.label_ == "GPE" else "organisation"
        if kind == "person" and _speaks_for_others(span):
            kind = "forum"
        if kind == "person" and _SUFFIX.search(span.text):
            kind = "organisation"
        yield span, Party(_plain(span.text), kind)


_OFFICES = frozenset(
    "judge justice magistrate attorney lawyer counsel spokesperson spokesman spokeswoman analyst professor reporter prosecutor partner "
    "senator representative jurist chancellor commissioner chair economist director".split()
)


def _speaks_for_others(span: Span) -> bool:
    """Whether the words around a name say that he or she judges, pleads, speaks or comments for others."""
    before = [token.lower_ for token in span.doc[max(0, span.start - 3) : span.start]]
    after = (
        [token.lower_ for token in span.doc[span.end : span.end + 5]]
        if span.end < len(span.doc) and span.doc[span.end].text == ","
        else []
    )
    return bool(_OFFICES & {*before, *after})


def _case_sides(doc: Doc) -> Iterator[tuple[Span, Party]]:
    """Both sides of a case name, "A v. B", whatever they are called."""
    for token in doc:
        if token.lower_ not in {"v.", "vs."}:
            continue
        start, end = token.i, token.i + 1
        while start > 0 and (doc[start - 1].text[0].isupper() or doc[start - 1].lower_ in {"of", "&", "the"}):
            start -= 1
        while end < len(doc) and doc[end].text[0].isupper():
            end += 1
        for span in (doc[start : token.i], doc[token.i + 1 : end]):
            if len(span) and not _NOT_PARTIES.match(span.text):
                yield span, Party(_plain(span.text), "organisation")


def _trimmed(ent: Span) -> Span | None:
    """The entity without article, possessive and quotation marks; None if nothing or no name is left."""
    start, end = ent.start, ent.end
    while start < end and (ent.doc[start].lower_ in {"the", "a", "an"} or not ent.doc[start].text[0].isalnum()):
        start += 1
    while end > start and (
        ent.doc[end - 1].lower_ in {"'s", "’s", "'", "’"}
        or (not ent.doc[end - 1].text[-1].isalnum() and ent.doc[end - 1].text not in {"Inc.", "Corp.", "Ltd.", "Co."})
    ):
        end -= 1
    span = ent.doc[start:end]
    if end <= start or not any(token.text[0].isupper() for token in span) or len(span.text) > 60 or len(span) > 7:
        return None
    return span


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip(" ,.'’\"“”") if not name.endswith(("Inc.", "Corp.", "Ltd.", "Co.")) else name


def _groups(doc: Doc) -> Iterator[tuple[Span, Party]]:
    for token in doc:
        lower = token.lower_
        if lower in words("groups", "plural") or lower in words("groups", "singular"):
            start = token.i
            while start > 0 and _belongs(doc[start - 1]):
                start -= 1
            span = doc[start : token.i + 1]
            if lower in words("groups", "vague") and len(span) == 1:
                continue
            if lower in words("groups", "singular") and (not _names_role(span) or _describes(span)):
                continue
            yield span, Party(span.text.lower() if span.text.isascii() else span.text, "group")


def _belongs(token: Token) -> bool:
    return token.lower_ in words("groups", "modifiers") or (token.text == "-" and token.i > 0)


def _names_role(span: Span) -> bool:
    """Whether a single person is named by what he was ("former employee", "app maker") rather than merely described."""
    return len(span) > 1 or span.text.casefold().startswith("ex-")


def _describes(span: Span) -> bool:
    """Whether a role merely describes a party that is named beside it or before ("the AI startup", "engineer Ann Lee")."""
    after = span.doc[span.end] if span.end < len(span.doc) else None
    before = span.doc[span.start - 1].lower_ if span.start else ""
    return before in {"the", "this", "that"} or (
        after is not None and after.pos_ == "PROPN" and after.text[0].isupper()
    )


def _capitalised(doc: Doc) -> Iterator[tuple[Span, Party]]:
    """Runs of proper nouns that the statistical model took for no entity, as subjects or objects of something."""
    run: list[Token] = []
    for token in [*doc, None]:
        if token is not None and token.pos_ == "PROPN" and token.text[0].isupper() and not token.ent_type_:
            run.append(token)
            continue
        if run and run[-1].dep_ in {"nsubj", "nsubjpass", "dobj", "pobj", "poss", "conj", "appos", "ROOT"}:
            span = doc[run[0].i : run[-1].i + 1]
            if not _NOT_PARTIES.match(span.text) and len(span.text) > 2 and len(span) <= 5 and not span.text.isupper():
                yield span, Party(_plain(span.text), "organisation")
        run = []
