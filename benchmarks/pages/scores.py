"""The measures of the two benchmarks, each as its own project defines it."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

SHINGLE = 4
OPTIONAL_PARAGRAPHS = 4


class Score(NamedTuple):
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if any(self) else 0.0


def by_shingles(truth: str, found: str) -> Score:
    """Runs of four words, as the article extraction benchmark counts them."""
    wanted, got = _shingles(truth), _shingles(found)
    right = (wanted & got).total()
    return Score(right / (got.total() or 1), right / (wanted.total() or 1))


def of_means(scores: Sequence[Score]) -> Score:
    """Mean precision and mean recall, of which the article extraction benchmark takes the F1."""
    return Score(statistics.mean(s.precision for s in scores), statistics.mean(s.recall for s in scores))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    shingles = (tuple(words[n : n + SHINGLE]) for n in range(max(1, len(words) - SHINGLE + 1)))
    return Counter(shingle for shingle in shingles if shingle)


def rouge_lsum(paragraphs: Sequence[str], found: str) -> Score:
    """ROUGE-LSum, the best over the paragraphs in [brackets], which may be in or out, as Fundus counts it."""
    return max((_rouge_lsum("\n".join(body), found) for body in _accepted(paragraphs)), key=lambda score: score.f1)


def _accepted(paragraphs: Sequence[str]) -> Iterator[list[str]]:
    optional = [n for n, each in enumerate(paragraphs) if each[0] == "[" and each[-1] == "]"][:OPTIONAL_PARAGRAPHS]
    for size in range(len(optional) + 1):
        for left_out in combinations(optional, size):
            yield [each[1:-1] if n in optional else each for n, each in enumerate(paragraphs) if n not in left_out]


def _rouge_lsum(truth: str, found: str) -> Score:
    wanted, got = _sentences(truth), _sentences(found)
    left_wanted, left_got = Counter(_flat(wanted)), Counter(_flat(got))
    sizes = left_wanted.total(), left_got.total()
    hits = 0
    for sentence in wanted:
        for word in _common(sentence, got):
            if left_wanted[word] and left_got[word]:
                hits += 1
                left_wanted[word] -= 1
                left_got[word] -= 1
    return Score(hits / (sizes[1] or 1), hits / (sizes[0] or 1))


def _flat(sentences: Iterable[tuple[str, ...]]) -> list[str]:
    return [word for sentence in sentences for word in sentence]


def _sentences(text: str) -> list[tuple[str, ...]]:
    found = re.split(r"\n+|(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]*[A-Z0-9])", text)
    return [words for each in found if (words := tuple(re.findall("[a-z0-9]+", each.lower())))]


def _common(sentence: tuple[str, ...], others: Sequence[tuple[str, ...]]) -> list[str]:
    """The words of a sentence that are in its longest common subsequence with any of the others."""
    if sentence in others:
        return list(sentence)
    places = {place for other in others for place in _longest_common(sentence, other)}
    return [sentence[place] for place in sorted(places)]


@cache
def _longest_common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[int, ...]:
    """The places in `one` of its longest common subsequence with the other."""
    if not set(one) & set(other):
        return ()
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, word in enumerate(one):
        for j, found in enumerate(other):
            lengths[i + 1][j + 1] = lengths[i][j] + 1 if word == found else max(lengths[i][j + 1], lengths[i + 1][j])
    places, i, j = [], len(one), len(other)
    while i and j:
        if one[i - 1] == other[j - 1]:
            places.append(i - 1)
            i, j = i - 1, j - 1
        elif lengths[i][j - 1] > lengths[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return tuple(places)
