import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from values import START, allegation, claim, reading, report

from kb.database import Base, open_base
from kb.model import Conduct, party_slug
from kb.search import open_engine
from kb.tracking.track import track
from web import create_app
from web.privacy import protect_the_accused

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
        ("/search?from=0001-01-01", ["No report is of 0001-01-01", "from 1900 to 2100"]),
        ("/search?to=9999-12-31", ["No report is of 9999-12-31", "Anthropic accuses Alibaba"]),
        ("/search?from=2026-06-02&to=2026-06-01", ["lies after the last", "Nothing was found"]),
        ("/search?stage=letter", ["Active filters"]),
        ("/organisations/alibaba", ["As accused", "BABA"]),
        ("/reports/quiet", ["accuses nobody", "by the page&#39;s address"]),
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
        links = set(re.findall(r'href="(/organisations/[^"?]+)"', client.get("/organisations/").get_data(as_text=True)))
        headings = {client.get(link).get_data(as_text=True).split("<h1>")[1].split("<")[0] for link in links}
    assert headings == {*names, "Beta"}


def noindex(client: FlaskClient, page: str) -> tuple[bool, bool]:
    response = client.get(page)
    assert response.status_code == 200
    return (
        response.headers.get("X-Robots-Tag") == "noindex",
        '<meta name="robots" content="noindex">' in response.get_data(as_text=True),
    )


def test_pages_that_accuse_somebody_unknown_are_kept_from_search_engines(client: FlaskClient, base: Base) -> None:
    hostile = base.incidents.of_report("hostile")[0].slug
    unknown = next(name for name, _, _ in base.claims.parties() if name.startswith("W"))
    for page in (f"/incidents/{hostile}", "/reports/hostile", f"/organisations/{party_slug(unknown)}"):
        assert noindex(client, page) == (True, True), page
    for page in ("/", INCIDENT, "/reports/seed", "/reports/quiet", "/organisations/alibaba"):
        assert noindex(client, page) == (False, False), page


@pytest.mark.parametrize(
    ("accused", "kept"),
    [("Alibaba", False), ("former employees", False), ("Jane Doe", True), ("张三", True), ("alibaba", False)],
)
def test_who_may_be_a_private_person(app: Flask, accused: str, kept: bool) -> None:
    with app.test_request_context():
        protect_the_accused([claim("r", ("Anthropic",), (accused,))])
        assert g.get("noindex", False) is kept


def test_the_timeline_ends_with_what_has_no_date(client: FlaskClient) -> None:
    page = client.get(INCIDENT).get_data(as_text=True)
    timeline = page[page.index('class="timeline"') : page.index("Sources by origin")]
    titles = ["Anthropic accuses Alibaba<", "Alibaba rejects the claim<", ">undated<", "A report without a date<"]
    assert [timeline.count(each) for each in titles] == [1, 1, 1, 1]
    assert sorted(titles, key=timeline.index) == titles


def hidden_fields(page: str) -> list[tuple[str, str]]:
    form = page[page.index("<summary>Dates") :]
    return re.findall(r'type="hidden" name="(.*?)" value="(.*?)"', form[: form.index("</form>")])


def test_the_form_of_dates_keeps_the_other_filters(client: FlaskClient) -> None:
    asked = (
        "/search?q=alibaba&kind=report&accuser=Anthropic&accuser=x&not-stage=settled&sort=newest&from=2026-06-01&page=2"
    )
    assert hidden_fields(client.get(asked).get_data(as_text=True)) == [
        ("q", "alibaba"),
        ("kind", "report"),
        ("accuser", "Anthropic"),
        ("accuser", "x"),
        ("not-stage", "settled"),
        ("sort", "newest"),
    ]


def feed(client: FlaskClient, host: str) -> ElementTree.Element:
    return ElementTree.fromstring(client.get("/feed.atom", base_url=f"http://{host}/").data)


def texts(feed: ElementTree.Element, tag: str) -> list[str | None]:
    return [each.text for each in feed.iter(f"{{http://www.w3.org/2005/Atom}}{tag}")]


def links(feed: ElementTree.Element) -> list[str]:
    return [each.attrib["href"] for each in feed.iter("{http://www.w3.org/2005/Atom}link")]


def test_the_feed_names_its_entries_alike_wherever_it_is_asked_for(client: FlaskClient) -> None:
    one, other = feed(client, "a.example"), feed(client, "b.example")
    assert texts(one, "id") == texts(other, "id")
    assert len(set(texts(one, "id"))) == len(texts(one, "id"))
    assert f"http://a.example{INCIDENT}" in links(one)
    assert f"http://b.example{INCIDENT}" in links(other)


