"""Claims: the allegations of the readings in force, each with the report that carries it."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import JSON, ColumnElement, Select, delete, func, select, type_coerce
from sqlalchemy.orm import Session

from kb.database.reports import current_summaries, summaries_by_id, summary_of
from kb.database.sessions import Sessions, batches
from kb.database.sight import in_sight
from kb.database.tables import ClaimPartyRow, ClaimRow, IncidentRow, OrganisationRow, ReadingRow, ReportRow
from kb.interchange import reading_from_json
from kb.model import (
    CORRECTABLE,
    Allegation,
    Claim,
    Decision,
    Organisation,
    PartialDate,
    Reading,
    Registry,
    ReportSummary,
    SlugText,
    name_key,
    party_slug,
)
from kb.tracking.parties import Parties
from kb.tracking.sides import Handle, Sides

_ALLEGATION = TypeAdapter(Allegation)


def claim_id(report_id: str, allegation: Allegation) -> str:
    """Sixteen hexadecimal digits that stand for an allegation of a report, the same in every reading that finds it."""
    parties = ["|".join(sorted(map(name_key, names))) for names in (allegation.accusers, allegation.accused)]
    conduct = "|".join(sorted(allegation.conduct))
    return hashlib.sha256("\0".join([report_id, *parties, conduct]).encode()).hexdigest()[:16]


def claims_in(report_id: str, reading: Reading) -> dict[str, int]:
    """The claims that follow from a reading of a report: by the id of each its position among the allegations."""
    return {
        claim_id(report_id, allegation): position
        for position, allegation in enumerate(reading.allegations)
        if allegation.published and (allegation.accusers or allegation.accused)
    }


class Claims:
    """What reports say that somebody did."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def untracked(self) -> list[Claim]:
        """Claims that belong to no incident yet, or to one whose claims have changed."""
        changed = select(IncidentRow.id).where(IncidentRow.changes > IncidentRow.tracked)
        due = ClaimRow.incident_id.is_(None) | ClaimRow.incident_id.in_(changed)
        return self._where(select(ClaimRow).where(due, ~ClaimRow.hidden))

    def known_parties(self) -> Parties:
        """What the registry knows of parties, as tracking compares them."""
        with self._sessions.read() as session:
            return parties_of(session)

    def related(self, claims: Iterable[Claim], decisions: Sequence[Decision] = ()) -> list[Claim]:
        """Every claim that can bear on where these belong, directly or through others, these among them.

        Args:
            claims: where to begin.
            decisions: what people decided: claims that one of them names bear on each other.
        """
        decided = _decided_together(decisions)
        known: set[str] = set()
        fringe = {claim.id for claim in claims}
        with self._sessions.read() as session:
            parties = parties_of(session)
            while fringe:
                known |= fringe
                met = sides_related(session, sides_of(session, fringe, parties).values(), parties)
                fringe = (met.keys() | {i for each in fringe for i in decided.get(each, ())}) - known
            rows = [
                row
                for some in batches(known)
                for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(some), ~ClaimRow.hidden))
            ]
            return claims_of(session, rows)

    def naming(self, parties: Collection[str], words: str) -> list[Claim]:
        """Claims that name a party by one of these keys, of reports in whose readings these words are."""
        statement = (
            select(ClaimRow)
            .join(ReadingRow, ReadingRow.id == ClaimRow.reading_id)
            .where(
                ClaimRow.id.in_(select(ClaimPartyRow.claim_id).where(ClaimPartyRow.key.in_(parties))),
                ReadingRow.body.contains(words, autoescape=True),
                ~ClaimRow.hidden,
            )
        )
        return self._where(statement)

    def together_with(self, claims: Iterable[Claim]) -> list[Claim]:
        """The claims of the incidents that these belong to, these among them where they belong to one."""
        numbers = self.incidents_holding([claim.id for claim in claims])
        return self._where(select(ClaimRow).where(ClaimRow.incident_id.in_(numbers), ~ClaimRow.hidden))

    def get(self, identity: str) -> Claim | None:
        """The claim of this id, also a hidden one."""
        with self._sessions.read() as session:
            return next((claim for _, claim in claims_where(session, ClaimRow.id == identity)), None)

    def seen(self, identity: str) -> Claim | None:
        """The claim of this id, if neither it nor its incident is hidden."""
        with self._sessions.read() as session:
            return next((claim for _, claim in claims_where(session, ClaimRow.id == identity, in_sight())), None)

    def seen_among(self, identities: Collection[str]) -> dict[str, Claim]:
        """The claims of these ids, as far as `seen` has them, each by its id."""
        with self._sessions.read() as session:
            rows = [
                row
                for some in batches(identities)
                for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(some), in_sight()))
            ]
            return {claim.id: claim for claim in claims_of(session, rows)}

    def between(self, accuser: str, accused: str, incidents: Collection[SlugText], most: int) -> dict[str, list[Claim]]:
        """Of each of these incidents some claims in which one party accuses another, by the incident's address.

        Args:
            accuser: the key of its name.
            accused: the key of its name.
            incidents: by their addresses.
            most: so many of each at the most.
        """
        of_pair = [
            ClaimRow.id.in_(select(ClaimPartyRow.claim_id).where(ClaimPartyRow.side == side, ClaimPartyRow.key == key))
            for side, key in (("accuser", accuser), ("accused", accused))
        ]
        with self._sessions.read() as session:
            named = select(IncidentRow.id, IncidentRow.slug).where(IncidentRow.slug.in_(incidents), ~IncidentRow.hidden)
            slugs = {number: address for number, address in session.execute(named)}  # noqa: C416 - a Result is no mapping
            place = func.row_number().over(partition_by=ClaimRow.incident_id, order_by=ClaimRow.id).label("place")
            placed = select(ClaimRow.id, place).where(ClaimRow.incident_id.in_(slugs), ~ClaimRow.hidden, *of_pair)
            first = placed.subquery()
            some = select(ClaimRow).where(ClaimRow.id.in_(select(first.c.id).where(first.c.place <= most)))
            rows = list(session.scalars(some.order_by(ClaimRow.id)))
            found: dict[str, list[Claim]] = {}
            for row, claim in zip(rows, claims_of(session, rows), strict=True):
                found.setdefault(slugs[row.incident_id or 0], []).append(claim)
            return found

    def reached(self, entries: Collection[str]) -> dict[str, PartialDate]:
        """By the id of an entry from public record, when its event was."""
        with self._sessions.read() as session:
            rows = session.scalars(select(ClaimRow).where(ClaimRow.report_id.in_(entries), in_sight())).all()
            said = allegations_of(session, rows)
            days = {row.report_id: said[row.id].reached for row in rows}
            return {entry: day for entry, day in days.items() if day}

    def of_report(self, report_id: str) -> list[Claim]:
        """The claims of one report that are not hidden, in its own order."""
        with self._sessions.read() as session:
            found = claims_where(session, ClaimRow.report_id == report_id, in_sight())
            return [claim for _, claim in sorted(found, key=lambda each: (each[0].position, each[0].id))]

    def some_hidden(self, report_id: str) -> bool:
        """Whether a claim of a report is hidden, or belongs to an incident that is."""
        hidden = select(ClaimRow.id).where(ClaimRow.report_id == report_id, ~in_sight()).limit(1)
        with self._sessions.read() as session:
            return session.scalar(hidden) is not None

    def incidents_of(self, report_id: str) -> dict[str, int]:
        """The number of the incident that each claim of one report belongs to; not those that wait for tracking."""
        statement = select(ClaimRow.id, ClaimRow.incident_id).where(ClaimRow.report_id == report_id, in_sight())
        with self._sessions.read() as session:
            return {identity: number for identity, number in session.execute(statement) if number is not None}

    def incidents_holding(self, claims: Collection[str]) -> set[int]:
        """The numbers of the incidents to which these claims belong."""
        with self._sessions.read() as session:
            held = {
                number
                for some in batches(claims)
                for number in session.scalars(select(ClaimRow.incident_id).where(ClaimRow.id.in_(some)))
            }
        return {number for number in held if number is not None}

    def parties(self) -> list[tuple[str, int, int]]:
        """Every party with how many incidents it is accuser and accused in, the busiest first."""
        incidents = func.count(func.distinct(ClaimRow.incident_id))
        statement = (
            select(ClaimPartyRow.key, func.min(ClaimPartyRow.name), ClaimPartyRow.side, incidents)
            .join(ClaimRow, ClaimRow.id == ClaimPartyRow.claim_id)
            .where(ClaimRow.incident_id.is_not(None), in_sight())
            .group_by(ClaimPartyRow.key, ClaimPartyRow.side)
        )
        names: dict[str, str] = {}
        counts: dict[str, dict[str, int]] = {}
        with self._sessions.read() as session:
            for key, name, side, count in session.execute(statement):
                names[key] = name
                counts.setdefault(key, {})[side] = count
        rows = [(names[key], by.get("accuser", 0), by.get("accused", 0)) for key, by in counts.items()]
        return sorted(rows, key=lambda row: (-row[1] - row[2], row[0].casefold(), row[0]))

    def _where(self, statement: Select[ClaimRow]) -> list[Claim]:
        with self._sessions.read() as session:
            return claims_of(session, list(session.scalars(statement)))


