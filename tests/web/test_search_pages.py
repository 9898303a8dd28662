"""What the search says where it answers otherwise than it was asked."""

import pytest
from flask import Flask


@pytest.mark.parametrize("text", ["(((", "*", "-", "\\"])
def test_a_search_without_a_word_is_remarked_on(app: Flask, text: str) -> None:
    body = app.test_client().get("/search", query_string={"q": text}).get_data(as_text=True)
    assert "There is no word in" in body


def test_a_page_after_the_last_gives_the_last(app: Flask) -> None:
    body = app.test_client().get("/search?q=alibaba&page=99").get_data(as_text=True)
    assert "There is no page 99" in body
    assert "Anthropic</mark>" in body or "<mark>Alibaba" in body
    assert "Nothing was found" not in body


def test_a_search_that_finds_nothing_has_no_last_page(app: Flask) -> None:
    body = app.test_client().get("/search?q=nothingatall&page=99").get_data(as_text=True)
    assert "Nothing was found" in body
    assert "There is no page" not in body
