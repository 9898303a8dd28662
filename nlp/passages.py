"""Which passages of a report are worth parsing, and how headlines are made fit for a parser."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kb.model import FieldName
from nlp.boilerplate import blanked
from nlp.lexicon import words

LONGEST = 1500
LEAD = 4
MOST = 60
_TELLING = 150

_TRIGGER = re.compile(
    r"\b(?:su(?:e|es|ed|ing|its?)\b|lawsuits?|accus\w+|alleg\w+|claim(?:s|ed|ing)?\b|argu(?:e|es|ed|ing)\b|complain\w*|plaintiffs?|infring\w+|stole|steal\w*|stolen|v\.|vs\.|"
    r"cease|letter|settle\w*|misappropriat\w+|indict\w*|charged|blam\w+|scrap\w+|distill\w*|plagiari\w+|pirat\w+|"
    r"(?:to|no|not|\w+n['’]t) (?:\w+ )?(?:comment|respond|repl(?:y|ied)|answer)|disagree\w*|disput\w+|den(?:y|ies|ied)\b|meritless|without merit|baseless)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’']?\s+(?=[\"“‘A-Z])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a report that is parsed as one.

    Attributes:
        field: where it stands.
        start: at which character of the field it begins.
        text: as the parser gets it; as long as the original.
        rank: 0 for the title, then the number of the paragraph from 1.
    """

    field: FieldName
    start: int
    text: str
    rank: int


def passages(
    title: str, text: str, names_in: Callable[[str], list[tuple[int, int]]], is_ordinary: Callable[[str], bool]
) -> list[Passage]:
    """The title, the lead and every paragraph that has a word of accusing or answering, in order.

    Args:
        title: headline.
        text: body.
        names_in: finds the places of names that must keep their capitals.
        is_ordinary: whether a word in lower case is one of the language and not merely a name.
    """
    clean = blanked(text)
    headline = truecased(blanked(title), clean, names_in(title), is_ordinary)
    chosen = [Passage("title", 0, headline, 0)] if title.strip() else []
    rank = 0
    for start, paragraph in _paragraphs(clean):
        if len(paragraph.strip()) < 25:
            continue
        rank += 1
        stretches = [(0, len(paragraph))] if rank <= LEAD else _telling(paragraph)
        chosen += [Passage("text", start + begin, paragraph[begin:end], rank) for begin, end in stretches]
        if len(chosen) > MOST:
            break
    return chosen