def _decided_together(decisions: Iterable[Decision]) -> dict[str, set[str]]:
    """For each claim that a decision names, all that are named with it."""
    found: dict[str, set[str]] = {}
    for each in decisions:
        named = frozenset().union(*each.parts)
        for identity in named:
            found.setdefault(identity, set()).update(named)
    return found


def parties_of(session: Session) -> Parties:
    """What the registry of the base knows of parties; only what that takes is read of it."""
    body = type_coerce(OrganisationRow.body, JSON)
    name, kind, parent = (body[key].as_string() for key in ("name", "kind", "parent"))
    known = (Organisation(name=n, kind=k, parent=p) for n, k, p in session.execute(select(name, kind, parent)))
    return Parties.of(Registry(tuple(known), version=""))


def sides_related(session: Session, given: Collection[Sides], known: Parties) -> dict[str, Sides]:
    """The claims that can bear on claims of these sides, by their ids, each with its own sides."""
    shown = frozenset[Handle]().union(*(sides.shown for sides in given))
    found: set[str] = set()
    for side, keys in _looked_up(given).items():
        for some in batches(keys):
            of_party = select(ClaimPartyRow.claim_id).where(ClaimPartyRow.side == side, ClaimPartyRow.key.in_(some))
            found.update(session.scalars(of_party))
    return {i: sides for i, sides in sides_of(session, found, known).items() if not shown.isdisjoint(sides.sought)}


