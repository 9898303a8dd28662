"""The fixed list of 200 queries: twenty of each form that people type, for our layer and for the engines themselves."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kb.model import Conduct
from searching.documents import MAKERS, OUTLETS, WORKS, falling, name

OF_EACH: Final = 20
_WORDS = (
    *WORKS, "letter", "settlement", "hearing", "judge", "damages", "appeal", "injunction", "watermark", "distillation",
    "chatbot", "licence", "senators", "complaint", "archive", "guild", "robots", "exchanges", "memo", "cameo",
)  # fmt: skip
_PHRASES = (
    "fair use", "fake accounts", "request for comment", "terms of service", "pirated books", "class action",
    "sued openai", "removed the notices", "first evidence", "trained on stolen", "cease and desist",
    "rights of creators",
    "automated collection", "per cent", "both sides", "trade secrets", "gave no hint of a settlement", "pay damages",
    "copied without permission", "protected works",
)  # fmt: skip
_YEARS = (2023, 2024, 2025)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One query.

    Attributes:
        form: which sort of query it is.
        text: in our language, as typed.
        native: the same in that of the engines themselves, which Lucene and tantivy share but for beginnings of words.
        include: values of facets that results must have.
        exclude: values that they must not have.
    """

    form: str
    text: str
    native: str
    include: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def queries() -> tuple[Asked, ...]:
    """All of them, always the same."""
    chance = random.Random(7)
    return tuple(form(chance) for form in _FORMS for _ in range(OF_EACH))


def _word(chance: random.Random) -> str:
    """A word that many reports have, or a name that few have."""
    return chance.choice(_WORDS) if chance.random() < 0.8 else name(chance, 2).lower()


def _one_word(chance: random.Random) -> Asked:
    return _as_typed("one word", _word(chance))


def _several_words(chance: random.Random) -> Asked:
    return _as_typed("several words", " ".join(chance.sample(_WORDS, chance.randint(2, 3))))


def _phrase(chance: random.Random) -> Asked:
    return _as_typed("phrase", f'"{chance.choice(_PHRASES)}"')


def _either(chance: random.Random) -> Asked:
    return _as_typed("a OR b", " OR ".join(chance.sample(_WORDS, 2)))


def _without(chance: random.Random) -> Asked:
    return _as_typed("a -b", " -".join(chance.sample(_WORDS, 2)))


def _beginning(chance: random.Random) -> Asked:
    return _as_typed("prefix*", f"{_word(chance)[:4]}*")


def _in_a_field(chance: random.Random) -> Asked:
    field, value = chance.choice(
        [
            ("accused", falling(chance, MAKERS)),
            ("outlet", falling(chance, OUTLETS)),
            ("conduct", falling(chance, tuple(Conduct)).value),
        ]
    )
    word = chance.choice(("", f" {_word(chance)}"))  # without one, nothing ranks
    return _as_typed("field:value", f'{field}:"{value}"{word}')


def _in_a_time(chance: random.Random) -> Asked:
    year, word = chance.choice(_YEARS), _word(chance)
    typed, native = f"after:{year}-03 before:{year}-09", f"[{year}-03-01T00:00:00Z TO {year}-08-31T23:59:59Z]"
    return Asked(form="dates", text=f"{word} {typed}", native=f"{word} published:{native}")


def _including(chance: random.Random) -> Asked:
    word, accused = _word(chance), falling(chance, MAKERS)
    return Asked(form="with a facet", text=word, native=f'{word} accused:"{accused}"', include={"accused": (accused,)})


def _excluding(chance: random.Random) -> Asked:
    word, accused = _word(chance), falling(chance, MAKERS)
    return Asked(
        form="without a facet", text=word, native=f'{word} -accused:"{accused}"', exclude={"accused": (accused,)}
    )


def _as_typed(form: str, text: str) -> Asked:
    return Asked(form=form, text=text, native=text)


_FORMS: Final[tuple[Callable[[random.Random], Asked], ...]] = (
    _one_word, _several_words, _phrase, _in_a_field, _beginning, _either, _without, _in_a_time, _including, _excluding,
)  # fmt: skip
