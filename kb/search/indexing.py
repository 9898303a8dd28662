"""How the index follows the base: change by change through the outbox, or all anew."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import get_args

import structlog

from kb.database import Base
from kb.database.work import OutboxEntry, Thing
from kb.model import name_key
from kb.search.documents import SearchDocument, of_claim, of_incident, of_report
from kb.search.engine import Refusal, SearchEngine
from kb.search.query import Kind

_BATCH = 500
_ALL = 10**9


@dataclass(frozen=True, slots=True)
class _Party:
    """What the registry adds to a party's name: other names, tickers with and without their exchange, its country."""

    aliases: tuple[str, ...]
    tickers: tuple[str, ...]
    country: str


Parties = Mapping[str, _Party]
"""By the key of a party's canonical name."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What came of indexing: how much the index took over, and how many things it refused, at least in part."""

    done: int
    refused: int


def catch_up(base: Base, engine: SearchEngine) -> Indexed:
    """Take over every change in the outbox; give how many things changed.

    An entry leaves the outbox only after the index has it, so that a crash in between repeats work and loses none. What
    the index refuses stays in the outbox with the reason, and keeps nothing else waiting.
    """
    done = failed = 0
    parties: Parties | None = None
    while entries := base.outbox.pending(_BATCH):
        parties = _parties(base) if parties is None else parties
        wanted = {entry.thing for entry in entries}
        found = [document for kind, key in sorted(wanted) for document in _documents(base, kind, key, parties)]
        refused = _refused(base, engine.put(found, _gone(entries, found)))
        base.outbox.done(entries, refused)
        done, failed = done + len(wanted) - len(refused), failed + len(refused)
    return Indexed(done, failed)


def rebuild(base: Base, engine: SearchEngine) -> Indexed:
    """Make the whole index again from the base, also what was refused before; give how many documents it holds."""
    entries = base.outbox.pending(_ALL) + base.outbox.refused()
    refused = _refused(base, engine.rebuild(_everything(base)))
    base.outbox.done(entries, refused)
    return Indexed(engine.count(), len(refused))


def _refused(base: Base, refusals: Iterable[Refusal]) -> dict[Thing, str]:
    """Why the index lacks a thing of the base, or some of it: a claim is of its report, if that still makes it."""
    reasons: dict[Thing, list[str]] = {}
    for each in refusals:
        structlog.get_logger().warning(
            "refused by the search index", step="index", kind=each.kind, key=each.key, reason=each.reason
        )
        if each.kind != "claim":
            reasons.setdefault((each.kind, each.key), []).append(each.reason)
        elif claim := base.claims.get(each.key):
            reasons.setdefault(("report", claim.report.id), []).append(f"claim {each.key}: {each.reason}")
    return {thing: "; ".join(found) for thing, found in reasons.items()}


def is_lost(base: Base, engine: SearchEngine) -> bool:
    """Whether the index is empty although it once took over something of the base, as when its folder was removed."""
    if engine.count():
        return False
    missing = {entry.thing for entry in base.outbox.pending(_ALL) + base.outbox.refused()}
    return any(thing not in missing for thing in _things(base))


def _everything(base: Base) -> Iterator[SearchDocument]:
    parties = _parties(base)
    for kind, key in _things(base):
        yield from _documents(base, kind, key, parties)


def _things(base: Base) -> Iterator[Thing]:
    """Everything of the base that the outbox may name."""
    yield from (("incident", str(number)) for number in base.incidents.numbers())
    yield from (("report", identity) for identity in base.reports.identities())


def _parties(base: Base) -> Parties:
    return {
        name_key(party.name): _Party(
            aliases=tuple(filter(None, (*party.aliases, party.legal_name))),
            tickers=tuple(symbol for ticker in party.tickers for symbol in (ticker, ticker.rpartition(":")[2])),
            country=party.country,
        )
        for party in base.organisations.registry().organisations
    }


def _documents(base: Base, kind: str, key: str, parties: Parties) -> Iterator[SearchDocument]:
    for document in _named_documents(base, kind, key):
        known = [parties[name_key(name)] for name in document.names if name_key(name) in parties]
        yield replace(
            document,
            aliases=tuple(dict.fromkeys(name for party in known for name in party.aliases)),
            values={
                **document.values,
                "ticker": tuple(dict.fromkeys(t for party in known for t in party.tickers)),
                "country": tuple(dict.fromkeys(party.country for party in known if party.country)),
            },
        )


def _named_documents(base: Base, kind: str, key: str) -> Iterator[SearchDocument]:
    if kind == "incident":
        incident = base.incidents.by_number(int(key))
        if incident is not None:
            yield of_incident(int(key), incident)
        return
    if kind == "claim":
        return
    report, summary = base.reports.get(key), base.reports.summary(key)
    if report is None or summary is None:
        return
    claims, incidents = base.claims.of_report(key), base.claims.incidents_of(key)
    yield of_report(report, summary, claims, incidents)
    yield from (of_claim(claim, incidents) for claim in claims)


def _gone(entries: Iterable[OutboxEntry], found: list[SearchDocument]) -> Iterator[tuple[Kind, str]]:
    """Incidents that were merged into others or lost their claims, and reports and claims that were removed."""
    there = {(document.kind, document.key) for document in found}
    for entry in entries:
        for kind in get_args(Kind):
            if entry.kind == kind and (kind, entry.key) not in there:
                yield kind, entry.key
