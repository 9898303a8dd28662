"""Edits: what people decided, kept for ever, and what follows from those in force for the claims that they name."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.database.claims import allegations_of, corrected_allegation, put_parties
from kb.database.incidents import free_address, mark_changed, note
from kb.database.sessions import Sessions, batches
from kb.database.tables import ClaimRow, EditedClaimRow, EditRow, IncidentRow
from kb.model import (
    Correction,
    Decision,
    Edit,
    EditVerb,
    Hiding,
    Undoing,
)

What = Decision | Correction | Hiding | Undoing

_LONGEST = 2000
_VERB: TypeAdapter[EditVerb] = TypeAdapter(EditVerb)
_KINDS: dict[str, TypeAdapter[Any]] = {
    "decision": TypeAdapter(Decision),
    "correction": TypeAdapter(Correction),
    "hiding": TypeAdapter(Hiding),
    "undoing": TypeAdapter(Undoing),
}


class EditRefused(Exception):
    """An edit that cannot be made; the message says why and what to do."""


class Edits:
    """The changes that people made."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def all(self) -> list[Edit]:
        """Every edit, the newest first."""
        with self._sessions.read() as session:
            return edits_of(session)[::-1]

    def latest(self, limit: int, offset: int = 0) -> list[Edit]:
        """So many edits, the newest first."""
        shown = select(EditRow.id).order_by(EditRow.id.desc()).limit(limit).offset(offset)
        with self._sessions.read() as session:
            numbers = set(session.scalars(shown))
            undoings = set(session.scalars(select(EditRow.id).where(EditRow.verb == "undo")))
            return [edit for edit in edits_of(session, numbers=numbers | undoings) if edit.number in numbers][::-1]

    def hides(self, number: int) -> bool:
        """Whether the edit of this number hides something, or undid one that does."""
        with self._sessions.read() as session:
            row = session.get(EditRow, number)
            while row is not None and "undoing" in row.what:
                row = session.get(EditRow, int(row.what["undoing"]["edit"]))
            return row is not None and "hiding" in row.what

    def of_claims(self, claims: Collection[str], incident: int = 0) -> list[Edit]:
        """The edits that name one of these claims or hid this incident, and those that undid such; the newest first."""
        with self._sessions.read() as session:
            named, found = _naming(session, claims), []
            for edit in edits_of(session):
                hides = isinstance(edit.what, Hiding) and edit.what.incident == incident != 0
                if edit.number in named or hides or (isinstance(edit.what, Undoing) and edit.what.edit in named):
                    named.add(edit.number)
                    found.append(edit)
            return found[::-1]

    def decisions(self) -> list[Decision]:
        """What is decided on the bounds of incidents and holds, the latest last."""
        with self._sessions.read() as session:
            return decisions_of(session)

    def hiding(self, incident: int) -> Edit | None:
        """The edit in force that hides the incident of this number."""
        with self._sessions.read() as session:
            row = session.get(IncidentRow, incident)
            if row is None or not row.hidden:
                return None
            return next(
                (
                    edit
                    for edit in reversed(edits_of(session))
                    if edit.in_force and edit.what == Hiding(incident=incident)
                ),
                None,
            )

    def make(self, verb: EditVerb, what: What, *, who: str, why: str, title: str = "") -> int:
        """Keep an edit and let it be in force; what follows for incidents is tracking's to do. Return its number.

        Args:
            verb: what the person called for.
            what: what is decided; an incident of a decision that is 0 is made.
            who: by whom.
            why: the reason.
            title: of the incident to be made.

        Raises:
            EditRefused: no name or reason is given, what it names is not there, or a value is none.
        """
        who, why = (_line(text, name) for text, name in ((who, "who makes the change"), (why, "a reason")))
        with self._sessions.write() as session:
            _check(session, what)
            if isinstance(what, Decision):
                what = _with_incidents(session, what, title)
            row = EditRow(made=datetime.now(UTC), who=who, why=why, verb=verb, what=_to_json(what))
            session.add(row)
            session.flush()
            named = _named(session, what)
            session.add_all(EditedClaimRow(edit_id=row.id, claim_id=claim) for claim in sorted(named))
            session.flush()
            _settle(session, named, _hidden_incident(session, what))
            return row.id


