"""Captures in a real object store: whole objects, there before a row names them, and clear errors."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pytest
from news_site import Site

from crawler.captures import CaptureStore, CapturesUnavailable, CaptureUnreadable, keep
from crawler.records import FetchedPage
from kb.database import open_base
from pipeline.extracting import extract_pending, extractors
from pipeline.forgetting import forget
from tests.servers.s3 import S3, lead_to, running_server

pytestmark = pytest.mark.xdist_group("s3")

CRAWL = """
import sys
from crawler.captures import CapturesUnavailable
from crawler.process import CrawlAgent, crawl
from kb.database import open_base
database, captures, host = sys.argv[1:]
with open_base(database) as base:
    try:
        print(crawl(base, captures, base.outlets.all(), agent=CrawlAgent("t@example.org"), allowed_hosts=frozenset({host})))
    except CapturesUnavailable as error:
        sys.exit(str(error))
"""


def fetched(number: int, payload: bytes) -> FetchedPage:
    url = f"https://a.example/{number}"
    headers = {"content-type": "text/html"}
    return FetchedPage(
        url=url, final_url=url, status=200, payload=payload, headers=headers, fetched=datetime.now(UTC), outlet="o"
    )


def objects(address: str) -> list[str]:
    filesystem = fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True)
    return sorted(filesystem.find(address))


def test_what_is_kept_at_once_is_one_object_and_comes_back_by_its_place(s3: S3) -> None:
    address = f"{s3.new_bucket()}/some/where"
    store = CaptureStore(address)
    store.check()
    assert objects(address) == []
    bodies = [bytes([n]) * 5000 for n in range(5)]
    captures = keep(store, *(fetched(n, body) for n, body in enumerate(bodies)))
    assert len({capture.warc for capture in captures}) == len(objects(address)) == 1
    captures += keep(store, fetched(9, b"more"))
    assert len(objects(address)) == 2
    again = CaptureStore(address)
    assert [again.read(capture) for capture in captures] == [*bodies, b"more"]


def test_other_bytes_and_lost_objects_are_told(s3: S3) -> None:
    address = s3.new_bucket()
    store = CaptureStore(address)
    first, second = keep(store, fetched(1, b"first")) + keep(store, fetched(2, b"second"))
    filesystem = fsspec.filesystem("s3")
    [one, two] = [f"{address}/{capture.warc}" for capture in (first, second)]
    filesystem.pipe_file(one, filesystem.cat_file(two))
    with pytest.raises(CaptureUnreadable, match=first.warc):
        store.read(first)
    filesystem.rm_file(two)
    with pytest.raises(CaptureUnreadable, match=second.warc):
        store.read(second)


def test_nothing_that_a_row_names_is_absent_after_a_crawl_was_killed(s3: S3, tmp_path: Path) -> None:
    site = Site({f"/{n}": f"<html><body><p>Page {n}.</p></body></html>".encode() for n in range(120)})
    database, captures = f"sqlite:///{tmp_path}/base.sqlite", f"{s3.new_bucket()}/captures"
    with open_base(database) as base:
        base.outlets.put([site.outlet()])
    command = [sys.executable, "-c", CRAWL, database, captures, site.host]
    killed = subprocess.Popen(command)
    while len(site.asked) < 60:
        assert killed.poll() is None
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    with open_base(database) as base:
        store = CaptureStore(captures)
        before = base.captures.pending(1000)
        assert 0 < len(before) < 120
        assert all(store.read(capture) for capture in before)
        subprocess.run(command, check=True, timeout=240)
        after = base.captures.pending(1000)
        assert len({capture.url for capture in after}) == len(after) == 120
        assert all(site.pages[f"/{capture.url.rpartition('/')[2]}"] == store.read(capture) for capture in after)


def test_a_crawl_ends_where_its_store_goes_away_and_goes_on_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site({f"/{n}": f"<html><body><p>Page {n}.</p></body></html>".encode() for n in range(60)}, slowness=0.3)
    database = f"sqlite:///{tmp_path}/base.sqlite"
    with open_base(database) as base, running_server() as server:
        lead_to(server, monkeypatch)
        captures = server.new_bucket()
        base.outlets.put([site.outlet()])
        command = [sys.executable, "-c", CRAWL, database, captures, site.host]
        stopped = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        while len(site.asked) < 20:
            assert stopped.poll() is None
            time.sleep(0.05)
        server.stop()
        told = stopped.communicate(timeout=200)[1]
        assert stopped.returncode == 1
        assert f"captures cannot be kept at {captures}: Could not connect" in told
        assert "AWS_ENDPOINT_URL" in told
        server.start(port=server.endpoint.rpartition(":")[2])
        subprocess.run(command, check=True, timeout=240)
        pages = base.captures.pending(1000)
        assert len({page.url for page in pages}) == len(pages) == 60


def test_what_is_wrong_with_a_store_is_said(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    address = s3.new_bucket()
    missing = "s3://disputed-no-such-bucket/captures"
    with pytest.raises(CapturesUnavailable, match="bucket does not exist.*that the bucket exists"):
        CaptureStore(missing).check()
    with pytest.raises(CapturesUnavailable, match="bucket does not exist"):
        keep(CaptureStore(missing), fetched(1, b"x"))
    [kept] = keep(CaptureStore(address), fetched(1, b"x"))
    wrong = S3(s3.endpoint, s3.key, "wrong")
    lead_to(wrong, monkeypatch)
    for attempt in (CaptureStore(address).check, lambda: CaptureStore(address).read(kept)):
        with pytest.raises(CapturesUnavailable, match=f"{address}: .*AWS_SECRET_ACCESS_KEY"):
            attempt()
    lead_to(S3("http://127.0.0.1:9", s3.key, s3.secret), monkeypatch)
    with pytest.raises(CapturesUnavailable, match="Could not connect.*127.0.0.1:9.*AWS_ENDPOINT_URL"):
        CaptureStore(address).check()


def test_pages_wait_where_the_store_cannot_be_asked(s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = s3.new_bucket()
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        page = b"<html><title>Alpha sues Beta</title><body><article><p>Alpha sued Beta over AI models.</p></article>"
        for capture in keep(CaptureStore(address), *(fetched(n, page) for n in range(3))):
            base.captures.add(capture)
        lead_to(S3(s3.endpoint, s3.key, "wrong"), monkeypatch)
        with extractors(1) as workers, pytest.raises(CapturesUnavailable):
            extract_pending(base, CaptureStore(address), workers)
        assert len(base.captures.pending(9)) == 3
        lead_to(s3, monkeypatch)
        with extractors(1) as workers:
            assert extract_pending(base, CaptureStore(address), workers).done == 3


def test_an_outlet_is_forgotten_in_the_store_as_well(s3: S3, tmp_path: Path) -> None:
    address = s3.new_bucket()
    site = Site({"/a": b"<p>A.</p>"}, slug="o")
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        base.outlets.put([site.outlet()])
        for capture in keep(CaptureStore(address), fetched(1, b"first"), fetched(2, b"second")):
            base.captures.add(capture)
        forget(base, address, "o")
        assert objects(address) == []


def test_the_setting_chooses_the_store(s3: S3, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"<html><title>Alpha sues Beta</title><body><article><p>Alpha sued Beta over AI.</p></article>")
    address = f"{s3.new_bucket()}/captures"
    environment = {**os.environ, "DISPUTED_CAPTURES": address, "DISPUTED_FOLDER": str(tmp_path / "base")}
    command = [sys.executable, "-m", "commands", "import", str(page)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert "extract: 1 done, 0 failed" in done.stdout
    assert len(objects(address)) == 1
    assert not (tmp_path / "base" / "captures").exists()
    environment["DISPUTED_CAPTURES"] = "s3://disputed-no-such-bucket"
    page.write_bytes(page.read_bytes() + b"<p>More.</p>")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "captures cannot be kept at s3://disputed-no-such-bucket: The specified bucket does not exist" in done.stderr
    assert "Traceback" not in done.stderr
