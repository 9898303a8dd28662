"""Addresses of single claims and of past versions, and citations to save."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import rispy
from flask import Flask
from flask.testing import FlaskClient
from pybtex.database import parse_string
from recorded_days import Days
from sqlalchemy import Engine, event
from values import allegation, amount, reading, report

from kb.database import Base, open_base
from kb.model import Conduct, Interval, PartialDate
from kb.search import open_engine
from kb.tracking.editing import hide_claim, hide_incident, make
from kb.tracking.track import track
from web import create_app

PAGE = "/incidents/anthropic-accuses-alibaba-and-moonshot-ai-of-distillation"
SLUG = "alpha-accuses-beta-of-distillation"
MOST_STATEMENTS = 12


@pytest.fixture
def client(dispute: Flask) -> FlaskClient:
    return dispute.test_client()


def a_claim(client: FlaskClient, sentence: str) -> str:
    """The address of the claim with this sentence."""
    page = client.get(PAGE).get_data(as_text=True)
    article = next(each for each in page.split("<article") if sentence in re.sub("<[^>]+>", "", each))
    found = re.search(r'href="(/incidents/[^"]+/claims/[0-9a-f]{16})"', article)
    assert found
    return found[1]


def body(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.get_data(as_text=True)


def test_a_claim_has_a_page_with_its_sentence_source_and_citation(client: FlaskClient) -> None:
    address = a_claim(client, "on 38 counts")
    page = body(client, address)
    said = ["on 38 counts.", "The Ledger on suit", "one of 7 claims", "“The Ledger on suit,” 21 June 2026", address]
    assert [each for each in said if each not in page] == []
    (entry,) = parse_string(body(client, f"{address}/cite.bib"), "bibtex").entries.values()
    assert entry.fields["url"] == f"http://localhost{address}"
    assert entry.persons["author"][0].last_names == ["{The Ledger}"]
    assert rispy.loads(body(client, f"{address}/cite.ris"))[0]["abstract"].endswith("on 38 counts.")


@pytest.mark.parametrize(("form", "kind"), [("bib", "application/x-bibtex"), ("ris", "application/x-research-info-systems"), ("json", "application/vnd.citationstyles.csl+json")])  # fmt: skip
def test_citations_can_be_saved_and_are_no_pages(client: FlaskClient, form: str, kind: str) -> None:
    for address in (PAGE, f"{PAGE}/versions/1", a_claim(client, "on 38 counts")):
        response = client.get(f"{address}/cite.{form}")
        assert (response.status_code, response.mimetype) == (200, kind)
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Content-Disposition"].startswith("attachment; filename=disputed-")


def test_an_incident_is_cited_by_the_version_that_goes_on_showing_the_same(client: FlaskClient) -> None:
    (item,) = json.loads(body(client, f"{PAGE}/cite.json"))
    version = item["URL"].removeprefix("http://localhost")
    assert re.fullmatch(f"{PAGE}/versions/\\d+", version)
    assert item["title"] in body(client, version)
    (then,) = json.loads(body(client, f"{PAGE}/cite.json?known=2026-06-12"))
    assert then["URL"] == f"http://localhost{PAGE}?known=2026-06-12"
    assert item["title"] != then["title"]


def test_versions_are_listed_and_each_shows_what_was_recorded_then(client: FlaskClient) -> None:
    listed = body(client, f"{PAGE}/versions/")
    numbers = re.findall(
        r'<td class="number" data-label="Version">(\d+)</td><td><a href="[^"]+/versions/(\d+)"', listed
    )
    assert len(numbers) > 2
    assert all(one == other for one, other in numbers)
    first = body(client, f"{PAGE}/versions/1")
    assert "Version 1, of 2 July 2026" in first
    assert "39 counts" not in first
    assert client.get(f"{PAGE}/versions/1").headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("rest", ["/versions/0", "/versions/999", "/versions/" + "9" * 30, "/versions/x", "/claims/none", "/claims/" + "0" * 16, "/cite.pdf", "/versions/1/cite.exe", "/claims/%00"])  # fmt: skip
def test_what_is_not_there_is_not_found(client: FlaskClient, rest: str) -> None:
    assert client.get(PAGE + rest).status_code == 404
    assert client.get("/incidents/none" + rest).status_code == 404


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        made = Days(base)
        yield made
        made.close()


def site(base: Base, folder: Path) -> FlaskClient:
    return create_app(base, open_engine(f"tantivy:{folder}/index"), demonstration=False).test_client()


def test_a_version_stays_the_same_whatever_is_read_later(days: Days, tmp_path: Path) -> None:
    days.on(1, ("r1", reading(allegation(sentence="First."))), title="One")
    client = site(days.base, tmp_path)
    address = f"/incidents/{SLUG}/versions/1"

    def shown() -> list[str]:
        page = body(client, address)
        return re.findall(r"<h1>.*?</h1>|<blockquote>.*?</blockquote>", page)

    before = shown()
    days.on(2, ("r2", reading(allegation(sentence="Second."))), title="Two", days=2)
    days.on(3, ("r1", reading()), title="One, taken back")
    assert shown() == before
    assert before[1:] == ["<blockquote>“First.”</blockquote>"]


def test_the_address_of_a_claim_survives_merges_and_what_is_read_no_more(days: Days, tmp_path: Path) -> None:
    kinds = ((Conduct.PATENT,), (Conduct.COPYRIGHT,))
    for n, conduct in enumerate(kinds):
        days.on(1, (f"r{n}", reading(allegation(conduct=conduct, sentence=f"Sentence {n}."))), title=f"Report {n}")
    client = site(days.base, tmp_path)
    claims = {slug: days.base.incidents.get(slug) for slug in (f"alpha-accuses-beta-of-{w}-infringement" for w in ("patent", "copyright"))}  # fmt: skip
    addresses = [f"/incidents/{slug}/claims/{told.claims[0].id}" for slug, told in claims.items() if told]
    assert [client.get(each).status_code for each in addresses] == [200, 200]
    days.on(3, ("r4", reading(allegation(conduct=(*kinds[0], *kinds[1])))), title="Four")
    answers = [client.get(each, follow_redirects=True) for each in addresses]
    assert [each.status_code for each in answers] == [200, 200]
    assert sum(bool(each.history) for each in answers) == 1
    assert [f"Sentence {n}." in each.get_data(as_text=True) for n, each in enumerate(answers)] == [True, True]
    days.on(4, ("r0", reading()), title="Report 0, changed")
    gone = client.get(addresses[0], follow_redirects=True)
    assert gone.status_code == 410
    version = re.search(r'href="(/incidents/[^"]+/versions/\d+)"', gone.get_data(as_text=True))
    assert version
    assert "Sentence 0." in body(client, version[1])


def test_what_is_hidden_is_at_none_of_its_addresses(days: Days, tmp_path: Path) -> None:
    for n in (1, 2):
        days.on(n, (f"r{n}", reading(allegation(sentence=f"Sentence {n}."))), title=f"Report {n}", days=n)
    client, base = site(days.base, tmp_path), days.base
    incident = base.incidents.get(SLUG)
    assert incident is not None
    hidden = next(claim for claim in incident.claims if claim.report.id == "r1")
    make(base, hide_claim(base, hidden.id), who="Ann", why="private")
    assert client.get(f"/incidents/{SLUG}/claims/{hidden.id}").status_code == 410
    for page in ("/versions/2", "", f"/claims/{hidden.id}"):
        assert "Sentence 1." not in client.get(f"/incidents/{SLUG}{page}").get_data(as_text=True), page
    make(base, hide_incident(base, SLUG), who="Ann", why="private")
    pages = ("", "/versions/", "/versions/1", "/versions/1/cite.bib", "/cite.ris", f"/claims/{incident.claims[1].id}")
    answers = [client.get(f"/incidents/{SLUG}{page}") for page in pages]
    assert [(each.status_code, each.headers["X-Robots-Tag"]) for each in answers] == [(410, "noindex")] * len(pages)


def test_accused_whom_nobody_knows_are_kept_from_search_engines_at_every_address(app: Flask, base: Base) -> None:
    client, incident = app.test_client(), base.incidents.of_report("hostile")[0]
    claim = f"/incidents/{incident.slug}/claims/{incident.claims[0].id}"
    for rest in (f"/incidents/{incident.slug}", f"/incidents/{incident.slug}/versions/1", claim, f"{claim}/cite.bib"):
        response = client.get(rest)
        assert (response.status_code, response.headers["X-Robots-Tag"]) == (200, "noindex"), rest
        assert "<script>alert" not in response.get_data(as_text=True) or response.mimetype != "text/html"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile, but for the beginning of transactions."""
    made: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            made.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture(scope="module", params=[2, 40, 500])
