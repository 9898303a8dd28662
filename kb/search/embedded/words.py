"""What the embedded index itself knows of words: how they are spelled in it, and which of them tell documents apart."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from kb.search.embedded.schema import EXACT, STEMMED, exact_column
from kb.search.fields import BY_NAME, SPELLED, value_column
from kb.search.query import Spelling

_LOOKED_AT = 50
_MOST_SPELLINGS = 10
_ALIKE = 0.7
_SHORT = 4
_TELLING_WORDS = 25
_SHARED_WORDS, _SHARED_AT_LEAST = 0.3, 3
_PARTY_WEIGHT, _CONDUCT_WEIGHT, _WORDS_WEIGHT = 4.0, 1.0, 0.2

Analyzers = Mapping[str, tantivy.TextAnalyzer]


def spelled_like(
    word: str, searcher: tantivy.Searcher, schema: tantivy.Schema, analyzers: Analyzers
) -> tuple[Spelling, ...]:
    """Words of the index near to this one, as a document writes them, each with its number of documents."""
    folded = analyzers[EXACT].analyze(word)
    if len(folded) != 1:
        return ()
    columns = [exact_column(BY_NAME[name]) for name in SPELLED]
    distance = 1 if len(folded[0]) <= _SHORT else 2
    near = _any(Clause.fuzzy_term_query(schema, column, folded[0], distance) for column in columns)
    written: dict[str, Counter[str]] = {}
    for _, address in searcher.search(near, limit=_LOOKED_AT).hits:
        for key, as_written in _words_of(searcher.doc(address), analyzers[EXACT]):
            written.setdefault(key, Counter())[as_written] += 1
    alike = get_close_matches(folded[0], written, _MOST_SPELLINGS, _ALIKE)
    return tuple(
        Spelling(
            written[key].most_common(1)[0][0],
            int(searcher.search(_any(Clause.term_query(schema, column, key) for column in columns), limit=1).count),  # type: ignore[attr-defined]
        )
        for key in alike
    )


def _words_of(document: tantivy.Document, analyzer: tantivy.TextAnalyzer) -> Iterator[tuple[str, str]]:
    """Each word of the fields looked at, folded and as it is written."""
    for name in SPELLED:
        for text in document.get_all(name):
            for token in analyzer.pre_tokenize(str(text)).tokens:
                yield token.text, str(text)[token.char_offset_from : token.char_offset_to]


def like(
    document: tantivy.Document, searcher: tantivy.Searcher, schema: tantivy.Schema, analyzers: Analyzers
) -> Clause:
    """What shares a party with this document, or several of the words that tell it from others."""
    sides = ("accuser", "accused")
    parties = {str(name) for side in sides for name in document.get_all(side)}
    shared = [Clause.term_query(schema, value_column(side), name) for side in sides for name in sorted(parties)]
    conduct = [Clause.term_query(schema, value_column("conduct"), str(code)) for code in document.get_all("conduct")]
    words = _telling_words(document, searcher, analyzers[STEMMED])
    in_common = Clause.boolean_query(
        [(Occur.Should, Clause.term_query(schema, field, word)) for field, word in words],
        minimum_number_should_match=max(_SHARED_AT_LEAST, round(len(words) * _SHARED_WORDS)),
    )
    weighed = [Clause.boost_query(each, _PARTY_WEIGHT) for each in shared]
    if len(words) >= _SHARED_AT_LEAST:
        weighed.append(Clause.boost_query(in_common, _WORDS_WEIGHT))
    more = [(Occur.Should, Clause.boost_query(each, _CONDUCT_WEIGHT)) for each in conduct]
    return Clause.boolean_query([(Occur.Must, _any(weighed)), *more])


def _telling_words(
    document: tantivy.Document, searcher: tantivy.Searcher, analyzer: tantivy.TextAnalyzer
) -> Sequence[tuple[str, str]]:
    """The rarest words of titles and passages that more than one document has, each with its field."""
    words = {
        (field, word)
        for field in ("title", "passages")
        for text in document.get_all(field)
        for word in analyzer.analyze(str(text))
    }
    counts = {each: int(searcher.doc_freq(*each)) for each in words}
    telling = [each for each, count in counts.items() if 1 < count <= max(2, searcher.num_docs // 4)]
    return sorted(telling, key=lambda each: (counts[each], each))[:_TELLING_WORDS]


def _any(clauses: Iterable[Clause]) -> Clause:
    return Clause.boolean_query([(Occur.Should, clause) for clause in clauses])
