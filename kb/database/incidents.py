"""Incidents: which claims they hold, under which address, and every change to them."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, ColumnElement, Select, Text, and_, cast, exists, func, select, type_coerce, update
from sqlalchemy.orm import Session, aliased

from kb.database.claims import claims_where
from kb.database.sessions import Sessions, batches
from kb.database.sight import in_sight
from kb.database.suggestions import replace_suggestions
from kb.database.tables import ClaimPartyRow, ClaimRow, EditRow, IncidentRow, OutboxRow, RevisionRow
from kb.model import (
    Claim,
    Decision,
    FormerIncident,
    Incident,
    Outline,
    Revision,
    SlugText,
    free_slug,
    name_key,
    slug,
)
from kb.tracking.grouping import Suggestion
from kb.tracking.outlining import outline
from kb.tracking.telling import tell


@dataclass(frozen=True, slots=True)
class Cause:
    """Why incidents change, and who is behind it."""

    why: str
    who: str = "program"


_OUTLINE = TypeAdapter(Outline)
_NEWEST_FIRST = (IncidentRow.updated.desc().nulls_last(), IncidentRow.id)

Standing = tuple[int, int]
"""The numbers of the newest edit and of the newest change to an incident."""


class Incidents:
    """The disputes known."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def changed(self) -> dict[int, int]:
        """The numbers of incidents whose claims were replaced since they were tracked, each with its count of changes.

        Read it before the claims, and hand it to `assign` with what was made of them.
        """
        statement = select(IncidentRow.id, IncidentRow.changes).where(IncidentRow.changes > IncidentRow.tracked)
        with self._sessions.read() as session:
            return {number: changes for number, changes in session.execute(statement)}  # noqa: C416 - a Result is no mapping

    def standing(self) -> Standing:
        """How far history and edits have come; read it before `changed`, and hand it to `assign`."""
        with self._sessions.read() as session:
            return _standing(session)

    def assign(
        self,
        disputes: Sequence[Incident],
        seen: Mapping[int, int],
        cause: Cause,
        decisions: Sequence[Decision] = (),
        suggestions: Sequence[Suggestion] = (),
        standing: Standing | None = None,
    ) -> int | None:
        """Let each dispute be one incident, keeping the addresses that there are; return how many incidents changed.

        Nothing is kept, and None returned, where somebody edited or tracked since `standing` was read.

        A dispute goes on as the incident that a person's latest decision says, else as the oldest of those from which
        its claims are. An incident that lost all its claims is merged into the one that took most of them, and its
        address leads there; if none took any, it is a former one.
        A dispute with a claim that was replaced or removed since it was read is left for the next run.

        Args:
            disputes: what to keep, told from claims as they were read from this base.
            seen: what `changed` gave before these claims were read.
            cause: what to write into the history.
            decisions: what people decided, the latest last.
            suggestions: which of the disputes that changed may be one with another.
            standing: what `standing` gave before decisions and claims were read; None where nobody else writes.
        """
        with self._sessions.write() as session:
            if standing not in {None, _standing(session)}:
                return None
            rows = claim_rows(session, [claim.id for each in disputes for claim in each.claims])
            current = [each for each in disputes if _is_as_read(each, rows)]
            outdated = [each for each in disputes if not _is_as_read(each, rows)]
            mark_changed(session, _incidents_of(outdated, rows))
            keepers = _keepers(session, current, rows, decisions)
            touched = _incidents_of(current, rows) | seen.keys() | {keeper.id for keeper in keepers if keeper}
            before = _held(session, touched)
            given_away = {number for decision in decisions for number in decision.incidents}
            belonged = {identity: row.incident_id for identity, row in rows.items()}
            changed = {
                number
                for each, keeper in zip(current, keepers, strict=True)
                if (number := _place(session, each, keeper, rows, before, given_away, cause)) is not None
            }
            session.flush()
            after = _held(session, touched)
            changed |= {number for number in touched if before[number] != after[number]}
            emptied = {number for number in touched if not after[number]}
            _record_emptied(session, emptied, before, rows, cause.who)
            note(session, "incident", map(str, sorted(changed | emptied | seen.keys())))
            moved = {row.report_id for identity, row in rows.items() if row.incident_id != belonged[identity]}
            note(session, "report", sorted(moved))
            replace_suggestions(session, changed | emptied | seen.keys(), suggestions, rows)
            for number, changes in seen.items():
                session.execute(update(IncidentRow).where(IncidentRow.id == number).values(tracked=changes))
        return len(changed | emptied)

    def get(self, address: str) -> Incident | None:
        """The incident of this slug; None if there is none, if it was merged into another or is hidden."""
        found = self._holding(ClaimRow.incident_id == IncidentRow.id, IncidentRow.slug == address)
        return found[0] if found else None

    def number(self, address: str) -> int | None:
        """The number in the database of the incident of this slug."""
        with self._sessions.read() as session:
            return session.scalar(select(IncidentRow.id).where(IncidentRow.slug == address))

    def standing_at(self, address: str) -> tuple[int, bool] | None:
        """The number in the database of the incident of this slug, and whether it is hidden; None if there is none."""
        with self._sessions.read() as session:
            row = session.execute(select(IncidentRow.id, IncidentRow.hidden).where(IncidentRow.slug == address)).first()
            return (row.id, row.hidden) if row else None

    def by_number(self, number: int) -> Incident | None:
        """The incident of this number in the database; None if it was merged, lost its claims or is hidden."""
        found = self._holding(ClaimRow.incident_id == number)
        return found[0] if found else None

    def by_numbers(self, numbers: Collection[int]) -> dict[int, Incident]:
        """The incidents of these numbers, without those that were merged, lost their claims or are hidden."""
        found = {incident.slug: incident for incident in self._holding(ClaimRow.incident_id.in_(numbers))}
        with self._sessions.read() as session:
            slugs = session.execute(select(IncidentRow.id, IncidentRow.slug).where(IncidentRow.id.in_(numbers))).all()
        return {number: found[address] for number, address in slugs if address in found}

    def resolve(self, address: str) -> str | None:
        """Where an address leads: to itself, or to the incident into which the one it named was merged."""
        with self._sessions.read() as session:
            row = session.scalar(select(IncidentRow).where(IncidentRow.slug == address))
            while row is not None and row.merged_into is not None:
                row = session.get_one(IncidentRow, row.merged_into)
            return row.slug if row else None

    def former(self, address: str) -> FormerIncident | None:
        """What the incident of this slug was, if it has lost all its claims and was not merged into another."""
        with self._sessions.read() as session:
            row = session.scalar(
                select(IncidentRow).where(
                    IncidentRow.slug == address,
                    IncidentRow.merged_into.is_(None),
                    ~exists().where(ClaimRow.incident_id == IncidentRow.id),
                )
            )
            if row is None:
                return None
            ended = session.scalar(select(func.max(RevisionRow.recorded)).where(RevisionRow.incident_id == row.id))
            return FormerIncident(slug=row.slug, title=row.title, ended=ended or datetime.now(UTC))

    def newest_revision(self) -> int:
        """The number of the last change to any incident; 0 before the first."""
        with self._sessions.read() as session:
            return session.scalar(select(func.max(RevisionRow.id))) or 0

    def revised_since(self, revision: int) -> list[int]:
        """The numbers of the incidents that changed after the change of this number."""
        statement = select(RevisionRow.incident_id).where(RevisionRow.id > revision).distinct()
        with self._sessions.read() as session:
            return sorted(session.scalars(statement))

    def address(self, number: int) -> SlugText:
        """The slug of the incident of this number."""
        with self._sessions.read() as session:
            return session.get_one(IncidentRow, number).slug

    def history(self, number: int, limit: int, offset: int = 0) -> list[Revision]:
        """The last changes to what the incident of this number holds, so many at most, the newest first."""
        with self._sessions.read() as session:
            statement = _revisions(RevisionRow.incident_id == number).order_by(RevisionRow.id.desc())
            return [_revision(*row) for row in session.execute(statement.limit(limit).offset(offset))]

    def told_in(self, report_id: str) -> dict[str, tuple[SlugText, str]]:
        """By the id of each claim of a report that can be seen, address and title of the incident that holds it."""
        held = select(ClaimRow.id, IncidentRow.slug, IncidentRow.title).join(
            IncidentRow, IncidentRow.id == ClaimRow.incident_id
        )
        with self._sessions.read() as session:
            of_report = held.where(ClaimRow.report_id == report_id, ~ClaimRow.hidden, ~IncidentRow.hidden)
            found = session.execute(of_report.order_by(ClaimRow.position, ClaimRow.id))
            return {identity: (address, title) for identity, address, title in found}

    def of_claim(self, claim: str) -> SlugText | None:
        """The slug of the incident that holds a claim."""
        statement = select(IncidentRow.slug).join(ClaimRow, ClaimRow.incident_id == IncidentRow.id)
        with self._sessions.read() as session:
            return session.scalar(statement.where(ClaimRow.id == claim))

    def ever_held(self, number: int) -> set[str]:
        """The ids of all claims that the incident of this number ever held."""
        statement = select(RevisionRow.what).where(RevisionRow.incident_id == number)
        with self._sessions.read() as session:
            return {claim for what in session.scalars(statement) for claim in what.get("claims", ())}

    def latest(self, limit: int, offset: int = 0) -> list[Incident]:
        """Incidents, the one with the newest report first."""
        statement = select(IncidentRow).where(_seen()).order_by(*_NEWEST_FIRST).limit(limit).offset(offset)
        with self._sessions.read() as session:
            return _incidents(session, list(session.scalars(statement)))

    def newest(self, limit: int, offset: int = 0) -> list[Outline]:
        """Outlines of incidents, the one with the newest report first."""
        statement = select(IncidentRow).where(_seen()).order_by(*_NEWEST_FIRST).limit(limit).offset(offset)
        with self._sessions.read() as session:
            return _outlines(session, list(session.scalars(statement)))

    def every(self) -> list[Outline]:
        """Outlines of all incidents, the one that was made first first."""
        statement = select(IncidentRow.id, cast(IncidentRow.outline, Text)).where(_seen()).order_by(IncidentRow.id)
        with self._sessions.read() as session:
            kept = session.execute(statement).all()
            untold = [number for number, outline in kept if outline is None]
            rows = [
                r
                for some in batches(untold)
                for r in session.scalars(select(IncidentRow).where(IncidentRow.id.in_(some)))
            ]
            told = {row.id: each for row, each in zip(rows, _outlines(session, rows), strict=True)}
        return [told[number] if outline is None else _outline_of(outline) for number, outline in kept]

    def outlines(self, numbers: Collection[int]) -> dict[int, Outline]:
        """By their numbers in the database, outlines of those of these incidents that may be seen."""
        with self._sessions.read() as session:
            rows = [
                row
                for some in batches(numbers)
                for row in session.scalars(select(IncidentRow).where(IncidentRow.id.in_(some), _seen()))
            ]
            return {row.id: each for row, each in zip(rows, _outlines(session, rows), strict=True)}

    def of_parties(self, names: Collection[str]) -> list[Outline]:
        """Outlines of the incidents in which one of these parties accuses or is accused, the newest first."""
        keys = sorted({name_key(name) for name in names})
        claims = select(ClaimPartyRow.claim_id).where(ClaimPartyRow.key.in_(keys))
        held = select(ClaimRow.incident_id).where(ClaimRow.id.in_(claims))
        statement = select(IncidentRow).where(IncidentRow.id.in_(held), ~IncidentRow.hidden).order_by(*_NEWEST_FIRST)
        with self._sessions.read() as session:
            return _outlines(session, list(session.scalars(statement)))

    def at(self, addresses: Collection[str]) -> list[Incident]:
        """The incidents of these slugs, the newest first."""
        return self._holding(IncidentRow.slug.in_(sorted(addresses)))

    def of_report(self, report_id: str) -> list[Incident]:
        """The incidents that a report tells of, the newest first."""
        return self._holding(ClaimRow.report_id == report_id)

    def numbers(self) -> list[int]:
        """The numbers of all incidents that hold claims."""
        statement = select(ClaimRow.incident_id).where(ClaimRow.incident_id.is_not(None), in_sight()).distinct()
        with self._sessions.read() as session:
            return sorted(number for number in session.scalars(statement) if number is not None)

    def count(self) -> int:
        """How many incidents hold claims."""
        with self._sessions.read() as session:
            return session.scalar(select(func.count(func.distinct(ClaimRow.incident_id))).where(in_sight())) or 0

    def _holding(self, *conditions: ColumnElement[bool]) -> list[Incident]:
        held = select(ClaimRow.incident_id).join(IncidentRow, ClaimRow.incident_id == IncidentRow.id).where(*conditions)
        statement = select(IncidentRow).where(IncidentRow.id.in_(held), ~IncidentRow.hidden).order_by(*_NEWEST_FIRST)
        with self._sessions.read() as session:
            return _incidents(session, list(session.scalars(statement)))