def sized(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("sized")
    with open_base(f"sqlite:///{folder}/base.sqlite") as base:
        for n in range(request.param):
            told = allegation(
                accused=("Beta", f"Person {n % 5}"),
                sentence=f"Sentence {n}, as long as sentences of reports on such disputes commonly are, or so it is said.",
                amounts=(amount(n, "work"),),
                occurred=Interval(PartialDate(f"202{n % 7}-03"), None),
            )
            base.reports.put(report(f"r{n}", title=f"Report {n} on the dispute between them", days=n, text=str(n)))
            base.readings.put(f"r{n}", reading(told))
        for n in range(min(request.param, 40)):
            base.reports.put(report(f"o{n}", title=f"Other {n}", text=f"Other {n}"))
            base.readings.put(f"o{n}", reading(allegation(("Alpha",), (f"Firm {n}",))))
        track(base)
        yield site(base, folder)


def test_a_page_takes_few_statements_and_few_bytes_at_any_size(sized: FlaskClient) -> None:
    start = sized.get("/organisations/beta").get_data(as_text=True)
    found = re.search(r'class="statement"><a href="(/incidents/[^"]+)"', start)
    assert found
    incident = found[1]
    claim = re.search(r'href="([^"]+/claims/[0-9a-f]{16})"', sized.get(incident).get_data(as_text=True))
    assert claim
    pages = [
        incident,
        f"{incident}?page=2",
        f"{incident}?known=2026-06-20",
        f"{incident}?recorded=2026-06-20",
        f"{incident}/versions/",
        f"{incident}/versions/1",
        f"{incident}/versions/1/cite.bib",
        claim[1],
        "/organisations/",
        "/organisations/alpha",
        "/organisations/beta?alone=1",
        "/reports/",
        "/reports/r1",
        "/about",
    ]
    for page in pages:
        with counted() as made:
            response = sized.get(page)
        assert response.status_code == 200, page
        assert len(made) <= MOST_STATEMENTS, (page, *made)
        assert len(response.data) < 150_000, page
