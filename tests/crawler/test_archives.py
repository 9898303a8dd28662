"""Web archives: split into records however their bytes come, and read by the spider to the end of each, once."""

import gzip
import io
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from faulty_site import FaultySite, Handler, page
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archives import ArchiveUnreadable, Splitter, is_list, listed, page_in
from crawler.captures import CaptureStore
from kb.database import open_base
from kb.model import Outlet, OutletKind

ROOT = "https://data.example/"
CRAWL = """
import sys
from crawler.process import CrawlAgent, crawl_archives
from kb.database import open_base
database, captures, host, *archives = sys.argv[1:]
with open_base(database) as base:
    result = crawl_archives(base, captures, archives, base.outlets.all(), agent=CrawlAgent("tests@example.org"), allowed_hosts=frozenset({host}))
    print(result.captured, result.unchanged, result.failed, *result.problems)
"""


def archive(pages: dict[str, bytes], *, packed: bool, kind: str = "text/html", status: str = "200 OK") -> bytes:
    """An archive with a response, its request and some metadata for each page, as Common Crawl's have."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("archive", {"software": "tests"}))
    for url, body in pages.items():
        http = StatusAndHeaders(status, [("Content-Type", kind)], "HTTP/1.1")
        asked = StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True)
        dated = {"WARC-Date": "2024-05-06T07:08:09Z"}
        writer.write_record(writer.create_warc_record(url, "request", http_headers=asked, warc_headers_dict=dated))
        record = writer.create_warc_record(
            url, "response", io.BytesIO(body), http_headers=http, warc_headers_dict=dated
        )
        writer.write_record(record)
    return file.getvalue()


PAGES = {f"https://www.example-news.com/{n}": page(n) for n in range(6)}


@pytest.mark.parametrize("packed", [True, False])
@given(cuts=st.lists(st.integers(0, 20_000), max_size=20))
def test_however_its_bytes_come_the_records_are_the_same(packed: bool, cuts: list[int]) -> None:
    whole = archive(PAGES, packed=packed)
    at = sorted({min(cut, len(whole)) for cut in cuts} | {0, len(whole)})
    splitter = Splitter()
    records = [record for n, begins in enumerate(at[:-1]) for record in splitter.records(whole[begins : at[n + 1]])]
    found = [page for record in records if (page := page_in(record))]
    assert {each.url: each.payload for each in found} == PAGES
    assert {each.fetched for each in found} == {datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)}
    assert (splitter.consumed, splitter.is_between) == (len(whole), True)


@pytest.mark.parametrize("packed", [True, False])
def test_reading_goes_on_where_the_last_whole_record_ended(packed: bool) -> None:
    whole = archive(PAGES, packed=packed)
    first = Splitter()
    begun = list(first.records(whole[: len(whole) // 2]))
    rest = list(Splitter(first.consumed).records(whole[first.consumed :]))
    assert begun + rest == list(Splitter().records(whole))
    assert not first.is_between


def test_a_record_without_end_is_not_held_in_memory() -> None:
    splitter = Splitter()
    assert list(splitter.records(b"WARC/1.0\r\nContent-Length: 999999999999\r\n\r\n" + bytes(1_000_000))) == []
    assert list(splitter.records(bytes(1_000_000))) == []
    assert (len(splitter._held), splitter.is_between, splitter.consumed) == (0, False, 0)


def test_a_record_too_large_to_keep_is_passed_over() -> None:
    large = {"https://example-news.com/large": b"x" * 30_000_000, "https://example-news.com/small": page(1)}
    for packed in (True, False):
        records = list(Splitter().records(archive(large, packed=packed)))
        assert [found.url for record in records if record and (found := page_in(record))] == ["https://example-news.com/small"]  # fmt: skip


@pytest.mark.parametrize(
    "noise", [b"<html>no archive</html>" * 9000, b"\x1f\x8b no gzip" * 90, b"WARC/1.0\r\n\r\nx"], ids=range(3)
)
def test_what_is_no_archive_is_said_to_be_none(noise: bytes) -> None:
    with pytest.raises(ArchiveUnreadable):
        list(Splitter().records(noise))


@given(st.binary(max_size=3000))
def test_any_bytes_are_either_records_or_said_to_be_none(noise: bytes) -> None:
    splitter = Splitter()
    try:
        for record in splitter.records(noise):
            page_in(record)
    except ArchiveUnreadable:
        return
    assert splitter.consumed <= len(noise)


@pytest.mark.parametrize(
    ("kind", "status", "found"), [("text/html", "200 OK", 1), ("image/png", "200 OK", 0), ("text/html", "404 Gone", 0)]
)
def test_only_pages_that_were_found_are_taken(kind: str, status: str, found: int) -> None:
    records = Splitter().records(archive({"https://a.example/": b"<p>x</p>"}, packed=True, kind=kind, status=status))
    assert len([1 for record in records if page_in(record)]) == found


def test_a_list_names_archives_below_the_root_of_its_host() -> None:
    text = b"crawl-data/CC-NEWS/2024/05/CC-NEWS-1.warc.gz\n\n/two.warc.gz\nhttps://other.example/three.warc\n"
    names = [f"{ROOT}crawl-data/CC-NEWS/2024/05/CC-NEWS-1.warc.gz", f"{ROOT}two.warc.gz", "https://other.example/three.warc"]  # fmt: skip
    for payload in (text, gzip.compress(text)):
        assert listed(payload, f"{ROOT}crawl-data/CC-NEWS/2024/05/warc.paths.gz") == names
    with pytest.raises(ArchiveUnreadable):
        listed(gzip.compress(text)[:20], ROOT)
    assert [is_list(f"{ROOT}{name}") for name in ("warc.paths.gz", "a.warc.gz", "a.warc")] == [True, False, False]


class ArchiveSite(FaultySite):
    """Gives archives in ranges, as an object store does."""

    def __init__(self, archives: dict[str, bytes], slowness: float = 0.0) -> None:
        super().__init__()
        self.archives, self.slowness = archives, slowness
        self.ranges: list[str] = []
        for path in archives:
            self.answers[path] = self.range
        names = "\n".join(archives).encode()
        self.answers["/warc.paths.gz"] = lambda handler: handler.send(200, gzip.compress(names), "application/gzip")

    def range(self, handler: Handler) -> None:
        time.sleep(self.slowness)
        body = self.archives[handler.path]
        self.ranges.append(handler.headers["Range"])
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers["Range"])
        assert wanted
        begins, ends = int(wanted[1]), int(wanted[2]) + 1
        if begins >= len(body):
            handler.send(416, Content_Range=f"bytes */{len(body)}")
            return
        piece = body[begins:ends]
        told = f"bytes {begins}-{begins + len(piece) - 1}/{len(body)}"
        handler.send(206, piece, "application/gzip", Content_Range=told)


@pytest.fixture
def place(tmp_path: Path) -> tuple[str, str]:
    database = f"sqlite:///{tmp_path}/base.sqlite"
    with open_base(database) as base:
        for name in ("news", "other"):
            base.outlets.put([Outlet(slug=name, name=name, home=f"https://www.example-{name}.com/", country="", kind=OutletKind.LAW)])  # fmt: skip
    return database, str(tmp_path / "captures")


def started(place: tuple[str, str], site: FaultySite, *archives: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", CRAWL, *place, site.host, *(site.home + path for path in archives)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def told(process: "subprocess.Popen[str]") -> str:
    output = process.communicate(timeout=200)[0]
    assert process.returncode == 0, output
    return output.splitlines()[-1]


def captured(place: tuple[str, str]) -> dict[str, tuple[str, bytes]]:
    store = CaptureStore(place[1])
    with open_base(place[0]) as base:
        return {each.url: (each.outlet, store.read(each)) for each in base.captures.pending(100_000)}


def random_pages(site: str, count: int, size: int) -> dict[str, bytes]:
    """Pages that hardly can be packed."""
    return {f"https://{site}/{n}": b"<html><p>" + os.urandom(size) + b"</p></html>" for n in range(count)}


def test_a_page_with_an_address_that_is_none_is_left_out_and_the_rest_taken(place: tuple[str, str]) -> None:
    site = ArchiveSite({"/one.warc.gz": archive({"http://[broken/": page(1), "https://example-news.com/a": page(2)}, packed=True)})  # fmt: skip
    assert told(started(place, site, "/one.warc.gz")) == "1 0 0"


def test_an_archive_that_comes_in_empty_pieces_ends(place: tuple[str, str]) -> None:
    site = ArchiveSite({})
    site.answers["/one.warc.gz"] = lambda handler: handler.send(206, b"", Content_Range="bytes 0-9/500")
    assert "an empty piece" in told(started(place, site, "/one.warc.gz"))


def test_the_pages_of_outlets_are_taken_out_of_archives_once(place: tuple[str, str]) -> None:
    news, other = random_pages("www.example-news.com", 40, 200_000), random_pages("m.example-other.com", 5, 1000)
    foreign = random_pages("elsewhere.com", 5, 1000)
    site = ArchiveSite({"/one.warc.gz": archive({**news, **foreign}, packed=True), "/two.warc": archive(other, packed=False)})  # fmt: skip
    assert told(started(place, site, "/warc.paths.gz")) == "45 0 0"
    assert captured(place) == {**{url: ("news", body) for url, body in news.items()}, **{url: ("other", body) for url, body in other.items()}}  # fmt: skip
    with open_base(place[0]) as base:
        assert {each.fetched for each in base.captures.pending(99)} == {datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)}
    assert len(site.ranges) == 3 + 1
    assert told(started(place, site, "/warc.paths.gz")) == "0 0 0"
    assert len(site.ranges) == 4


def test_a_crawl_of_an_archive_that_was_killed_goes_on_where_it_was(place: tuple[str, str]) -> None:
    news = random_pages("www.example-news.com", 120, 200_000)
    site = ArchiveSite({"/one.warc.gz": archive(news, packed=True)}, slowness=0.5)
    killed = started(place, site, "/one.warc.gz")
    while len(site.ranges) < 4:
        assert killed.poll() is None
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    again = len(site.ranges)
    told(started(place, site, "/one.warc.gz"))
    assert not site.ranges[again].startswith("bytes=0-")
    assert {url: body for url, (_, body) in captured(place).items()} == news


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (archive(PAGES, packed=True)[:-300], "it ends within a record"),
        (b"<html>We have moved.</html>" * 9000, "there is no record"),
    ],
    ids=["torn", "another thing"],
)
def test_an_archive_that_is_damaged_is_named_and_what_is_whole_in_it_is_in(
    place: tuple[str, str], body: bytes, problem: str
) -> None:
    site = ArchiveSite({"/broken.warc.gz": body, "/sound.warc.gz": archive({"https://example-news.com/z": page(9)}, packed=True)})  # fmt: skip
    assert problem in told(started(place, site, "/broken.warc.gz", "/sound.warc.gz"))
    assert "https://example-news.com/z" in captured(place)
    if body.startswith(b"\x1f"):
        assert len(captured(place)) == len(PAGES)
