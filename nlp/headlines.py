"""Headlines, whose clipped grammar the parser often misses: frames over the order of names and trigger words."""

import re
from collections.abc import Collection, Sequence

from spacy.tokens import Doc, Span

from kb.model import Stage
from nlp.frames import Frame
from nlp.parties import Marked, Party, likelihood, opposed
from nlp.references import STAFF, Reference, members

_P = r"(?P<{0}>⟦\d+⟧(?:(?:, |(?:,? and |,? & )(?:(?!\b(?:by|from|with|of|to|in|for|against|over|sees|says|calls|asks|seeks|wins|gets|is|are)\b)[a-z' ]){{0,20}})⟦\d+⟧)*+)"
_A, _B = _P.format("a"), _P.format("b")
_S = r"(?:['’]s?)?"
_SUIT = r"(?:lawsuits?|suits?|complaints?|class[- ]actions?|claims?|cases?|battle|fight|dispute|allegations?|accusations?|legal (?:action|challenge|threat|fight)|charges?|litigation)"
_GAP = r"(?:[^⟦⟧.;]|\.(?=\d)){0,60}?"
_SHORT = r"(?:[^⟦⟧.;]|\.(?=\d)){0,30}?"

_NOT_OWNER = r"(?!['’]s? (?!(?:own |new |top )?(?:lawyers?|attorneys?|counsel|legal team|estate|family|heirs|widow|owners?|parent|boss|head|chief|ceo|founders?|unit|arm)\b))"
_OWN = r"(?:(?!\b(?:of|which|that|who|scraped|taken|downloaded|copied|stolen|used|trained|pirated|obtained)\b)[^⟦⟧.;]){0,60}?"
_TO = r"(?:(?!\b(?:for|over|about|of|by|from|after)\b)[^⟦⟧.;]){0,30}?"
_ACTING = r"(?:(?!\b(?:judges?|court|jury|panel|regulators?|fac(?:es?|ing)|hit|slapped|let(?:s|ting)?|allow\w*|bill|law)\b)[^⟦⟧.;]|\.(?=\d)){0,30}?"
_TAKING = r"scrap(?:ing|ed)|steal|stole|theft|distill?|pirat|plagiari|copying|infring|misappropriat"
_UNSAID = re.compile(
    r"\b(?:not|never|might|may(?! \d)|could|would|considers?|considering|considered|weighs?|weighing|mulls?|mulling|denies|denied|deny|"
    r"declin\w+|refus\w+|rules? out|ruled out|unlikely|if|whether|hypothetical\w*)\b|n[’']t\b",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\b(?:settl(?:es?|ed|ing)|resolv\w+|ends?|ended|drop\w*|reach\w*|agree\w*)\b", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:if|whether|unless)\b[^,.;]{0,20}$", re.IGNORECASE)
_QUESTION = re.compile(
    r"^\W*(?:could|should|will|would|can|may|might|did|does|do|is|are|was|has|have)\b[^.!]*\?", re.IGNORECASE
)

