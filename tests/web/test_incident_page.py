"""What an incident tells: how it got here, what was known, figures, answers, origins and what is near it."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from recorded_days import Days
from values import allegation, reading

from kb.database import open_base
from kb.model import Conduct
from kb.search import open_engine
from web import create_app

PAGE = "/incidents/anthropic-accuses-alibaba-and-moonshot-ai-of-distillation"
SUED = "Anthropic sues Alibaba and Moonshot AI over distillation"
ACCUSED = "Anthropic accuses Alibaba and Moonshot AI of distillation"


@pytest.fixture
def client(dispute: Flask) -> FlaskClient:
    return dispute.test_client()


def text(client: FlaskClient, address: str = PAGE) -> str:
    """The words of a page, without its tags."""
    response = client.get(address)
    assert response.status_code == 200
    return words(response.get_data(as_text=True))


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup))).replace(" ,", ",").replace(" ;", ";")


def section(page: str, begins: str, ends: str) -> str:
    return page[page.index(begins) : page.index(ends, page.index(begins))]


def test_the_status_is_a_history_with_dates_and_who_told_them(client: FlaskClient) -> None:
    history = section(text(client), "How it got here", " Claims ")
    said = [
        "9 June 2026 Letter sent, first reported 10 June 2026",
        "“Anthropic accuses Alibaba of the largest known distillation attack, a letter to senators shows.”",
        "The Courier on letter, The Courier, 10 June 2026",
        "18 June 2026 or 20 June 2026 – told differently Suit filed, first reported 21 June 2026",
        "The Loom on counts, The Loom, 22 June 2026 (says 18 June 2026)",
    ]
    assert [words for words in said if words not in history] == []
    assert sorted(said, key=history.index)[0] == said[0]
    assert "Accused in public" not in history


def test_figures_stand_side_by_side_and_conflicts_are_told_in_words(client: FlaskClient) -> None:
    figures = section(text(client), " Figures ", " Answers ")
    rows = [
        "at least 24,000 fraudulent accounts The Courier on letter, The Courier, 10 June 2026 Agrees with 25,000 accounts",
        "25,000 accounts The Ledger on reply, The Ledger, 12 June 2026 Agrees with at least 24,000 fraudulent accounts",
        "38 counts The Ledger on suit, The Ledger, 21 June 2026 Conflicts with 39 counts",
        "39 counts The Loom on counts, The Loom, 22 June 2026 Conflicts with 38 counts",
        "28,800,000 exchanges The Courier on letter, The Courier, 10 June 2026 Agrees with about 29,000,000 exchanges",
    ]
    assert [row for row in rows if row not in figures] == []
    assert figures.count("Conflicts") == 2


def test_denial_and_no_comment_stand_side_by_side_and_silence_is_named(client: FlaskClient) -> None:
    answers = section(text(client), " Answers ", " How it was reported ")
    assert re.search(
        r"Alibaba Reports tell this differently.*Declined to comment : “Alibaba declined to comment on the letter.” "
        r"The Courier on letter.*Denied it : “Alibaba denied that it had used Claude.” The Ledger on reply",
        answers,
    )
    assert "Moonshot AI Silent, as far as is known: none of these reports tells of an answer by Moonshot AI." in answers


def test_sources_are_a_tree_of_origins_with_the_public_record_apart(client: FlaskClient) -> None:
    page = text(client)
    sources = section(page, "Sources by origin", "From the public record")
    assert "6 reports, 3 independent origins." in sources
    assert "More than one origin rests on the same document: letter of Anthropic." in sources
    assert "The Courier 2 reports · rests on: letter of Anthropic The Courier on letter Wirepool in the same words · 1 report" in sources  # fmt: skip
    assert "Rests on The Courier" in section(page, " Claims ", " Figures ")
    record = section(page, "From the public record", "Related incidents")
    assert "20 June 2026: suit filed Public record on docket" in record
    assert "docket" not in section(page, "How it was reported", "Sources by origin")


def test_related_incidents_say_why(client: FlaskClient) -> None:
    related = section(text(client), "Related incidents", "As it was on a day")
    assert "Anthropic accuses DeepSeek of distillation the same conduct, alleged of others by the same accuser: Anthropic" in related  # fmt: skip
    assert "the same accused: Alibaba" in related


def test_the_summary_is_what_search_engines_show(client: FlaskClient) -> None:
    markup = client.get(PAGE).get_data(as_text=True)
    found = re.search(r'<meta name="description" content="(.*?)">', markup)
    assert found
    line = unescape(found[1])
    assert line.startswith(f"{SUED}. Suit filed, 18 June 2026 or 20 June 2026. 6 reports from 3 independent origins and 1 entry of the public record. ")  # fmt: skip
    assert "39 counts (elsewhere 38 counts)" in line


def test_lists_show_the_strongest_sentence(client: FlaskClient) -> None:
    page = text(client, "/")
    assert "“Anthropic accuses Alibaba of the largest known distillation attack, a letter to senators shows.”" in page
    assert "Suit filed 6 reports" in page


@pytest.mark.parametrize(
    ("query", "said", "unsaid"),
    [
        (
            "known=2026-06-12",
            [
                "Known on 12 June 2026.",
                "3 reports and entries of the public record came later, the first on 20 June 2026.",
                "1 report without a date cannot be placed and was left out.",
                "Today it stands at: suit filed.",
                f" {ACCUSED} ",
                " Alibaba, Moonshot AI Letter sent ",
                "Denied it",
                "25,000 accounts",
                "3 reports, 2 independent origins",
            ],
            ["39 counts", "Suit filed", "3:26-cv-01234", "The Loom on", "Related incidents", "Why these belong"],
        ),
        (
            "known=2026-06-10",
            ["Known on 10 June 2026.", "Nothing to compare it with", "Declined to comment"],
            ["Denied it", "25,000", "Wirepool", "Conflicts"],
        ),
        (
            "recorded=2026-07-02",
            ["Recorded on 2 July 2026.", "6 reports and entries of the public record were recorded later.", "Declined to comment"],
            ["Denied it", "Known on", "Suit filed,", "25,000"],
        ),
        (
            "recorded=2026-07-04&known=2026-06-21",
            ["Known on 21 June 2026, recorded on 4 July 2026.", "38 counts", "Suit filed, 20 June 2026", SUED],
            ["39 counts", "From the public record"],
        ),
        ("known=2026-06-09", ["Nothing was known yet", "the first on 10 June 2026", "As it was on a day"], ["Anthropic", "Alibaba"]),
        ("recorded=2026-07-01", ["Nothing was recorded yet", "Recorded on 1 July 2026."], ["Anthropic"]),
        ("known=soon", ["“soon” is no date; write it as 2026-06-24.", "as it is told today", SUED], ["Known on"]),
        ("known=2026-02-30&recorded=%00", ["“2026-02-30” is no date", SUED], ["Known on", "Recorded on"]),
        ("recorded=0001-01-01", ["No report is of 0001-01-01", SUED], ["Recorded on"]),
        ("known=2099-01-01", ["1 January 2099 is still to come", SUED], ["Known on"]),
        ("known=&recorded=2026-07-04", ["Recorded on 4 July 2026."], ["Known on", "is no date"]),
        ("known=" + "9" * 500, ["is no date"], ["Known on"]),
    ],
)  # fmt: skip
def test_an_incident_can_be_seen_as_it_was(client: FlaskClient, query: str, said: list[str], unsaid: list[str]) -> None:
    page = text(client, f"{PAGE}?{query}")
    assert [each for each in said if each not in page] == []
    assert [each for each in unsaid if each in page] == []


def test_an_incident_as_it_was_is_kept_from_search_engines_and_cited_with_its_day(client: FlaskClient) -> None:
    assert "X-Robots-Tag" not in client.get(PAGE).headers
    response = client.get(f"{PAGE}?known=2026-06-12")
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert f"{PAGE}?known=2026-06-12. Accessed" in response.get_data(as_text=True)
    assert client.get("/incidents/nowhere?known=2026-06-12").status_code == 404


def test_an_incident_that_is_no_more_or_another_is_still_told_of_then(tmp_path: Path) -> None:
    patent, copyright_suit = (Conduct.PATENT,), (Conduct.COPYRIGHT,)
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        days = Days(base)
        days.on(1, ("r1", reading(allegation())), title="One")
        days.on(1, ("r2", reading(allegation(conduct=patent))), title="Two")
        days.on(1, ("r3", reading(allegation(conduct=copyright_suit))), title="Three")
        days.on(2, ("r1", reading()), title="One")
        days.on(3, ("r4", reading(allegation(conduct=(*patent, *copyright_suit)))), title="Four")
        days.close()
        client = create_app(base, open_engine(f"tantivy:{tmp_path}/index"), demonstration=False).test_client()
        gone = "/incidents/alpha-accuses-beta-of-distillation"
        assert client.get(gone).status_code == client.get(f"{gone}?recorded=2026-07-03").status_code == 410
        then = text(client, f"{gone}?recorded=2026-07-02")
        assert "1 report shown here was taken out of it since." in then
        addresses = [f"/incidents/alpha-accuses-beta-of-{what}-infringement" for what in ("patent", "copyright")]
        merged = next(address for address in addresses if client.get(address).status_code == 301)
        assert client.get(f"{merged}?known=2026-06-02").headers["Location"].endswith("?known=2026-06-02")
        assert ("Two" in text(client, f"{merged}?recorded=2026-07-02")) is (merged == addresses[0])
