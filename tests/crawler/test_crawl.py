"""The real spider against real pages on loopback: nothing lost, nothing doubled."""

import gzip
import html
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from news_site import Site
from structlog.testing import capture_logs

from crawler.captures import CaptureStore, CaptureUnreadable, keep, read_warc
from crawler.records import FetchedPage
from kb.database import Base, open_base
from pipeline.extracting import extract_pending, extractors

CRAWL = """
import sys
from crawler.process import CrawlAgent, crawl
from kb.database import open_base
database, captures, host = sys.argv[1:4]
with open_base(database) as base:
    outlets = [o for o in base.outlets.all() if o.slug == "reference"]
    print(crawl(base, captures, outlets, agent=CrawlAgent("tests@example.org"), allowed_hosts=frozenset({host}), pages=sys.argv[4:]))
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[str, str]]:
    yield f"sqlite:///{tmp_path}/base.sqlite", str(tmp_path / "captures")


def start_crawl(place: tuple[str, str], site: Site, *pages: str) -> "subprocess.Popen[str]":
    with open_base(place[0]) as base:
        base.outlets.put([site.outlet()])
    command = [sys.executable, "-c", CRAWL, *place, site.host, *pages]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def crawl(place: tuple[str, str], site: Site, *pages: str) -> str:
    process = start_crawl(place, site, *pages)
    output = process.communicate(timeout=240)[0]
    assert process.returncode == 0, output
    return output


def page_count(place: tuple[str, str]) -> int:
    with open_base(place[0]) as base:
        return base.status().pages


def reference_pages(folder: Path) -> dict[str, bytes]:
    files = [
        *sorted((folder / "fundus-evaluation" / "dataset" / "html").glob("*.html.gz")),
        *sorted((folder / "article-extraction-benchmark" / "html").glob("*.html.gz")),
    ]
    return {f"/{file.name.removesuffix('.gz')}": gzip.decompress(file.read_bytes()) for file in files}


def test_261_real_pages_are_captured_once_and_each_becomes_a_report(
    reference_data: Path, place: tuple[str, str]
) -> None:
    site = Site(reference_pages(reference_data))
    assert len(site.pages) == 261
    killed = start_crawl(place, site)
    while len(site.asked) < 120 and killed.poll() is None:
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    crawl(place, site)
    assert page_count(place) == 261
    asked = len([1 for _, status in site.asked if status == 200])
    crawl(place, site)
    assert page_count(place) == 261
    assert len([1 for _, status in site.asked if status == 200]) <= asked + 1
    with open_base(place[0]) as base, extractors(2) as workers:
        result = extract_pending(base, CaptureStore(place[1]), workers)
        assert result.done + result.failed == 261
        assert [reason for _, reason in base.captures.refusals() if not reason] == []
        assert base.status().pages_pending == 0
        assert_reports_are_sound(base, result.failed, " ".join(map(shown, site.pages.values())))


def shown(page: bytes) -> str:
    """The words of a page as written, with entities and escapes resolved."""
    text = html.unescape(page.decode("utf-8", "replace"))
    return re.sub(r"\W+", " ", re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text))


def assert_reports_are_sound(base: Base, refused: int, words: str) -> None:
    assert refused <= 5
    for identity in base.reports.identities():
        report = base.reports.get(identity)
        assert report is not None
        assert re.sub(r"\W+", " ", report.title).strip() in words, report.title
        assert report.text.strip()


def test_robots_redirects_and_missing_pages_are_told_and_the_rest_goes_on(place: tuple[str, str]) -> None:
    site = Site({"/a": b"<html><body><p>A page.</p></body></html>", "/private/b": b"<p>secret</p>"})
    output = crawl(place, site, f"http://{site.host}/away", f"http://{site.host}/gone", "http://127.0.0.1:1/closed")
    assert page_count(place) == 1
    assert "/private/b" not in [path for path, _ in site.asked]
    assert "no public address" in output
    assert "404" in output


def test_an_unchanged_index_of_sitemaps_leads_to_new_pages_of_its_children(place: tuple[str, str]) -> None:
    site = Site({"/a": b"<p>A page.</p>"})
    site.redirects["/feed.xml"] = "/index.xml"
    site.lists["/index.xml"] = b"<sitemapindex><sitemap><loc>/child.xml</loc></sitemap></sitemapindex>"
    site.lists["/child.xml"] = b"<urlset><url><loc>/a</loc></url></urlset>"
    crawl(place, site)
    site.pages["/b"] = b"<p>Another page.</p>"
    site.lists["/child.xml"] = b"<urlset><url><loc>/a</loc></url><url><loc>/b</loc></url></urlset>"
    crawl(place, site)
    assert ("/index.xml", 304) in site.asked
    assert ("/b", 200) in site.asked
    assert page_count(place) == 2


def test_a_name_is_judged_by_what_is_connected_to(place: tuple[str, str]) -> None:
    site = Site({"/a": b"<p>A page.</p>"})
    port = site.host.rpartition(":")[2]
    output = crawl(place, site, f"http://localhost:{port}/secret", f"http://2130706433:{port}/secret")
    assert "Traceback" not in output
    assert "Gave up" not in output
    assert "/secret" not in [path for path, _ in site.asked]
    assert output.count("localhost") >= 2
    assert "leads to no public address" in output


def test_an_outlet_that_cannot_be_reached_is_a_problem_of_that_outlet(place: tuple[str, str]) -> None:
    site = Site({"/a": b"<p>A page.</p>"})
    site.server.shutdown()
    site.server.server_close()
    crawl(place, site)
    with open_base(place[0]) as base:
        assert base.health.of_outlets(datetime.now(UTC))[0].reason


def test_a_page_that_goes_back_to_what_it_said_is_due_again_and_kept_once(place: tuple[str, str]) -> None:
    first, second = (b"<html><body><p>%s</p></body></html>" % word for word in (b"First.", b"Second."))
    site = Site({"/a": first})
    page = f"http://{site.host}/a"
    for body in (first, second, first):
        site.pages["/a"] = body
        crawl(place, site, page)
    with open_base(place[0]) as base:
        latest = base.captures.latest(page)
        assert latest is not None
        assert latest.id == base.captures.pending(10)[-1].id
        assert CaptureStore(place[1]).read(latest) == first
    records = [page.payload for file in Path(place[1]).iterdir() for page in read_warc(file)]
    assert sorted(records) == [first, second]


def test_a_page_that_its_feed_calls_newer_is_asked_for_once(place: tuple[str, str]) -> None:
    site = Site({"/a": b"<html><body><p>A page.</p></body></html>"})
    crawl(place, site)
    time.sleep(1.1)
    for wanted in (1, 0):
        site.updated = format_datetime(datetime.now(UTC)) if wanted else site.updated
        asked = len(site.asked)
        crawl(place, site)
        assert len([1 for path, _ in site.asked[asked:] if path == "/a"]) == wanted


def fetched(url: str, payload: bytes) -> FetchedPage:
    now = datetime.now(UTC)
    headers = {"content-type": "text/html; charset=utf-8"}
    return FetchedPage(url=url, final_url=url, status=200, payload=payload, headers=headers, fetched=now, outlet="o")


def test_captures_come_back_byte_for_byte_also_beside_a_torn_record(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path))
    urls = ["https://a.example/0", "file:///pages/1.html", "https://a.example/2"]
    captures = keep(store, *(fetched(url, bytes([n]) * 5000) for n, url in enumerate(urls)))
    store.close()
    file = tmp_path / captures[0].warc
    file.write_bytes(file.read_bytes()[:-40])
    assert [store.read(capture) for capture in captures[:2]] == [bytes([0]) * 5000, bytes([1]) * 5000]
    with pytest.raises(CaptureUnreadable):
        store.read(captures[2])
    assert [page.url for page in read_warc(file)][:1] == urls[:1]


@pytest.mark.parametrize("at_once", [1, 3])
def test_bytes_are_on_disk_before_a_capture_can_be_recorded(
    at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_size))
    captures = keep(CaptureStore(str(tmp_path)), *(fetched(f"https://a.example/{n}", b"x") for n in range(at_once)))
    assert synced == [(tmp_path / captures[0].warc).stat().st_size]


def test_where_there_is_no_disk_captures_are_kept_in_closed_files() -> None:
    store = CaptureStore("memory://captures")
    pages = [keep(store, fetched(f"https://a.example/{n}", bytes([n])))[0] for n in range(2)]
    assert [CaptureStore("memory://captures").read(page) for page in pages] == [b"\0", b"\1"]


def test_a_record_without_date_is_left_out_and_its_place_told(tmp_path: Path) -> None:
    http = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x</p>"
    record = (
        "WARC/1.0\r\nWARC-Type: response\r\n{}Content-Type: application/http\r\nContent-Length: {}\r\n\r\n{}\r\n\r\n"
    )
    dated, addressed = "WARC-Date: 2026-01-01T00:00:00Z\r\n", "WARC-Target-URI: https://a.example/\r\n"
    heads = [addressed, addressed + "WARC-Date: soon\r\n", addressed + dated, dated, addressed + dated]
    file = tmp_path / "a.warc"
    file.write_text("".join(record.format(head, len(http), http) for head in heads), newline="")
    with capture_logs() as told:
        assert [page.fetched.year for page in read_warc(file)] == [2026]
    assert [entry["event"] for entry in told] == ["record left out", "record left out", "archive read no further"]
    assert told[0]["offset"] == 0
