"""Search and claims in a real browser: with scripts and without, by mouse and by keyboard."""

import re
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from web.server import Server

PAGES = ["", "search", "search?q=alibaba", "search?q=alibaba&stage=settled&from=2026-01-01", "search?kind=report&from=2026-06-01&to=2026-06-30", "search?kind=claim&response=none", "claims", "claims?q=alibaba&sort=-stated&stage=letter", "claims?q=nothingatall"]  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    server = Server(app, "127.0.0.1", 0)
    threading.Thread(target=server.serve, daemon=True).start()
    yield server.address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that may complain of nothing and ask no other host."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: None if asked.url.startswith(site) else complaints.append(asked.url))
    yield opened
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768, 360])
def test_nothing_is_wrong_with_any_page(site: str, browser: Browser, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    for path in PAGES:
        opened.goto(site + path)
        opened.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width, path
        found = Axe().run(opened, options=RULES)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    assert complaints == []
    context.close()


def test_suggestions_are_chosen_by_keyboard(page: Page, site: str) -> None:
    page.goto(site + "search")
    box = page.get_by_role("combobox", name="Search disputes")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("alib")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "false")
    box.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("alib")
    box.press("ArrowUp")
    box.press("ArrowUp")
    box.press("Enter")
    expect(page).to_have_url(f"{site}organisations/alibaba")


def test_a_suggestion_is_clicked_and_what_is_typed_can_still_be_searched_for(page: Page, site: str) -> None:
    page.goto(site)
    box = page.get_by_role("combobox", name="Search disputes")
    box.press_sequentially("alib")
    page.get_by_role("option", name="Anthropic accuses Alibaba").click()
    expect(page.locator("h1")).to_have_text("Anthropic accuses Alibaba of distillation")
    page.goto(site)
    box.press_sequentially("alib")
    expect(page.get_by_role("option")).to_have_count(2)
    box.press("Enter")
    expect(page).to_have_url(f"{site}search?q=alib")


def test_dragging_over_the_histogram_sets_the_days(page: Page, site: str) -> None:
    page.goto(site + "search?kind=report&from=2026-06-01&to=2026-06-30")
    expect(page.get_by_role("status")).to_contain_text("4 reports")
    box = page.locator("svg.histogram").bounding_box()
    assert box
    each, middle = box["width"] / 10, box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 1.5 * each, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 2.5 * each, middle)
    page.mouse.move(box["x"] + 4.5 * each, middle)
    assert page.locator("svg.histogram a.within").count() == 4
    page.mouse.up()
    expect(page).to_have_url(re.compile("from=2026-06-02&to=2026-06-05"))
    expect(page.get_by_role("status")).to_contain_text("2 reports")
    page.locator("svg.histogram a").first.click()
    expect(page).to_have_url(re.compile("from=2026-06-02&to=2026-06-02"))
    expect(page.get_by_role("status")).to_contain_text("1 report")


@pytest.mark.parametrize("width", [1280, 360])
def test_who_has_accused_a_firm_by_conduct_without_scripts(site: str, browser: Browser, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False).new_page()
    page.goto(site + "claims")
    page.get_by_role("searchbox").fill("accused:alibaba")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("p[role=status]")).to_contain_text("3 claims")
    page.locator("summary", has_text="Narrow the claims").click()
    page.locator("#narrow").get_by_role("link", name="Letter sent", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Stage: Letter sent").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    if width > 1000:
        page.get_by_role("link", name="Conduct").click()
        expect(page.get_by_role("columnheader", name="Conduct")).to_have_attribute("aria-sort", "ascending")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download these as CSV").click()
    assert started.value.suggested_filename == "claims.csv"
    written = started.value.path().read_text().splitlines()
    assert len(written) == 4
    assert written[0].startswith("id,role,accusers,accused,")
    expect(page.locator(".over-time")).to_contain_text("All of them in June 2026")


def test_bars_are_a_list_too_and_need_no_scripts(site: str, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(site + "search?kind=report&from=2026-06-01&to=2026-06-30")
    page.locator("summary", has_text="The same as a list").click()
    page.get_by_role("link", name="2 June 2026", exact=True).click()
    expect(page).to_have_url(re.compile("from=2026-06-02&to=2026-06-02"))
    page.get_by_role("link", name="from 2 June 2026").click()
    expect(page).to_have_url(f"{site}search?kind=report&to=2026-06-02")