def test_a_configured_address_comes_before_what_the_request_says(app: Flask) -> None:
    named = create_app(
        app.extensions["base"], app.extensions["engine"], demonstration=False, address="https://disputed.example/base/"
    )
    client = named.test_client()
    assert {link.split("base/")[0] for link in links(feed(client, "evil.example"))} == {"https://disputed.example/"}
    page = client.get(INCIDENT, base_url="http://evil.example/").get_data(as_text=True)
    assert f"https://disputed.example/base{INCIDENT}/versions/1. Accessed" in page
    assert "evil.example" not in page


def test_the_feed_holds_no_character_that_xml_forbids(client: FlaskClient, base: Base) -> None:
    assert any("\x0b" in incident.title for incident in base.incidents.latest(9))
    summaries = texts(feed(client, "a.example"), "summary")
    assert any(text and text.startswith("<script>alert(1)</script>") for text in summaries)


def test_the_feed_says_truly_since_when_it_is_as_it_is(tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        client = create_app(base, open_engine(f"tantivy:{tmp_path}/index"), demonstration=False).test_client()

        def updated() -> list[datetime]:
            return [datetime.fromisoformat(text or "") for text in texts(feed(client, "a.example"), "updated")]

        assert updated() == [base.made]
        assert before <= base.made <= datetime.now(UTC)
        base.journal.finish(base.journal.start("crawl"), 1, 0, "")
        assert updated() == [base.journal.last()[0].started]
        base.reports.put(report("undated", published=None, crawled=None))
        base.readings.put("undated", reading(allegation()))
        track(base)
        summary = base.reports.summary("undated")
        assert summary is not None
        assert updated() == [summary.recorded, summary.recorded]
        base.reports.put(report("dated", days=3))
        base.readings.put("dated", reading(allegation()))
        track(base)
        assert updated() == [START + timedelta(days=3)] * 2
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as again:
        assert again.made == base.made


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("crowded")
    with open_base(f"sqlite:///{folder}/base.sqlite") as base:
        for n in range(60):
            base.reports.put(report(f"r{n}", title=f"Report {n}.", days=n, text=str(n)))
            base.readings.put(f"r{n}", reading(allegation(("Alpha",), ("Beta",), sentence=f"Sentence {n}.")))
        for n in range(60):
            base.reports.put(report(f"o{n}", title=f"Other {n}.", text=f"Other {n}"))
            base.readings.put(f"o{n}", reading(allegation((f"Firm {n}",), ("Gamma",))))
        base.reports.put(report("link", title="Link", text="Link"))
        base.readings.put("link", reading(allegation(("Alpha",), ("Gamma",), conduct=(Conduct.PATENT,))))
        track(base)
        yield create_app(base, open_engine(f"tantivy:{folder}/index"), demonstration=False).test_client()


@pytest.mark.parametrize(
    ("page", "item", "most", "total"),
    [
        ("/incidents/alpha-accuses-beta-of-distillation", r"<blockquote>“Sentence \d+\.”", 25, 60),
        ("/incidents/alpha-accuses-beta-of-distillation", r"<li><time datetime.*?(Report \d+\.)<", 25, 60),
        ("/organisations/gamma", r'class="statement"><a href="(.*?)"', 25, 61),
        ("/organisations/", r"<td><a href=\"(.*?)\"", 100, 63),
    ],
)
def test_long_lists_go_on_page_by_page(crowded: FlaskClient, page: str, item: str, most: int, total: int) -> None:
    seen: list[str] = []
    address: str | None = page
    while address:
        body = crowded.get(address).get_data(as_text=True)
        found = re.findall(item, body)
        assert 0 < len(found) <= most
        seen += found
        following = re.search(r'<a href="([^"]*)" rel="next"', body)
        address = following[1] if following else None
    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize("asked", ["0", "-1", "x", "²", "9" * 30, "99"])
def test_a_page_that_there_is_not_is_the_nearest(crowded: FlaskClient, asked: str) -> None:
    shown = crowded.get(f"/organisations/gamma?page={asked}").get_data(as_text=True)
    assert ("page 3 of 3" if asked == "99" else "page 1 of 3") in shown


def test_related_incidents_are_few(crowded: FlaskClient) -> None:
    page = crowded.get("/incidents/alpha-accuses-gamma-of-patent-infringement").get_data(as_text=True)
    related = page[page.index("Related incidents") : page.index("Cite")]
    assert related.count("<li>") == 6
    assert "55 more" in related


def test_machines_get_what_they_ask_for(client: FlaskClient) -> None:
    assert json.loads(client.get("/healthz").data)["status"] == "ok"
    assert len(ElementTree.fromstring(client.get("/feed.atom").data)) > 4
    assert "Disallow" in client.get("/robots.txt").get_data(as_text=True)


def test_a_visitor_who_asks_too_often_is_asked_to_wait(base: Base, tmp_path: Path) -> None:
    app = create_app(base, open_engine(f"tantivy:{tmp_path}/index"), demonstration=False, requests_a_minute=3)
    visitor = app.test_client()
    assert [visitor.get("/about").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert "Too Many Requests" in visitor.get("/about").text
    assert visitor.get("/static/style.css").status_code == 200


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
