import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from values import START, a_capture, allegation, reading, report

from kb import registry
from kb.database import Base, BaseUnavailable, open_base
from kb.model import Conduct
from kb.tracking.track import track


def test_a_report_is_kept_once_and_its_revisions_all(base: Base) -> None:
    assert base.reports.put(report())
    assert not base.reports.put(report())
    assert base.reports.put(report(text="Changed."))
    assert base.reports.count() == 1
    found = base.reports.get("r1")
    assert found is not None
    assert found.text == "Changed."


@pytest.mark.parametrize(
    "change",
    [{"published": START + timedelta(days=9)}, {"outlet": "ledger"}, {"byline": ("Ann Lee",)}, {"truncated": True}],
)
def test_the_same_text_with_other_facts_is_a_new_state(base: Base, change: dict[str, Any]) -> None:
    base.reports.put(report())
    assert not base.reports.put(report(crawled=START + timedelta(days=30)))
    changed = report(**change)
    assert base.reports.put(changed)
    assert base.reports.get("r1") == changed
    assert [summary.outlet for summary in base.reports.latest(5, outlet=changed.outlet)] == [changed.outlet]


def test_times_come_back_with_their_zone(base: Base) -> None:
    base.reports.put(report())
    assert base.reports.get("r1") == report()


def test_a_report_is_read_once_by_each_version(base: Base) -> None:
    base.reports.put(report())
    assert [r.id for r in base.reports.unread("1", "m", "g", 10)] == ["r1"]
    base.readings.put("r1", reading())
    base.readings.put("r1", reading())
    assert base.reports.unread("1", "m", "g", 10) == []
    assert [r.id for r in base.reports.unread("2", "m", "g", 10)] == ["r1"]
    assert base.readings.latest("r1") == reading()


def test_a_reading_of_a_state_that_is_no_longer_the_newest_leaves_the_report_due(base: Base) -> None:
    base.reports.put(report())
    read = base.reports.unread("1", "m", "g", 10)[0]
    base.reports.put(report(text="Changed while it was read."))
    assert not base.readings.put("r1", reading(allegation()), read.revision)
    assert base.claims.of_report("r1") == []
    due = base.reports.unread("1", "m", "g", 10)
    assert [(r.text, r.revision) for r in due] == [("Changed while it was read.", 2)]
    assert base.readings.put("r1", reading(allegation()), due[0].revision)


def test_going_back_to_an_earlier_version_brings_back_its_claims(base: Base) -> None:
    base.reports.put(report())
    earlier, later = reading(allegation()), replace(reading(allegation(("Gamma",))), reader="2")
    for each in (earlier, later):
        base.readings.put("r1", each)
    assert base.reports.unread("2", "m", "g", 10) == []
    assert [r.id for r in base.reports.unread("1", "m", "g", 10)] == ["r1"]
    base.readings.put("r1", earlier)
    assert base.reports.unread("1", "m", "g", 10) == []
    assert [claim.allegation for claim in base.claims.of_report("r1")] == list(earlier.allegations)
    assert base.readings.latest("r1") == earlier


def test_a_capture_is_kept_once_and_works_through_its_states(base: Base) -> None:
    first = base.captures.add(a_capture())
    assert base.captures.add(a_capture()) == first
    second = base.captures.add(a_capture("https://news.example/b"))
    assert [c.id for c in base.captures.pending(10)] == [first, second]
    base.captures.extracted(first, "r1")
    base.captures.refuse(second, "no text")
    assert base.captures.pending(10) == []
    assert [(c.id, reason) for c, reason in base.captures.refusals()] == [(second, "no text")]
    assert base.captures.known(["https://news.example/a", "https://news.example/c"]) == {"https://news.example/a"}


