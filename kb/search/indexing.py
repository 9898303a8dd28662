"""How the index follows the base: change by change through the outbox, or all anew."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kb.database import Base
from kb.database.work import OutboxEntry
from kb.model import name_key
from kb.search.documents import SearchDocument, of_claim, of_incident, of_report
from kb.search.engine import SearchEngine
from kb.search.query import Kind

_BATCH = 500
_ALL = 10**9
Aliases = Mapping[str, tuple[str, ...]]
"""By the key of a party's canonical name, its other names."""


def catch_up(base: Base, engine: SearchEngine) -> int:
    """Take over every change in the outbox; return how many things changed.

    An entry leaves the outbox only after the index has it, so that a crash in between repeats work and loses none.
    """
    changed = 0
    aliases: Aliases | None = None
    while entries := base.outbox.pending(_BATCH):
        aliases = _aliases(base) if aliases is None else aliases
        wanted = {(entry.kind, entry.key) for entry in entries}
        found = [document for kind, key in sorted(wanted) for document in _documents(base, kind, key, aliases)]
        engine.put(found, _gone(entries, found))
        base.outbox.done(entries)
        changed += len(wanted)
    return changed


def rebuild(base: Base, engine: SearchEngine) -> int:
    """Make the whole index again from the base; return how many documents it holds."""
    entries = base.outbox.pending(_ALL)
    engine.rebuild(_everything(base))
    base.outbox.done(entries)
    return engine.count()


def is_lost(base: Base, engine: SearchEngine) -> bool:
    """Whether the index is empty although it once took over reports of the base, as when its folder was removed."""
    if engine.count():
        return False
    waiting = {entry.key for entry in base.outbox.pending(_ALL) if entry.kind == "report"}
    return any(identity not in waiting for identity in base.reports.identities())


def _everything(base: Base) -> Iterator[SearchDocument]:
    aliases = _aliases(base)
    for number in base.incidents.numbers():
        yield from _documents(base, "incident", str(number), aliases)
    for identity in base.reports.identities():
        yield from _documents(base, "report", identity, aliases)


def _aliases(base: Base) -> Aliases:
    return {
        name_key(party.name): tuple(filter(None, (*party.aliases, party.legal_name)))
        for party in base.organisations.registry().organisations
    }


def _documents(base: Base, kind: str, key: str, aliases: Aliases) -> Iterator[SearchDocument]:
    for document in _named_documents(base, kind, key):
        others = dict.fromkeys(other for name in document.names for other in aliases.get(name_key(name), ()))
        yield replace(document, aliases=tuple(others))


def _named_documents(base: Base, kind: str, key: str) -> Iterator[SearchDocument]:
    if kind == "incident":
        incident = base.incidents.by_number(int(key))
        if incident is not None:
            yield of_incident(int(key), incident)
        return
    report, summary = base.reports.get(key), base.reports.summary(key)
    if report is None or summary is None:
        return
    claims = base.claims.of_report(key)
    yield of_report(report, summary, claims)
    yield from map(of_claim, claims)


def _gone(entries: Iterable[OutboxEntry], found: list[SearchDocument]) -> Iterator[tuple[Kind, str]]:
    """Incidents that were merged into others or lost their claims."""
    there = {(document.kind, document.key) for document in found}
    for entry in entries:
        if entry.kind == "incident" and ("incident", entry.key) not in there:
            yield "incident", entry.key
