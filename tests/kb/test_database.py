import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from values import allegation, reading, report

from kb import registry
from kb.database import Base, BaseUnavailable, open_base
from kb.model import Capture, Conduct, Outlet, OutletKind
from kb.tracking.track import track


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as opened:
        yield opened


def a_capture(url: str = "https://news.example/a", digest: str = "d") -> Capture:
    return Capture(
        url=url,
        final_url=f"{url}?",
        fetched=report().crawled,  # type: ignore[arg-type]
        status=200,
        media_type="text/html",
        digest=digest,
        warc="w",
        offset=0,
        outlet="courier",
        kind="page",
    )


def test_a_report_is_kept_once_and_its_revisions_all(base: Base) -> None:
    assert base.reports.put(report())
    assert not base.reports.put(report())
    assert base.reports.put(report(text="Changed."))
    assert base.reports.count() == 1
    found = base.reports.get("r1")
    assert found is not None
    assert found.text == "Changed."


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


def test_a_capture_is_kept_once_and_works_through_its_states(base: Base) -> None:
    first = base.captures.add(a_capture())
    assert base.captures.add(a_capture()) == first
    second = base.captures.add(a_capture("https://news.example/b"))
    assert [c.id for c in base.captures.pending(10)] == [first, second]
    base.captures.extracted(first, "r1")
    base.captures.refuse(second, "no text")
    assert base.captures.pending(10) == []
    assert [(c.id, reason) for c, reason in base.captures.refusals(10)] == [(second, "no text")]
    assert base.captures.known(["https://news.example/a", "https://news.example/c"]) == {"https://news.example/a"}


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


def test_an_outlet_remembers_how_reaching_it_went(base: Base) -> None:
    base.outlets.put(
        [Outlet(slug="courier", name="Courier", home="https://news.example/", country="GB", kind=OutletKind.GENERAL)]
    )
    when = report().crawled
    assert when is not None
    base.outlets.note_contact("courier", when, "")
    base.outlets.note_contact("courier", when, "no answer")
    health = base.outlets.health()[0]
    assert (health.last_success, health.problem) == (when, "no answer")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BaseUnavailable, match="file"):
        open_base(f"sqlite:///{tmp_path}/file/base.sqlite")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "base.sqlite").write_bytes(b"this is no database, it only has its name" * 100)
    with pytest.raises(BaseUnavailable, match=r"base\.sqlite"):
        open_base(f"sqlite:///{tmp_path}/base.sqlite")


def test_two_processes_may_open_a_new_base_at_once(tmp_path: Path) -> None:
    code = "import sys; from kb.database import open_base; print(open_base(sys.argv[1]).reports.count())"
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/base.sqlite"]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(3)
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in processes] == ["0"] * 3
