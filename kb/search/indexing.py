"""How the index follows the base: change by change through the outbox, or all anew."""

from collections.abc import Iterable, Iterator

from kb.database import Base
from kb.database.work import OutboxEntry
from kb.search.documents import SearchDocument, of_claim, of_incident, of_report
from kb.search.engine import SearchEngine
from kb.search.query import Kind

_BATCH = 500
_ALL = 10**9


def catch_up(base: Base, engine: SearchEngine) -> int:
    """Take over every change in the outbox; return how many things changed.

    An entry leaves the outbox only after the index has it, so that a crash in between repeats work and loses none.
    """
    changed = 0
    while entries := base.outbox.pending(_BATCH):
        wanted = {(entry.kind, entry.key) for entry in entries}
        found = [document for kind, key in sorted(wanted) for document in _documents(base, kind, key)]
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


def _everything(base: Base) -> Iterator[SearchDocument]:
    for number in base.incidents.numbers():
        yield from _documents(base, "incident", str(number))
    for identity in base.reports.identities():
        yield from _documents(base, "report", identity)


def _documents(base: Base, kind: str, key: str) -> Iterator[SearchDocument]:
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
