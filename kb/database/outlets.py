"""Outlets: which are watched, and when a crawl of each came to its end."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, or_, select

from kb.database.sessions import Sessions
from kb.database.tables import CaptureRow, OutletRow, ReportRevisionRow, ReportRow
from kb.model import Outlet

WATCHED, FORGOTTEN, OPTED_OUT = "watched", "forgotten", "opted-out"
_OUTLET = TypeAdapter(Outlet)


class Outlets:
    """The outlets watched."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def put(self, outlets: Iterable[Outlet]) -> None:
        """Take over these outlets, changed or new; those not named stay."""
        with self._sessions.write() as session:
            for outlet in outlets:
                body = _OUTLET.dump_python(outlet, mode="json")
                row = session.get(OutletRow, outlet.slug)
                if row is None:
                    session.add(OutletRow(slug=outlet.slug, body=body))
                elif row.body != body:
                    row.body = body

    def follow(self, outlets: Sequence[Outlet]) -> None:
        """Take over the file of outlets: those that it names are watched unless they opted out, and no others.

        The demonstration's own are left alone, and one that was forgotten stays so whatever the file says.
        """
        self.put(outlets)
        named = {outlet.slug: OPTED_OUT if outlet.opted_out else WATCHED for outlet in outlets}
        with self._sessions.write() as session:
            for row in session.scalars(select(OutletRow).where(OutletRow.state != FORGOTTEN)):
                if not row.body.get("sample"):
                    row.state = named.get(row.slug, "unlisted")

    def forget(self, slug: str) -> None:
        """Never crawl an outlet again, at its own wish."""
        with self._sessions.write() as session:
            session.get_one(OutletRow, slug).state = FORGOTTEN

    def opted_out_with_texts(self) -> list[str]:
        """The slugs of outlets that opted out and of which captures or texts are still kept."""
        captured = select(CaptureRow.id).where(CaptureRow.outlet == OutletRow.slug)
        with_text = select(ReportRow.id).join(ReportRevisionRow, ReportRevisionRow.report_id == ReportRow.id)
        with_text = with_text.where(ReportRow.outlet == OutletRow.slug, ReportRevisionRow.digest != "")
        left = or_(captured.exists(), with_text.exists())
        with self._sessions.read() as session:
            return list(session.scalars(select(OutletRow.slug).where(OutletRow.state == OPTED_OUT, left)))

    def without_texts(self) -> set[str]:
        """The slugs of the outlets of which nothing is kept, at their own wish."""
        with self._sessions.read() as session:
            return set(session.scalars(select(OutletRow.slug).where(OutletRow.state.in_([FORGOTTEN, OPTED_OUT]))))

    def get(self, slug: str) -> Outlet | None:
        """The outlet of this slug."""
        with self._sessions.read() as session:
            row = session.get(OutletRow, slug)
            return _OUTLET.validate_python(row.body) if row else None

    def all(self) -> list[Outlet]:
        """Every outlet, also those no longer watched, by name."""
        return self._where()

    def watched(self) -> list[Outlet]:
        """The outlets that are to be crawled, by name."""
        return self._where(OutletRow.state == WATCHED)

    def unwilling(self) -> list[Outlet]:
        """The outlets that do not wish to be read, by name."""
        return self._where(OutletRow.state.in_([OPTED_OUT, FORGOTTEN]))

    def _where(self, *conditions: ColumnElement[bool]) -> list[Outlet]:
        with self._sessions.read() as session:
            bodies = session.scalars(select(OutletRow.body).where(*conditions))
            outlets = [_OUTLET.validate_python(body) for body in bodies]
        return sorted(outlets, key=lambda outlet: (outlet.name.casefold(), outlet.slug))

    def note_crawled(self, slug: str, when: datetime) -> None:
        """Record that a crawl of an outlet came to its end."""
        with self._sessions.write() as session:
            row = session.get(OutletRow, slug)
            if row is not None:
                row.crawled = when

    def left_alone(self, since: datetime) -> set[str]:
        """The slugs of the outlets of which a crawl has come to its end since, and of those that are forgotten."""
        left = or_(OutletRow.crawled >= since, OutletRow.state == FORGOTTEN)
        with self._sessions.read() as session:
            return set(session.scalars(select(OutletRow.slug).where(left)))