_PATTERNS: list[tuple[str, str, Stage]] = [
    (rf"{_A}(?: (?:is|are|was|were))? among (?:[^⟦⟧.;]{{0,30}}⟦\d+⟧)?[^⟦⟧.;]{{0,20}} (?:suing|accusing|who (?:sued?|accused?)) {_SHORT}{_B}", "verb", Stage.COMPLAINT),
    (rf"{_A} (?:says|claims|argues|alleges) {_SHORT}{_B}\b[^⟦⟧]{{0,40}},[”\"’']? (?:sues|suing|sued)\b", "verb", Stage.COMPLAINT),
    (rf"{_A}{_S} (?:legal|cease[- ]and[- ]desist|takedown) (?:letter|notice|demand)s? to {_SHORT}{_B}", "letter", Stage.LETTER),
    (rf"{_A}{_NOT_OWNER}{_ACTING} (?:sues?|suing|sued|accuses?|accused|accusing|blasts?|slams?|challenges?|blames?|indicts?)\b(?! (?:by|of|over|for|in)\b) {_TO}{_B}", "verb", Stage.ACCUSED),
    (rf"{_A}{_SHORT} (?:files?|filed|files?|brings?|launch(?:es|ed)?|joins?|join|drops?|dropped|escalates?|revives?|revived)\b{_GAP}{_SUIT}{_SHORT} (?:against|vs\.?) {_SHORT}{_B}", "document", Stage.COMPLAINT),
    (rf"{_A} (?:joins?|joined) ⟦\d+⟧{_S} {_GAP}{_SUIT}{_SHORT} (?:against|with) {_SHORT}{_B}", "document", Stage.COMPLAINT),
    (rf"{_A}{_SHORT} (?:wins?|won|loses?|lost|scores?|scored|settles?|settled|ends?|ended|resolves?|resolved)\b{_GAP}{_SUIT}{_SHORT} (?:with|against|over) {_SHORT}{_B}", "contest", Stage.RULING),
    (rf"{_A} settle[sd]? with {_SHORT}{_B}", "contest", Stage.SETTLED),
    (rf"{_A}{_SHORT} (?:wins?|won|gets?|got|secures?|secured|obtains?|obtained)\b{_GAP}(?:injunction|restraining order|judgment|damages|verdict|ruling|order){_SHORT} against {_SHORT}{_B}", "document", Stage.RULING),
    (rf"{_A}{_S} {_SHORT}{_SUIT} {_SHORT}(?:against|accusing|targeting|targets?|names?|vs\.?) {_SHORT}{_B}", "noun", Stage.COMPLAINT),
    (rf"{_A} v\.? {_B}", "case name", Stage.COMPLAINT),
    (rf"(?<!vs ){_A} vs\.? {_B}(?! vs)(?=.*\b(?:cases?|lawsuits?|suits?|courts?|judges?|rul(?:ing|es|ed)|trial|copyright|infring\w+)\b)", "case name", Stage.COMPLAINT),
    (rf"{_A}{_S} {_TO}(?:claims?|allegations?|accusations?|argument)(?: that)? {_SHORT}{_B} {_SHORT}(?:violat\w+|infring\w+|copied|stole|trained|used|scraped|pirated)\b", "noun", Stage.COMPLAINT),
    (rf"{_A}{_SHORT} (?:hits?|slaps?|slapped|serves?|served) {_TO}{_B} with {_GAP}(?:{_SUIT}|letter|cease[- ]and[- ]desist|notice|injunction)", "verb", Stage.COMPLAINT),
    (rf"\bsuing {_TO}{_B}(?:,|:| [—–-]) from (?P<a>⟦\d+⟧ to ⟦\d+⟧)", "verb", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} (?:loses?|lost|fails?|failed|seeks?|asks?|asked|moves?|moved|wants?|fights?)\b{_GAP}\b(?:dismiss|toss|throw out|escape|block|dodge)\b{_SHORT} {_A}{_S} {_GAP}{_SUIT}", "suffered", Stage.COMPLAINT),
    (rf"{_B}{_GAP} in {_A}{_S} {_SHORT}{_SUIT}", "noun", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} (?:sued|accused|challenged|blamed|targeted)\b{_OWN}by {_SHORT}{_A}", "suffered", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} accused of [^⟦⟧.;]{{0,50}}? by {_SHORT}{_A}", "suffered", Stage.ACCUSED),
    (rf"{_A} to {_B}: ?(?:stop|delete|cease|halt|remove|take down|pay|hands off)", "demand", Stage.LETTER),
    (rf"{_B}{_SHORT} (?:hit|slapped|facing|faces?)\b{_OWN}(?:by|from) {_SHORT}{_A}", "suffered", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} (?:defeats?|defeated|beats?|escapes?|must face|faces?|facing|fights?|fends off|wins?|settles?|dodges?)\b{_GAP}(?:{_SHORT} (?:to|with|over|against|by|from) )?{_SHORT}{_A}{_S}{_GAP}(?:{_SUIT}|settle)", "suffered", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} (?:to pay|will pay|pays?|agrees|reach(?:es|ed)?)\b{_GAP}(?:to|with) {_SHORT}{_A}{_S}{_GAP}(?:{_SUIT}|settle)", "suffered", Stage.SETTLED),
    (rf"{_B}{_SHORT} (?:settles?|settled|to pay|will pay|pays?|agrees|reach(?:es|ed)?)\b{_GAP}(?:settle\w*|lawsuit|suit|claims|case){_OWN}(?:with|by|from|to|over) {_SHORT}{_A}", "suffered", Stage.SETTLED),
    (rf"{_B}{_SHORT} (?:stole|steals?|stealing|copied|scraped|used|trained|pirated|misused|infringed)\b{_GAP}, {_A} (?:says|claims|alleges|argues)", "clause", Stage.ACCUSED),
    (rf"{_A} has no (?:proof|evidence)(?: that)? {_B} {_SHORT}(?:stole|copied|used|infringed|took)", "clause", Stage.ACCUSED),
    (rf"{_A}(?: (?:says?|claims?|alleges?|argues?)|:)\s?:? ?{_SHORT}{_B}{_S} {_SHORT}(?:stole|steals?|stealing|copied|scraped|trained|pirated|misused|infring(?:e[sd]?|ing)|violated|used|exploited|took|ripped|cloned|distilled|benefits?|profits?|profited|plundered|(?:is |are |was |were )?(?:free[- ]?riding|freeloading|piggybacking|profiting|cashing in))\b", "clause", Stage.ACCUSED),
    (rf"{_B} (?:is|are) a [^⟦]{{0,20}},? says {_SHORT}{_A}", "clause", Stage.ACCUSED),
    (rf"{_A}{_SHORT} (?:tells?|told|demands?|urges?|orders?|warns?|asks?|calls? (?:on|for)) {_SHORT}{_B} (?:to )?(?:stop|delete|cease|halt|remove|take down|pay)", "demand", Stage.LETTER),
    (rf"{_A}{_SHORT} (?:sends?|fires off|issues?|serves?)\b{_GAP}(?:letter|notice|cease[- ]and[- ]desist){_SHORT} to {_TO}{_B}", "letter", Stage.LETTER),
    (rf"{_B} [^.;]{{0,60}}?(?:after|following|amid|over) {_A}{_S} {_SHORT}(?:legal threat|lawsuit|suit|letter|complaint|accusation|claims?|allegations?|cease)", "aftermath", Stage.LETTER),
    (rf"{_B}{_S} {_SHORT}(?:billion|million|[mb]n?\b|landmark|piracy|copyright){_GAP}settlement{_GAP}(?:for|with|to|from) {_SHORT}{_A}", "settlement", Stage.SETTLED),
    (rf"{_B}{_S} {_SHORT}settlement (?:with|for) {_SHORT}{_A}", "settlement", Stage.SETTLED),
    (rf"{_B}{_S} {_GAP}settlement", "settlement", Stage.SETTLED),
    (rf"(?P<b>⟦\d+⟧(?:, ⟦\d+⟧)*,? (?:and|&) [a-z' ]{{0,20}}⟦\d+⟧) {_SHORT}(?:ends?|ended|drops?|dropped|resolves?|resolved)\b{_GAP}{_SUIT}", "settlement", Stage.SETTLED),
    (rf"{_B}{_SHORT} (?:settles?|gets? sued|faces?|hit with|sued over|sued for|sued after|accused of|must face|(?:to|will) pay(?=.*(?:\$|illion|settle)))\b", "suffered", Stage.COMPLAINT),
    (rf"{_A}{_SHORT} (?:takes?|taking|took|goe?s?|going|went|gone) (?:on|after|aim at)\b{_SHORT} {_B}(?=.*\b(?:{_SUIT}|court|cop(?:y|ied|ying)|stol|steal|theft|scrap|infring|train|pirat))", "verb", Stage.COMPLAINT),
    (rf"{_A}{_SHORT} (?:goes|go|gone|going|went|turns?|turned) to (?:the )?(?:courts?|law)\b{_GAP} against {_SHORT}{_B}", "verb", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} (?:stole|copied|took|lifted|scraped|used|cloned|pirated|misused|ripped off|infringed)\b{_GAP}, (?:says|claims|alleges|argues|insists) {_SHORT}{_A}", "clause", Stage.ACCUSED),
    (rf"{_A}{_SHORT} (?:asks?|asked|asking|seeks?|seeking|sought|wants?|urges?|petitions?)\b{_GAP}\b(?:court|judge|injunction)\b{_GAP}\b(?:halt|stop|block|bar|prevent|order|keep|force)\w*\b{_SHORT} {_B}", "verb", Stage.COMPLAINT),
    (rf"{_B}{_SHORT} (?:disputes?|disputed|rejects?|rejected|contests?|contested|rebuts?|rebutted|refutes?|refuted|hits? back at|pushes back (?:on|against)|responds? to|responded to) {_SHORT}{_A}{_S} {_SHORT}{_SUIT}", "suffered", Stage.COMPLAINT),
    (rf"{_B} (?:allegedly|(?:is |are |was |were )?alleged to have) {_SHORT}(?:stole|stolen|copied|scraped|used|trained|pirated|misused|infringed|cloned|distilled|ripped off)\b", "suffered", Stage.ACCUSED),
    (rf"{_B} (?:is |was |were |has been )?(?:found guilty|convicted|pleads? guilty|pleaded guilty)\b(?=.*\b(?:st[eo]al|stole|theft|espionage|secrets?|copy|pirac|infring))", "suffered", Stage.VERDICT),
    (rf"{_A} (?:bans?|banned|blocks?|blocked|suspends?|suspended|bars?|barred|expels?|expelled|cuts? off) {_SHORT}{_B}(?:{_S} ⟦\d+⟧)?{_SHORT} (?:over|for|after) {_SHORT}\b(?:{_TAKING})", "verb", Stage.ACCUSED),
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
        if (
            match is None
            or _UNSAID.search(match[0])
            or _SUPPOSED.search(text[: match.start()])
            or _QUESTION.search(text)
        ):
            continue
        groups = match.groupdict()
        accusers = _references(groups.get("a"), spans, headline.doc, marked)
        accused = _references(groups.get("b"), spans, headline.doc, marked)
        if rule == "contest":
            accusers, accused = _sides(accusers, accused)
            if not accused:
                return []
        elif not accusers and len(accused) > 1 and (_ENDING.search(match[0]) or rule == "settlement"):
            if complete and not _ENDING.search(match[0]):
                continue
            one, other = opposed(r.party for r in accused if r.party)
            accusers, accused = _those(one, accused), _those(other, accused)
        elif "settlement" in match[0].lower() and _likelihood(accused) > _likelihood(accusers):
            accusers, accused = accused, accusers
        if _sound(accusers, accused, complete=complete):
            jointly = rule != "contest" and accusers and groups.get("a") is None
            trigger = re.sub(r"⟦\d+⟧", "…", match[0])[:80]
            return [
                Frame(
                    accusers=accusers,
                    accused=accused,
                    stage=Stage.SETTLED if jointly else stage,
                    trigger=trigger,
                    rule=f"headline {rule}",
                    sentence=headline,
                )
            ]
    return []


