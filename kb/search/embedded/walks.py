"""Walks through results: each holds the index as it was when it began."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from time import monotonic

import tantivy

from kb.search.engine import WALK_SECONDS, WalkEnded

_MOST = 64
"""Walks at once; the one that rested longest ends for another. Each keeps old files of the index on the disk."""


@dataclass(slots=True)
class _Walk:
    searcher: tantivy.Searcher
    used: float


class Walks:
    """The walks under way. A place in one is written `walk.offset`."""

    def __init__(self) -> None:
        self._walks: OrderedDict[str, _Walk] = OrderedDict()
        self._lock = Lock()

    def begin(self, searcher: tantivy.Searcher) -> str:
        """The name of a new walk."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._forget_rested()
            while len(self._walks) >= _MOST:
                self._walks.popitem(last=False)
            self._walks[name] = _Walk(searcher, monotonic())
        return name

    def resume(self, place: str) -> tuple[str, tantivy.Searcher, int]:
        """The walk's name, the index as it was, and how many results lie behind.

        Raises:
            WalkEnded: there is no such walk, or none any more.
        """
        name, _, offset = place.rpartition(".")
        with self._lock:
            self._forget_rested()
            walk = self._walks.get(name)
            behind = int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 12 else -1
            if walk is None or not 0 <= behind <= walk.searcher.num_docs:
                raise WalkEnded("this walk through the results has ended: begin it again")
            walk.used = monotonic()
            self._walks.move_to_end(name)
        return name, walk.searcher, behind

    def _forget_rested(self) -> None:
        for name in [name for name, walk in self._walks.items() if monotonic() - walk.used > WALK_SECONDS]:
            del self._walks[name]
