"""What the network's marks say of the parties and the pairs of a report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from kb.model import Stage
from nlp.agreement import MARKED, Marks, Mention, Names, Pair, ParsedPassage
from nlp.frames import is_unsaid_of, merely_reports
from nlp.headlines import is_unsaid
from nlp.known_names import KnownNames
from nlp.parties import Marked, Party, named_by
from nlp.passages import Passage
from nlp.stage import told
from nlp.tagger import Tags

_LINKED = 0.0
"""Log odds from which two marked names are taken for a pair that no rule found."""
_SEEN = 0.5
"""Probability of its side from which such a name counts."""


def recognised(doc: Doc, start: int, tags: Tags, known: KnownNames, is_ordinary: Callable[[str], bool]) -> Marked:
    """The parties of a passage, with the names that the network marks beside or instead of those found by rule.

    Args:
        doc: the passage, its parties marked.
        start: at which character of what the network read the passage begins.
        tags: what the network says of the report.
        known: the names of the registry.
        is_ordinary: whether a word in lower case is one of the language and not merely a name.
    """
    marked = dict(doc._.parties)
    for begin, end in tags.runs(start, start + len(doc.text)):
        span = doc.char_span(begin - start, end - start, alignment_mode="expand")
        party = span and named_by(span, [marked[t.i] for t in span if t.i in marked], known, is_ordinary)
        if span is not None and party is not None:
            replaced = {i for t in span if t.i in marked for i in _tokens(marked[t.i][0])}
            marked = {i: place for i, place in marked.items() if i not in replaced}
            marked |= {token.i: (span, party) for token in span}
    return marked


def _tokens(span: DocSpan) -> range:
    return range(span.start, span.end)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a party is named, with the pieces of its name that may belong to a side."""

    party: Party
    passage: Passage
    name: DocSpan
    start: int
    pieces: list[int]


class Sides:
    """The marks of a report, by the names that it gives its parties.

    Args:
        tags: what the network says of the report.
        body: at which character of what the network read the body begins.
        parsed: the passages of the report.
    """

    def __init__(self, tags: Tags, body: int, parsed: Sequence[ParsedPassage]) -> None:
        self._tags = tags
        self._places: dict[str, list[_Place]] = {}
        names = Names.of(parsed)
        for each in parsed:
            start = each.passage.start + (body if each.passage.field == "text" else 0)
            for place in each.parties:
                span = each.marked[place.position][0]
                pieces = tags.within(start + span.start_char, start + span.end_char)
                party = names.full(place.party) or place.party
                self._places.setdefault(party.key, []).append(
                    _Place(party, each.passage, span, start + span.start_char, pieces)
                )

    def mentions(self) -> Iterator[Mention]:
        """The pairs that the network sees, each where it is told most surely: of two told so in one sentence if there are."""
        for accuser, accused in product(self._places, self._places):
            if accuser != accused and self._is_told(accuser, accused):
                mention = self._mention(accuser, accused)
                if mention is not None:
                    yield mention

    def marks(self, pair: Pair) -> Marks | None:
        """What is marked of a pair; None where one side is missing, or stands where the network did not read."""
        if pair.accuser is None or pair.accused is None:
            return None
        accuser, accused = pair.accuser.key, pair.accused.key
        if not (self._is_read(accuser) and self._is_read(accused)):
            return None
        rivals = [self._links.get((other, accused), UNLINKED) for other in self._places if other != accuser]
        rivals += [self._links.get((accuser, other), UNLINKED) for other in self._places if other != accused]
        return Marks(
            accuser=self._surest(accuser, 0),
            accused=self._surest(accused, 1),
            link=self._links.get((accuser, accused), UNLINKED),
            rival=max(rivals, default=UNLINKED),
            accuses=self._tags.accuses,
        )

    @cached_property
    def _links(self) -> dict[tuple[str, str], float]:
        """How surely each of two parties accuses the other, wherever that is surest."""
        seen = {key: places for key, each in self._places.items() if (places := [p for p in each if p.pieces])}
        return {
            (one, other): max(self._link(*both) for both in product(seen[one], seen[other]))
            for one, other in product(seen, seen)
            if one != other
        }

    def _is_read(self, key: str) -> bool:
        return any(place.start < self._tags.read for place in self._places.get(key, ()))

    def _is_told(self, accuser: str, accused: str) -> bool:
        sure = min(self._surest(accuser, 0), self._surest(accused, 1))
        return sure > _SEEN and self._links.get((accuser, accused), UNLINKED) > _LINKED

    def _surest(self, key: str, side: int) -> float:
        return max(self._side(place, side) for place in self._places[key])

    def _side(self, place: _Place, side: int) -> float:
        """How likely a name stands for an accuser (0) or one accused (1)."""
        return float((1 / (1 + np.exp(-self._tags.sides[place.pieces, side]))).mean()) if place.pieces else 0.0

    def _link(self, one: _Place, other: _Place) -> float:
        """Log odds that the one named here accuses the one named there."""
        if not (one.pieces and other.pieces):
            return UNLINKED
        return float(self._tags.links[np.ix_(one.pieces, other.pieces)].mean())

    def _mention(self, accuser: str, accused: str) -> Mention | None:
        """Where the pair is told most surely; None where whatever names both denies, supposes or merely reports it."""
        places = list(product(self._places[accuser], self._places[accused]))
        together = [both for both in places if _together(*both)]
        said = [both for both in together if not _is_unsaid(*both)] if together else places
        said = [(one, other) for one, other in said if not merely_reports(one.name.root, one.party)]
        if not said:
            return None
        one, other = max(said, key=lambda both: self._link(*both))
        told_in = max(one, other, key=lambda place: (place.passage.rank > 0, -place.passage.rank))
        sentence = told_in.name.sent
        stage = told(sentence.text) or Stage.ACCUSED
        return Mention(
            one.party,
            other.party,
            told_in.passage,
            sentence,
            stage,
            "the network links both names",
            MARKED,
            inferred=True,
        )


UNLINKED = -8.0


def _together(one: _Place, other: _Place) -> bool:
    return one.passage == other.passage and one.name.sent.start == other.name.sent.start


def _is_unsaid(one: _Place, other: _Place) -> bool:
    """Whether a sentence with both denies, supposes or asks what they have to do with each other."""
    if one.passage.field == "title":
        return is_unsaid(one.name.sent.text)
    return is_unsaid_of(one.name.root, other.name.root)