def _looked_up(given: Iterable[Sides]) -> dict[str, set[str]]:
    """By which parties to look: those with a name, for what bears on a claim shares one; groups where there is none."""
    keys: dict[str, set[str]] = {"accuser": set(), "accused": set()}
    for sides in given:
        if sides.named_accusers or sides.named_accused:
            keys["accuser"] |= sides.named_accusers
            keys["accused"] |= sides.named_accused
        elif sides.accused:
            keys["accused"] |= sides.accused
        else:
            keys["accuser"] |= sides.accusers
    return keys


def sides_of(session: Session, identities: Collection[str], known: Parties) -> dict[str, Sides]:
    """The sides of these claims."""
    names: dict[str, dict[str, list[str]]] = {}
    for some in batches(identities):
        statement = select(ClaimPartyRow.claim_id, ClaimPartyRow.side, ClaimPartyRow.name)
        for identity, side, name in session.execute(statement.where(ClaimPartyRow.claim_id.in_(some))):
            names.setdefault(identity, {"accuser": [], "accused": []})[side].append(name)
    return {identity: Sides.of(sides["accuser"], sides["accused"], known) for identity, sides in names.items()}


def put_parties(session: Session, claim: str, allegation: Allegation) -> None:
    """Have these be the parties of a claim and no others."""
    session.execute(delete(ClaimPartyRow).where(ClaimPartyRow.claim_id == claim))
    sides = {"accuser": allegation.accusers, "accused": allegation.accused}
    parties = {(side, name_key(name)): name for side, names in sides.items() for name in names}
    session.add_all(
        ClaimPartyRow(claim_id=claim, side=side, key=key, name=name, slug=party_slug(name))
        for (side, key), name in parties.items()
    )


