from datetime import UTC, datetime

import pytest

from crawler.extraction import extract
from crawler.extraction.dates import instant
from kb.model import DateSource

NOW = datetime(2026, 7, 1, tzinfo=UTC)
BODY = "<p>A sentence of a report that is long enough to be taken for the body of an article.</p>" * 5
DATED = "https://news.example/2026/06/23/a"
JSON_LD = '<script type="application/ld+json">{}</script>'
ARTICLE = JSON_LD.format('{"@type":"NewsArticle","datePublished":"2026-06-24T08:00:00+02:00"}')
META = '<meta property="article:published_time" content="2026-06-25T10:00:00Z">'


@pytest.mark.parametrize(
    ("head", "body", "url", "day", "source"),
    [
        (ARTICLE + META, "", DATED, "2026-06-24T08:00:00+02:00", DateSource.JSON_LD),
        (META, "", DATED, "2026-06-25T10:00:00+00:00", DateSource.META),
        ("", '<time itemprop="datePublished" datetime="2026-06-26">26 June</time>', DATED, "2026-06-26T00:00:00+00:00", DateSource.META),
        ("", '<time datetime="2026-06-26">26 June</time>', DATED, "2026-06-23T00:00:00+00:00", DateSource.ADDRESS),
        ("", '<time datetime="2026-06-26">26 June</time>', "https://news.example/a", "2026-06-26T00:00:00+00:00", DateSource.TEXT),
        ("", '<time datetime="2026-06-26">26 June</time><aside><time datetime="2026-06-11">11 June</time></aside>', "", "2026-06-26T00:00:00+00:00", DateSource.TEXT),
        ("", "<footer>© 2026 The Courier</footer>", "", None, None),
        ("", '<p class="date">January 1, 2026</p>', "", "2026-01-01T00:00:00+00:00", DateSource.TEXT),
        ("", "<p>Published on June 22, 2026</p>", "https://news.example/a", "2026-06-22T00:00:00+00:00", DateSource.TEXT),
        ('<link rel="canonical" href="/2026/6/3/a.html">', "", "https://news.example/a", "2026-06-03T00:00:00+00:00", DateSource.ADDRESS),
        (JSON_LD.format('{"@type":"WebPage","datePublished":"2026-06-20"}'), "", "", "2026-06-20T00:00:00+00:00", DateSource.JSON_LD),
        (JSON_LD.format('<![CDATA[{"@type":"NewsArticle","datePublished":"2026-06-20"}]]>'), "", "", "2026-06-20T00:00:00+00:00", DateSource.JSON_LD),
        (JSON_LD.format('{"@type":"NewsArticle","datePublished":"2026-06-20"};'), "", "", "2026-06-20T00:00:00+00:00", DateSource.JSON_LD),
        (JSON_LD.format('{"@type":"NewsArticle","datePublished":"2026-07-20"}') + META, "", "", "2026-06-25T10:00:00+00:00", DateSource.META),
        (JSON_LD.format('{"@type":"NewsArticle","datePublished":"soon"}'), "", DATED, "2026-06-23T00:00:00+00:00", DateSource.ADDRESS),
        ("", "", "https://news.example/2026/07/20/a", None, None),
        ("", "", "https://news.example/2026/13/20/a", None, None),
        ("", "", "", None, None),
    ],
)  # fmt: skip
def test_the_best_date_is_taken_and_where_it_was_found_is_told(
    head: str, body: str, url: str, day: str | None, source: DateSource | None
) -> None:
    payload = f"<html><head>{head}</head><body><h1>A headline of some length</h1>{body}{BODY}</body></html>".encode()
    found = extract(payload, url=url, media_type="text/html", fetched=NOW)
    assert (found.published and found.published.isoformat(), found.published_source) == (day, source)
    assert found.report("courier").published_source == source


def test_of_several_articles_the_one_with_the_pages_headline_gives_the_date() -> None:
    listed = '[{"@type":"NewsArticle","headline":"Quite another matter","datePublished":"2026-06-01"},{"@type":"NewsArticle","headline":"A headline of some length","datePublished":"2026-06-02"}]'
    payload = f"<html><head>{JSON_LD.format(listed)}</head><body><h1>A headline of some length</h1>{BODY}</body></html>"
    found = extract(payload.encode(), url="", media_type="text/html", fetched=NOW)
    assert found.published == datetime(2026, 6, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-06-24T10:00:00.000+0000", "2026-06-24T10:00:00+00:00"),
        ("Wed, 24 Jun 2026 10:00:00 GMT", "2026-06-24T10:00:00+00:00"),
        ("June 24, 2026", "2026-06-24T00:00:00+00:00"),
        ("1782295200", "2026-06-24T10:00:00+00:00"),
        ("two hours ago", None),
        ("today", None),
        ("June 2026", None),
        ("", None),
    ],
)
def test_a_written_time_is_the_same_instant_whenever_it_is_read(written: str, iso: str | None) -> None:
    found = instant(written)
    assert (found and found.isoformat()) == iso
