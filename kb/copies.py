"""Reports in the same words: how much of its wording a text shares with another, and whose text it is at first.

What is compared is the set of runs of three words that each text holds. A signature of fixed length (MinHash) stands
for that set, so that texts can be compared without their words, and bands of it find those worth comparing without
looking at all others: who shares a whole band with a text is nearly surely alike. Both follow from the text alone.
"""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from typing import Any, Final

import numpy as np

from kb.model import ReportSummary, name_key

ALIKE: Final = 0.6
"""The share of runs that two texts have in common at least, of all that are in either, to be copies."""

BANDS: Final = 32
_VALUES_A_BAND = 4
_RUN = 3
_LEAST_WORDS = 20
"""Shorter texts are notices ("Subscribe to read on"), which are the same everywhere and nobody's copy."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What stands for the words of a text.

    Attributes:
        signature: the least hash of all runs of words under each of 128 permutations, in base 64.
    """

    signature: str

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits: the same for the same words."""
        return hashlib.sha256(self.signature.encode()).hexdigest()[:16]

    @property
    def bands(self) -> list[int]:
        """A number for each band of the signature, no two bands under one number."""
        values = _values(self.signature).reshape(BANDS, _VALUES_A_BAND)
        return [_band(n, each.tobytes()) for n, each in enumerate(values)]

    def likeness(self, other: "Wording") -> float:
        """The share of runs in common with another, estimated: its standard error is at most 0.045."""
        return float(np.mean(_values(self.signature) == _values(other.signature)))


@dataclass(frozen=True, slots=True)
class Copy:
    """A report in nearly the same words as another.

    Attributes:
        report: which.
        likeness: the share of wording in common, from `ALIKE` to 1.
    """

    report: ReportSummary
    likeness: float


@dataclass(frozen=True, slots=True)
class Source:
    """Whose text reports in the same words are.

    Attributes:
        name: of the outlet or agency.
        report: the first in which the text stands there; None where none of that outlet's is in the base.
    """

    name: str
    report: ReportSummary | None


def wording_of(text: str) -> Wording | None:
    """The wording of a text; None where it has too few words to tell copies by."""
    words = re.findall(r"\w+", text.casefold())
    if len(words) < _LEAST_WORDS:
        return None
    runs = {" ".join(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)}
    hashed = _nothing_hashed().copy()
    hashed.update_batch(run.encode("utf-8", "replace") for run in runs)
    return Wording(base64.b64encode(hashed.hashvalues.astype("<u4").tobytes()).decode())


def source_of(reports: Collection[ReportSummary]) -> Source:
    """Whose text these reports in the same words are: whom most of them name, or else whoever published it first.

    Args:
        reports: at least one, in any order.
    """
    in_order = sorted(reports, key=_published_first)
    naming = [report for report in in_order if name_key(report.origin) not in {"", name_key(report.outlet_name)}]
    if not naming:
        return Source(in_order[0].outlet_name, in_order[0])
    named = Counter(name_key(report.origin) for report in naming)
    most = min(named, key=lambda key: (-named[key], key))
    own = (report for report in in_order if name_key(report.outlet_name) == most)
    return Source(next(report.origin for report in naming if name_key(report.origin) == most), next(own, None))


def _published_first(report: ReportSummary) -> tuple[bool, datetime, str]:
    """One of which only the day is known comes after those of that day with a time, and one without a date last."""
    if report.published is None:
        return True, datetime.max.replace(tzinfo=UTC), report.id
    moment = report.published.astimezone(UTC)
    return False, moment if report.published_precise else datetime.combine(moment, time.max, UTC), report.id


@cache
def _nothing_hashed() -> Any:  # noqa: ANN401 - the library has no types
    from datasketch import MinHash  # noqa: PLC0415 - it loads SciPy, which only who keeps reports needs

    return MinHash(BANDS * _VALUES_A_BAND, scheme="affine32")


def _values(signature: str) -> "np.ndarray[Any, np.dtype[np.uint32]]":
    return np.frombuffer(base64.b64decode(signature), "<u4")


def _band(number: int, values: bytes) -> int:
    digest = hashlib.blake2b(values, digest_size=8, salt=number.to_bytes(2, "big")).digest()
    return int.from_bytes(digest, "big", signed=True)