def edits_of(session: Session, numbers: Collection[int] | None = None) -> list[Edit]:
    """The edits in their order, each with whether it holds.

    Args:
        session: in which to look.
        numbers: only those of these numbers, among which the undoings of each must be; None for all.
    """
    statement = select(EditRow).order_by(EditRow.id)
    if numbers is not None:
        statement = statement.where(EditRow.id.in_(numbers))
    return _with_force([_edit(row) for row in session.scalars(statement)])


def edits_until(edits: Iterable[Edit], until: datetime) -> list[Edit]:
    """Those of these edits that were made before a moment, each with whether it held then."""
    return _with_force([edit for edit in edits if edit.made < until])


def _edit(row: EditRow) -> Edit:
    verb, what = _VERB.validate_python(row.verb), _from_json(row.what)
    return Edit(number=row.id, made=row.made, who=row.who, why=row.why, verb=verb, what=what, in_force=True)


def _with_force(edits: Sequence[Edit]) -> list[Edit]:
    """These edits, in their order, each with whether one of them that holds takes it back."""
    undone: set[int] = set()
    for edit in reversed(edits):
        if isinstance(edit.what, Undoing) and edit.number not in undone:
            undone.add(edit.what.edit)
    return [replace(edit, in_force=edit.number not in undone) for edit in edits]


def decisions_of(session: Session) -> list[Decision]:
    """What is decided on the bounds of incidents and holds, the latest last."""
    return [edit.what for edit in edits_of(session) if edit.in_force and isinstance(edit.what, Decision)]


def edits_naming(session: Session, claims: Collection[str]) -> list[Edit]:
    """The edits that name one of these claims, with those that undo such."""
    numbers = _naming(session, claims)
    return edits_of(session, numbers) if numbers else []


def _naming(session: Session, claims: Collection[str]) -> set[int]:
    """The numbers of the edits that name one of these claims."""
    return {
        number
        for some in batches(claims)
        for number in session.scalars(select(EditedClaimRow.edit_id).where(EditedClaimRow.claim_id.in_(some)))
    }


def corrections_of(edits: Iterable[Edit]) -> dict[str, dict[str, Any]]:
    """The corrected values of each claim by those of these edits that hold, as JSON has them."""
    values: dict[str, dict[str, Any]] = {}
    for edit in edits:
        if edit.in_force and isinstance(edit.what, Correction):
            values.setdefault(edit.what.claim, {}).update(edit.what.values)
    return values


def settle_new(session: Session, claims: Collection[str]) -> None:
    """Have claims that came into the base be as the edits in force say, which may have named them before."""
    named = {
        claim
        for some in batches(claims)
        for claim in session.scalars(select(EditedClaimRow.claim_id).where(EditedClaimRow.claim_id.in_(some)))
    }
    if named:
        _settle(session, named, 0)


def _to_json(what: What) -> dict[str, Any]:
    kind = type(what).__name__.lower()
    body = _KINDS[kind].dump_python(what, mode="json")
    if isinstance(what, Decision):
        body["parts"] = [sorted(part) for part in what.parts]
    return {kind: body}


def _from_json(body: dict[str, Any]) -> What:
    ((kind, value),) = body.items()
    what: What = _KINDS[kind].validate_python(value)
    return what


