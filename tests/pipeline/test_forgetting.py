import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from values import allegation, reading

from crawler.captures import CapturesInUse, CaptureStore, keep
from crawler.records import FetchedPage
from kb.database import Base, open_base
from kb.model import Outlet, OutletKind
from kb.tracking.track import track
from pipeline.extracting import extract_pending, extractors
from pipeline.forgetting import forget, forget_due

PAGE = "<html><title>Alpha sues Beta</title><body><article><p>Alpha sued Beta over AI, says {}.</p></article>"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as opened:
        slugs = ("courier", "ledger")
        opened.outlets.follow(
            [Outlet(slug=s, name=s, home="https://n.example/", country="", kind=OutletKind.GENERAL) for s in slugs]
        )
        yield opened


def capture(base: Base, store: CaptureStore) -> None:
    for n, outlet in enumerate(["courier", "ledger", "courier", "ledger"]):
        url = f"https://{outlet}.example/{n}"
        page = FetchedPage(
            url=url,
            final_url=url,
            status=200,
            payload=PAGE.format(outlet).encode(),
            headers={"content-type": "text/html"},
            fetched=datetime.now(UTC),
            outlet=outlet,
        )
        base.captures.add(*keep(store, page))


def test_texts_and_captures_go_and_facts_and_everything_of_others_stay(base: Base, tmp_path: Path) -> None:
    folder = str(tmp_path / "captures")
    store = CaptureStore(folder)
    capture(base, store)
    with pytest.raises(CapturesInUse):
        forget(base, folder, "courier")
    store.close()
    with extractors(1) as workers:
        extract_pending(base, store, workers)
        for identity in base.reports.identities():
            base.readings.put(identity, reading(allegation()))
        track(base)
        told = base.incidents.latest(9)
        forget(base, folder, "courier")
        forget(base, folder, "courier")
        assert base.incidents.latest(9) == told
        assert base.captures.again() == 2
        assert extract_pending(base, store, workers).done == 2
    reports = [base.reports.get(each) for each in base.reports.identities()]
    assert sorted(each.outlet for each in reports if each and each.text) == ["ledger", "ledger"]
    assert sorted(each.outlet for each in reports if each and each.title) == ["courier"] * 2 + ["ledger"] * 2
    assert [each.slug for each in base.outlets.watched()] == ["ledger"]
    kept = b"".join(gzip.decompress(file.read_bytes()) for file in (tmp_path / "captures").iterdir())
    assert (kept.count(b"says courier"), kept.count(b"says ledger")) == (0, 2)


def test_texts_that_are_due_go_at_once_and_captures_when_nobody_writes_beside_them(base: Base, tmp_path: Path) -> None:
    folder = str(tmp_path / "captures")
    store = CaptureStore(folder)
    capture(base, store)
    with extractors(1) as workers:
        extract_pending(base, store, workers)
    base.outlets.follow([replace(outlet, opted_out=outlet.slug == "courier") for outlet in base.outlets.all()])
    assert base.outlets.opted_out_with_texts() == ["courier"]
    assert forget_due(base, folder, None).done == 2
    assert len(base.captures.files_of("courier")) == 1
    store.close()
    assert forget_due(base, folder, None).done == 0
    assert (base.captures.files_of("courier"), base.outlets.opted_out_with_texts()) == ([], [])
    assert forget_due(base, folder, datetime.now(UTC)).done == 2
    assert (base.captures.files(), [*Path(folder).iterdir()]) == ([], [])
    assert forget_due(base, folder, datetime.now(UTC)).done == 0
    base.outlets.follow([replace(outlet, opted_out=False) for outlet in base.outlets.all()])
    assert len(base.outlets.watched()) == 2
