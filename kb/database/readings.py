"""Readings: what the reader took from reports, and the claims that follow from the one in force of each."""

from collections.abc import Iterable, Mapping, Set
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.database.claims import allegations_of, claims_in, parties_of, put_parties, sides_of, sides_related
from kb.database.edits import settle_new
from kb.database.incidents import mark_changed
from kb.database.sessions import Sessions, batches
from kb.database.tables import ClaimPartyRow, ClaimRow, OutboxRow, ReadingRow, ReportRow
from kb.interchange import reading_from_json, reading_to_json
from kb.model import Allegation, Reading
from kb.tracking.parties import Parties
from kb.tracking.sides import Sides


class Readings:
    """What reports say; append-only."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def put(self, report_id: str, reading: Reading, revision: int | None = None) -> bool:
        """Keep what was read of a report's newest state and let it be in force: its claims replace those before.

        Args:
            report_id: of which report.
            reading: what was found; one that these versions made of this state before is kept as it was.
            revision: which state of the report was read; None where that is surely the newest.

        Returns:
            Whether it was kept; False if the report has changed since it was read, which leaves it due.
        """
        with self._sessions.write() as session:
            report = session.get(ReportRow, report_id)
            if report is None:
                raise KeyError(f"there is no report {report_id!r} in the base")
            if revision not in {None, report.current}:
                return False
            new = ReadingRow(
                report_id=report_id,
                revision=report.current,
                reader=reading.reader,
                model=reading.model,
                registry_version=reading.registry,
                body=reading_to_json(reading),
                recorded=datetime.now(UTC),
            )
            row = _kept(session, new) or new
            session.add(row)
            session.flush()
            if report.reading_id != row.id:
                report.reading_id = row.id
                _replace_claims(session, row, reading_from_json(row.body))
                session.add(OutboxRow(kind="report", key=report_id))
        return True

    def latest(self, report_id: str) -> Reading | None:
        """The reading of a report that is in force."""
        with self._sessions.read() as session:
            body = session.scalar(
                select(ReadingRow.body)
                .join(ReportRow, ReportRow.reading_id == ReadingRow.id)
                .where(ReportRow.id == report_id)
            )
            return reading_from_json(body) if body else None


def _kept(session: Session, row: ReadingRow) -> ReadingRow | None:
    return session.scalar(
        select(ReadingRow).where(
            ReadingRow.report_id == row.report_id,
            ReadingRow.revision == row.revision,
            ReadingRow.reader == row.reader,
            ReadingRow.model == row.model,
            ReadingRow.registry_version == row.registry_version,
        )
    )


def remove_claims(session: Session, report_id: str) -> list[str]:
    """Take back every claim of a report; return their ids."""
    claims = _claims_of_report(session, report_id)
    _take_back(session, claims.values(), claims.keys())
    return sorted(claims)


def _replace_claims(session: Session, row: ReadingRow, reading: Reading) -> None:
    read = claims_in(row.report_id, reading)
    old = _claims_of_report(session, row.report_id)
    taken_over = _taken_over(session, old, read, reading)
    gone = {
        identity
        for identity in old.keys() - read.keys() - {claim.id for claim in taken_over.values()}
        if not old[identity].correction
    }
    _take_back(session, old.values(), gone)
    for identity, position in read.items():
        kept = taken_over.get(identity) or old.get(identity)
        if kept is None:
            _add_claim(session, identity, row, position, reading.allegations[position])
            continue
        kept.reading_id, kept.position = row.id, position
        if identity in taken_over:
            session.flush()
            put_parties(session, kept.id, allegations_of(session, [kept])[kept.id])
    settle_new(session, read.keys() - old.keys() - taken_over.keys())


def _taken_over(
    session: Session, old: Mapping[str, ClaimRow], read: Mapping[str, int], reading: Reading
) -> dict[str, ClaimRow]:
    """For claims read in other words than before, the claim of the same report about which people decided something.

    It goes on under its own id, so that the decision holds. The two have a party of each side in common; where each is
    the only one, a party of one side is enough.
    """
    wanting = [claim for identity, claim in sorted(old.items()) if identity not in read and _is_edited(claim)]
    free = sorted(read.keys() - old.keys())
    found: dict[str, ClaimRow] = {}
    sides = sides_of(session, [claim.id for claim in wanting], Parties())
    needed = 1 if len(old) == len(read) == 1 else 2
    for claim in wanting:
        common = {
            identity: _sides_in_common(sides[claim.id], reading.allegations[read[identity]])
            for identity in free
            if identity not in found
        }
        best = max(common, key=lambda identity: (common[identity], identity), default="")
        if best and common[best] >= needed:
            found[best] = claim
    return found


def _is_edited(claim: ClaimRow) -> bool:
    return claim.decided or claim.hidden or claim.correction is not None


def _sides_in_common(sides: Sides, allegation: Allegation) -> int:
    """On how many sides two have a party in common, a side that neither names among them."""
    told = Sides.of(allegation.accusers, allegation.accused, Parties())
    each = ((sides.accusers, told.accusers), (sides.accused, told.accused))
    return sum(bool(one & other) or one == other for one, other in each)


def _claims_of_report(session: Session, report_id: str) -> dict[str, ClaimRow]:
    return {claim.id: claim for claim in session.scalars(select(ClaimRow).where(ClaimRow.report_id == report_id))}


def _take_back(session: Session, replaced: Iterable[ClaimRow], gone: Set[str]) -> None:
    """Have the incidents of replaced claims tracked anew, and remove those claims among them that are gone."""
    mark_changed(session, _concerned(session, replaced, gone))
    session.execute(delete(ClaimPartyRow).where(ClaimPartyRow.claim_id.in_(gone)))
    session.execute(delete(ClaimRow).where(ClaimRow.id.in_(gone)))


def _concerned(session: Session, replaced: Iterable[ClaimRow], gone: Set[str]) -> set[int]:
    """The incidents of these claims, and those on whose claims the ones that are gone had a bearing."""
    incidents = {claim.incident_id for claim in replaced}
    parties = parties_of(session) if gone else Parties()
    neighbours = sides_related(session, sides_of(session, gone, parties).values(), parties)
    for some in batches(neighbours.keys()):
        incidents.update(session.scalars(select(ClaimRow.incident_id).where(ClaimRow.id.in_(some))))
    return {number for number in incidents if number is not None}


def _add_claim(session: Session, identity: str, row: ReadingRow, position: int, allegation: Allegation) -> None:
    session.add(ClaimRow(id=identity, report_id=row.report_id, reading_id=row.id, position=position, reasons=[]))
    session.flush()
    put_parties(session, identity, allegation)
