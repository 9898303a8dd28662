"""Bodies that stand in a page in ways that hide them or mix them with others. All pages are written for this."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from crawler.extraction import Extraction, Unextractable, extract
from crawler.extraction.bounds import MOST_CHARACTERS, MOST_ELEMENTS, bounded
from crawler.extraction.paragraphs import text_of

NOW = datetime(2026, 7, 1, tzinfo=UTC)
TITLE = "Loom accuses Wirepool of copying its archive"


def prose(about: str, count: int = 6) -> list[str]:
    return [
        f"Sentence {n} on the {about} says at some length what happened, when and to whom it did." for n in range(count)
    ]


def paragraphs(about: str, count: int = 6) -> str:
    return "".join(f"<p>{line}</p>" for line in prose(about, count))


def extracted(content: str, head: str = "") -> Extraction:
    page = f"<html><head><title>{TITLE}</title>{head}</head><body>{content}</body></html>"
    return extract(page.encode(), url="https://news.example/a", media_type="text/html", fetched=NOW)


ARCHIVE = paragraphs("archive", 8)
HEADED = f"<h1>{TITLE}</h1>"


@pytest.mark.parametrize(
    ("content", "own", "foreign"),
    [
        (f'<article>{HEADED}{paragraphs("letter", 2)}<div class="paywall" style="display:none">{ARCHIVE}</div></article>', ["letter", "archive"], []),
        (f'<article>{HEADED}{paragraphs("letter", 2)}<div class="premium-content blurred" aria-hidden="true">{ARCHIVE}</div></article>', ["letter", "archive"], []),
        (f'<main>{HEADED}<div><div class="article-body">{ARCHIVE}</div></div><div><div class="article-body">{paragraphs("court")}</div></div><div><div class="article-body">{paragraphs("answer")}</div></div></main>', ["archive", "court", "answer"], []),
        (f'<div><article>{HEADED}{ARCHIVE}</article><article><h2>Harbour opens again</h2>{paragraphs("harbour")}</article><article><h2>Bakers strike</h2>{paragraphs("strike")}</article></div>', ["archive"], ["harbour", "strike"]),
        (f'<article><header>{HEADED}</header>{ARCHIVE}<article><h2>Harbour opens again</h2>{paragraphs("harbour")}</article></article>', ["archive"], ["harbour"]),
        (f'<article>{HEADED}{ARCHIVE}<div class="related-stories">{paragraphs("harbour", 2)}</div>{paragraphs("court")}</article>', ["archive", "court"], ["harbour"]),
        (f'<article>{HEADED}{ARCHIVE}<section><h3>More from The Courier</h3><a href="/b">The harbour opens again after many years</a><p>All may sail into the harbour.</p></section></article>', ["archive"], ["harbour"]),
        (f'<article>{HEADED}{ARCHIVE}<section><h3>Other cases in court</h3>{paragraphs("court", 2)}</section></article>', ["archive", "court"], []),
        (f'<article>{HEADED}{ARCHIVE}<section><h3>Recommended for you</h3>{paragraphs("harbour", 2)}</section></article>', ["archive"], ["harbour"]),
        (f'<article>{HEADED}{ARCHIVE}<p>You may also like</p><ul><li><a href="/b">The harbour opens again after many years</a></li></ul>{paragraphs("court")}</article>', ["archive", "court"], ["harbour"]),
        (f'<article>{HEADED}{ARCHIVE}<p><a href="/b">THE HARBOUR OPENS AGAIN AFTER MANY YEARS</a></p>{paragraphs("court")}</article>', ["archive", "court"], ["HARBOUR"]),
        (f'<article>{HEADED}{ARCHIVE}<p>Papers: <a href="/b">the complaint of the archive</a></p>{paragraphs("court")}</article>', ["archive", "court", "complaint"], []),
        (f'<article>{HEADED}{ARCHIVE}<div class="section" id="sharing-the-court-files-with-all">{paragraphs("court", 3)}</div></article>', ["archive", "court"], []),
        (f'<article>{HEADED}<div class="related-cases">{ARCHIVE}</div></article>', ["archive"], []),
        (f'<article>{HEADED}{ARCHIVE}<table><tr><th>Work</th><th>Copies</th></tr><tr><td>Atlas of rivers</td><td>12</td></tr><tr><td>Atlas of hills</td><td>7</td></tr></table>{paragraphs("court")}</article>', ["archive", "rivers", "court"], []),
    ],
)  # fmt: skip
def test_the_whole_body_and_nothing_else(content: str, own: list[str], foreign: list[str]) -> None:
    body = extracted(content).body
    assert [word for word in own if word not in body] == []
    assert [word for word in foreign if word in body] == []


def test_no_paragraph_of_a_split_body_is_lost_or_moved() -> None:
    chunks = "".join(
        f'<div><div class="story-body">{paragraphs(word, 4)}</div><aside>Ad</aside></div>'
        for word in ("one", "two", "three")
    )
    body = extracted(f"<main>{HEADED}{chunks}</main>").body
    assert body.split("\n") == prose("one", 4) + prose("two", 4) + prose("three", 4)


def live_blog(begun: str, posts: list[tuple[str, str, str]]) -> str:
    updates = [
        {"@type": "BlogPosting", "headline": title, "datePublished": time, "articleBody": text}
        for time, title, text in posts
    ]
    return json.dumps({"@type": "LiveBlogPosting", "coverageStartTime": begun, "liveBlogUpdate": updates})


POSTS = [
    ("2026-06-24T12:00:00Z", "Judge sends all home", "The judge has closed the hearing.<br>It goes on tomorrow."),
    ("2026-06-24T11:00:00Z", "Wirepool speaks", "Wirepool says that it read what all may read."),
]


@pytest.mark.parametrize(
    ("begun", "with_posts"),
    [
        ("2026-06-24T10:30:00Z", True),
        ("2026-06-20T10:00:00Z", False),
    ],
)
def test_a_live_blogs_posts_belong_to_the_body_if_the_page_has_them_from_the_beginning(
    begun: str, with_posts: bool
) -> None:
    head = f'<script type="application/ld+json">{live_blog(begun, POSTS)}</script>'
    shown = "".join(f"<article><h2>{title}</h2><p>{text}</p></article>" for _, title, text in POSTS)
    body = extracted(f"<main>{HEADED}<div>{ARCHIVE}</div><div>{shown}</div></main>", head).body
    introduction, posts = prose("archive", 8), ["Judge sends all home", "The judge has closed the hearing.", "It goes on tomorrow.", "Wirepool speaks", "Wirepool says that it read what all may read."]  # fmt: skip
    assert body.split("\n") == introduction + (posts if with_posts else [])


@pytest.mark.parametrize(
    ("content", "cut"),
    [
        (ARCHIVE, False),
        (f"{ARCHIVE}<script>{'x' * 2_000_000}</script>", False),
        ("<p>word</p>" * 30_000, True),
        (f"<p>{'word ' * 300_000}</p>", True),
        (f"<div>{ARCHIVE}<b>{'word ' * 300_000}</b>{ARCHIVE}</div>{ARCHIVE}", True),
    ],
)
def test_pages_are_kept_within_bounds(content: str, cut: bool) -> None:
    tree = document_fromstring(f"<html><body>{content}</body></html><!-- end -->")
    assert bounded(tree) is cut
    assert sum(1 for _ in tree.iter()) <= MOST_ELEMENTS + 1
    assert len(text_of(tree)) <= 2 * MOST_CHARACTERS


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "content",
    [
        "<div>" * 50_000 + ARCHIVE,
        "<ul><li>" * 20_000 + ARCHIVE,
        f"<p>{'word and more ' * 600_000}</p>",
        f"<p>{'x' * 9_000_000}</p>",
        "<p>Sentence that says what happened to it.</p>" * 200_000,
        '<li><a href="/a">A link that leads somewhere else</a></li>' * 100_000 + ARCHIVE,
        f"<article><h2>Another</h2>{ARCHIVE}</article>" * 10_000,
        "word<br>" * 900_000,
        '<script type="application/ld+json">' + "[" * 900_000 + "</script>" + ARCHIVE,
        '<time datetime="soon">x</time>' * 200_000 + ARCHIVE,
        "<p>" + "Read more " * 800_000 + "</p>",
        "<p>" + "<b>word</b> and more " * 60_000 + "</p>",
        "<p>" + ("<span>" + '<a href="/a">word</a> and more ' * 100 + "</span>") * 600 + "</p>",
        ("<p>" + "<i>word</i> and more " * 1_000 + "</p>") * 20,
    ],
    ids="deep lists line word paragraphs links articles breaks json times prompts inline nested inlines".split(),
)
def test_no_page_takes_long(content: str) -> None:
    with suppress(Unextractable):
        extracted(f"{HEADED}{content}")


def test_of_a_paragraph_with_very_much_markup_all_words_and_lines_stay() -> None:
    marked = "<b>One</b> <span><a href='/a'>two</a> three</span> four.<br>" * 1_000
    assert extracted(f"<article>{HEADED}{ARCHIVE}<p>{marked}</p></article>").body.split("\n") == [
        *prose("archive", 8),
        *["One two three four."] * 1_000,
    ]


def test_what_is_cut_from_an_enormous_page_is_told() -> None:
    found = extracted(f"<article>{HEADED}{''.join(paragraphs(str(n), 50) for n in range(600))}</article>")
    assert found.truncated
    assert found.body.startswith(prose("0", 1)[0])
    assert not extracted(f"<article>{HEADED}{ARCHIVE}</article>").truncated
