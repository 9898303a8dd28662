"""How a report's text changed from one of its states to the next, in the words that changed and a few around them.

Publishers' texts are never shown, so that of a text that was rewritten only so many words are given, and the rest is
counted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest
from typing import Any, Final, Literal

from pydantic import TypeAdapter

from kb.interchange import well_formed
from kb.model import Report

_REPORT = TypeAdapter(Report)

MOST_WORDS: Final = 160
"""So many words of a change of a text are shown, those around the ones that changed among them."""

_CONTEXT_WORDS = 8
_BEGINNING_WORDS = 24
_LEFT_OUT = "…"
_LONGEST_PASSAGE = 600
"""Words of a passage up to which it is compared word by word."""
_LEAST_IN_COMMON = 0.4
"""A passage that keeps less of its words was not changed but replaced by another."""

_AGO = re.compile(
    r"\b(?:an?|one|\d+|a few) (?:sec(?:ond)?|min(?:ute)?|h(?:ou)?r|day)s? ago\b|\bjust now\b", re.IGNORECASE
)
_COUNTER = re.compile(r"\b(?:views?|reads?|comments?|shares?|likes?|reactions?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d.,]*\s?[km]?\b", re.IGNORECASE)
_WORDS_OF_A_COUNTER = 4
_ENDS_A_SENTENCE = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")
_LONGEST_LABEL = 80
_SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[“\"‘(]?[A-Z0-9])")
_WORD = re.compile(r"(?:\w+(?:[.,'’\-]\w+)*|[^\w\s])\s*")

Kind = Literal["same", "deleted", "inserted"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that are in both texts, or in one of them."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What two texts differ in.

    Attributes:
        passages: the sentences that changed, each as its pieces; what is left out stands as an ellipsis.
        unshown: how many passages changed besides.
    """

    passages: tuple[tuple[Piece, ...], ...]
    unshown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a report.

    Attributes:
        report: what it said.
        kept: whether the text is still there.
        asked: the address that was asked for; empty where it was handed in.
        capture: number of the capture that it was made from.
        extractor: by which version of the extraction.
    """

    report: Report
    kept: bool
    asked: str = ""
    capture: int | None = None
    extractor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """A change that an outlet made to a report.

    Attributes:
        fetched: when the changed report was fetched; None where nobody knows.
        before: when the one before it was.
        title: how its headline changed; None where it did not.
        text: how its text changed; None where it did not, or where that cannot be told.
        untold: why it cannot; empty where it can.
    """

    fetched: datetime | None
    before: datetime | None
    title: Difference | None = None
    text: Difference | None = None
    untold: str = ""


def substance(report: Report) -> dict[str, Any]:
    """What a report says, in a form in which two of its states that differ in noise alone are equal.

    Noise is when it was crawled or says it was changed, where its date was found, white space, how long ago it was
    published, how often it was read, and the order of the lines that are no sentences, such as links.
    """
    sentences, labels = _parts(report.text)
    told = _REPORT.dump_python(report, exclude={"text", "crawled", "modified", "revision", "published_source"})
    parts = {"sentences": [*map(_without_noise, sentences)], "labels": sorted(labels)}
    substantial: dict[str, Any] = well_formed({**told, **parts})
    return substantial


def alterations(states: Iterable[State]) -> list[Alteration]:
    """What an outlet changed from state to state, the newest change first; states made anew of one capture are one.

    Args:
        states: of one report, in the order in which they came.
    """
    by_address: dict[str, list[State]] = {}
    for state in states:
        by_address.setdefault(state.asked, []).append(state)
    found = [
        altered
        for each in by_address.values()
        for one, other in pairwise(each)
        if (altered := _alteration(one, other)) is not None
    ]
    return sorted(found, key=lambda each: each.fetched.timestamp() if each.fetched else 0.0, reverse=True)


def difference(old: str, new: str, most_words: int = MOST_WORDS) -> Difference | None:
    """What two texts differ in but for noise; None where in nothing."""
    passages = list(_passages(old, new))
    shown = list(_within(most_words, (_shortened(_changed(*passage)) for passage in passages)))
    return Difference(tuple(shown), len(passages) - len(shown)) if passages else None


def _within(words: int, passages: Iterable[Iterable[Piece]]) -> Iterator[tuple[Piece, ...]]:
    """The first passages that have so many words, the last of them cut short if need be."""
    for pieces in passages:
        taken: list[Piece] = []
        for piece in pieces:
            if words <= 0:
                taken.append(Piece("same", _LEFT_OUT))
                break
            words -= len(piece.text.split())
            taken.append(piece)
        yield tuple(taken)
        if words <= 0:
            return


def _alteration(one: State, other: State) -> Alteration | None:
    if one.capture is not None and one.capture == other.capture:
        return None
    altered = Alteration(
        fetched=other.report.crawled,
        before=one.report.crawled,
        title=difference(one.report.title, other.report.title),
    )
    if not (one.kept and other.kept):
        return replace(altered, untold="its text is no longer kept")
    text = difference(one.report.text, other.report.text)
    if text and one.extractor != other.extractor:
        return replace(altered, untold="the two were taken from their pages by different versions of this program")
    return replace(altered, text=text) if altered.title or text else None


def _is_label(line: str) -> bool:
    return len(line) <= _LONGEST_LABEL and not _ENDS_A_SENTENCE.search(line)


def _without_noise(line: str) -> str:
    line = _AGO.sub("ago", line)
    counts = _is_label(line) and len(line.split()) <= _WORDS_OF_A_COUNTER and _COUNTER.search(line)
    return _NUMBER.sub("", line) if counts else line


def _parts(text: str) -> tuple[list[str], dict[str, str]]:
    """The sentences of a text in their order, and its labels, each under what it says without noise."""
    sentences: list[str] = []
    labels: dict[str, str] = {}
    for line in (" ".join(line.split()) for line in text.splitlines()):
        if line and _is_label(line):
            labels.setdefault(_without_noise(line), line)
        elif line:
            sentences += _SENTENCE_END.split(line)
    return sentences, labels


def _passages(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The sentences that differ, those that changed beside each other in one passage; then the labels."""
    (before, labels), (after, others) = _parts(old), _parts(new)
    told, now = ([*map(_without_noise, each)] for each in (before, after))
    for kind, start, end, at, to in SequenceMatcher(None, told, now).get_opcodes():
        if kind == "replace" and end - start == to - at:
            yield from zip(before[start:end], after[at:to], strict=True)
        elif kind != "equal":
            yield " ".join(before[start:end]), " ".join(after[at:to])
    gone = [shown for label, shown in labels.items() if label not in others]
    come = [shown for label, shown in others.items() if label not in labels]
    yield from zip_longest(gone, come, fillvalue="")


