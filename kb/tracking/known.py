"""What was known of a dispute on a day."""

from collections.abc import Iterable
from datetime import UTC, date

from kb.model import Claim


def known_on(claims: Iterable[Claim], day: date) -> list[Claim]:
    """The claims that anybody could know of by the end of this day, in UTC.

    Those of reports published by then, and entries of the public record whose step was over by then. A report without a
    date cannot be placed, so that it is never among them.
    """
    return [claim for claim in claims if claim.known and claim.known.astimezone(UTC).date() <= day]
