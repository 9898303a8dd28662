"""The files of captures, as any tool that knows WARC 1.1 reads them."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.captures import CaptureStore, keep, keep_new
from crawler.records import FetchedPage
from crawler.restoring import restore
from crawler.verification import checked, verify
from kb.database import open_base
from kb.model import Outlet, OutletKind
from pipeline.step import silent

WHEN = datetime(2026, 6, 1, 9, 0, 0, 123456, tzinfo=UTC)
PAGE = FetchedPage(
    url="https://a.example/asked?é",
    final_url="https://a.example/path/?q=1",
    status=203,
    payload=b"<p>A page.</p>" * 300,
    headers={"Content-Type": "text/html; charset=utf-8", "ETag": '"e"', "Content-Encoding": "gzip", "Server": "tests"},
    fetched=WHEN,
    outlet="courier",
    requested={"User-Agent": "Disputed", "If-None-Match": '"d"'},
)


def records(folder: Path) -> list[tuple[str, dict[str, str], dict[str, str], str]]:
    """Of each record its kind, its fields, its HTTP headers and the first line of these."""
    found = []
    for file in sorted(folder.iterdir()):
        for record in ArchiveIterator(BytesIO(file.read_bytes()), check_digests="raise"):
            record.content_stream().read()
            http = record.http_headers
            line = f"{http.protocol} {http.statusline}" if http else ""
            found.append((record.rec_type, dict(record.rec_headers.headers), dict(http.headers) if http else {}, line))
    return found


def test_a_response_is_kept_with_its_request_and_what_its_base_must_know(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path))
    capture = keep(store, PAGE)[0]
    store.close()
    info, response, request = records(tmp_path)
    assert gzip.decompress((tmp_path / capture.warc).read_bytes()).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo")
    assert (info[0], response[0], request[0]) == ("warcinfo", "response", "request")
    assert response[1]["WARC-Date"] == request[1]["WARC-Date"] == "2026-06-01T09:00:00.123456Z"
    assert response[1]["WARC-Target-URI"] == request[1]["WARC-Target-URI"] == PAGE.final_url
    assert request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert (response[3], request[3]) == ("HTTP/1.1 203 Non-Authoritative Information", "GET /path/?q=1 HTTP/1.1")
    assert response[2]["Server"] == "tests"
    assert response[2]["Content-Length"] == str(len(PAGE.payload))
    assert "Content-Encoding" not in response[2]
    assert request[2] == {"Host": "a.example", "User-Agent": "Disputed", "If-None-Match": '"d"'}
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        restore(base, store, silent)
        assert [replace(each, id=0) for each in base.captures.pending(9)] == [capture]


@pytest.mark.parametrize("headers", [{"X-Ä": "é"}, {"": "x"}, {"X": "a\r\nY: b"}, {"X": "\x00"}, {"X Y": "z"}])
def test_no_header_that_a_server_sends_keeps_its_page_from_being_kept(headers: dict[str, str], tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path))
    capture = keep(store, replace(PAGE, headers=headers))[0]
    assert store.read(capture) == PAGE.payload
    assert "Y" not in records(tmp_path)[1][2]


def test_what_stays_of_a_file_stays_with_its_request(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path))
    captures = keep(store, PAGE, replace(PAGE, url="https://a.example/2", payload=b"gone"))
    store.close()
    with store.replacing(captures[0].warc):
        copies = store.copied(captures[:1])
    store.close()
    assert [store.read(copy) for copy in copies] == [PAGE.payload]
    assert [record[0] for record in records(tmp_path)] == ["warcinfo", "response", "request"]


def test_a_page_that_went_back_is_kept_once_and_the_captures_say_so(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path / "captures"))
    other = replace(PAGE, payload=b"another", fetched=WHEN.replace(hour=10))
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        for page in (PAGE, other, replace(PAGE, fetched=WHEN.replace(hour=11))):
            keep_new(base, store, page)
        store.close()
        latest = base.captures.latest(PAGE.url)
    assert [record[0] for record in records(tmp_path / "captures")].count("revisit") == 1
    with open_base(f"sqlite:///{tmp_path}/again.sqlite") as base:
        assert restore(base, store, silent) == 2
        assert restore(base, store, silent) == 0
        assert base.captures.latest(PAGE.url) == latest


@pytest.mark.parametrize("lost", [slice(0, 3), slice(3, 6), slice(0, 6, 2)])
def test_a_base_that_lost_half_of_a_file_gets_exactly_them_back(lost: slice, tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path / "captures"))
    captures = keep(store, *(replace(PAGE, url=f"{PAGE.url}{n}", payload=b"%d" % n) for n in range(6)))
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        missing = captures[lost]
        for capture in captures:
            if capture not in missing:
                base.captures.extracted(base.captures.add(capture))
        assert restore(base, store, silent) == 3
        assert [replace(each, id=0) for each in base.captures.pending(9)] == missing
        assert [replace(each, id=0) for each in base.captures.in_file(captures[0].warc)] == captures
        assert restore(base, store, silent) == 0


def test_restoring_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path / "captures"))
    for n in range(3):
        keep(store, replace(PAGE, payload=b"%d" % n))
        store.close()

    def killed(done: int, total: int | None) -> None:  # noqa: ARG001 - as progress is told
        raise KeyboardInterrupt

    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        with pytest.raises(KeyboardInterrupt):
            restore(base, store, killed)
        assert base.captures.count() == 1
        assert restore(base, store, silent) == 2


def test_what_was_removed_is_not_restored_from_copies_that_were_left(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path / "captures"))
    feed = replace(PAGE, url="https://a.example/feed", is_feed=True)
    newer = replace(feed, payload=b"newer", fetched=WHEN.replace(hour=11))
    captures = keep(store, PAGE, feed, newer, replace(PAGE, url="https://b.example/", outlet="ledger"))
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        slugs = ("courier", "ledger")
        base.outlets.put([Outlet(slug=s, name=s, home="", country="", kind=OutletKind.GENERAL) for s in slugs])
        for capture in captures:
            base.captures.add(capture)
        store.copied(captures)
        base.captures.removed_before(WHEN.replace(hour=10))
        base.outlets.forget("ledger")
        base.captures.forget("ledger")
        assert restore(base, store, silent, WHEN.replace(hour=10)) == 0
        assert restore(base, store, silent) == 1
        assert base.captures.count() == 3


def test_captures_that_lie_on_no_disk_are_listed_checked_and_taken_over(tmp_path: Path) -> None:
    store = CaptureStore(f"memory://{tmp_path.name}")
    assert store.files() == []
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        assert keep_new(base, store, PAGE) == 1
        assert [*verify(base, store, silent)] == []
        assert restore(base, store, silent) == 0
    with open_base(f"sqlite:///{tmp_path}/again.sqlite") as base:
        assert restore(base, store, silent) == 1
        assert store.read(base.captures.pending(9)[0]) == PAGE.payload


def test_a_page_that_was_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path / "captures"))
    file = replace(PAGE, url="file:///a%20page.html", final_url="file:///a%20page.html", status=200, requested=None)
    file = replace(file, headers={"content-type": "text/html"})
    capture = keep(store, file)[0]
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        restore(base, store, silent)
        assert [replace(each, id=0) for each in base.captures.pending(9)] == [capture]


def damages(whole: bytes, last: int) -> list[tuple[bytes, int]]:
    """The bytes of a file after one damage each, and how many of its three records are sound."""
    flipped = whole[: last + 90] + bytes([whole[last + 90] ^ 1]) + whole[last + 91 :]
    forged = gzip.compress(gzip.decompress(whole[last:]).replace(b"A page", b"B page"))
    return [
        (whole[: last + 50], 2),
        (whole[:-1], 2),
        (whole + b"x", 3),
        (whole + b"\0" * 100, 3),
        (flipped, 2),
        (whole[:last] + forged, 2),
        (whole[:last] + gzip.compress(b"no record"), 2),
        (b"no archive", 0),
    ]


def test_every_damage_to_a_file_is_noticed(tmp_path: Path) -> None:
    store = CaptureStore(str(tmp_path))
    last = keep(store, *(replace(PAGE, payload=b"A page" * n, requested=None) for n in (1, 2)))[-1]
    whole = (tmp_path / last.warc).read_bytes()
    for left in (whole, whole[: last.offset], b""):
        assert [each.problem for each in checked(BytesIO(left)) if each.problem] == []
    for damaged, sound in damages(whole, last.offset):
        assert [bool(each.problem) for each in checked(BytesIO(damaged))] == [False] * sound + [True]
