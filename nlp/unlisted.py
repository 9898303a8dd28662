"""Names that no list has, as the whole of a report bears them out."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from spacy.lang.en.stop_words import STOP_WORDS

from nlp.lexicon import words

_WORD = r"[A-ZÀ-Þ](?=\w*[a-zß-ÿ])\w+"
_RUN = re.compile(rf"(?<![\w@#/.]){_WORD}(?: (?:& )?{_WORD})*(?: AI\b)?(?!\w|[@/]|\.\w)")
_LOWER = re.compile(r"(?<![\w.@/’'])[a-zß-ÿ]\w+")
_OPENS = re.compile(r"(?:^|[.!?:;|–—•(\[“\"‘\n])\W*$")
_BEFORE = re.compile(r"([\w.’'-]+) $")
_EXPLAINED = re.compile(r", (?:(?:the|an?|his|her|its|their|who) )?((?:[\w’'-]+ ){0,3}[\w-]+)")
_CONTINUES = re.compile(r"(?:[-‑/]|’ | (?:of|de|du|da|del|di|van|von) )[A-ZÀ-Þ]")
_OF_PLACES = words("groups", "origins", "places")
_HYPHENED = re.compile(r"[A-ZÀ-Þ]\w*[-‑]$")
_OF_PEOPLE = re.compile(r"\b(?:he|she|his|her|him)\b")
_NEAR = 160
_PLACES_AND_PEOPLE = _OF_PLACES | words("groups", "given")
_PARTICLES = frozenset("de du da del di van von".split())
_PLACING = frozenset({"in", "near", "outside", "across"})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name may stand: the name, whether it opens a sentence, the word before it, and what follows."""

    name: str
    opens: bool
    before: str
    after: str


def unlisted(
    texts: Iterable[str], is_ordinary: Callable[[str], bool], is_familiar: Callable[[str], bool]
) -> frozenset[str]:
    """The names of firms, products and the like that begin with a word which only a name can be.

    A name is not taken for one where the report shows a person or a place, or where one word opens its only sentence
    and may be a plural. Persons are left to the model, which knows how news speaks of them.

    Args:
        texts: passages of one report, headlines with their ordinary words in lower case.
        is_ordinary: whether a word in lower case is one of the language.
        is_familiar: whether a word with a capital is known to the model, or part of a name that is.
    """
    told = list(texts)
    lower = {word for text in told for word in _LOWER.findall(text)}

    def is_strange(word: str) -> bool:
        plain = word.casefold()
        return not (plain in lower or plain in _PLACES_AND_PEOPLE or is_ordinary(plain) or is_familiar(word))

    places = [place for text in told for place in _places(text, is_strange, is_ordinary)]
    seen = Counter(place.name for place in places)
    people = {word for place in places if _is_person(place) for word in place.name.split()}
    located = {place.name for place in places if place.before not in _PLACING}
    return frozenset(
        place.name
        for place in places
        if place.name in located
        and not people & set(place.name.split())
        and (not place.opens or seen[place.name] > 1 or " " in place.name or not place.name.endswith("s"))
    )


def _places(text: str, is_strange: Callable[[str], bool], is_ordinary: Callable[[str], bool]) -> Iterator[_Place]:
    """Each run of capitalised words from its first strange one to the end of the name."""
    for run in _RUN.finditer(text):
        written = run[0].split(" ")
        first = next((n for n, word in enumerate(written) if is_strange(word)), None)
        if first is None or _HYPHENED.search(text[: run.start()]):
            continue
        name = written[first : first + 1]
        for word in written[first + 1 :]:
            if (
                word not in {"&", "AI"}
                and not is_strange(word)
                and (not is_ordinary(word.casefold()) or _is_role(word))
            ):
                break
            name.append(word)
        if name[-1] == "&":
            name.pop()
        start = run.start() + sum(len(word) + 1 for word in written[:first])
        opens = bool(_OPENS.search(text[: run.start()]))
        led = not (opens and all(_is_plain(word, is_ordinary) for word in written[:first]))
        before = _BEFORE.search(text[:start]) if led else None
        after = text[start + len(" ".join(name)) :]
        yield _Place(" ".join(name), opens and not led, before[1] if before else "", after)


def _is_plain(word: str, is_ordinary: Callable[[str], bool]) -> bool:
    """Whether a word that opens a sentence is one of the language and no title."""
    plain = word.casefold()
    return plain in STOP_WORDS or (is_ordinary(plain) and not _is_role(word) and plain not in words("groups", "given"))


def _is_role(word: str) -> bool:
    return word.casefold() in words("groups", "titles", "persons", "singular", "offices")


def _is_person(place: _Place) -> bool:
    """Whether a name stands behind a title or behind another that is no part of a firm's, or is told by a calling."""
    before = place.before.rstrip(".").casefold()
    named = (place.before[:1].isupper() and before not in _OF_PLACES | STOP_WORDS) or before in _PARTICLES
    explained = _EXPLAINED.match(place.after)
    told = explained is not None and any(_is_role(word) for word in explained[1].split())
    goes_on = re.match(r" [A-ZÀ-Þ]\w*[a-zß-ÿ]", place.after) is not None
    spoken_of = " " in place.name and _OF_PEOPLE.search(place.after[:_NEAR]) and not _is_of_firm(place.name)
    goes_on = goes_on or _CONTINUES.match(place.after) is not None
    return named or goes_on or _is_role(before) or told or bool(spoken_of)


def _is_of_firm(name: str) -> bool:
    """Whether a name ends as those of firms do."""
    last = name.rsplit(maxsplit=1)[-1].casefold()
    return last == "ai" or last in words("groups", "name_endings", "works_endings", "tech_endings")
