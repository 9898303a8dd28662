"""How pages show what was entered from public record."""

import re
import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect, sync_playwright
from values import allegation, outlet, reading, report

from kb import record, registry
from kb.database import Base, open_base
from kb.model import Conduct, Proceeding, Stage
from kb.record.entries import OUTLET, entries_of
from kb.search import open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app
from web.marking import host_of
from web.server import Server

BADGE = "Entered from public record"
SENTENCE = "Getty Images said that Stability AI copied its photographs."
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path_factory.mktemp('base')}/base.sqlite") as opened:
        opened.organisations.seed(registry.load())
        opened.outlets.put([OUTLET, outlet("courier")])
        opened.entries.seed(entries_of(record.load()))
        opened.reports.put(report("r1", title="Getty Images sues", text=SENTENCE))
        told = allegation(
            ("Getty Images",),
            ("Stability AI",),
            conduct=(Conduct.TRAINING_COPYRIGHT,),
            stage=Stage.COMPLAINT,
            proceeding=Proceeding("D. Del.", "1:23-cv-00135"),
            sentence=SENTENCE,
        )
        opened.readings.put("r1", reading(told))
        track(opened)
        yield opened


@pytest.fixture(scope="module")
def app(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
    catch_up(base, engine)
    return create_app(base, engine, demonstration=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def text(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def address(base: Base, party: str, sentence: str) -> str:
    """Of the incident of this party in which this is said."""
    return next(
        i.slug
        for i in base.incidents.latest(500)
        if party in (*i.accusers, *i.accused) and sentence in {c.allegation.sentence for c in i.claims}
    )


def test_an_incident_of_entries_alone_says_so_and_quotes_nobody(client: FlaskClient, base: Base) -> None:
    note = "Class suit by open-source programmers over Copilot"
    path = f"/incidents/{address(base, 'GitHub', note)}"
    page, shown = client.get(path).get_data(as_text=True), text(client, path)
    assert (BADGE in shown, note in shown, f"“{note}" in shown) == (True, True, False)
    assert "<blockquote>" not in page
    assert "3 November 2022" in shown
    assert "Read it at github.com" in shown
    assert re.search(r'<a href="https://[^"]+" rel="noopener nofollow external">Read it at github.com', page)
    assert "Reports read here none yet" in shown
    assert "told differently" not in shown
    assert "Read by machine" not in shown
    assert "First published" not in shown
    assert "date unknown" not in shown
    assert "From the public record Notes of ours" in shown
    assert ("Sources by origin" in shown, "How it was reported" in shown) == (False, False)


def test_an_incident_with_both_shows_both(client: FlaskClient, base: Base) -> None:
    shown = text(client, f"/incidents/{address(base, 'Getty Images', SENTENCE)}")
    assert (BADGE in shown, "Filed in Delaware" in shown) == (True, True)
    assert "Read by machine, confidence 90 %" in shown
    assert "First published 1 June 2026" in shown
    assert "On public record 3 February 2023 to 14 August 2025" in shown
    assert "1 report from 1 independent origin and 2 entries of the public record" in shown
    assert "2 events, each with its source" in shown
    assert (
        client.get(f"/incidents/{address(base, 'Getty Images', SENTENCE)}").get_data(as_text=True).count("<blockquote>")
        == 1
    )


def test_the_front_page_has_the_newest_first_and_counts_entries_apart(client: FlaskClient, base: Base) -> None:
    shown = text(client, "/")
    dates = re.findall(r"\d{1,2} [A-Z][a-z]+ 20\d\d", shown.split("Latest incidents")[1])
    assert dates[0].endswith("September 2026")
    assert "date unknown" not in shown
    assert f"{base.status().entries} entries from public record" in shown
    assert "1 reports read" in shown


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/search?q=copilot", "Class suit by open-source programmers over Copilot"),
        ("/search?q=copilot&kind=report", "Doe v. GitHub ( Copilot )"),
        ("/search?q=copilot&kind=claim", "Class suit by open-source programmers over Copilot"),
        ("/search?q=copilot&kind=report&outlet=Public+record", "3 November 2022"),
        ("/search?q=github&time=stated&from=2022-11-01&to=2022-11-30", "Copilot"),
    ],
)
def test_results_are_marked_and_are_no_quotations(client: FlaskClient, path: str, wanted: str) -> None:
    shown = text(client, path)
    results = shown.split("Apply")[-1]
    assert BADGE in results
    assert wanted in shown
    assert "“" not in results


def test_the_page_of_an_entry_says_what_it_is(client: FlaskClient, base: Base) -> None:
    (entry,) = entries_of([each for each in record.load() if each.slug == "mumsnet-v-openai"])
    shown = text(client, f"/reports/{entry.report.id}")
    assert (BADGE in shown, "our own note" in shown) == (True, True)
    assert "Happened July 2024" in shown
    assert "Source Read it at pressgazette.co.uk" in shown
    assert ("Published" in shown, "Fetched" in shown) == (False, False)
    assert entry.report.title not in text(client, "/reports/")
    assert base.reports.summary(entry.report.id) is not None


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://www.court.example/a?b", "court.example"), ("http://a.example:81/", "a.example:81"), ("nothing", "")],
)
def test_a_source_is_named_by_its_host(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", [1440, 360])
def test_in_a_browser_the_badge_is_seen_and_nothing_runs_over(app: Flask, base: Base, width: int) -> None:
    server = Server(app, "127.0.0.1", 0)
    threading.Thread(target=server.serve, daemon=True).start()
    entry = entries_of(record.load())[0].report.id
    paths = ["", f"incidents/{address(base, 'Getty Images', SENTENCE)}", f"reports/{entry}", "search?q=perplexity&kind=report", "search?q=perplexity", "organisations/anthropic"]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        for path in paths:
            page.goto(server.address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            expect(page.locator(".record").first).to_be_visible()
            assert page.locator(".record").first.inner_text() == BADGE
        browser.close()


def test_a_month_is_not_shown_as_its_first_day(client: FlaskClient, base: Base) -> None:
    shown = text(client, f"/incidents/{address(base, 'Elsevier', 'Ordered moved to Northern California')}")
    assert re.search(r"as of September 2026\b", shown)
    assert not re.search(r"\b1 September 2026", shown + text(client, "/"))
