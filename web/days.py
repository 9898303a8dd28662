"""The days that an address asks for, and an incident as it was on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from kb.database import Base
from kb.model import Claim, Incident, Revision
from kb.tracking.known import known_on
from kb.tracking.telling import tell
from kb.tracking.words import STAGE_WORDS, counted
from web.marking import date_of

_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_NAMES = ("known", "recorded")


def day_of(value: str, remarks: list[str]) -> date | None:
    """The day that a text names, "2026-06-24"; None where it is empty or no such day, which goes to the remarks."""
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        remarks.append(f"“{value[:40]}” is no date; write it as 2026-06-24.")
        return None
    if not _FIRST_DAY <= day <= _LAST_DAY:
        remarks.append(f"No report is of {day}, so that date was left aside; give one from 1900 to 2100.")
        return None
    return day


@dataclass(frozen=True, slots=True)
class AsOf:
    """As of when an incident is to be told; without days it is as of now.

    Attributes:
        known: from what was published by the end of this day, in UTC.
        recorded: as the base stood at the end of this day, in UTC.
        remarks: what was odd in the days asked for, and how it was read.
        version: the change to it that made it what is shown; None where days are asked for, or none.
    """

    known: date | None = None
    recorded: date | None = None
    remarks: tuple[str, ...] = ()
    version: Revision | None = None

    @property
    def past(self) -> bool:
        """Whether a day or a version is asked for."""
        return self.known is not None or self.recorded is not None or self.version is not None

    @property
    def arguments(self) -> dict[str, Any]:
        """What an address must say to ask for the same."""
        days = zip(_NAMES, (self.known, self.recorded), strict=True)
        return {name: day.isoformat() for name, day in days if day}


def asked(arguments: Mapping[str, str]) -> AsOf:
    """The days that `known` and `recorded` of an address name; what is no day that has begun is remarked on."""
    remarks: list[str] = []
    known, recorded = (_begun(day_of(arguments.get(name, "").strip(), remarks), remarks) for name in _NAMES)
    if remarks and not (known or recorded):
        remarks.append("This is the incident as it is told today.")
    return AsOf(known, recorded, tuple(remarks))


def _begun(day: date | None, remarks: list[str]) -> date | None:
    if day and day > datetime.now(UTC).date():
        remarks.append(f"{date_of(day)} is still to come, so that date was left aside.")
        return None
    return day


def as_it_was(base: Base, address: str, today: Incident | None, as_of: AsOf) -> tuple[Incident | None, int]:
    """An incident as of these days, and how many claims that it held can no longer be shown.

    Args:
        base: where it is.
        address: its slug.
        today: as it is now; None if there is none at this address.
        as_of: the days.

    Returns:
        None and 0 where nothing was known, or nothing held.
    """
    incident, lost = today, 0
    if as_of.recorded:
        past = base.past.incident(address, _midnight(as_of.recorded + timedelta(days=1)))
        incident, lost = (past.incident, past.lost) if past else (None, 0)
    if incident and as_of.known:
        claims = known_on(incident.claims, as_of.known)
        incident = tell(claims, address) if claims else None
    return incident, lost


def left_out(today: Incident | None, shown: Incident | None, as_of: AsOf) -> Iterator[str]:
    """What there is now and was not known or recorded then, in sentences."""
    now, then = _reports(today), _reports(shown)
    hidden = [claim for identity, claim in now.items() if identity not in then]
    later = [claim for claim in hidden if as_of.known and claim.known and not known_on([claim], as_of.known)]
    undated = [claim for claim in hidden if as_of.known and not claim.known]
    if later:
        first = min(claim.known for claim in later if claim.known)
        yield f"{_counted(later)} came later, the first on {date_of(first)}."
    if undated:
        yield f"{_counted(undated)} without a date cannot be placed and {_were(undated)} left out."
    if len(hidden) > len(later) + len(undated):
        rest = [claim for claim in hidden if claim not in later and claim not in undated]
        yield f"{_counted(rest)} {_were(rest)} recorded later."
    if now and not hidden:
        yield "No report has been added since."
    gone = [claim for identity, claim in then.items() if identity not in now]
    if gone:
        yield f"{_counted(gone)} shown here {_were(gone)} taken out of it since."
    if today and shown and today.stage is not shown.stage:
        yield f"Today it stands at: {STAGE_WORDS[today.stage]}."


def _reports(incident: Incident | None) -> dict[str, Claim]:
    return {claim.report.id: claim for claim in incident.claims} if incident else {}


def _counted(claims: list[Claim]) -> str:
    if all(claim.on_record for claim in claims):
        return counted(len(claims), "entry of the public record", "entries of the public record")
    many = "reports and entries of the public record" if any(claim.on_record for claim in claims) else "reports"
    return counted(len(claims), "report", many)


def _were(claims: list[Claim]) -> str:
    return "was" if len(claims) == 1 else "were"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