def _telling(paragraph: str) -> list[tuple[int, int]]:
    """Where sentences with a word of accusing or answering stand, each with the sentence before, which may name its "it"."""
    ends = [match.end() for match in _SENTENCE_END.finditer(paragraph)]
    sentences = list(zip([0, *ends], [*ends, len(paragraph)], strict=True))
    wanted = {
        k for n, (begin, end) in enumerate(sentences) if _TRIGGER.search(paragraph, begin, end) for k in (n - 1, n)
    }
    stretches: list[tuple[int, int]] = []
    for n in sorted(wanted - {-1}):
        begin, end = sentences[n]
        if stretches and stretches[-1][1] == begin:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((begin, end))
    return stretches


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text; a line that goes on in the middle of a sentence is one with the next."""
    for match in re.finditer(r"[^\n]+(?:(?<![.!?:;”\"])\n(?=[a-z])[^\n]+)*", text):
        yield from _pieces(match.start(), match[0])


def _pieces(start: int, paragraph: str) -> Iterator[tuple[int, str]]:
    """Paragraphs that are not too long for the parser, cut between sentences where that can be."""
    while len(paragraph) > LONGEST:
        ends = [match.end() for match in _SENTENCE_END.finditer(paragraph, LONGEST // 3, LONGEST)]
        cut = ends[-1] if ends else (paragraph.rfind(" ", 1, LONGEST) + 1 or LONGEST)
        yield start, paragraph[:cut]
        start, paragraph = start + cut, paragraph[cut:]
    yield start, paragraph


def truecased(title: str, text: str, names: Sequence[tuple[int, int]], is_ordinary: Callable[[str], bool]) -> str:
    """A headline in title case with its ordinary words in lower case.

    A word is ordinary if the text writes it so, or if the language has it and the text never writes it as a name;
    where there is too little text to tell, not beside a word that only a name can be ("Kyland Young").
    """
    if not _is_in_capitals(title):
        return title
    lower = set(re.findall(r"\b[a-z][\w-]+\b", text)) | _HEADLINE_WORDS
    prose = "\n".join(line for line in text.splitlines() if not _is_in_capitals(line))
    capitalised = set(re.findall(r"(?<=[a-z,;] )[A-Z][\w-]+\b", prose))

    tokens = list(re.finditer(r"[A-Za-z][\w-]*", title))
    ordinary = [_is_plain(t[0]) and (t[0].casefold() in lower or is_ordinary(t[0].casefold())) for t in tokens]
    named = [t[0] in capitalised or any(start <= t.start() < end for start, end in names) for t in tokens]

    def is_lowered(n: int) -> bool:
        if n == 0 or named[n] or not ordinary[n] or title[tokens[n].end() :].lstrip().startswith(("v.", "vs.")):
            return False
        if goes_on(n):
            return False
        word = tokens[n][0].casefold()
        in_doubt = word not in lower and len(text) < _TELLING and not word.endswith(("ed", "s"))
        beside = [k for k in (n - 1, n + 1) if k < len(tokens)]
        return not (in_doubt and any(is_strange(k) for k in beside))

    def is_strange(n: int) -> bool:
        return not ordinary[n] and not named[n] and _is_plain(tokens[n][0])

    def goes_on(n: int) -> bool:
        """Whether the word ends a name that no list has: "Hollis Music Group", "Lowell & Hart"."""
        between = title[tokens[n - 1].end() : tokens[n].start()]
        if n + 1 < len(tokens) and tokens[n + 1][0].casefold() in words("groups", "plural"):
            return False
        led = is_strange(n - 1) or (n > 1 and tokens[n - 1][0].casefold() in _NAME_ENDINGS and goes_on(n - 1))
        return between == " & " or (led and between == " " and tokens[n][0].casefold() in _NAME_ENDINGS)

    letters = list(title)
    for n, token in enumerate(tokens):
        if is_lowered(n):
            letters[token.start()] = token[0][0].casefold()
    return "".join(letters)


def _is_in_capitals(line: str) -> bool:
    """Whether a line is written as headlines are, with a capital to every longer word."""
    longer = [word for word in re.findall(r"[A-Za-z][\w’'-]*", line)[1:] if len(word) > 3]
    return bool(longer) and sum(word[0].isupper() for word in longer) >= 0.7 * len(longer)


def _is_plain(word: str) -> bool:
    return word[0].isupper() and word[1:].islower()


_NAME_ENDINGS = words("groups", "name_endings")
_HEADLINE_WORDS = frozenset(
    [
        *"a an and as at by for from in into of off on or over the to under up with after amid against without its their his".split(),
        *"her is are was be been has have had not no new another more first latest major three two nine group lawsuit".split(),
        *"lawsuits suit sues sue sued suing accuses accused accusing accuse alleges alleging alleged claims claim says".split(),
        *"faces facing hit hits files filed filing letter sends demands theft stealing stolen steal copyright infringement".split(),
        *"training trained train data using used use trade secrets secret patent trademark models model court judge rules".split(),
        *"ruled ruling settles settle settled settlement dismisses dismissed partially tossed rejects rejected approves".split(),
        *"approved claims over massive campaign attack damages class action proposed authors writers publishers artists".split(),
        *"newspapers musicians labels record music news outlets media studios voice actors likeness content works books".split(),
        *"songs images scraping piracy pirated must face owner battle joins against industrial-scale companies company".split(),
        *"startup firm maker giant search tool chatbot generator app former employee rival challenge charged charges".split(),
        *"intellectual property distillation copying copied code open-source license breach how why what billion million".split(),
    ]
)
