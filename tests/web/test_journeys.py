"""The ten ways that people take through the site, in a real browser: with scripts and without, at desk and on a phone."""

import csv
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from browsing import Browser, served, watched
from flask import Flask
from pages import LETTER
from playwright.sync_api import Locator, Page, expect
from values import allegation, reading, report

from commands.handed_in import accepted
from kb.database import Base, open_base
from kb.database.users import UserRole
from kb.registry import load
from kb.search import open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

pytestmark = pytest.mark.xdist_group("browser")
TITLE = "Anthropic sues Alibaba and Moonshot AI over distillation"
PASSWORD = "a long password"
AWAITED = pytest.StashKey[tuple[str, ...]]()
WIDTHS = {"desk": 1440, "phone": 360}


@pytest.fixture(scope="module")
def site(whole: Flask) -> str:
    return served(whole)


@pytest.fixture(params=[f"{scripts} scripts, {width}" for scripts in ("with", "without") for width in WIDTHS])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page that may complain of nothing and ask no other host."""
    scripts, _, width = request.param.split()
    context = browser.new_context(
        viewport={"width": WIDTHS[width], "height": 900}, java_script_enabled=scripts == "with"
    )
    context.set_default_timeout(10_000)
    opened = context.new_page()
    complaints = watched(opened)
    yield opened
    assert [each for each in complaints if each not in request.node.stash.get(AWAITED, ())] == []
    context.close()


def decline(request: pytest.FixtureRequest, status: str) -> None:
    """Let the browser note that what the test sends is declined with this status."""
    request.node.stash[AWAITED] = (f"Failed to load resource: the server responded with a status of {status}",)


def go_to(page: Page, name: str) -> None:
    """Follow a link of the main navigation."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()


def search(page: Page, words: str) -> None:
    page.get_by_label("Search disputes").fill(words)
    page.get_by_role("button", name="Search").click()


def test_1_the_alibaba_incident_is_found_with_the_sentence_that_says_so(site: str, page: Page) -> None:
    page.goto(site)
    search(page, "Alibaba")
    page.locator(".rows").get_by_role("link", name=TITLE).click()
    expect(page.locator("h1")).to_have_text(TITLE)
    claim = page.locator(".claim", has_text="the largest known distillation attack, in a letter")
    expect(claim.locator("mark")).to_have_text(["Anthropic", "Alibaba"])
    expect(claim.locator(".chain li")).to_have_text(["CNBC", "letter", "Anthropic"])
    expect(claim.locator(".stage")).to_have_text("Letter sent")


def conducts(page: Page) -> list[str]:
    return page.locator("td[data-label=Conduct]").all_inner_texts()


def claims_against_openai(site: str, page: Page) -> None:
    page.goto(site)
    go_to(page, "Claims")
    search(page, "accused:openai")
    expect(page.get_by_role("combobox").or_(page.get_by_role("searchbox"))).to_have_value("accused:openai")


def test_2_who_has_accused_openai_is_told_by_conduct(site: str, page: Page) -> None:
    claims_against_openai(site, page)
    accused = page.locator("td[data-label=Accused]").all_inner_texts()
    assert accused
    assert all("OpenAI" in each for each in accused)
    before = len(set(conducts(page)))
    page.locator("#narrow > summary").click()
    page.locator("#narrow summary", has_text="more of Conduct").click()
    page.locator("#narrow").get_by_role("link", name="Theft of trade secrets", exact=True).click()
    expect(page.get_by_role("list", name="Active filters")).to_contain_text("Theft of trade secrets")
    assert all("Theft of trade secrets" in each for each in conducts(page))
    page.get_by_role("link", name="Conduct: Theft of trade secrets").click()
    expect(page.locator("td[data-label=Accused]")).to_have_count(len(accused))
    assert before > 3


def test_3_those_claims_are_downloaded_as_csv(site: str, page: Page) -> None:
    claims_against_openai(site, page)
    told = page.locator("p[role=status]", has_text="Download").inner_text()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download these as CSV").click()
    assert started.value.suggested_filename == "claims.csv"
    rows = list(csv.DictReader(started.value.path().read_text().splitlines()))
    assert told.startswith(f"{len(rows)} claims")
    assert all("OpenAI" in row["accused"] and row["conduct"] and row["sentence"] for row in rows)