def _line(text: str, name: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise EditRefused(f"say {name}")
    return line[:_LONGEST]


def _check(session: Session, what: What) -> None:
    match what:
        case Decision():
            _check_decision(session, what)
        case Correction():
            _check_correction(session, what)
        case Hiding(claim=claim, incident=incident):
            _all_there(session, {claim} - {""})
            if not claim and session.get(IncidentRow, incident) is None:
                raise EditRefused(f"there is no incident {incident}")
        case Undoing(edit=number):
            found = {edit.number: edit for edit in edits_of(session)}
            if number not in found:
                raise EditRefused(f"there is no edit {number}; `disputed edit list` shows those there are")
            if not found[number].in_force:
                raise EditRefused(f"edit {number} is undone already")


def _check_decision(session: Session, decision: Decision) -> None:
    if len(decision.parts) != len(decision.incidents):
        raise EditRefused("each part needs an incident that it is, or 0 for a new one")
    if not all(decision.parts) or sum(map(len, decision.parts)) != len(decision.claims):
        raise EditRefused("each part needs a claim, and no claim can be in two parts")
    _all_there(session, decision.claims)


def _check_correction(session: Session, correction: Correction) -> None:
    _all_there(session, {correction.claim})
    if not correction.values:
        raise EditRefused("say what is to be corrected")
    row = session.get_one(ClaimRow, correction.claim)
    try:
        corrected = corrected_allegation(allegations_of(session, [row])[row.id], correction.values)
    except ValueError as error:
        raise EditRefused(str(error)) from error
    if not (corrected.accusers or corrected.accused):
        raise EditRefused("a claim needs an accuser or an accused; hide it if it is none")


def _with_incidents(session: Session, decision: Decision, title: str) -> Decision:
    numbers = []
    for number in decision.incidents:
        if not number:
            made = IncidentRow(slug=free_address(session, title), title=title)
            session.add(made)
            session.flush()
        numbers.append(number or made.id)
    return replace(decision, incidents=tuple(numbers))


def _all_there(session: Session, claims: Collection[str]) -> None:
    there: set[str] = set()
    for some in batches(claims):
        there.update(session.scalars(select(ClaimRow.id).where(ClaimRow.id.in_(some))))
    if missing := sorted(set(claims) - there):
        raise EditRefused(f"there is no claim {missing[0]} in the base any more: look at the incident again")


def _named(session: Session, what: What) -> frozenset[str]:
    """The claims that an edit is about."""
    match what:
        case Decision():
            return what.claims
        case Correction(claim=claim) | Hiding(claim=claim):
            return frozenset({claim} - {""})
        case Undoing(edit=number):
            return frozenset(session.scalars(select(EditedClaimRow.claim_id).where(EditedClaimRow.edit_id == number)))


def _hidden_incident(session: Session, what: What) -> int:
    """The incident that an edit, or the one that it undoes, hides; 0 if none."""
    while isinstance(what, Undoing):
        what = _from_json(session.get_one(EditRow, what.edit).what)
    return what.incident if isinstance(what, Hiding) else 0


def _settle(session: Session, claims: Collection[str], incident: int) -> None:
    """Have these claims, and this incident, be as the edits in force say, and have all that this bears on tracked."""
    edits = [edit for edit in edits_of(session) if edit.in_force]
    in_force, corrections = [edit.what for edit in edits], corrections_of(edits)
    if incident:
        hidden = Hiding(incident=incident) in in_force
        session.execute(update(IncidentRow).where(IncidentRow.id == incident).values(hidden=hidden))
        note(session, "incident", [str(incident)])
        held = select(ClaimRow.report_id).where(ClaimRow.incident_id == incident).distinct()
        note(session, "report", session.scalars(held).all())
    rows = [
        row
        for some in batches(sorted(claims))
        for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(some)))
    ]
    mark_changed(session, _bearing(session, rows))
    for row in rows:
        row.correction = corrections.get(row.id)
        row.hidden = Hiding(claim=row.id) in in_force
        row.decided = any(isinstance(what, Decision) and row.id in what.claims for what in in_force)
        row.incident_id = None if row.hidden else row.incident_id
    session.flush()
    for identity, allegation in allegations_of(session, rows).items():
        put_parties(session, identity, allegation)
    note(session, "report", sorted({row.report_id for row in rows}))


def _bearing(session: Session, rows: Iterable[ClaimRow]) -> set[int]:
    """The incidents of these claims, those in which they are at home, and those that hold others at home there."""
    bearing = {number for row in rows for number in (row.incident_id, row.home_id) if number is not None}
    for some in batches(sorted(bearing)):
        guests = select(ClaimRow.incident_id).where(ClaimRow.home_id.in_(some)).distinct()
        bearing |= {number for number in session.scalars(guests) if number is not None}
    return bearing