def _seen() -> ColumnElement[bool]:
    """That an incident holds claims and is not hidden."""
    return and_(exists().where(ClaimRow.incident_id == IncidentRow.id), ~IncidentRow.hidden)


def _outlines(session: Session, rows: Sequence[IncidentRow]) -> list[Outline]:
    """The outlines kept with these incidents; of those that have none yet, made of their claims."""
    told = {each.slug: each for each in _incidents(session, [row for row in rows if row.outline is None])}
    return [_OUTLINE.validate_python(row.outline) if row.outline else outline(told[row.slug]) for row in rows]


@lru_cache(maxsize=1 << 15)
def _outline_of(text: str) -> Outline:
    """An outline as it is kept; to read thousands of them anew for each page would take most of its time."""
    return _OUTLINE.validate_json(text)


def _standing(session: Session) -> Standing:
    newest = [session.scalar(select(func.max(table.id))) or 0 for table in (EditRow, RevisionRow)]
    return newest[0], newest[1]


def _revisions(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Rows for `_revision`; of one incident, since they are numbered."""
    target = aliased(IncidentRow)
    merged_into = type_coerce(RevisionRow.what, JSON)["merged_into"].as_integer()
    number = func.row_number().over(order_by=RevisionRow.id)
    return select(RevisionRow, number, target.slug).outerjoin(target, target.id == merged_into).where(*conditions)


def revisions_of(
    session: Session, of_incident: ColumnElement[bool], *, first: int = 0
) -> list[tuple[RevisionRow, Revision]]:
    """The changes to one incident in their order; with `first` only the one of this number."""
    statement = _revisions(of_incident).order_by(RevisionRow.id)
    if first:
        statement = statement.offset(first - 1).limit(1)
    return [(row[0], _revision(*row)) for row in session.execute(statement)]


def _revision(row: RevisionRow, number: int, merged_into: str | None) -> Revision:
    return Revision(
        recorded=row.recorded,
        who=row.who,
        why=row.why,
        title=str(row.what.get("title", "")),
        claims=len(row.what.get("claims", ())),
        merged_into=merged_into or "",
        number=number,
    )


def mark_changed(session: Session, incidents: Collection[int]) -> None:
    """Have these incidents tracked anew."""
    for some in batches(incidents):
        session.execute(
            update(IncidentRow).where(IncidentRow.id.in_(some)).values(changes=IncidentRow.changes + 1),
            execution_options={"synchronize_session": False},
        )


def claim_rows(session: Session, identities: Sequence[str]) -> dict[str, ClaimRow]:
    """The rows of these claims, as far as there are such, by their ids."""
    rows: dict[str, ClaimRow] = {}
    for some in batches(identities):
        rows.update((row.id, row) for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(some))))
    return rows


def _is_as_read(dispute: Incident, rows: Mapping[str, ClaimRow]) -> bool:
    return all(claim.id in rows and rows[claim.id].reading_id == claim.reading for claim in dispute.claims)


def _incidents_of(disputes: Iterable[Incident], rows: Mapping[str, ClaimRow]) -> set[int]:
    held = (rows[claim.id].incident_id for each in disputes for claim in each.claims if claim.id in rows)
    return {number for number in held if number is not None}


def _held(session: Session, incidents: Collection[int]) -> dict[int, frozenset[str]]:
    """For each of these incidents all claims that it holds now."""
    held: dict[int, set[str]] = {number: set() for number in incidents}
    for some in batches(incidents):
        statement = select(ClaimRow.incident_id, ClaimRow.id).where(ClaimRow.incident_id.in_(some))
        for number, identity in session.execute(statement):
            held[number or 0].add(identity)
    return {number: frozenset(identities) for number, identities in held.items()}


def _keepers(
    session: Session, disputes: Sequence[Incident], rows: Mapping[str, ClaimRow], decisions: Sequence[Decision]
) -> list[IncidentRow | None]:
    """For each dispute the incident that it goes on as, each given once.

    First as people decided, the latest decision first; then the oldest of the incidents from which its claims are,
    which goes to the dispute that has most of it that nobody corrected; then the one in which they are now.
    """
    place = {claim.id: n for n, each in enumerate(disputes) for claim in each.claims}
    decided = [
        (number, place[claim])
        for decision in reversed(decisions)
        for part, number in zip(decision.parts, decision.incidents, strict=True)
        for claim in sorted(part & place.keys())[:1]
    ]
    elsewhere = _held_elsewhere(session, rows)
    homes = _most_of_each(disputes, rows, lambda row: None if row.home_id in elsewhere else row.home_id)
    current = _most_of_each(disputes, rows, lambda row: row.incident_id)
    taken: dict[int, int] = {}
    given: set[int] = set()
    for incident, n in (*decided, *homes, *current):
        if n not in taken and incident not in given:
            taken[n] = incident
            given.add(incident)
    return [session.get(IncidentRow, taken[n]) if n in taken else None for n in range(len(disputes))]


def _held_elsewhere(session: Session, rows: Mapping[str, ClaimRow]) -> set[int]:
    """The homes that these claims have left and that now hold others, which are not placed with them and keep them."""
    left = {row.home_id for row in rows.values() if row.home_id is not None and row.home_id != row.incident_id}
    return {number for number, held in _held(session, left).items() if held - rows.keys()}


def _most_of_each(
    disputes: Sequence[Incident], rows: Mapping[str, ClaimRow], incident_of: Callable[[ClaimRow], int | None]
) -> list[tuple[int, int]]:
    """Incidents and the disputes that have claims of each: the oldest first, and the dispute that has most of it."""
    held: Counter[tuple[int, int]] = Counter()
    for n, each in enumerate(disputes):
        for row in (rows[claim.id] for claim in each.claims):
            incident = incident_of(row)
            if incident is not None:
                held[incident, n] += row.correction is None
    return sorted(held, key=lambda key: (key[0], -held[key], key[1]))


def _place(
    session: Session,
    dispute: Incident,
    incident: IncidentRow | None,
    rows: Mapping[str, ClaimRow],
    before: Mapping[int, frozenset[str]],
    given_away: Collection[int],
    cause: Cause,
) -> int | None:
    """Let a dispute be this incident or a new one; return its number if that changed anything.

    Its claims are at home there from then on, unless an edit bears on that: one of theirs, or a decision that gave the
    incident in which they were at home to others.
    """
    told = told_digest(dispute)
    if (
        incident is not None
        and _is_told_so(incident, before[incident.id], dispute, rows)
        and told == _told(session, incident.id)
    ):
        _keep_outline(incident, dispute)
        return None
    if incident is None:
        incident = IncidentRow(slug=free_address(session, dispute.title), title=dispute.title)
        session.add(incident)
        session.flush()
    edited = any(rows[claim.id].decided or rows[claim.id].correction for claim in dispute.claims)
    for claim in dispute.claims:
        row = rows[claim.id]
        row.incident_id, row.reasons = incident.id, list(claim.reasons)
        if row.home_id is None or not (edited or row.home_id in given_away):
            row.home_id = incident.id
    incident.merged_into = None
    incident.title, incident.opened, incident.updated = dispute.title, dispute.opened, dispute.updated
    _keep_outline(incident, dispute)
    claims, reports = sorted(c.id for c in dispute.claims), sorted({c.report.id for c in dispute.claims})
    what: dict[str, object] = {"title": dispute.title, "claims": claims, "reports": reports, "told": told}
    _record(session, incident.id, what, cause)
    return incident.id


def _keep_outline(incident: IncidentRow, dispute: Incident) -> None:
    made = _OUTLINE.dump_python(replace(outline(dispute), slug=incident.slug), mode="json")
    if incident.outline != made:
        incident.outline = made


def told_digest(dispute: Incident) -> str:
    """Sixteen hexadecimal digits that stand for what a dispute's claims say, so that each change makes a version."""
    told = sorted((claim.id, _substance(claim)) for claim in dispute.claims)
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _substance(claim: Claim) -> str:
    """What a claim says, however sure and for whatever reasons."""
    return repr((replace(claim.allegation, confidence=0.0, reasons=()), claim.responses, claim.scheduled))


def _told(session: Session, number: int) -> str:
    """What the newest change to an incident noted of what it says; empty where it noted nothing."""
    newest = select(RevisionRow.what).where(RevisionRow.incident_id == number).order_by(RevisionRow.id.desc()).limit(1)
    what = session.scalar(newest)
    return str(what.get("told", "")) if what else ""


def _is_told_so(incident: IncidentRow, held: frozenset[str], dispute: Incident, rows: Mapping[str, ClaimRow]) -> bool:
    facts = (incident.title, incident.opened, incident.updated)
    return (
        held == {claim.id for claim in dispute.claims}
        and facts == (dispute.title, dispute.opened, dispute.updated)
        and all(tuple(rows[claim.id].reasons) == claim.reasons for claim in dispute.claims)
    )


def free_address(session: Session, title: str) -> SlugText:
    """An address made of a title that no incident ever had."""
    alike = IncidentRow.slug.startswith(slug(title), autoescape=True)
    return free_slug(title, set(session.scalars(select(IncidentRow.slug).where(alike))))


def _record_emptied(
    session: Session,
    emptied: Iterable[int],
    before: Mapping[int, frozenset[str]],
    rows: Mapping[str, ClaimRow],
    who: str,
) -> None:
    """Have the addresses of these incidents lead to where most of their claims went, or say that they are no more."""
    for number in sorted(emptied):
        incident = session.get_one(IncidentRow, number)
        targets = Counter(rows[identity].incident_id for identity in sorted(before[number]))
        if incident.merged_into is not None:
            continue
        if targets:
            incident.merged_into = targets.most_common(1)[0][0]
            _record(
                session, number, {"merged_into": incident.merged_into}, Cause("its claims tell of that incident", who)
            )
        else:
            _record(session, number, {"claims": []}, Cause("no report tells of it any more", who))


def note(session: Session, kind: str, keys: Iterable[str]) -> None:
    """Have the search index take these over anew; reports too, since they say which incidents they belong to."""
    session.add_all(OutboxRow(kind=kind, key=key) for key in keys)


def _record(session: Session, incident: int, what: dict[str, object], cause: Cause) -> None:
    session.add(RevisionRow(incident_id=incident, recorded=datetime.now(UTC), who=cause.who, what=what, why=cause.why))


def _incidents(session: Session, rows: Sequence[IncidentRow]) -> list[Incident]:
    held: dict[int, list[Claim]] = {}
    for some in batches([row.id for row in rows]):
        for row, claim in claims_where(session, ClaimRow.incident_id.in_(some)):
            held.setdefault(row.incident_id or 0, []).append(claim)
    return [tell(held[row.id], row.slug) for row in rows if row.id in held]