def is_unsaid(headline: str) -> bool:
    """Whether a headline asks, denies or supposes what it tells of."""
    return bool(_UNSAID.search(headline) or _QUESTION.search(headline))


def _those(parties: Collection[Party], references: Sequence[Reference]) -> tuple[Reference, ...]:
    return tuple(reference for reference in references if reference.party in parties)


def _sides(
    winner: tuple[Reference, ...], other: tuple[Reference, ...]
) -> tuple[tuple[Reference, ...], tuple[Reference, ...]]:
    """Who accuses whom in a contest, by what each lives by; nobody where that cannot be told."""
    likely, unlikely = _likelihood(winner), _likelihood(other)
    if likely != unlikely and max(likely, unlikely) < 1 and any(r.party and r.party.single for r in (*winner, *other)):
        return (), ()
    if likely == unlikely:
        known = all(r.party is not None and r.party.known for r in (*winner, *other))
        return (winner, other) if known else ((), ())
    return (winner, other) if likely > unlikely else (other, winner)


def _likelihood(references: tuple[Reference, ...]) -> int:
    return likelihood(r.party for r in references if r.party is not None)


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


def _firm_of(place: tuple[Span, Party], doc: Doc, marked: Marked) -> tuple[Span, Party]:
    """The firm for whose present people a group stands ("employees at B"), or else whoever is named."""
    span, party = place
    behind = span.end + 1 in marked and doc[span.end].lower_ in {"at", "of", "from"}
    return marked[span.end + 1] if behind and party.kind == "group" and party.name in STAFF else place


def _owns(place: tuple[Span, Party], doc: Doc) -> bool:
    """Whether a place merely owns what follows ("Canada's newspapers")."""
    span, party = place
    return party.kind == "place" and span.end < len(doc) and doc[span.end].lower_ in {"'s", "’s", "’", "'"}


def _references(group: str | None, spans: list[tuple[Span, Party]], doc: Doc, marked: Marked) -> tuple[Reference, ...]:
    """The parties of a side, a group's named members in its place."""
    sides = [_firm_of(spans[int(number)], doc, marked) for number in re.findall(r"⟦(\d+)⟧", group or "")]
    named = [reference for span, _ in sides for reference in members(doc, marked, span.end - 1)]
    whole = [Reference(party, "", span.start) for span, party in sides]
    found = {r.position: r for r in (*whole, *named)}
    return tuple(r for r in found.values() if not (named and r.party and r.party.kind == "group"))
