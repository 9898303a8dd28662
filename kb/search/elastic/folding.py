"""Text as it is indexed and looked for: in small letters, without accents, a blank for all that is no part of a word.

Elasticsearch's own folding is a module that not every distribution has, and its tokenizer keeps "perplexity.ai" whole.
"""

import re
import unicodedata
from collections.abc import Iterator

_ACCENTS = ("\u0300", "\u036f")
_WITHOUT_DECOMPOSITION = {
    "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d",
    "Ð": "d", "þ": "th", "Þ": "th", "ł": "l", "Ł": "l", "ħ": "h", "Ħ": "h", "ı": "i", "ŋ": "n", "Ŋ": "n",
}  # fmt: skip


class _Letters(dict[int, str]):
    """By code point, what a character is folded to; filled as characters come."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _letter(chr(code))
        return folded


class _Words(_Letters):
    """The same, with a blank for what is neither letter, digit nor mark."""

    def __missing__(self, code: int) -> str:
        folded = _letter(chr(code))
        self[code] = folded if all(map(_in_a_word, folded)) else " "
        return self[code]


def _letter(character: str) -> str:
    if _ACCENTS[0] <= character <= _ACCENTS[1]:
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    if plain.isascii() and plain.isalnum():
        return plain.lower()
    return _WITHOUT_DECOMPOSITION.get(character) or character.lower()


def _in_a_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


_LETTERS, _WORDS = _Letters(), _Words()


def whole(text: str) -> str:
    """The text as a single value."""
    return text.translate(_LETTERS)


def words(text: str) -> str:
    """The text as words with blanks between them."""
    return text.translate(_WORDS)


def places(text: str) -> list[int]:
    """For each character of `words(text)`, and for its end, the place in the text that it comes from."""
    return [*(at for at, character in enumerate(text) for _ in _WORDS[ord(character)]), len(text)]


def each_word(text: str) -> Iterator[tuple[str, str]]:
    """Every word, folded and as it is written."""
    origin = places(text)
    for found in re.finditer(r"\S+", words(text)):
        yield found[0], text[origin[found.start()] : origin[found.end()]].strip()
