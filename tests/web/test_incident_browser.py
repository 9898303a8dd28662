"""Pages of incidents, claims, versions and parties in a real browser, without scripts and as axe sees them."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, expect

from web.server import Server

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGE = "incidents/anthropic-accuses-alibaba-and-moonshot-ai-of-distillation"
PAGES = (PAGE, f"{PAGE}?known=2026-06-12", f"{PAGE}/versions/", f"{PAGE}/versions/1", "organisations/", "organisations/alibaba", "organisations/?q=nobody", "reports/letter", "reports/docket", "about")  # fmt: skip

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def site(dispute: Flask) -> Iterator[str]:
    server = Server(dispute, "127.0.0.1", 0)
    threading.Thread(target=server.serve, daemon=True).start()
    yield server.address


def claim_page(dispute: Flask) -> str:
    found = re.search(r'href="/([^"]+/claims/[0-9a-f]{16})"', dispute.test_client().get(PAGE).get_data(as_text=True))
    assert found
    return found[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    site: str, dispute: Flask, browser: Browser, width: int, scheme: str
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    complaints = list[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in (*PAGES, claim_page(dispute)):
        page.goto(site + path)
        page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found = Axe().run(page, options=WCAG).response["violations"]
        assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == [], path
    assert complaints == []


@pytest.mark.parametrize("width", [390, 1440])
def test_an_incident_and_a_claim_are_cited_without_scripts(site: str, browser: Browser, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False).new_page()
    page.goto(site + PAGE)
    page.locator("summary", has_text="BibTeX").click()
    expect(page.locator("pre", has_text="@misc")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="RIS").click()
    assert saved.value.suggested_filename.endswith(".ris")
    assert Path(saved.value.path()).read_bytes().startswith(b"TY  - ELEC\r\n")
    page.locator("summary", has_text="The timeline as a table").click()
    expect(page.get_by_role("cell", name="9 June 2026")).to_be_visible()
    page.get_by_role("link", name="Address and citation").first.click()
    expect(page.locator("h1")).to_have_text("A claim")
    expect(page.locator("p.cite")).to_contain_text("Accessed")
    page.get_by_role("link", name="Anthropic sues Alibaba and Moonshot AI over distillation").click()
    page.get_by_role("link", name="All versions").click()
    page.locator("tbody tr").last.get_by_role("link").click()
    expect(page.get_by_role("note")).to_contain_text("Version 1, of 2 July 2026")


def test_on_paper_the_sources_have_their_addresses(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(site + PAGE)
    page.emulate_media(media="print")
    after = page.locator("a[rel~=external]").first.evaluate("each => getComputedStyle(each, '::after').content")
    assert "https://news.example/" in after
    assert not page.locator(".masthead nav").is_visible()
    assert not page.locator("form.days").is_visible()
    assert page.locator(".lanes svg").is_visible()
