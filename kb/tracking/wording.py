"""Which texts are one text in nearly the same words, as agencies' copy is when others print it."""

import re
from collections import Counter
from collections.abc import Mapping

from kb.tracking.union import Union

_ALIKE = 0.6
"""The share of three-word runs that two texts must have in common."""
_LEAST_WORDS = 6
"""Shorter texts count as one only when they are the same word for word: they are alike by chance."""
_RUN = 3

_Runs = frozenset[tuple[str, ...]]


def same_wording(texts: Mapping[str, str]) -> dict[str, str]:
    """For the key of each text, the key that stands for all texts alike, directly or through others.

    Args:
        texts: any number; empty ones are like none. The first key in order stands for its group, so that the order in
            which they are given does not matter.
    """
    words = {key: tuple(re.findall(r"\w+", text.casefold())) for key, text in sorted(texts.items())}
    groups = Union(words)
    first: dict[tuple[str, ...], str] = {}
    for key, said in words.items():
        if said:
            join_in_order(groups, first.setdefault(said, key), key)
    _join_alike({key: _runs(said) for said, key in first.items() if len(said) >= _LEAST_WORDS}, groups)
    return {key: groups.root(key) for key in words}


def join_in_order(groups: Union[str], one: str, other: str) -> None:
    """Make one group of those of two keys, for which the first in order stands."""
    groups.join(*sorted((groups.root(one), groups.root(other))))


def _runs(words: tuple[str, ...]) -> _Runs:
    return frozenset(words[n : n + _RUN] for n in range(len(words) - _RUN + 1))


def _join_alike(texts: Mapping[str, _Runs], groups: Union[str]) -> None:
    """Join all that are alike without looking at every two.

    Two texts that share so many runs share one even among the rarest of each, as many as it may lack and one more.
    """
    common = Counter(run for runs in texts.values() for run in runs)
    holding: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for key, runs in texts.items():
        may_lack = int(len(runs) * (1 - _ALIKE) + 1e-9)
        for run in sorted(runs, key=lambda run: (common[run], run))[: may_lack + 1]:
            by_group = holding.setdefault(run, {})
            for group, members in by_group.items():
                if groups.root(group) != groups.root(key) and any(_are_alike(runs, texts[other]) for other in members):
                    join_in_order(groups, group, key)
            by_group.setdefault(groups.root(key), []).append(key)


def _are_alike(some: _Runs, others: _Runs) -> bool:
    return len(some & others) >= _ALIKE * len(some | others)
