"""What outsiders wrote – in reports, forms and addresses – is text on every page, and never runs, leads or computes."""

import http.client
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsing import served
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from markupsafe import escape
from pages import FOR_EDITORS, KEY, LETTER, PAGES
from values import allegation, amount, outlet, reading, report, response

from kb.database import Base, open_base
from kb.database.users import UserRole
from kb.model import Proceeding, Stage
from kb.search import open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)><style>*{}</style>{{7*7}}"
HOME = "http://localhost"
PASSWORD = "a long password"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def injected(page: str) -> list[str]:
    """What in a page would run or lead elsewhere though no template of ours says so."""
    if not page.lstrip().lower().startswith("<!doctype html"):
        return []
    found = []
    for element in html.fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8")).iter(html.etree.Element):  # fmt: skip
        said = {str(name): str(value) for name, value in element.attrib.items()}
        runs = element.tag in {"style", "img", "iframe", "object", "embed", "base"}
        runs |= element.tag == "script" and not said.get("src", "").startswith("/static/")
        runs |= any(name.startswith("on") or name == "style" for name in said)
        runs |= any(said.get(name, "").strip().lower().startswith("javascript:") for name in ("href", "src", "action"))
        found += [html.tostring(element, encoding="unicode")[:200]] if runs else []
    return found


def hostile(name: str) -> str:
    """Markup that says in which field it stands."""
    return f"{name} {MARKUP}"


@pytest.fixture(scope="module")
def hostile_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    """A base in which every text is markup."""
    with open_base(f"sqlite:///{tmp_path_factory.mktemp('base')}/base.sqlite") as base:
        base.outlets.put([replace(outlet("courier"), name=hostile("outlet"), country=MARKUP[:2])])
        for n, accused in enumerate((hostile("accused"), "Beta")):
            made = allegation(
                (hostile("accuser"),),
                (accused,),
                victims=(hostile("victim"),),
                objects=(hostile("object"),),
                hedge=hostile("hedge"),
                attribution=(hostile("source"), hostile("person")),
                relief=(hostile("relief"),),
                proceeding=Proceeding(hostile("court"), hostile("docket")),
                stage=Stage.COMPLAINT,
                sentence=hostile("sentence"),
                amounts=(replace(amount(3, "account", "exact", hostile("figure")), unit=hostile("unit")),),
                reasons=(hostile("reason"),),
            )
            told = replace(reading(made), responses=(response(accused, "denied", hostile("answer")),))
            base.reports.put(
                report(
                    f"r{n}",
                    days=n,
                    title=hostile("title"),
                    byline=(hostile("author"),),
                    url=f"https://news.example/{n}?{MARKUP}",
                    origin=hostile("origin"),
                )
            )
            base.readings.put(f"r{n}", told)
        track(base)
        base.users.add(hostile("user")[:60], UserRole.READER, PASSWORD)
        yield base