def corrected_allegation(allegation: Allegation, values: Mapping[str, Any]) -> Allegation:
    """An allegation with these values, as JSON has them, in place of its own.

    Raises:
        ValueError: a field cannot be corrected, or a value is none of its field; the message says which.
    """
    if unknown := sorted(values.keys() - set(CORRECTABLE)):
        raise ValueError(f"{unknown[0]!r} cannot be corrected; these can: {', '.join(CORRECTABLE)}")
    try:
        return _ALLEGATION.validate_python({**_ALLEGATION.dump_python(allegation, mode="json"), **values})
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{first['loc'][0]}: {first['msg']}, not {first['input']!r}") from error


def allegations_of(session: Session, rows: Sequence[ClaimRow]) -> dict[str, Allegation]:
    """What these claims say, by their ids, as corrected."""
    readings = _readings_of(session, rows)
    return {row.id: _allegation(row, readings[row.reading_id]) for row in rows}


def claims_of(session: Session, rows: Sequence[ClaimRow]) -> list[Claim]:
    """The claims of these rows, with their readings' words and their reports."""
    readings = _readings_of(session, rows)
    reports = summaries_by_id(session, {row.report_id for row in rows})
    return [_claim(row, readings[row.reading_id], reports[row.report_id]) for row in rows]


def claims_where(session: Session, *conditions: ColumnElement[bool]) -> list[tuple[ClaimRow, Claim]]:
    """The claims of which all this holds, each with its row: one statement, however many they are."""
    statement = (
        current_summaries()
        .add_columns(ClaimRow, ReadingRow.body)
        .join(ClaimRow, ClaimRow.report_id == ReportRow.id)
        .join(ReadingRow, ReadingRow.id == ClaimRow.reading_id)
        .where(*conditions)
    )
    readings: dict[int, Reading] = {}
    reports: dict[str, ReportSummary] = {}
    found = []
    for state, outlet, row, body in session.execute(statement):
        if row.reading_id not in readings:
            readings[row.reading_id] = reading_from_json(body)
        if row.report_id not in reports:
            reports[row.report_id] = summary_of(state, outlet)
        found.append((row, _claim(row, readings[row.reading_id], reports[row.report_id])))
    return found


def _claim(row: ClaimRow, reading: Reading, report: ReportSummary) -> Claim:
    return Claim(
        id=row.id,
        report=report,
        allegation=_allegation(row, reading),
        responses=reading.responses,
        scheduled=reading.scheduled,
        reasons=tuple(row.reasons),
        reading=row.reading_id,
        corrected=tuple(sorted(row.correction or ())),
    )


def _readings_of(session: Session, rows: Sequence[ClaimRow]) -> dict[int, Reading]:
    return {
        identity: reading_from_json(body)
        for some in batches({row.reading_id for row in rows})
        for identity, body in session.execute(select(ReadingRow.id, ReadingRow.body).where(ReadingRow.id.in_(some)))
    }


def _allegation(row: ClaimRow, reading: Reading) -> Allegation:
    allegation = reading.allegations[row.position]
    return corrected_allegation(allegation, row.correction) if row.correction else allegation
