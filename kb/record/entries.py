"""Entries: each event of a dispute as a report of ours with its reading, so that all that takes reports takes them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from kb.model import PUBLIC_RECORD, Allegation, Amount, Interval, Outlet, OutletKind, Reading, Report, Span, Stage
from kb.record import Dispute, Event

OUTLET: Final = Outlet(slug=PUBLIC_RECORD, name="Public record", home="", country="", kind=OutletKind.RECORD)
_READER = "public record"
_ACCUSING: Final = frozenset({Stage.ACCUSED, Stage.LETTER, Stage.COMPLAINT, Stage.CHARGED})


@dataclass(frozen=True, slots=True)
class Entry:
    """An event on public record, in the form that the base keeps.

    Attributes:
        report: its title ends with our note, its address is the source. It was never crawled and says nothing of when
            its source was published.
        reading: one allegation, whose sentence is the note; its registry names a digest of what is entered.
    """

    report: Report
    reading: Reading


def entries_of(disputes: Iterable[Dispute]) -> tuple[Entry, ...]:
    """The entries of these disputes, one for each event."""
    return tuple(entry for dispute in disputes for entry in _of_dispute(dispute))


def _of_dispute(dispute: Dispute) -> Iterator[Entry]:
    """Its entries, each known by what happened when, so that another event before it does not move it."""
    told: Counter[str] = Counter()
    for event in dispute.events:
        step = f"{event.date}/{event.stage.value}"
        yield _entry(dispute, f"{step}/{told[step]}", event)
        told[step] += 1


def version_of(entries: Iterable[Entry]) -> str:
    """A digest of all that these entries say."""
    return _digest(tuple(entries))


def _entry(dispute: Dispute, step: str, event: Event) -> Entry:
    report = Report(
        id=_digest(f"{PUBLIC_RECORD}/{dispute.slug}/{step}", 16),
        url=event.source,
        outlet=PUBLIC_RECORD,
        title=f"{dispute.title}: {event.note}",
        text="",
        language="en",
    )
    reading = Reading(
        allegations=(_allegation(dispute, event, len(report.title)),),
        organisations=tuple(name for name in (*dispute.accusers, *dispute.accused) if name not in dispute.persons),
        reader=_READER,
        model=_READER,
        registry="",
    )
    return Entry(report, replace(reading, registry=f"{_READER} {_digest(reading)}"))


def _allegation(dispute: Dispute, event: Event, end: int) -> Allegation:
    span = Span("title", end - len(event.note), end)
    return Allegation(
        accusers=dispute.accusers,
        accused=dispute.accused,
        conduct=dispute.conduct,
        stage=event.stage,
        occurred=Interval(*dispute.occurred) if dispute.occurred else None,
        stated=event.date if event.stage in _ACCUSING else None,
        reached=event.date,
        proceeding=dispute.proceedings[0] if dispute.proceedings else None,
        amounts=tuple(
            Amount(value=each.value, unit=each.unit, what=each.what, hedge=each.hedge, span=span)
            for each in event.amounts
        ),
        confidence=1.0,
        span=span,
        sentence=event.note,
        reasons=("entered from public record",),
    )


def _digest(content: object, length: int = 12) -> str:
    return hashlib.sha256(repr(content).encode("utf-8", "surrogatepass")).hexdigest()[:length]
