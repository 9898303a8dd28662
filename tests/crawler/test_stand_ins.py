"""Pages that stand in the place of a report are told from reports."""

import pytest

from crawler.extraction.stand_ins import stands_in

NOTHING, PROOF = "the page says that there is nothing", "the page asks for consent"


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("404", NOTHING),
        ("404 Not Found", NOTHING),
        ("Error 404", NOTHING),
        ("404 - Page not found | The Courier", NOTHING),
        ("Page not found - The Courier", NOTHING),
        ("This page could not be found", NOTHING),
        ("The page can’t be found", NOTHING),
        ("This article is no longer available", NOTHING),
        ("Not Found", NOTHING),
        ("Just a moment...", PROOF),
        ("Attention Required! | Cloudflare", PROOF),
        ("Access Denied", PROOF),
        ("Access to this page has been denied", PROOF),
        ("Are you a robot?", PROOF),
        ("Before you continue", PROOF),
        ("We value your privacy", PROOF),
        ("404 artists sue a maker of AI models", ""),
        ("Not found guilty: a developer of models walks free", ""),
        ("Access denied: how a lab locked out its rival", ""),
        ("Just a moment in the history of copyright", ""),
        ("Are you a robot? Publishers ask the courts to decide", ""),
        ("Page not found in the book, says the judge", ""),
        ("Security check of AI models finds copied code", ""),
        ("Privacy regulator opens a case against a chatbot", ""),
        ("", ""),
    ],
)
def test_a_page_that_stands_in_for_another_is_told_by_its_headline(title: str, told: str) -> None:
    found = stands_in(title, "A few words.")
    assert found.startswith(told) if told else found == ""


def test_a_page_with_much_text_is_a_report_whatever_its_headline() -> None:
    assert stands_in("404 Not Found", "The exhibition shows pages that are gone. " * 50) == ""
