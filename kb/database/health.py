"""The health of the outlets, from what the base noted of fetching."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from kb.database.outlets import Outlets
from kb.database.sessions import Sessions
from kb.database.tables import CaptureRow, FeedRow, HostRow, OutletRow, ReportRow, TallyRow
from kb.health import CAPTURED, LATELY, SEEN_BACK, Fault, FaultCount, FeedHealth, OutletHealth, Watch, condition_of
from kb.model import Outlet


class Health:
    """How the watch over outlets goes."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions, self._outlets = sessions, Outlets(sessions)

    def of_outlets(self, now: datetime) -> list[OutletHealth]:
        """How every outlet that is watched is doing, by name."""
        outlets = self._outlets.watched()
        with self._sessions.read() as session:
            seen = _Seen(session, now)
            return [seen.health(outlet) for outlet in outlets]


class _Seen:
    """All that was noted, by outlet."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._today = now.date()
        lately = now - LATELY
        self._rows = {row.slug: row for row in session.scalars(select(OutletRow))}
        self._pages = _count_pages(session, lately)
        counted = select(ReportRow.outlet, func.count(), func.max(ReportRow.published)).group_by(ReportRow.outlet)
        self._reports = {slug: (count, newest) for slug, count, newest in session.execute(counted)}
        self._feeds: dict[str, list[FeedHealth]] = defaultdict(list)
        for row in session.scalars(select(FeedRow)):
            self._feeds[row.outlet].append(_feed(row))
        self._captured: dict[str, dict[date, int]] = defaultdict(dict)
        self._faults: dict[str, dict[str, FaultCount]] = defaultdict(dict)
        for tally in session.scalars(select(TallyRow).where(TallyRow.day >= (now - SEEN_BACK).date().isoformat())):
            self._take(tally, lately.date().isoformat())
        self._robots = _robots_changed(session)

    def _take(self, tally: TallyRow, lately: str) -> None:
        if tally.what == CAPTURED:
            self._captured[tally.outlet][date.fromisoformat(tally.day)] = tally.count
        elif tally.what in set(Fault) and tally.day >= lately:
            of_outlet = self._faults[tally.outlet]
            before = of_outlet.get(tally.what)
            newest = before if before and before.latest > tally.latest else tally
            of_outlet[tally.what] = FaultCount(
                fault=Fault(tally.what),
                count=tally.count + (before.count if before else 0),
                latest=newest.latest,
                url=newest.url,
                problem=newest.problem,
            )

    def health(self, outlet: Outlet) -> OutletHealth:
        slug, row = outlet.slug, self._rows[outlet.slug]
        asked = {feed.url for feed in outlet.lists}
        feeds = tuple(feed for feed in self._feeds[slug] if feed.url in asked)
        pages, recent, refused = self._pages.get(slug, (0, 0, 0))
        seen = Watch(feeds=feeds, captured=self._captured[slug], pages=recent, refused=refused)
        condition, reason = condition_of(seen, self._today)
        reports, newest = self._reports.get(slug, (0, None))
        return OutletHealth(
            outlet=outlet,
            condition=condition,
            reason=reason,
            first_contact=row.first_contact,
            last_contact=row.last_contact,
            last_success=row.last_success,
            pages=pages,
            refused=refused,
            reports=reports,
            newest=newest,
            feeds=feeds,
            faults=tuple(sorted(self._faults[slug].values(), key=lambda each: (-each.count, each.fault))),
            robots_changed=self._robots.get(urlsplit(outlet.home).hostname or ""),
        )


def _count_pages(session: Session, lately: datetime) -> dict[str, tuple[int, int, int]]:
    """Of each outlet how many pages were captured, how many of them lately, and how many of those were refused."""
    recent = CaptureRow.fetched >= lately
    counts = (func.count(), _count_if(recent), _count_if(recent & (CaptureRow.state == "refused")))
    by_outlet = select(CaptureRow.outlet, *counts).where(CaptureRow.kind == "page").group_by(CaptureRow.outlet)
    return {slug: (pages, new, refused) for slug, pages, new, refused in session.execute(by_outlet)}


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _feed(row: FeedRow) -> FeedHealth:
    return FeedHealth(
        url=row.url,
        tried=row.tried,
        answered=row.answered,
        listed=row.listed,
        failures=row.failures,
        fault=Fault(row.fault) if row.fault else None,
        problem=row.problem,
    )


def _robots_changed(session: Session) -> Mapping[str, datetime]:
    """When the robots.txt of each host changed, by its name without port."""
    changed = select(HostRow.host, HostRow.robots_changed).where(HostRow.robots_changed.is_not(None))
    return {host.rpartition(":")[0]: when for host, when in session.execute(changed) if when}
