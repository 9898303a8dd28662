"""The site in a real browser, at desk and phone width, in light and dark."""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from web.server import PortInUse, Server

PAGES = ["", "search?q=alibaba", "search?q=nothingatall", "search?kind=report", "search?q=antropic+acuser:x", "search?kind=report&collapse=incident&time=crawled&sort=newest", "search/like/anthropic-accuses-alibaba-of-distillation", "incidents/anthropic-accuses-alibaba-of-distillation", "organisations/", "organisations/anthropic", "reports/", "reports/hostile", "sources", "about", "nowhere"]  # fmt: skip
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "incident.png"

FAINT = """() => {
  const numbers = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => numbers(color).slice(0, 3).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if ((numbers(color)[3] ?? 1) > 0) return color;
    }
  };
  return [...document.querySelectorAll("body *")]
    .filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
    .filter(e => {
      const [dark, bright] = [light(getComputedStyle(e).color), light(ground(e))].sort((a, b) => a - b);
      return (bright + .05) / (dark + .05) < 4.5;
    })
    .map(e => e.outerHTML.slice(0, 80));
}"""
"""The texts that stand out from their ground by less than 4.5 to 1, as WCAG 2 reckons it."""
CUT = "() => [...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length"


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    server = Server(app, "127.0.0.1", 0)
    threading.Thread(target=server.serve, daemon=True).start()
    yield server.address


def new_page(browser: Browser, width: int, scheme: str = "light") -> tuple[Page, list[str]]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_no_page_scrolls_sideways_or_complains(site: str, browser: Browser, width: int, scheme: str) -> None:
    page, complaints = new_page(browser, width, scheme)
    for path in PAGES:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path
        assert page.locator("input:visible:not([type=hidden])").evaluate_all(
            "all => all.every(i => i.labels.length)"
        ), path
        assert page.evaluate(FAINT) == [], path
        assert page.evaluate(CUT) == 0, path
    assert [c for c in complaints if "404" not in c] == []


@pytest.fixture(scope="module")
def telling(dispute: Flask) -> Iterator[str]:
    server = Server(dispute, "127.0.0.1", 0)
    threading.Thread(target=server.serve, daemon=True).start()
    yield server.address + "incidents/anthropic-accuses-alibaba-and-moonshot-ai-of-distillation"


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_an_incident_can_be_read_at_any_width(telling: str, browser: Browser, width: int, scheme: str) -> None:
    page, complaints = new_page(browser, width, scheme)
    for query in ("", "?known=2026-06-12", "?recorded=2026-07-04", "?known=2026-01-01", "?known=soon"):
        page.goto(telling + query)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, query
        assert page.locator("h1").count() == 1, query
        assert page.evaluate(FAINT) == [], query
        assert page.evaluate(CUT) == 0, query
    assert complaints == []


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", [1440, 390])
def test_a_day_is_chosen_without_scripts(telling: str, browser: Browser, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False).new_page()
    page.goto(telling)
    page.get_by_role("link", name="As it was on a day").click()
    page.get_by_label("What was known on").fill("2026-06-12")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("known=2026-06-12"))
    expect(page.locator("h1")).to_have_text("Anthropic accuses Alibaba and Moonshot AI of distillation")
    expect(page.get_by_role("note")).to_contain_text("Known on 12 June 2026")
    page.get_by_role("link", name="As it is told today").click()
    expect(page.locator("h1")).to_have_text("Anthropic sues Alibaba and Moonshot AI over distillation")
    expect(page.locator(".steps > li")).to_have_count(2)


@pytest.mark.xdist_group("browser")
def test_a_search_leads_to_the_incident_and_its_sentence(site: str, browser: Browser) -> None:
    page, _ = new_page(browser, 1440)
    page.goto(site)
    page.get_by_label("Search disputes").fill("Alibaba")
    page.get_by_role("button", name="Search").click()
    first = page.locator(".rows .statement a").first
    expect(first).to_have_text("Anthropic accuses Alibaba of distillation")
    first.click()
    expect(page.locator("h1")).to_have_text("Anthropic accuses Alibaba of distillation")
    claim = page.locator(".claim").first
    assert claim.locator("mark").all_inner_texts() == ["Anthropic", "Alibaba"]
    assert claim.locator(".chain li").all_inner_texts() == ["CNBC", "letter", "Anthropic"]
    if os.environ.get("DISPUTED_PICTURES"):
        page.screenshot(path=PICTURE)


@pytest.mark.xdist_group("browser")
def test_on_a_phone_the_results_come_before_what_narrows_them(site: str, browser: Browser) -> None:
    page, _ = new_page(browser, 360)
    page.goto(site + "search?q=alibaba")
    result, facets = page.locator(".rows").bounding_box(), page.locator(".facets").bounding_box()
    assert result is not None
    assert facets is not None
    assert result["y"] < facets["y"]
    page.get_by_role("link", name="Narrow the results").click()
    page.locator("summary", has_text="Dates").click()
    page.get_by_label("From").fill("2026-06-02")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("q=alibaba.*from=2026-06-02"))


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", [1440, 390])
def test_the_search_can_be_used_without_scripts(site: str, browser: Browser, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False).new_page()
    page.goto(site + "search?q=alibabba")
    page.get_by_role("link", name="Alibaba", exact=True).click()
    expect(page.get_by_role("searchbox")).to_have_value("Alibaba")
    page.get_by_role("link", name="Reports").last.click()
    page.get_by_role("link", name="Show one of each incident").click()
    expect(page.locator(".rows > li")).to_have_count(1)
    page.locator("summary", has_text="Dates").click()
    page.get_by_label("Which date").select_option(label="When it was crawled")
    page.get_by_label("From").fill("2026-06-02")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("link", name="Newest").click()
    expect(page.locator("section > [role=status]")).to_contain_text("newest first, by when it was crawled")
    expect(page.locator(".chips li")).to_have_count(3)
    page.locator("summary", has_text="How to search").click()
    page.get_by_role("link", name="accuser:anthropic").click()
    expect(page.locator(".rows .statement")).to_have_text("Anthropic accuses Alibaba of distillation")


@pytest.mark.xdist_group("browser")
def test_the_keyboard_reaches_the_content_first(site: str, browser: Browser) -> None:
    page, _ = new_page(browser, 1440)
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"


def test_a_taken_port_is_named(app: Flask, site: str) -> None:
    port = int(site.rstrip("/").rsplit(":", 1)[1])
    with pytest.raises(PortInUse, match=str(port)):
        Server(app, "127.0.0.1", port)
