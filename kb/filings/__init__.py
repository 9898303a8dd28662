"""What is filed in courts, as their dockets list it."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from kb.tracking.proceedings import dockets

_VERSUS = re.compile(r"\s+(?:v|vs)\.?\s+", re.IGNORECASE)
_ET_AL = re.compile(r",?\s+et\s+al\.?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One entry of a docket, as a court's feed tells it.

    Attributes:
        outlet: slug of the outlet whose feed it is.
        crawled: when that was fetched.
        court: as lawyers cite it ("S.D.N.Y."); empty where the feed does not say.
        docket: its number ("1:23-cv-11195").
        caption: the parties ("The New York Times Company v. Microsoft Corporation et al").
        what: what was filed, in the docket's own words.
        filed: when it was entered.
        day: the day of that where the court is.
        url: its own address, or else the docket's.
        nature: nature of suit and cause, where the feed gives them ("820 Copyright").
    """

    outlet: str
    crawled: datetime
    court: str
    docket: str
    caption: str
    what: str
    filed: datetime
    day: date
    url: str
    nature: str = ""

    @property
    def number(self) -> str:
        """The docket number as numbers are compared; empty where it is of no court of first instance."""
        return next(iter(dockets(self.docket)), "")

    @property
    def sides(self) -> tuple[str, str]:
        """The first plaintiff and the first defendant; both empty where the caption names no two sides."""
        parts = [_ET_AL.sub("", part).strip(" ,") for part in _VERSUS.split(self.caption, maxsplit=1)]
        return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else ("", "")
