"""When a known page is asked for again: soon after it was published, then more and more seldom, then no more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

AGES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 3 * 24, 10 * 24, 30 * 24))
"""Where nothing else is configured, how old a page is when it is asked for again."""


def next_visit(first: datetime, seen: datetime, ages: Sequence[timedelta]) -> datetime | None:
    """When a page is to be asked for next; None if never again.

    Args:
        first: when it was published or first fetched.
        seen: when it was last asked for.
        ages: how old it is when it is asked for again, in any order.
    """
    return min((first + age for age in ages if first + age > seen), default=None)
