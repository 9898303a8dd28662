"""The neutral query in the embedded engine's own terms."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import assert_never

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from kb.search.embedded.schema import EARLIEST, EXACT, LATEST, STEMMED, WHOLE, clamped, exact_column
from kb.search.fields import BY_NAME, FACETS, TIE, WEIGHED, Field, Matching, first_column, last_column, value_column
from kb.search.query import Query
from kb.search.tree import And, During, FieldValue, Leaf, Node, Not, Or, Phrase, Prefix, Words

_TELLING = 3
"""So many letters begin few enough of the words of any text."""

Part = tuple[Occur, Clause]


class Clauses:
    """Translates trees and filters.

    Args:
        schema: of the index.
        analyzers: by the names that the schema uses.
    """

    def __init__(self, schema: tantivy.Schema, analyzers: Mapping[str, tantivy.TextAnalyzer]) -> None:
        self._schema = schema
        self._analyzers = analyzers

    def of(self, query: Query, without: str = "") -> Clause:
        """What a query asks for, without the filter by the values of one facet."""
        kind = Clause.term_query(self._schema, "kind", query.kind)
        parts = [(Occur.Must, _unscored(kind))]
        if query.wanted is not None:
            parts += self._parts(query.wanted)
        for facet in FACETS:
            if query.include.get(facet) and facet != without:
                parts.append((Occur.Must, _unscored(self._values(facet, query.include[facet]))))
            if query.exclude.get(facet):
                parts.append((Occur.MustNot, self._values(facet, query.exclude[facet])))
        return Clause.boolean_query(parts)

    def _values(self, facet: str, values: tuple[str, ...]) -> Clause:
        return Clause.term_set_query(self._schema, value_column(facet), list(values))

    def _parts(self, node: Node) -> list[Part]:
        """A node as parts of a query that finds something to exclude from by another part."""
        if isinstance(node, And):
            return [part for each in node.parts for part in self._parts(each)]
        if isinstance(node, Not):
            return [(Occur.MustNot, self.node(node.part))]
        return [(Occur.Must, self.node(node))]

    def node(self, node: Node) -> Clause:
        """A tree as a query that stands by itself."""
        match node:
            case And() | Not():
                return Clause.boolean_query([(Occur.Must, _unscored(Clause.all_query())), *self._parts(node)])
            case Or(parts):
                return Clause.boolean_query([(Occur.Should, self.node(part)) for part in parts])
            case FieldValue(field, value):
                return self._in_field(BY_NAME[field], value) or Clause.empty_query()
            case During():
                return self._during(node)
            case Words() | Phrase() | Prefix():
                return self._anywhere(node)
            case _:
                assert_never(node)

    def _anywhere(self, leaf: Leaf) -> Clause:
        found = [
            Clause.boost_query(clause, field.weight)
            for field in WEIGHED
            if (clause := self._in_field(field, leaf)) is not None
        ]
        return Clause.disjunction_max_query(found, TIE) if found else Clause.empty_query()

    def _in_field(self, field: Field, leaf: Leaf) -> Clause | None:
        """The leaf in one field; None if there is no word in it."""
        stemmed = field.matching is Matching.TEXT and isinstance(leaf, Words)
        column = field.name if stemmed else exact_column(field)
        analyzer = WHOLE if field.matching is Matching.KEYWORD else STEMMED if stemmed else EXACT
        words = self._analyzers[analyzer].analyze(leaf.text)
        if not words:
            return None
        if isinstance(leaf, Prefix):
            return self._beginning(field, column, words)
        if len(words) == 1:
            return Clause.term_query(self._schema, column, words[0])
        return Clause.phrase_query(self._schema, column, list(words))

    def _beginning(self, field: Field, column: str, words: list[str]) -> Clause:
        """Words of which the last may go on.

        The library's own query for it looks at the first 50 words that begin so and at no others; the one with patterns
        fails where they are more than some ten thousand, as very short beginnings in a text can be.
        """
        *before, last = (re.escape(word) for word in words)
        if not before:
            return Clause.regex_query(self._schema, column, f"{last}.*")
        if field.matching is Matching.TEXT and len(words[-1]) < _TELLING:
            return Clause.phrase_prefix_query(self._schema, column, list(words))
        return Clause.regex_phrase_query(self._schema, column, [*before, f"{last}.*"])

    def _during(self, during: During) -> Clause:
        if during.first and during.last and during.first > during.last:
            return Clause.empty_query()
        since = _moment(during.first, time.min) if during.first else EARLIEST
        until = _moment(during.last, time.max) if during.last else LATEST
        begins = self._between(first_column(during.time), EARLIEST, until)
        ends = self._between(last_column(during.time), since, LATEST)
        return _unscored(Clause.boolean_query([(Occur.Must, begins), (Occur.Must, ends)]))

    def _between(self, column: str, first: datetime, last: datetime) -> Clause:
        return Clause.range_query(self._schema, column, tantivy.FieldType.Date, first, last)


def _unscored(clause: Clause) -> Clause:
    return Clause.const_score_query(clause, 0.0)


def _moment(day: date, of_day: time) -> datetime:
    return clamped(datetime.combine(day, of_day, UTC))
