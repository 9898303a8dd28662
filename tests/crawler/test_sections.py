"""Which links of a section page lead to articles."""

import pytest

from crawler.feeds import FeedUnreadable
from crawler.sections import MOST, articles

URL = "https://news.example/technology/"
HEADLINE = "Court lets the authors go on"


def page(*links: tuple[str, str]) -> bytes:
    return (
        "<html><body>" + "".join(f'<a href="{href}">{text}</a>' for href, text in links) + "</body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("href", "text", "address"),
    [
        ("court-lets-authors", HEADLINE, "https://news.example/technology/court-lets-authors"),
        ("/technology/ai/9a7b", HEADLINE, "https://news.example/technology/ai/9a7b"),
        ("/2026/06/10/story", HEADLINE, "https://news.example/2026/06/10/story"),
        ("/story/2026-06-10-court", HEADLINE, "https://news.example/story/2026-06-10-court"),
        ("/court-lets-the-authors-go-on", HEADLINE, "https://news.example/court-lets-the-authors-go-on"),
        ("/2026/06/10/story?utm_source=front#comments", HEADLINE, "https://news.example/2026/06/10/story"),
        ("/2026/06/10/story", f"<h2>{HEADLINE}</h2><p>By Jane Doe</p>", "https://news.example/2026/06/10/story"),
        ("/2026/06/10/story", "Read more", None),
        ("/2026/06/10/story", "<img src='x.png'>", None),
        ("https://other.example/2026/06/10/story", HEADLINE, None),
        ("/technology/", "All the news on technology", None),
        ("/", "To the front page of News", None),
        ("/world", "All the news of the world", None),
        ("/technology/tag/openai", "All the news on OpenAI", None),
        ("/technology/author/jane-doe-of-news", "All articles by Jane Doe", None),
        ("/technology/page/2", "Go on to older articles", None),
        ("/technology/report.pdf", "The full report as PDF", None),
        ("mailto:desk@news.example", "Write to the news desk", None),
        ("http://[broken", "A link that is broken", None),
    ],
)  # fmt: skip
def test_links(href: str, text: str, address: str | None) -> None:
    known = ("/2020/01/01/known", "An article that is known")
    found = [entry.url for entry in articles(page((href, text), known), URL)]
    assert found == ([address] if address else []) + ["https://news.example/2020/01/01/known"]


def test_each_article_is_listed_once_and_not_too_many() -> None:
    links = [(f"story-{n}", HEADLINE) for n in range(MOST + 5) for _ in range(2)]
    found = [entry.url for entry in articles(page(*links), URL)]
    assert found == [f"https://news.example/technology/story-{n}" for n in range(MOST)]


def test_a_section_at_the_root_lists_what_has_a_date_or_a_headline() -> None:
    links = [("/news", HEADLINE), ("/court-lets-the-authors-go", HEADLINE)]
    assert [entry.url for entry in articles(page(*links), "https://news.example/")] == [
        "https://news.example/court-lets-the-authors-go"
    ]


@pytest.mark.parametrize("payload", [b"", b"<html></html>", b"<a href='/about'>About</a>", b"\xff\x00"])
def test_a_page_without_articles_is_refused(payload: bytes) -> None:
    with pytest.raises(FeedUnreadable):
        articles(payload, URL)
