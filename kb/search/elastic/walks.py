"""Places in a walk through results: each names the point in time that the server keeps, and what was given last."""

import base64
import binascii
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from kb.search.engine import WalkEnded


@dataclass(frozen=True, slots=True)
class Place:
    """How far a walk is.

    Attributes:
        moment: the server's name of the point in time.
        reached: how many results lie behind.
        last: by what the last result of them is sorted.
    """

    moment: str
    reached: int = 0
    last: list[Any] = field(default_factory=list)

    def __str__(self) -> str:
        text = json.dumps([self.moment, self.reached, self.last], separators=(",", ":"))
        return base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")


def resume(text: str) -> Place:
    """The place that was written so.

    Raises:
        WalkEnded: it is none.
    """
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        moment, reached, last = json.loads(zlib.decompressobj().decompress(packed, 100_000))
        place = Place(str(moment), int(reached), list(last))
    except (ValueError, TypeError, OverflowError, binascii.Error, zlib.error, RecursionError) as error:
        raise WalkEnded("this is no place in a walk through the results: begin it again") from error
    if place.reached < 0:
        raise WalkEnded("this is no place in a walk through the results: begin it again")
    return place
