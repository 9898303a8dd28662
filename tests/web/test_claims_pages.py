"""The table of claims and its file."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from values import allegation, reading, report, response

from kb.database import Base, open_base
from kb.model import Conduct, Hiding, Interval, PartialDate, Proceeding, Stage
from kb.search import SearchEngine, WalkEnded, open_engine
from kb.search.fields import TIMES
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app
from web.pages.claims import FIELDS, TITLES

FORMULA = '=HYPERLINK("https://elsewhere.example/")'


@pytest.fixture(scope="module")
def claims_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path_factory.mktemp('base')}/base.sqlite") as base:
        fill(base)
        track(base)
        yield base


def fill(base: Base) -> None:
    suit = allegation(
        ("Getty Images", "Condé Nast"), ("OpenAI",), conduct=(Conduct.TRAINING_COPYRIGHT, Conduct.CMI), stage=Stage.COMPLAINT,
        occurred=Interval(PartialDate("2025"), PartialDate("2026-03")), stated=PartialDate("2026-06-02"),
        proceeding=Proceeding("N.D. Cal.", "3:26-cv-00001"), attribution=("CNBC", "complaint", "Getty Images"),
        sentence="Getty Images sued OpenAI,\nsaying \"millions\" of photographs were copied.",
    )  # fmt: skip
    read = reading(suit)
    denied = (response("OpenAI", "denied", "OpenAI denied it."),)
    base.reports.put(report("suit", days=1, title="Getty sues OpenAI"))
    base.readings.put(
        "suit", type(read)(allegations=read.allegations, responses=denied, reader="1", model="m", registry="g")
    )
    for identity, days, accuser, accused, code in [
        ("letter", 3, "Anthropic", "Alibaba", Conduct.DISTILLATION),
        ("voice", 2, "Ada Voice", "OpenAI", Conduct.LIKENESS),
        ("formula", 4, FORMULA, "+1 Firm", Conduct.OTHER),
        ("tab", 5, "\t=1+1", "@home", Conduct.PATENT),
    ]:
        base.reports.put(report(identity, days=days, title=f"-On {identity}"))
        base.readings.put(
            identity, reading(allegation((accuser,), (accused,), conduct=(code,), sentence=f"={accuser} did."))
        )
    base.reports.put(report("hidden", days=6, title="On what is hidden"))
    base.readings.put("hidden", reading(allegation(("Hidden Firm",), ("OpenAI",), conduct=(Conduct.SCRAPING,))))


@pytest.fixture(scope="module")
def claims_engine(claims_base: Base, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
    catch_up(claims_base, engine)
    (claim,) = claims_base.claims.of_report("hidden")
    claims_base.edits.make("hide", Hiding(claim=claim.id), who="an editor", why="not a claim")
    return engine


@pytest.fixture(scope="module")
def site(claims_base: Base, claims_engine: SearchEngine) -> Flask:
    return create_app(claims_base, claims_engine, demonstration=False, address="https://disputed.example")


def page(site: Flask, address: str = "/claims") -> str:
    answer = site.test_client().get(address)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def links(body: str, words: str) -> list[str]:
    """Where the links with these words lead."""
    return re.findall(rf'<a href="([^"]*)"[^>]*>{re.escape(words)}', body)


def head(body: str, title: str) -> str:
    """Where the head of a column leads."""
    (address,) = re.findall(rf'<th scope="col"[^>]*><a href="([^"]*)">{title}', body)
    return str(address)


def rows(body: str) -> list[str]:
    return re.findall(r"<tr>\n<td.*?</tr>", body, re.DOTALL)


def lines(site: Flask, query: str = "") -> list[dict[str, str]]:
    answer = site.test_client().get(f"/claims.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def test_every_claim_is_a_row_and_what_is_hidden_is_none(site: Flask) -> None:
    body = page(site)
    assert len(rows(body)) == 5
    assert "Hidden Firm" not in str(rows(body))
    (suit,) = [row for row in rows(body) if "Getty Images" in row]
    words = ["Condé Nast", "OpenAI", "Training on protected works", "Removal of copyright notices", "Suit filed", "2025</span> to", "2026-03", "2026-06-02", "courier", "photographs were copied", "/incidents/", "/reports/suit"]  # fmt: skip
    assert [word for word in words if word not in suit] == []


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?q=accused:openai", 2),
        ("?accused=OpenAI", 2),
        ("?accused=OpenAI&not-conduct=likeness", 1),
        ("?q=accused:openai+conduct:likeness", 1),
        ("?response=denied", 1),
        ("?court=N.D.+Cal.", 1),
        ("?from=2026-06-03&to=2026-06-04", 2),
        ("?time=occurred&from=2026-02-01&to=2026-02-02", 1),
        ("?q=accused:openai&page=9", 2),
        ("?kind=report&q=accused:openai", 2),
        ("?collapse=incident", 5),
    ],
)
def test_the_table_is_narrowed_like_a_search_and_the_file_holds_the_same(site: Flask, query: str, number: int) -> None:
    assert len(rows(page(site, f"/claims{query}"))) == number
    assert len(lines(site, query)) == number


def test_origins_are_asked_of_incidents_only(site: Flask) -> None:
    assert "Only incidents have origins" in page(site, "/claims?origins=1")
    assert len(rows(page(site, "/claims?origins=2"))) == 5


def test_a_click_on_a_head_orders_and_another_turns_it_round(site: Flask) -> None:
    body = page(site, "/claims?q=accused:openai")
    for column, title in TITLES.items():
        once = page(site, head(body, title))
        twice = page(site, head(once, title))
        first = "descending" if column in TIMES else "ascending"
        assert re.findall('aria-sort="([a-z]*)"', once) == [first]
        assert re.findall('aria-sort="([a-z]*)"', twice) == ["ascending" if first == "descending" else "descending"]


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("accuser", "=1+1", FORMULA),
        ("-accuser", FORMULA, "=1+1"),
        ("conduct", "Anthropic", FORMULA),
        ("published", "Getty Images", "=1+1"),
        ("-published", "=1+1", "Getty Images"),
        ("stage", "", "Getty Images"),
        ("-stated", "Getty Images", ""),
    ],
)
def test_the_order_of_the_table_is_that_of_the_file(site: Flask, sort: str, first: str, last: str) -> None:
    shown, written = rows(page(site, f"/claims?sort={sort}")), lines(site, f"?sort={sort}")
    assert len(shown) == len(written) == 5
    assert all(f"#claim-{each['id']}" in row for each, row in zip(written, shown, strict=True))
    for words, at in ((first, 0), (last, -1)):
        assert words in shown[at]
        assert words in written[at]["accusers"]


def test_the_file_has_the_names_of_the_vocabulary_and_what_the_base_knows(site: Flask) -> None:
    (row,) = lines(site, "?q=accuser:getty")
    assert tuple(row) == FIELDS
    expected = {
        "role": "main", "accusers": "Getty Images; Condé Nast", "accused": "OpenAI", "conduct": "training-copyright; cmi",
        "stage": "complaint", "attribution": "CNBC ← complaint ← Getty Images", "court": "N.D. Cal.", "docket": "3:26-cv-00001",
        "occurred_start": "2025", "occurred_end": "2026-03", "stated": "2026-06-02", "published": "2026-06-02", "outlet": "courier",
        "responses": "OpenAI: denied", "confidence": "0.90", "corrected": "", "source": "https://news.example/suit",
        "sentence": 'Getty Images sued OpenAI, saying "millions" of photographs were copied.',
        "report": "Getty sues OpenAI", "report_address": "https://disputed.example/reports/suit",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert row["incident_address"].startswith("https://disputed.example/incidents/")
    assert "secret body" not in str(row)


def test_no_cell_of_the_file_is_a_formula(site: Flask) -> None:
    written = lines(site)
    assert len(written) == 5
    assert [cell for row in written for cell in row.values() if cell[:1] in set("=+-@\t\r|%")] == []
    assert {row["accusers"] for row in written} >= {f"'{FORMULA}", "'=1+1"}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | st.text('aé"“()-:* ORAND2', max_size=40), sort=st.text(max_size=12))
def test_no_text_breaks_the_table_or_the_file(site: Flask, text: str, sort: str) -> None:
    client = site.test_client()
    for address in ("/claims", "/claims.csv", "/suggest"):
        assert (
            client.get(
                address, query_string={"q": text.encode(errors="replace"), "sort": sort.encode(errors="replace")}
            ).status_code
            == 200
        )


def test_search_engines_leave_tables_alone(site: Flask) -> None:
    client = site.test_client()
    for address in ("/claims", "/claims.csv", "/suggest?q=a"):
        assert client.get(address).headers["X-Robots-Tag"] == "noindex"


def test_the_file_is_sent_while_it_is_written(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.claims._AT_ONCE", 2)
    answer = site.test_client().get("/claims.csv?sort=published")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=claims.csv"
    assert "Content-Length" not in answer.headers
    stretches = list(answer.iter_encoded())
    assert len(stretches) == 4
    assert b"".join(stretches).decode().count("\r\n") == 6
    assert lines(site) == lines(site)


def test_a_file_that_cannot_go_on_ends_with_an_error_and_not_as_if_it_were_whole(
    site: Flask, claims_engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pages.claims._AT_ONCE", 2)
    answer = site.test_client().get("/claims.csv")
    parts = answer.iter_encoded()
    assert next(iter(parts)).startswith(b"id,")
    claims_engine.close()
    with pytest.raises(WalkEnded):
        list(parts)


def test_who_has_accused_a_firm_is_read_by_conduct_and_downloaded(site: Flask) -> None:
    body = page(site, "/search?q=accused:openai")
    (address,) = links(body, "Claims as a table")
    ordered = head(page(site, address), "Conduct")
    (file,) = links(page(site, ordered), "Download these as CSV")
    written = list(csv.DictReader(io.StringIO(site.test_client().get(file).get_data(as_text=True))))
    assert [row["conduct"] for row in written] == ["training-copyright; cmi", "likeness"]
    assert links(page(site, ordered), "As a list") == ["/search?q=accused:openai&sort=conduct&kind=claim"]
