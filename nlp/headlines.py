"""Headlines, whose clipped grammar the parser often misses: frames over the order of names and trigger words."""

import re

from spacy.tokens import Doc, Span

from kb.model import Stage
from nlp.frames import Frame, Marked, Reference
from nlp.parties import Party

_P = r"(?P<{0}>⟦\d+⟧(?:(?:, (?:and )?| and | & |, )(?:[a-z' ]{{0,20}})?⟦\d+⟧)*)"
_A, _B = _P.format("a"), _P.format("b")
_S = r"(?:['’]s?)?"
_SUIT = r"(?:lawsuits?|suits?|complaints?|class[- ]actions?|claims?|cases?|battle|fight|allegations?|accusations?|legal (?:action|challenge|threat|fight)|charges?|litigation)"
_GAP = r"(?:[^⟦⟧.;]|\.(?=\d)){0,60}?"
_SHORT = r"(?:[^⟦⟧.;]|\.(?=\d)){0,30}?"

_PATTERNS: list[tuple[str, str, Stage]] = [
    (rf"{_A}{_SHORT} (?:sues?|suing|sued|accuses?|accused|accusing|blasts?|slams?|challenges?|blames?|indicts?)\b(?! by) {_SHORT}{_B}", "verb", Stage.ACCUSED),
    (rf"{_A}{_SHORT} (?:files?|filed|files?|brings?|launch(?:es|ed)?|joins?|join|drops?|dropped|loses?|lost|wins?|escalates?)\b{_GAP}{_SUIT}{_SHORT} (?:against|vs\.?) {_SHORT}{_B}", "document", Stage.COMPLAINT),
    (rf"{_A}{_S} {_SHORT}{_SUIT} {_SHORT}(?:against|accusing|targeting|vs\.?) {_SHORT}{_B}", "noun", Stage.COMPLAINT),
    (rf"{_A} v(?:s?\.|s)? {_B}", "case name", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} (?:sued|accused|hit|slapped|facing|faces?|challenged|blamed|targeted)\b{_GAP}(?:by|from) {_SHORT}{_A}", "suffered", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} (?:defeats?|defeated|beats?|escapes?|must face|faces?|facing|fights?|fends off|wins?|settles?|dodges?|to pay|will pay|pays?|agrees|reach(?:es|ed)?)\b{_GAP}(?:{_SHORT} (?:to|with|over|against|by|from) )?{_SHORT}{_A}{_S}{_GAP}(?:{_SUIT}|settle)", "suffered", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} (?:settles?|settled|to pay|will pay|pays?|agrees|reach(?:es|ed)?)\b{_GAP}(?:settle\w*|lawsuit|suit|claims|case){_GAP}(?:with|by|from|to|over) {_SHORT}{_A}", "suffered", Stage.SETTLED),
    (rf"{_B}{_SHORT} (?:stole|steals?|stealing|copied|scraped|used|trained|pirated|misused|infringed)\b{_GAP}, {_A} (?:says|claims|alleges|argues)", "clause", Stage.ACCUSED),
    (rf"{_A} has no (?:proof|evidence)(?: that)? {_B} {_SHORT}(?:stole|copied|used|infringed|took)", "clause", Stage.ACCUSED),
    (rf"{_A} (?:says?|claims?|alleges?|argues?|:)\s?:? ?{_SHORT}{_B}{_S} {_SHORT}(?:stole|steals?|stealing|copied|scraped|trained|pirated|misused|infringed|ripped|cloned|distilled)\b", "clause", Stage.ACCUSED),
    (rf"{_B} (?:is|are) a [^⟦]{{0,20}},? says {_SHORT}{_A}", "clause", Stage.ACCUSED),
    (rf"{_A}{_SHORT} (?:tells?|told|demands?|urges?|orders?|warns?|asks?) {_SHORT}{_B} (?:to )?(?:stop|delete|cease|halt|remove|take down|pay)", "demand", Stage.LETTER),
    (rf"{_A}{_SHORT} (?:sends?|fires off|issues?|serves?)\b{_GAP}(?:letter|notice|cease[- ]and[- ]desist){_SHORT} to {_SHORT}{_B}", "letter", Stage.LETTER),
    (rf"{_B} [^.;]{{0,60}}?(?:after|following|amid|over) {_A}{_S} {_SHORT}(?:legal threat|lawsuit|suit|letter|complaint|accusation|claims?|allegations?|cease)", "aftermath", Stage.LETTER),
    (rf"{_B}{_S} {_SHORT}(?:billion|million|[mb]n?\b|landmark|piracy|copyright){_GAP}settlement{_GAP}(?:for|with|to|from) {_SHORT}{_A}", "settlement", Stage.SETTLED),
    (rf"{_B}{_S} {_GAP}settlement", "settlement", Stage.SETTLED),
    (rf"{_B}{_SHORT} (?:settles?|gets? sued|faces?|hit with|sued over|sued for|accused of|must face|to pay|will pay|wins|loses)\b", "suffered", Stage.COMPLAINT),
    (rf"gets {_B} sued", "suffered", Stage.COMPLAINT),
    (rf"(?:judge|court|jury)\b{_GAP}(?:rules|ruled|says|finds|sides){_SHORT} {_B}{_S} {_SHORT}(?:training|use|infring|copy|scrap|violat)", "ruling", Stage.RULING),
    (rf"{_B} (?:used|copied|stole|trained|scraped|pirated)\b{_GAP}(?:lawsuit|suit|complaint) (?:alleges|claims|says)", "clause", Stage.COMPLAINT),
]  # fmt: skip
_COMPILED: list[tuple[re.Pattern[str], str, Stage]] = [
    (re.compile(pattern, re.IGNORECASE), rule, stage) for pattern, rule, stage in _PATTERNS
]


