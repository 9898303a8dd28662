"""Addresses that people hand in: kept as the crawler asks for them, so that what became of them is found."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import scrapy

from commands.handed_in import accepted
from crawler.extraction.canonical import without_tracking
from kb.database import Base, open_base


@pytest.fixture
def own_base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        yield base


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://news.example.com/a?utm_source=mail&b=1#top", "https://news.example.com/a?b=1"),
        ("HTTPS://News.Example.com/A", "https://news.example.com/A"),
        ("https://news.example.com/ü?q=ö", "https://news.example.com/%C3%BC?q=%C3%B6"),
        ("https://news.example.com/%C3%BC", "https://news.example.com/%C3%BC"),
        ("https://bücher.example.com/x|y", "https://xn--bcher-kva.example.com/x%7Cy"),
    ],
)
def test_an_address_is_kept_as_feeds_and_the_crawler_spell_it(own_base: Base, url: str, kept: str) -> None:
    assert accepted(own_base, frozenset(), url) == kept
    assert scrapy.Request(without_tracking(url)).url == kept
    assert accepted(own_base, frozenset(), kept) == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://10.0.0.1/x",
        "https://[::1]/",
        "https://me:secret@news.example.com/",
        "file:///etc/passwd",
        "https://news.example.com/a\r\nX: 1",
        "https://localhost/",
        "https://news",
        "javascript:alert(1)",
        "https://[",
    ],
)
def test_an_address_that_is_not_public_is_refused(own_base: Base, url: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        accepted(own_base, frozenset(), url)
