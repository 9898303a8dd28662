"""Every field of a search document, once: each engine makes its schema or mapping from this list."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Time = Literal["occurred", "stated", "published", "crawled", "recorded"]
"""When it happened, when it was claimed, when it was published, when it was crawled, when the record was made."""

TIMES: Final[tuple[Time, ...]] = ("occurred", "stated", "published", "crawled", "recorded")
"""Each is a stretch with a first and a last moment. A search for a stretch finds what overlaps it; newest first goes by
the last moment, oldest first by the first; what has no such time comes last either way."""


class Matching(StrEnum):
    """How the words of a query are compared with a field. Case and accents never count."""

    TEXT = "text"
    """A word by its English stem; a phrase or the beginning of a word as it is written."""
    NAMES = "names"
    """Words as they are written, never stemmed."""
    KEYWORD = "keyword"
    """The whole value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of every search document; it may have any number of values.

    Attributes:
        name: what it is called, in documents, queries and engines.
        matching: how it is compared.
        weight: how much a word found in it counts in a search that names no field; 0: it is not searched then.
        asked: whether a query can name it (`accuser:anthropic`).
        shown: whether its values may be given back and marked.
        facet: whether results are counted and narrowed by its values, which are compared exactly then.
        ordered: whether results can be put in the order of its first value.
    """

    name: str
    matching: Matching
    weight: float = 0.0
    asked: bool = False
    shown: bool = False
    facet: bool = False
    ordered: bool = False


FIELDS: Final = (
    Field(name="title", matching=Matching.TEXT, weight=3.0, shown=True),
    Field(name="names", matching=Matching.NAMES, weight=8.0, shown=True),
    Field(name="aliases", matching=Matching.NAMES, weight=1.5, shown=True),
    Field(name="passages", matching=Matching.TEXT, weight=2.0, shown=True),
    Field(name="hidden", matching=Matching.TEXT, weight=1.0),
    Field(name="accuser", matching=Matching.NAMES, asked=True, shown=True, facet=True, ordered=True),
    Field(name="accused", matching=Matching.NAMES, asked=True, shown=True, facet=True, ordered=True),
    Field(name="conduct", matching=Matching.KEYWORD, asked=True, shown=True, facet=True, ordered=True),
    Field(name="stage", matching=Matching.KEYWORD, asked=True, shown=True, facet=True, ordered=True),
    Field(name="response", matching=Matching.KEYWORD, asked=True, facet=True),
    Field(name="country", matching=Matching.KEYWORD, asked=True, facet=True),
    Field(name="court", matching=Matching.NAMES, weight=1.0, asked=True, facet=True),
    Field(name="docket", matching=Matching.NAMES, weight=4.0, asked=True),
    Field(name="ticker", matching=Matching.KEYWORD, weight=1.5, asked=True),
    Field(name="outlet", matching=Matching.NAMES, asked=True, facet=True, ordered=True),
    Field(name="year", matching=Matching.KEYWORD, asked=True, facet=True),
    Field(name="origins", matching=Matching.KEYWORD, asked=True, facet=True),
)
"""`country` is that of any party, accuser or accused."""

INCIDENTS_ONLY: Final = ("origins",)
"""Fields that reports and claims have not."""
NO_RESPONSE: Final = "none"
"""The response of what nobody is known to have answered."""
ORIGINS: Final = {"0": 0, "1": 1, "2": 2, "3-5": 3, "6-or-more": 6}
"""Classes of the number of independent origins, each with the least that is in it."""

BY_NAME: Final = {field.name: field for field in FIELDS}
FACETS: Final = tuple(field.name for field in FIELDS if field.facet)
"""Fields by which results are counted and narrowed."""
ASKED: Final = tuple(field.name for field in FIELDS if field.asked)
"""Fields that a query can name."""
ORDERED: Final = tuple(field.name for field in FIELDS if field.ordered)
"""Fields by whose first value results can be ordered."""
WEIGHED: Final = tuple(field for field in FIELDS if field.weight)
"""Fields in which a word is looked for that names no field."""
SPELLED: Final = ("names", "aliases", "title", "passages")
"""Fields whose words are offered where a word is not found: all of them may be shown."""
TIE: Final = 0.1
"""Of the fields in which a word is found the best one counts in full, the others with this share."""


def value_column(facet: str) -> str:
    """Where the values of a facet are whole and exact."""
    return f"{facet}_value"


def order_column(field: str) -> str:
    """Where that is by which results are ordered when they are put in the order of a field."""
    return f"{field}_order"


def first_column(time: Time) -> str:
    """Where the first moment of a time is."""
    return f"{time}_first"


def last_column(time: Time) -> str:
    """Where the last moment of a time is."""
    return f"{time}_last"