def headline_frames(headline: Span, marked: Marked, *, complete: bool = False) -> list[Frame]:
    """The frame of a headline, or of a sentence that the parser missed: the first pattern that fits.

    Args:
        headline: the words.
        marked: parties by token.
        complete: only frames with both sides.
    """
    spans, text = _abstract(headline, marked)
    for pattern, rule, stage in _COMPILED:
        match = pattern.search(text)
        if match is None:
            continue
        groups = match.groupdict()
        accusers, accused = _references(groups.get("a"), spans), _references(groups.get("b"), spans)
        if _sound(accusers, accused, complete=complete):
            trigger = re.sub(r"⟦\d+⟧", "…", match[0])[:80]
            return [
                Frame(
                    accusers=accusers,
                    accused=accused,
                    stage=stage,
                    trigger=trigger,
                    rule=f"headline {rule}",
                    sentence=headline,
                )
            ]
    return []


def _sound(accusers: tuple[Reference, ...], accused: tuple[Reference, ...], *, complete: bool) -> bool:
    if not accused or (complete and not accusers):
        return False
    one_sided_group = not accusers and any(r.party and r.party.kind == "group" for r in accused)
    return not one_sided_group and not {r.party for r in accusers} & {r.party for r in accused}


def _abstract(words: Span, marked: Marked) -> tuple[list[tuple[Span, Party]], str]:
    """The headline with each party replaced by its number in brackets, determiners and adjectives before it kept."""
    spans: list[tuple[Span, Party]] = []
    text = ""
    for token in words:
        place = marked.get(token.i)
        if place is None:
            text += token.text_with_ws
        elif place[0].start == token.i and place[1].kind != "forum" and not _owns(place, words.doc):
            spans.append(place)
            text += f"⟦{len(spans) - 1}⟧{place[0][-1].whitespace_}"
        elif place[1].kind in {"forum", "place"} and place not in spans:
            text += token.text_with_ws
    return spans, text


def _owns(place: tuple[Span, Party], doc: Doc) -> bool:
    """Whether a place merely owns what follows ("Canada's newspapers")."""
    span, party = place
    return party.kind == "place" and span.end < len(doc) and doc[span.end].lower_ in {"'s", "’s", "’", "'"}


def _references(group: str | None, spans: list[tuple[Span, Party]]) -> tuple[Reference, ...]:
    numbers = [int(number) for number in re.findall(r"⟦(\d+)⟧", group or "")]
    return tuple(Reference(spans[n][1], "", spans[n][0].start) for n in numbers)
