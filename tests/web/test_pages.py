import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from values import allegation, reading, report

from kb.database import Base, open_base
from kb.model import party_slug
from kb.search import open_engine
from kb.tracking.track import track
from web import create_app

INCIDENT = "/incidents/anthropic-accuses-alibaba-of-distillation"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def every_page(base: Base) -> list[str]:
    pages = [
        "/",
        "/search",
        "/search?q=alibaba",
        "/search?kind=report",
        "/search?kind=claim&q=alibaba",
        "/organisations/",
        "/reports/",
        "/sources",
        "/about",
    ]
    pages += [f"/incidents/{incident.slug}" for incident in base.incidents.latest(10)]
    pages += [f"/reports/{identity}" for identity in base.reports.identities()]
    return [*pages, "/organisations/anthropic", "/organisations/alibaba"]


def test_every_page_answers_safely_and_shows_no_full_text(client: FlaskClient, base: Base) -> None:
    for page in every_page(base):
        response = client.get(page)
        assert response.status_code == 200, page
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        body = response.get_data(as_text=True)
        assert "THE SECRET BODY" not in body, page
        assert "<script>alert" not in body, page
        assert "<img src=x" not in body, page
        assert 'href="javascript:' not in body, page
        assert "Demonstration." in body, page


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("/", ["Anthropic accuses Alibaba of distillation", "Latest incidents"]),
        (
            INCIDENT,
            [
                "Letter sent",
                "CNBC",
                "largest known distillation attack",
                "28,800,000",
                "denied it",
                "Read by machine",
                "at least",
            ],
        ),
        ("/search?q=alibaba", ["<mark>Alibaba</mark>", "Conduct"]),
        ("/search?q=nothingatall", ["Nothing was found"]),
        ('/search?q="open', ["not closed"]),
        ("/search?from=soon", ["is no date"]),
        ("/search?stage=letter", ["Active filters"]),
        ("/organisations/alibaba", ["As accused", "BABA"]),
        ("/reports/quiet", ["accuses nobody"]),
        ("/about", ["CC0", "desk@example.org", "robots.txt"]),
    ],
)
def test_pages_say_what_they_should(client: FlaskClient, page: str, words: list[str]) -> None:
    body = client.get(page).get_data(as_text=True)
    assert [word for word in words if word not in body] == []


@pytest.mark.parametrize(
    "page",
    [
        "/nowhere",
        "/incidents/none",
        "/reports/none",
        "/organisations/none",
        "/incidents/%00",
        "/incidents/" + "a" * 500,
    ],
)
def test_what_is_not_there_is_said_helpfully(client: FlaskClient, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 404
    assert "There is no such page" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=99999999999",
        "kind=x",
        "sort=x",
        "q=%00",
        "q=" + "a" * 2000,
        "stage=%22%3E",
        "from=2026-13-01",
        "conduct=nonsense",
    ],
)
def test_odd_searches_are_answered(client: FlaskClient, query: str) -> None:
    assert client.get(f"/search?{query}").status_code == 200


def test_an_address_without_end_is_refused(client: FlaskClient) -> None:
    assert client.get("/search?q=" + "a" * 5000).status_code == 414


def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get("/about").headers["ETag"]
    assert client.get("/about", headers={"If-None-Match": etag}).status_code == 304


def test_persons_and_firms_that_no_registry_knows_are_kept_from_search_engines(client: FlaskClient, base: Base) -> None:
    assert "X-Robots-Tag" not in client.get("/organisations/anthropic").headers
    unknown = next(name for name, _, _ in base.claims.parties() if name.startswith("W"))
    assert client.get(f"/organisations/{party_slug(unknown)}").headers["X-Robots-Tag"] == "noindex"


def test_parties_whose_names_no_address_can_hold_have_a_page_each(tmp_path: Path) -> None:
    names = ("読売新聞", "朝日新聞", "Alpha 読売", "Alpha")
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        base.reports.put(report())
        base.readings.put("r1", reading(*(allegation((name,)) for name in names)))
        track(base)
        client = create_app(base, open_engine(f"tantivy:{tmp_path}/index"), demonstration=False).test_client()
        links = set(re.findall(r'href="(/organisations/[^"]+)"', client.get("/organisations/").get_data(as_text=True)))
        headings = {client.get(link).get_data(as_text=True).split("<h1>")[1].split("<")[0] for link in links}
    assert headings == {*names, "Beta"}


def test_machines_get_what_they_ask_for(client: FlaskClient) -> None:
    assert json.loads(client.get("/healthz").data)["status"] == "ok"
    assert len(ElementTree.fromstring(client.get("/feed.atom").data)) > 4
    assert "Disallow" in client.get("/robots.txt").get_data(as_text=True)


def test_an_incident_that_no_report_tells_of_any_more_says_what_it_was(tmp_path: Path) -> None:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        base.reports.put(report())
        base.readings.put("r1", reading(allegation()))
        track(base)
        base.reports.put(report(text="A correction."))
        base.readings.put("r1", reading())
        track(base)
        app = create_app(base, open_engine(f"tantivy:{tmp_path}/index"), demonstration=False)
        response = app.test_client().get("/incidents/alpha-accuses-beta-of-distillation")
    assert response.status_code == 410
    assert "Alpha accuses Beta of distillation" in response.get_data(as_text=True)
    assert response.headers["X-Robots-Tag"] == "noindex"