def test_4_what_was_known_on_a_day_is_told(site: str, page: Page) -> None:
    page.goto(f"{site}/incidents/{LETTER}")
    page.get_by_role("link", name="As it was on a day").click()
    page.get_by_label("What was known on").fill("2026-06-12")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("known=2026-06-12"))
    expect(page.get_by_role("note")).to_contain_text("Known on 12 June 2026")
    expect(page.locator("h1")).to_have_text("Anthropic accuses Alibaba and Moonshot AI of distillation")
    page.get_by_role("link", name="As it is told today").click()
    expect(page.locator("h1")).to_have_text(TITLE)


def test_5_an_incident_and_a_claim_are_cited(site: str, page: Page) -> None:
    page.goto(f"{site}/incidents/{LETTER}")
    page.locator("summary", has_text="BibTeX").click()
    expect(page.locator("pre", has_text="@misc")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="RIS").click()
    assert saved.value.suggested_filename.endswith(".ris")
    assert Path(saved.value.path()).read_bytes().startswith(b"TY  - ELEC\r\n")
    page.get_by_role("link", name="Address and citation").first.click()
    expect(page.locator("h1")).to_have_text("A claim")
    expect(page.locator("p.cite")).to_contain_text(f"Cited by Disputed, {page.url}. Accessed")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="All versions").click()
    page.locator("tbody tr").last.get_by_role("link").click()
    expect(page.get_by_role("note")).to_contain_text("Version 1, of")


@pytest.mark.parametrize("way", ["line", "row"])
def test_6_an_edge_of_the_graph_leads_to_the_sentences(site: str, page: Page, way: str) -> None:
    page.goto(site)
    go_to(page, "Graph")
    page.get_by_label("Conduct").select_option(label="Distillation")
    page.get_by_role("button", name="Show").click()
    if way == "line":
        page.mouse.click(*free_point(page.locator("a.line", has_text="Anthropic → Alibaba")))
    else:
        page.get_by_role("link", name=re.compile("of Anthropic against Alibaba$")).click()
    expect(page.locator("h1")).to_have_text("Anthropic against Alibaba")
    expect(page.get_by_text("Filtered; conduct: distillation.")).to_be_visible()
    sentence = page.locator(".claim blockquote").first.inner_text()
    page.locator("section", has_text=sentence).get_by_role("link", name="All claims of this incident").click()
    expect(page.locator("main")).to_contain_text(sentence)


def free_point(line: Locator) -> tuple[float, float]:
    """Where a line of the graph can be clicked on, since no other lies over it there."""
    line.scroll_into_view_if_needed()
    x, y = line.evaluate(FREE)
    return x, y


FREE = """line => {
  const path = line.querySelector("path.reach"), toScreen = path.getScreenCTM();
  return [...Array(39).keys()].map(n => path.getPointAtLength(path.getTotalLength() * (n + 1) / 40).matrixTransform(toScreen))
    .map(point => [point.x, point.y]).find(point => line.contains(document.elementFromPoint(...point)));
}"""


def test_7_two_figures_are_compared_and_each_leads_to_who_says_so(site: str, page: Page) -> None:
    page.goto(f"{site}/incidents/{LETTER}")
    one = page.locator(".figures-table tr", has=page.get_by_role("cell", name="38", exact=True))
    other = page.locator(".figures-table tr", has=page.get_by_role("cell", name="39", exact=True))
    expect(one).to_contain_text("The Ledger, 21 June 2026")
    expect(one).to_contain_text("Conflicts with 39 counts")
    expect(other).to_contain_text("Conflicts with 38 counts")
    other.get_by_role("link", name="The Loom on counts").click()
    expect(page.locator("h1")).to_have_text("The Loom on counts")
    expect(page.locator(".claim")).to_contain_text("has 39 counts")


@pytest.fixture
def own_base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        base.organisations.seed(load())
        for identity, parties in {"r1": ("Anthropic", "Alibaba"), "r2": ("OpenAI", "DeepSeek")}.items():
            base.reports.put(report(identity))
            base.readings.put(identity, reading(allegation(parties[:1], parties[1:])))
        track(base)
        base.users.add("ann", UserRole.EDITOR, PASSWORD)
        yield base


@pytest.fixture
def own_site(own_base: Base, tmp_path: Path) -> str:
    """The site over a base that the test may write into."""
    engine = open_engine(f"tantivy:{tmp_path}/index")
    catch_up(own_base, engine)
    index = partial(catch_up, own_base, engine)
    app = create_app(
        own_base,
        engine,
        demonstration=False,
        after_edit=lambda: (index(), None)[1],
        accept=partial(accepted, own_base, frozenset()),
    )
    return served(app)