@pytest.fixture(scope="module")
def hostile_site(hostile_base: Base, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
    catch_up(hostile_base, engine)
    app = create_app(
        hostile_base, engine, demonstration=True, contact="desk@example.org", requests_a_minute=10**9, edit_key=KEY
    )
    app.config["WTF_CSRF_ENABLED"] = False  # tests of access see to it
    return app


def editor(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert client.get(f"/edit?key={KEY}", base_url=HOME).status_code == 303
    return client


def crawled(client: FlaskClient, start: str = "/") -> dict[str, str]:
    """Every page that links lead to from here, by its address."""
    pages, due = dict[str, str](), [start, "/review", "/users", "/search?kind=claim", "/search?kind=report", "/graph"]
    while due and len(pages) < 400:
        path = due.pop(0)
        if path in pages:
            continue
        answer = client.get(path, base_url=HOME, follow_redirects=True)
        pages[path] = ""
        if answer.mimetype == "text/html":
            pages[path] = answer.text
            links = re.findall(r'href="(/[^"#]*)', answer.text)
            due += [
                link.replace("&amp;", "&") for link in links if not re.search("[?&](sort|page|not-)|/static/", link)
            ]
        answer.close()
    return pages


@pytest.fixture(scope="module")
def hostile_pages(hostile_site: Flask) -> dict[str, str]:
    return crawled(editor(hostile_site))


def test_no_stored_text_is_markup_on_any_page(hostile_pages: dict[str, str]) -> None:
    assert len(hostile_pages) > 40
    assert {path: found for path, page in hostile_pages.items() if (found := injected(page))} == {}
    assert not any("<script>alert" in page or "<img src=x" in page for page in hostile_pages.values())


@pytest.mark.parametrize("field", ["accuser", "accused", "victim", "object", "court", "docket", "sentence", "figure", "answer", "title", "author", "outlet", "source", "user", "relief"])  # fmt: skip
def test_every_stored_text_is_shown_as_it_was_written(hostile_pages: dict[str, str], field: str) -> None:
    shown = [path for path, page in hostile_pages.items() if f"{field} {escape(MARKUP)}" in page]
    assert shown, field


ASKED = ["q", "kind", "sort", "page", "from", "to", "time", "stage", "conduct", "accuser", "accused", "not-accused", "court", "outlet", "known", "recorded", "by", "subject", "field", "one", "other", "show", "next", "key"]  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_nothing_of_an_address_is_markup(hostile_site: Flask, hostile_base: Base, name: str) -> None:
    client = editor(hostile_site)
    slug = hostile_base.incidents.latest(1)[0].slug
    paths = {urlsplit(some).path for every in ({**PAGES, **FOR_EDITORS}).values() for some in every}
    for path in sorted({each.replace(LETTER, slug) for each in paths} | {"/nowhere"}):
        for value in (MARKUP, f"javascript:alert(1)//{MARKUP}"):
            answer = client.get(path, query_string={name: value}, base_url=HOME)
            assert answer.status_code < 500, path
            assert injected(answer.text) == [], path
            assert "<script>alert" not in answer.text, path


FORMS: list[tuple[str, dict[str, Any]]] = [
    ("/submit", {"url": MARKUP, "note": MARKUP}),
    ("/submit", {"url": "", "note": MARKUP}),
    ("/report-error?kind=report&subject=r0", {"wrong": MARKUP, "source": MARKUP, "field": MARKUP}),
    ("/report-error?kind=report&subject=r0", {"wrong": "", "source": f"javascript:{MARKUP}", "field": "source"}),
    ("/login", {"name": MARKUP, "password": MARKUP}),
    ("/users", {"verb": MARKUP, "name": MARKUP, "role": MARKUP, "password": MARKUP}),
    ("/users", {"verb": "add", "name": MARKUP, "role": "reader", "password": "short"}),
    ("/review", {"chosen": MARKUP, "verb": MARKUP, "why": MARKUP, "who": MARKUP}),
    ("/review/undo", {"edit": MARKUP, "why": MARKUP, "who": MARKUP}),
    ("{incident}/edit", {"verb": "merge", "other": MARKUP, "why": MARKUP, "who": MARKUP}),
    ("{incident}/edit", {"verb": "hide", "why": MARKUP, "who": MARKUP}),
    ("{incident}/edit", {"verb": "correct", "claim": "{claim}", "accusers": MARKUP, "accused": MARKUP, "stage": "letter", "conduct": "patent", "role": "main", "why": MARKUP, "who": MARKUP}),
    ("{incident}/edit", {"verb": MARKUP, "why": MARKUP, "who": MARKUP}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_no_field_of_a_form_comes_back_as_markup(
    hostile_site: Flask, hostile_base: Base, path: str, fields: dict[str, Any]
) -> None:
    client = editor(hostile_site)
    told = hostile_base.incidents.get(hostile_base.incidents.latest(1)[0].slug)
    assert told
    claim = told.claims[0].id
    said = {name: claim if value == "{claim}" else value for name, value in fields.items()}
    where = path.format(incident=f"/incidents/{told.slug}") if path.startswith("{") else path
    answer = client.post(where, data=said, base_url=HOME, follow_redirects=True)
    assert answer.status_code < 500
    assert injected(answer.text) == []
    assert "<script>alert" not in answer.text


def test_every_answer_has_the_strict_policy(whole: Flask) -> None:
    client = editor(whole)
    told = whole.extensions["base"].incidents.get(LETTER)
    named = {"claim": told.claims[0].id, **whole.config["TOKENS"]}
    paths = [path.format(**named) for paths in ({**PAGES, **FOR_EDITORS}).values() for path in paths]
    others = ["/nowhere", "/search?q=" + "a" * 5000, "/feed.atom", "/claims.csv", "/static/style.css", "/robots.txt", "/logout"]  # fmt: skip
    for path in [*paths, *others]:
        answer = client.get(path, base_url=HOME)
        parts = answer.headers["Content-Security-Policy"].split(";")
        assert dict(part.strip().split(" ", 1) for part in parts) == POLICY, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "no-referrer", path
        assert injected(answer.text) == [], path
        answer.close()


FILES = [f"/incidents/{LETTER}/cite.bib", f"/incidents/{LETTER}/cite.ris", f"/incidents/{LETTER}/cite.json", f"/incidents/{LETTER}/claims/{{claim}}/cite.bib", f"/incidents/{LETTER}/versions/1/cite.bib", "/claims.csv", "/trends/opened.csv", "/trends/sums.csv"]  # fmt: skip


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("query", ["", "?q=%0d%0aX-Injected:+1&known=%0d%0aX-Injected:+1&by=%0d%0aX-Injected:+1"])
def test_the_name_of_a_file_holds_nothing_of_what_was_asked(whole: Flask, path: str, query: str) -> None:
    told = whole.extensions["base"].incidents.get(LETTER)
    answer = whole.test_client().get(path.format(claim=told.claims[0].id) + query)
    assert answer.status_code == 200
    assert re.fullmatch(r"attachment; filename=[\w-]+\.(bib|ris|json|csv)", answer.headers["Content-Disposition"])
    assert "X-Injected" not in answer.headers
    answer.close()


LINES = [f"/incidents/{LETTER}%0d%0aX-Injected:%201/cite.bib", "/trends/opened%0d%0aX-Injected:%201.csv", f"/incidents/{LETTER}/cite.bib%0d%0aX-Injected:%201", "/login?next=/%0d%0aX-Injected:%201", "/organisations/x%0d%0aX-Injected:%201", "/incidents/x%0d%0aX-Injected:%201/edit"]  # fmt: skip
PATHS = ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/..%5capp.py", "/static//etc/passwd", "/static/%2fetc%2fpasswd", "/../../../../etc/passwd", "/trends/..%2f..%2fetc%2fpasswd%00.csv", "/reports/..%2f..%2f..%2fetc%2fpasswd", "/static/.%00./app.py"]  # fmt: skip


@pytest.fixture(scope="module")
def address(whole: Flask) -> str:
    return served(whole)


@pytest.mark.parametrize("path", [*LINES, *PATHS])
def test_an_address_sent_raw_opens_no_file_and_adds_no_header(address: str, path: str) -> None:
    """By the real server, and without a client that tidies the address."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode(errors="replace")
    connection.close()
    assert answer.status in {200, 303, 308, 400, 404}
    assert "X-Injected" not in answer.headers
    assert "root:" not in body
    assert "def create_app" not in body
    assert path not in PATHS or answer.status in {308, 400, 404}