def test_a_page_that_says_again_what_it_said_before_is_extracted_again(base: Base) -> None:
    first = base.captures.add(a_capture(digest="A"))
    second = base.captures.add(a_capture(digest="B", hours=1))
    assert base.captures.found_again("https://news.example/a", "A", START + timedelta(hours=2), etag="new")
    assert [c.id for c in base.captures.pending(10)] == [second, first]
    for number in (first, second):
        base.captures.extracted(number, "r1")
    latest = base.captures.latest("https://news.example/a")
    assert latest is not None
    assert (latest.id, latest.etag, latest.seen) == (first, "new", START + timedelta(hours=2))
    assert base.captures.found_again("https://news.example/a", "A", START + timedelta(hours=3))
    assert base.captures.found_again("https://news.example/a", "B", START)
    assert not base.captures.found_again("https://news.example/a", "C", START)
    assert base.captures.pending(10) == []
    base.captures.add(a_capture(digest="B", hours=4))
    assert [c.id for c in base.captures.pending(10)] == [second]


def test_an_address_that_has_not_changed_is_known_to_have_been_looked_at(base: Base) -> None:
    base.captures.add(a_capture())
    base.captures.unchanged("https://news.example/a", START + timedelta(hours=5))
    base.captures.unchanged("https://news.example/unknown", START)
    latest = base.captures.latest("https://news.example/a")
    assert latest is not None
    assert (latest.fetched, latest.last_checked) == (START, START + timedelta(hours=5))


def test_low_confidence_makes_no_claim(base: Base) -> None:
    base.reports.put(report())
    base.readings.put("r1", reading(allegation(confidence=0.3)))
    assert base.claims.untracked() == []


def test_claims_become_incidents_and_tracking_twice_changes_nothing(base: Base) -> None:
    for n in range(3):
        base.reports.put(report(f"r{n}", days=n))
        base.readings.put(f"r{n}", reading(allegation()))
    assert track(base).tracked == 3
    assert base.incidents.count() == 1
    before = base.incidents.latest(10)
    assert track(base).tracked == 0
    assert base.incidents.latest(10) == before
    assert before[0].slug == "alpha-accuses-beta-of-distillation"
    assert base.incidents.get(before[0].slug) == before[0]


def test_a_merged_incident_leads_to_where_it_went(base: Base) -> None:
    base.reports.put(report("r1"))
    base.readings.put("r1", reading(allegation(conduct=(Conduct.DISTILLATION,))))
    base.reports.put(report("r2", title="other"))
    base.readings.put("r2", reading(allegation(conduct=(Conduct.LIKENESS,))))
    track(base)
    assert base.incidents.count() == 2
    gone = [i.slug for i in base.incidents.latest(10)]
    base.reports.put(report("r3"))
    base.readings.put("r3", reading(allegation(conduct=(Conduct.DISTILLATION, Conduct.LIKENESS))))
    track(base)
    assert base.incidents.count() == 1
    assert {base.incidents.resolve(slug) for slug in gone} == {base.incidents.latest(10)[0].slug}


def test_a_corrected_reading_takes_its_claim_back(base: Base) -> None:
    base.reports.put(report())
    base.readings.put("r1", reading(allegation()))
    track(base)
    base.reports.put(report(text="A correction."))
    base.readings.put("r1", reading())
    track(base)
    assert base.incidents.latest(10) == []


def test_the_registry_survives_the_base(base: Base) -> None:
    base.organisations.seed(registry.load())
    assert base.organisations.registry() == registry.load()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BaseUnavailable, match="file"):
        open_base(f"sqlite:///{tmp_path}/file/base.sqlite")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "base.sqlite").write_bytes(b"this is no database, it only has its name" * 100)
    with pytest.raises(BaseUnavailable, match=r"base\.sqlite"):
        open_base(f"sqlite:///{tmp_path}/base.sqlite")


def test_two_processes_may_open_a_new_base_at_once(address: str) -> None:
    code = "import sys; from kb.database import open_base; print(open_base(sys.argv[1]).reports.count())"
    command = [sys.executable, "-c", code, address]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(4)
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in processes] == ["0"] * 4
