from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.captures import CaptureStore, keep
from crawler.records import FetchedPage
from kb.database import Base, open_base
from pipeline.extracting import extract_pending, extractors

PAGE = b"<html><title>Alpha sues Beta</title><body><article><p>Alpha sued Beta over AI models.</p></article>"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as opened:
        yield opened


def captured(base: Base, folder: str, *payloads: bytes) -> None:
    store = CaptureStore(folder)
    for n, payload in enumerate(payloads):
        url = f"https://news.example/{n}"
        headers = {"content-type": "text/html"}
        page = FetchedPage(
            url=url, final_url=url, status=200, payload=payload, headers=headers, fetched=datetime.now(UTC), outlet="o"
        )
        base.captures.add(*keep(store, page))
    store.close()


def extract_all(base: Base, folder: str, waiting: set[int] | None = None) -> tuple[int, int]:
    with extractors(1) as workers:
        result = extract_pending(base, CaptureStore(folder), workers, waiting=waiting)
    return result.done, result.failed


def test_only_a_page_without_a_report_is_refused_for_good(base: Base, tmp_path: Path) -> None:
    captures = tmp_path / "captures"
    captured(base, str(captures), PAGE, b" ")
    captures.rename(tmp_path / "away")
    assert extract_all(base, str(captures)) == (0, 2)
    assert [each.id for each in base.captures.pending(9)] == [1, 2]
    assert base.captures.refusals() == []
    (tmp_path / "away").rename(captures)
    assert extract_all(base, str(captures)) == (1, 1)
    assert [reason for _, reason in base.captures.refusals()] == ["the page is empty"]
    assert base.captures.pending(9) == []


def test_what_failed_waits_while_new_captures_are_extracted(base: Base, tmp_path: Path) -> None:
    captured(base, str(tmp_path / "captures"), PAGE)
    waiting: set[int] = set()
    assert extract_all(base, str(tmp_path / "nowhere"), waiting) == (0, 1)
    assert extract_all(base, str(tmp_path / "captures"), waiting) == (0, 0)
    assert base.captures.failed(1, "again") == 2
    assert extract_all(base, str(tmp_path / "captures")) == (1, 0)


def test_everything_captured_can_be_extracted_again(base: Base, tmp_path: Path) -> None:
    captured(base, str(tmp_path), PAGE, b" ")
    assert extract_all(base, str(tmp_path)) == (1, 1)
    before = [base.reports.get(each) for each in base.reports.identities()]
    assert base.captures.again() == 2
    assert extract_all(base, str(tmp_path)) == (1, 1)
    assert [base.reports.get(each) for each in base.reports.identities()] == before


def test_a_page_that_names_another_address_each_time_stays_one_report(base: Base, tmp_path: Path) -> None:
    store, url = CaptureStore(str(tmp_path)), "https://news.example/a?print=1"
    for n in range(3):
        named = f'<link rel="canonical" href="https://news.example/a-{n}">'.encode()
        fetched = datetime(2026, 6, 1 + n, tzinfo=UTC)
        payload = PAGE.replace(b"<body>", named + b"<body>").replace(b"models", b"models %d" % n)
        base.captures.add(*keep(store, FetchedPage(url=url, final_url=url, status=200, payload=payload, headers={"content-type": "text/html"}, fetched=fetched, outlet="o")))  # fmt: skip
        assert extract_all(base, str(tmp_path)) == (1, 0)
    [identity] = base.reports.identities()
    report = base.reports.get(identity)
    assert report is not None
    assert (report.url, report.revision) == ("https://news.example/a-2", 3)
