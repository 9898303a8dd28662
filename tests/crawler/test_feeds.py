import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.feeds import LARGEST_UNPACKED, FeedUnreadable, entries

URL = "https://news.example/feed"


@pytest.mark.parametrize(
    ("payload", "urls"),
    [
        (b"<?xml version='1.0'?><rss version='2.0'><channel><item><link>/a?utm_source=rss</link></item></channel></rss>", ["https://news.example/a"]),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='https://x.example/b'/></entry></feed>", ["https://x.example/b"]),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/c"}, {"id": "no address"}]}', ["https://news.example/c"]),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://x.example/d</loc></url></urlset>", ["https://x.example/d"]),
    ],
)  # fmt: skip
def test_every_sort_of_feed_lists_its_pages(payload: bytes, urls: list[str]) -> None:
    assert [entry.url for entry in entries(payload, URL)] == urls


def test_an_index_of_sitemaps_lists_further_lists() -> None:
    payload = b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>https://x.example/s</loc></sitemap></sitemapindex>"
    assert [entry.is_list for entry in entries(payload, URL)] == [True]


@pytest.mark.parametrize(
    "payload",
    [
        b"<rss version='2.0'><channel><item><link>http://[bad/</link></item><item><link>/a</link></item><item><link>mailto:x</link></item></channel></rss>",
        b'{"items": [{"url": 3}, 4, {"url": "http://[bad/"}, {"url": "/a", "date_modified": 5}]}',
        b"<urlset><url><lastmod>x</lastmod></url><url><loc>http://[bad/</loc></url><url><loc>https://news.example/a</loc></url></urlset>",
        gzip.compress(b"<urlset><url><loc>https://news.example/a</loc></url></urlset>", mtime=0),
    ],
)
def test_a_bad_entry_is_left_out_and_the_rest_stays(payload: bytes) -> None:
    assert [entry.url for entry in entries(payload, URL)] == ["https://news.example/a"]


@pytest.mark.parametrize(
    "payload",
    [gzip.compress(bytes(LARGEST_UNPACKED + 1), mtime=0), gzip.compress(b"<urlset/>", mtime=0)[:-9], b"\x1f\x8b\x08"],
)
def test_a_packed_feed_that_cannot_be_unpacked_within_bounds_says_so(payload: bytes) -> None:
    with pytest.raises(FeedUnreadable, match="unpack"):
        entries(payload, URL)


@pytest.mark.parametrize("payload", [b"", b"<html><body>not a feed</body></html>", b'{"items": 3}', b"{"])
def test_what_is_no_feed_says_so(payload: bytes) -> None:
    with pytest.raises(FeedUnreadable):
        entries(payload, URL)


@given(st.binary(max_size=300))
def test_no_bytes_give_another_error(payload: bytes) -> None:
    try:
        entries(payload, URL)
    except FeedUnreadable as error:
        assert str(error)
