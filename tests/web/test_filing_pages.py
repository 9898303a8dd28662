"""How pages show what courts list."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from kb import record, registry
from kb.database import Base, open_base
from kb.filings import Filing
from kb.filings.entries import Watched, complaint, event
from kb.model import Outlet, OutletKind
from kb.record.entries import OUTLET, entries_of
from kb.search import open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

COURT = Outlet(slug="ded", name="U.S. District Court, District of Delaware", home="https://ecf.ded.uscourts.gov/", country="US", kind=OutletKind.COURT)  # fmt: skip


def filing(what: str, day: int, docket: str, caption: str) -> Filing:
    filed = datetime(2026, 6, day, 18, tzinfo=UTC)
    return Filing(
        outlet="ded", crawled=filed, court="D. Del.", docket=docket, caption=caption, what=what, filed=filed,
        day=filed.date(), url=f"https://ecf.ded.uscourts.gov/doc1/{day}", nature="820 Copyright",
    )  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path_factory.mktemp('base')}/base.sqlite") as opened:
        opened.organisations.seed(registry.load())
        opened.outlets.put([OUTLET, COURT])
        opened.entries.seed(entries_of(each for each in record.load() if each.slug == "thomson-reuters-v-ross"))
        known = opened.claims.untracked()
        of_it = [claim for claim in known if claim.allegation.proceeding]
        for what, day in (("MOTION to Stay", 3), ("Order Dismissing Case", 9)):
            entry = event(filing(what, day, "1:20-cv-00613", "Thomson Reuters v. Ross Intelligence Inc."), of_it, known)
            assert entry is not None
            opened.entries.enter(entry)
        new = complaint(filing("Complaint", 5, "1:26-cv-00777", "Roe v. OpenAI, Inc."), Watched.of(registry.load()))
        assert new is not None
        opened.entries.enter(new)
        track(opened)
        yield opened


@pytest.fixture(scope="module")
def client(base: Base, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
    catch_up(base, engine)
    return create_app(base, engine, demonstration=False).test_client()


def text(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def page_of(client: FlaskClient, base: Base, accused: str) -> str:
    [incident] = [each for each in base.incidents.latest(9) if each.accused == (accused,)]
    return text(client, f"/incidents/{incident.slug}")


def test_filings_stand_on_the_page_of_their_dispute_as_dated_events(client: FlaskClient, base: Base) -> None:
    shown = page_of(client, base, "Ross Intelligence")
    assert "9 June 2026 Dismissed" in shown
    listed = shown.partition("From the public record")[2]
    assert re.search(
        "3 June 2026: filed Thomson Reuters v. Ross Intelligence Inc., 1:20-cv-00613: MOTION to Stay", listed
    )
    assert re.search("9 June 2026: dismissed Thomson Reuters v. Ross Intelligence Inc., 1:20-cv-00613: Order", listed)
    assert "Taken by rule from the court's docket" in shown
    assert "Read by machine" not in shown
    assert "first reported" not in shown


def test_a_new_complaint_is_a_dispute_and_a_report_of_its_court(client: FlaskClient, base: Base) -> None:
    shown = page_of(client, base, "OpenAI")
    assert "1 entry of the public record" in shown
    assert "D. Del., 1:26-cv-00777" in shown
    [report] = [each for each in base.reports.latest(9) if "Roe" in each.title]
    told = text(client, f"/reports/{report.id}")
    assert "an entry of a court's docket, read by rule" in told
    assert "U.S. District Court, District of Delaware" in told
    assert "Read in full" not in told
