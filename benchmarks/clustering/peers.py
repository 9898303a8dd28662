"""Clusterings of texts by their words alone. All get the threshold that serves them best, which ours never does."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Labels = list[int]

THRESHOLDS = [round(0.02 * n, 2) for n in range(1, 40)]
PERMUTATIONS = 128
_PRIME = (1 << 61) - 1
_WORD = re.compile(r"[^\W\d_]{2,}")
_NAME_OR_NUMBER = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w’'-]+|\d[\d,.]*\d|\d", re.MULTILINE)


def words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def names_and_numbers(text: str) -> list[str]:
    return _NAME_OR_NUMBER.findall(text)


def cosines(texts: Sequence[str], terms: Callable[[str], Iterable[str]]) -> Matrix:
    """Cosine similarities of TF-IDF vectors, with smoothed IDF and sublinear TF."""
    counted = [Counter(terms(text)) for text in texts]
    vocabulary = {term: n for n, term in enumerate(sorted({term for each in counted for term in each}))}
    vectors = np.zeros((len(texts), max(1, len(vocabulary))))
    for row, each in enumerate(counted):
        for term, count in each.items():
            vectors[row, vocabulary[term]] = 1 + np.log(count)
    frequency = (vectors > 0).sum(axis=0)
    vectors *= np.log((1 + len(texts)) / (1 + frequency)) + 1
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths == 0, 1, lengths)
    return np.asarray(vectors @ vectors.T)


def average_linkage(similarities: Matrix) -> Callable[[float], Labels]:
    """Agglomerative clustering by average similarity; the clusters of any threshold."""
    near = similarities.copy()
    np.fill_diagonal(near, -1)
    sizes = np.ones(len(near))
    merges: list[tuple[float, int, int]] = []
    for _ in range(len(near) - 1):
        one, other = divmod(int(near.argmax()), len(near))
        merges.append((float(near[one, other]), one, other))
        mixed = (sizes[one] * near[one] + sizes[other] * near[other]) / (sizes[one] + sizes[other])
        mixed[near[one] < 0] = -1
        mixed[near[other] < 0] = -1
        near[one], near[:, one] = mixed, mixed
        near[other], near[:, other] = -1, -1
        near[one, one] = -1
        sizes[one] += sizes[other]
    return lambda threshold: _labels(len(near), ((a, b) for score, a, b in merges if score >= threshold))


def minhash(texts: Sequence[str]) -> Callable[[float], Labels]:
    """Texts whose shingles of three words are alike by MinHash, and what these link; the clusters of any threshold."""
    chance = np.random.default_rng(1)
    factors = chance.integers(1, 1 << 31, (PERMUTATIONS, 1), dtype=np.uint64)
    offsets = chance.integers(0, 1 << 31, (PERMUTATIONS, 1), dtype=np.uint64)
    signatures = np.stack([_signature(words(text), factors, offsets) for text in texts])
    alike = np.stack([(signatures == row).mean(axis=1) for row in signatures])
    return lambda threshold: _labels(len(texts), np.argwhere(alike >= threshold).tolist())


def _signature(tokens: Sequence[str], factors: NDArray[np.uint64], offsets: NDArray[np.uint64]) -> NDArray[np.uint64]:
    shingles = {" ".join(tokens[n : n + 3]) for n in range(max(1, len(tokens) - 2))}
    hashes = [int.from_bytes(hashlib.blake2b(each.encode(), digest_size=4).digest()) for each in sorted(shingles)]
    values = (factors * np.array(hashes, dtype=np.uint64) + offsets) % np.uint64(_PRIME)
    return np.asarray(values.min(axis=1))


def _labels(count: int, links: Iterable[Sequence[int]]) -> Labels:
    parent = list(range(count))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for one, other in links:
        parent[root(other)] = root(one)
    return [root(n) for n in range(count)]
