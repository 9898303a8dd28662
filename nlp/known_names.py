"""The registry's names in a text: found before anything is parsed, and made to look familiar to the statistical model."""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from spacy.lang.lex_attrs import word_shape
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from kb.model import Organisation, Registry
from nlp.lexicon import table

KNOWN_NAMES = "known_names"
UNLISTED = "unlisted"
_FAMILIAR_NAME = "Microsoft"


class KnownNames:
    """Marks the registry's names, each as one token, in `doc.spans["known_names"]`; the label is the name as listed.

    A small statistical model misreads a sentence whose names it has never seen. The vocabulary therefore gives each
    name of the registry, and each word of the `familiar` lexicon, the lexical features of one that the model knows.

    Args:
        nlp: whose vocabulary is used.
    """

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._seen = frozenset(nlp.vocab.strings)
        self._words: set[str] = set()
        self._lent: set[str] = set()
        self._unlisted: re.Pattern[str] | None = None
        self._matcher = PhraseMatcher(nlp.vocab)
        self._by_name: dict[str, Organisation] = {}
        self._ambiguous: set[str] = set()
        self._familiar: dict[str, str] = {}
        for word, known in table("familiar")["words"].items():
            self._make_familiar(word, known)

    def learn(self, registry: Registry) -> None:
        """Takes the parties known."""
        for organisation in registry.organisations:
            self._ambiguous.update(organisation.ambiguous)
        for organisation in registry.organisations:
            names = [organisation.name, organisation.legal_name, *organisation.aliases, *organisation.products]
            for variant in {variant for name in names if name for variant in _variants(name)}:
                self._by_name.setdefault(variant, organisation)
                self._words.update(variant.split())
                self._matcher.add(variant, [self._nlp.make_doc(variant)])
                if variant not in self._ambiguous:
                    self._make_familiar(variant, _FAMILIAR_NAME)

    def organisation(self, name: str) -> Organisation:
        """The organisation that a variant of its name stands for."""
        return self._by_name[name]

    def named(self, name: str) -> Organisation | None:
        """The organisation of this canonical name or other unmistakable name; None where there is none."""
        return self._by_name.get(name)

    def is_ambiguous(self, name: str) -> bool:
        """Whether a name can mean others than the organisation that it was found for."""
        return name in self._ambiguous

    def is_familiar(self, word: str) -> bool:
        """Whether the model has seen a word, or a name that is known has it."""
        return word in self._seen or word.casefold() in self._seen or word in self._words

    @contextmanager
    def introducing(self, names: Collection[str]) -> Iterator[None]:
        """Marks also these names, in `doc.spans["unlisted"]`, as long as one report is parsed."""
        longest_first = sorted(names, key=lambda name: (-len(name), name))
        for name in names:
            self._borrow(name)
        self._unlisted = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)") if names else None
        try:
            yield
        finally:
            self._unlisted = None
            for name in self._lent:
                self._lend_features(name, name)
            self._lent.clear()

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where names of the registry stand in a text, in characters."""
        return [(span.start_char, span.end_char) for span in self._spans(self._nlp.make_doc(text))]

    def __call__(self, doc: Doc) -> Doc:
        """The passage, its known names marked and each made one token."""
        known = self._spans(doc)
        introduced = self._introduced(doc, {token.i for span in known for token in span})
        places = {KNOWN_NAMES: _places(known), UNLISTED: _places(introduced)}
        with doc.retokenize() as retokenizer:
            for span in known + introduced:
                if len(span) > 1:
                    retokenizer.merge(span)
                    self._borrow(span.text) if span in introduced else self._make_familiar(span.text, _FAMILIAR_NAME)
        for token in doc:
            if token.text in self._familiar or token.text in self._lent:
                token.norm_ = self._familiar.get(token.text, _FAMILIAR_NAME).lower()
        for group, named in places.items():
            spans = (doc.char_span(start, end, label=name) for start, end, name in named)
            doc.spans[group] = [span for span in spans if span is not None]
        return doc

    def _introduced(self, doc: Doc, taken: Collection[int]) -> list[Span]:
        """The names that no list has, where none of the registry stands."""
        if self._unlisted is None:
            return []
        matches = (doc.char_span(*match.span()) for match in self._unlisted.finditer(doc.text))
        spans = (Span(doc, s.start, _past_suffix(doc, s.end), label=s.text) for s in matches if s is not None)
        return [span for span in spans if not any(token.i in taken for token in span)]

    def _spans(self, doc: Doc) -> list[Span]:
        """The names found, the longest where several overlap, with "Inc." and the like; the label is the name as listed."""
        found = filter_spans(doc[start:end] for _, start, end in self._matcher(doc))
        return [Span(doc, span.start, _past_suffix(doc, span.end), label=span.text) for span in found]

    def _borrow(self, word: str) -> None:
        """Makes a word familiar as long as one report is parsed."""
        self._lend_features(word, _FAMILIAR_NAME)
        self._lent.add(word)

    def _make_familiar(self, word: str, known: str) -> None:
        self._lend_features(word, known)
        self._familiar[word] = known

    def _lend_features(self, word: str, known: str) -> None:
        """Gives a word the features by which the model would see another, or its own back."""
        lexeme = self._nlp.vocab[word]
        lexeme.norm_, lexeme.prefix_, lexeme.suffix_ = known.lower(), known[0], known[-3:]
        lexeme.shape_ = word_shape(known)


@Language.factory(KNOWN_NAMES, assigns=["doc.spans"])
def known_names(nlp: Language, name: str) -> KnownNames:  # noqa: ARG001 - spaCy gives every factory a name
    """The component, which knows no names before it is given a registry."""
    return KnownNames(nlp)


def _places(spans: Iterable[Span]) -> list[tuple[int, int, str]]:
    return [(span.start_char, span.end_char, span.label_) for span in spans]


def _past_suffix(doc: Doc, end: int) -> int:
    """The end of a name with the "Inc." or ", LLC" that follows it."""
    after = end + 1 if end < len(doc) and doc[end].text == "," else end
    return after + 1 if after < len(doc) and doc[after].text.rstrip(".") in _SUFFIXES else end


_SUFFIXES = frozenset(
    "Inc LLC Ltd Corp Co PBC PLC plc GmbH LP Limited Corporation Incorporated AG SE SAS SA SARL SL SpA BV NV AB ASA Oy".split()
)


def _variants(name: str) -> Iterable[str]:
    """How a name may be written: with either apostrophe, in capitals, or with each word capitalised."""
    written = {name, name.replace("'", "’")}
    if len(name) > 4:
        written |= {name.upper()}
    if " " in name:
        written |= {" ".join(word[:1].upper() + word[1:].lower() for word in name.split())}
    return written