def _changed(old: str, new: str) -> list[Piece]:
    """A passage word by word, or as a whole where little of it stayed."""
    words, others = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, [w.rstrip() for w in words], [w.rstrip() for w in others], autojunk=False)
    if max(len(words), len(others)) > _LONGEST_PASSAGE or matcher.ratio() < _LEAST_IN_COMMON:
        return [piece for piece in (Piece("deleted", old), Piece("inserted", new)) if piece.text]
    pieces = []
    for kind, start, end, at, to in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(others[at:to])))
            continue
        pieces += [Piece("deleted", "".join(words[start:end])), Piece("inserted", "".join(others[at:to]))]
    return [piece for piece in pieces if piece.text]


def _shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces: of what stayed only the words next to a change, of what changed only how it begins and ends."""
    for n, piece in enumerate(pieces):
        if piece.kind == "same":
            yield Piece("same", _elided(piece.text, _CONTEXT_WORDS * (n > 0), _CONTEXT_WORDS * (n + 1 < len(pieces))))
        else:
            yield Piece(piece.kind, _elided(piece.text, _BEGINNING_WORDS, _CONTEXT_WORDS))


def _elided(text: str, before: int, after: int) -> str:
    """The first and the last words of a text, with an ellipsis for those between them."""
    words = text.split()
    if len(words) <= before + after + 1:
        return text
    end = text[len(text.rstrip()) :]
    return " ".join([*words[:before], _LEFT_OUT, *words[len(words) - after :]]) + end
