"""How alike two texts are by their words, names and numbers: TF-IDF over the texts given, and cosines."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Self

_WORD = re.compile(r"[^\W\d_]{2,}")
_NAME_OR_NUMBER = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w’'-]+|\d[\d,.]*\d|\d", re.MULTILINE)


class Wording:
    """Texts to compare with each other by their places."""

    def __init__(self, words: Sequence[Mapping[str, float]], names: Sequence[Mapping[str, float]]) -> None:
        self._vectors = (words, names)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """These texts; rare words are those that few of them have."""
        return cls(_vectors(texts, _words), _vectors(texts, _NAME_OR_NUMBER.findall))

    def likeness(self, one: int, other: int) -> float:
        """How alike two texts are, between 0 and 1: half by all words, half by names and numbers alone."""
        return sum(_cosine(vectors[one], vectors[other]) for vectors in self._vectors) / len(self._vectors)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _vectors(texts: Sequence[str], terms: Callable[[str], list[str]]) -> list[dict[str, float]]:
    counted = [Counter(terms(text)) for text in texts]
    held = Counter(term for each in counted for term in each)
    rarity = {term: 1 + math.log((1 + len(texts)) / (1 + count)) for term, count in held.items()}
    weighed = [{term: (1 + math.log(count)) * rarity[term] for term, count in each.items()} for each in counted]
    return [_normed(each) for each in weighed]


def _normed(vector: Mapping[str, float]) -> dict[str, float]:
    length = math.hypot(*vector.values()) or 1
    return {term: value / length for term, value in vector.items()}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    few, many = sorted((one, other), key=len)
    return sum(value * many[term] for term, value in few.items() if term in many)