def test_8_an_address_is_submitted_and_followed(own_site: str, page: Page, request: pytest.FixtureRequest) -> None:
    decline(request, "422 (UNPROCESSABLE ENTITY)")
    page.goto(own_site)
    go_to(page, "Submit")
    hand_in(page, "https://10.0.0.1/private")
    expect(page.get_by_role("alert")).to_contain_text("no public address")
    expect(page.get_by_label("Address of the report")).to_have_value("https://10.0.0.1/private")
    hand_in(page, "https://news.example.com/on-a-letter?utm_source=mail")
    expect(page.get_by_role("status")).to_have_text("It waits to be fetched.")
    expect(page.locator("main")).to_contain_text("https://news.example.com/on-a-letter")
    followed = page.url
    go_to(page, "Submit")
    hand_in(page, "https://news.example.com/on-a-letter")
    expect(page).to_have_url(followed)


def hand_in(page: Page, address: str) -> None:
    page.get_by_label("Address of the report").fill(address)
    page.get_by_role("button", name="Hand in").click()


def test_9_a_party_is_corrected_and_that_is_undone(own_site: str, own_base: Base, page: Page) -> None:
    page.goto(f"{own_site}/incidents/anthropic-accuses-alibaba-of-distillation/edit")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("h1")).to_have_text("Edit")
    page.locator("details[id^=claim-] > summary").click()
    page.get_by_label("Who is accused, one a line").fill("Moonshot AI")
    decide(page, "Correct this claim …", "The report names Moonshot AI.")
    page.goto(f"{own_site}/search?q=accused:moonshot")
    page.get_by_role("link", name="Anthropic accuses Moonshot AI of distillation").click()
    expect(page.locator(".claim")).to_contain_text("corrected by a person: accused")
    page.get_by_role("link", name="Edit this incident").click()
    page.locator("details[id^=edit-] > summary").click()
    decide(page, "Undo …", "It was Alibaba after all.")
    page.goto(f"{own_site}/search?q=accused:alibaba")
    expect(page.get_by_role("link", name="Anthropic accuses Alibaba of distillation")).to_be_visible()
    assert [(edit.who, edit.in_force) for edit in own_base.edits.all()] == [("ann", True), ("ann", False)]


def decide(page: Page, button: str, why: str) -> None:
    """Say why, look at what would change, and make the change."""
    form = page.locator("form", has=page.get_by_role("button", name=button))
    form.get_by_label("Why").fill(why)
    form.get_by_role("button", name=button).click()
    expect(page.locator("h1")).to_have_text("What would change")
    page.get_by_role("button", name="Make this change").click()
    expect(page.get_by_role("status")).to_contain_text("is made")


def test_10_all_is_read_by_keyboard_alone(site: str, page: Page) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search disputes")).to_be_focused()
    page.keyboard.type("accuser:anthropic accused:moonshot")
    page.keyboard.press("Enter")
    expect(page.locator("p[role=status]").first).to_contain_text("incident")
    press(page, page.locator(".rows").get_by_role("link", name=TITLE))
    expect(page.locator("h1")).to_have_text(TITLE)
    press(page, page.locator("summary", has_text="The timeline as a table"))
    expect(page.get_by_role("cell", name="9 June 2026").first).to_be_visible()
    press(page, page.locator("summary", has_text="BibTeX"))
    expect(page.locator("pre", has_text="@misc")).to_be_visible()
    page.keyboard.press("Home")
    press(page, page.get_by_role("link", name="As it was on a day"))
    page.keyboard.press("Tab")
    expect(page.get_by_label("What was known on")).to_be_focused()
    page.keyboard.type("06122026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("note")).to_contain_text("Known on 12 June 2026")
    press(page, page.get_by_role("link", name="As it is told today"))
    expect(page.locator("h1")).to_have_text(TITLE)
    press(page, page.get_by_role("link", name="Address and citation").first)
    expect(page.locator("h1")).to_have_text("A claim")


SEEN = """document.activeElement === document.body
  || getComputedStyle(document.activeElement).outlineStyle !== "none" """
"""Whether the focus can be seen: after the last of a page it is nowhere, before it comes to the first again."""


def press(page: Page, wanted: Locator) -> None:
    """Go on by the tabulator until this has the focus, which is always to be seen, and press it."""
    for _ in range(300):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN)
        if wanted.evaluate("each => each === document.activeElement"):
            return page.keyboard.press("Enter")
    raise AssertionError(f"the tabulator never comes to {wanted}")
