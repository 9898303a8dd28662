"""The part of the extract step that is for courts: what their captured feeds list becomes reports if it concerns us."""

import re
from collections import defaultdict
from functools import cached_property

from crawler.dockets import filings
from crawler.feeds import FeedUnreadable
from kb.database import Base
from kb.filings import Filing
from kb.filings.entries import Watched, complaint, event, is_of
from kb.model import Capture
from kb.record.entries import Entry


class Docketing:
    """Keeps what courts list, as far as it concerns us.

    Args:
        base: whose proceedings and parties are known, and where the reports go.
    """

    def __init__(self, base: Base) -> None:
        self._base = base

    @cached_property
    def _watched(self) -> Watched:
        return Watched.of(self._base.organisations.registry())

    def file(self, capture: Capture, payload: bytes) -> int:
        """Keep what of a court's feed concerns us; return of how many entries.

        Raises:
            FeedUnreadable: it is no feed of a court.
        """
        court = self._base.outlets.get(capture.outlet)
        if court is None:
            raise FeedUnreadable(f"there is no outlet {capture.outlet!r} in the base any more")
        listed = filings(payload, capture.final_url, court, capture.fetched)
        words = defaultdict[str, list[str]](list)
        for filing in listed:
            words[filing.docket].append(filing.what)
        beside = {docket: " ".join(filed) for docket, filed in words.items()}
        kept = 0
        for filing in listed:
            entry = self._entry(filing, beside[filing.docket])
            if entry is not None:
                self._base.entries.enter(entry, capture.id)
                kept += 1
        return kept

    def _entry(self, filing: Filing, beside: str) -> Entry | None:
        parties = self._watched.parties(filing)
        serial = re.search(r"\d+$", filing.number)
        claims = self._base.claims.naming(parties, serial[0]) if serial else []
        of_it = [claim for claim in claims if is_of(filing, claim, parties)]
        if of_it:
            return event(filing, of_it, self._base.claims.together_with(of_it))
        return complaint(filing, self._watched, beside)
