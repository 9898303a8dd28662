"""What courts list becomes events of disputes that are known, and complaints of their own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from court_feeds import Item, cm_ecf, found, search_answer

from crawler.captures import CaptureStore, keep
from crawler.outlets import load
from crawler.records import FetchedPage
from kb.database import Base, open_base
from kb.database.entries import Entries
from kb.filings.entries import Watched
from kb.model import Conduct, Incident, Outlet, OutletKind, PartialDate, Proceeding, Stage
from kb.record import Dispute, Event
from kb.record.entries import OUTLET, Entry, entries_of
from kb.registry import load as load_registry
from kb.tracking.track import track
from pipeline.extracting import extract_pending, extractors

COURTS = {court.court or court.slug: court for court in load() if court.kind is OutletKind.COURT}
NEW_YORK = COURTS["S.D.N.Y."]
TIMES = Dispute(
    slug="times-v-microsoft",
    title="New York Times v. Microsoft",
    accusers=("The New York Times",),
    accused=("Microsoft", "OpenAI"),
    conduct=(Conduct.TRAINING_COPYRIGHT,),
    proceedings=(Proceeding("S.D.N.Y. (MDL 3143)", "1:23-cv-11195"),),
    events=(
        Event(date=PartialDate("2023-12-27"), stage=Stage.COMPLAINT, note="Suit over articles", source="https://a.example/"),
        Event(date=PartialDate("2025-04-04"), stage=Stage.RULING, note="Most claims go on", source="https://a.example/b"),
    ),
)  # fmt: skip
CASE = ("1:23-cv-11195", "The New York Times Company v. Microsoft Corporation et al")


@pytest.fixture
def base(address: str) -> Iterator[Base]:
    with open_base(address) as opened:
        opened.organisations.seed(load_registry())
        opened.outlets.put([OUTLET, *COURTS.values()])
        opened.entries.seed(entries_of([TIMES]))
        track(opened)
        yield opened


def filed(base: Base, tmp_path: Path, payload: bytes, court: Outlet = NEW_YORK) -> int:
    """How many entries a fetched feed became."""
    store = CaptureStore(str(tmp_path / "captures"))
    page = FetchedPage(
        url=court.feeds[0].url,
        final_url=court.feeds[0].url,
        status=200,
        payload=payload,
        headers={"content-type": "text/xml"},
        fetched=datetime(2026, 6, 20, tzinfo=UTC),
        outlet=court.slug,
        is_feed=True,
    )
    for capture in keep(store, page):
        base.captures.add(capture)
    store.close()
    return extracted(base, tmp_path)


def extracted(base: Base, tmp_path: Path) -> int:
    with extractors(1) as workers:
        done = extract_pending(base, CaptureStore(str(tmp_path / "captures")), workers).done
    track(base)
    return done


def incidents(base: Base) -> dict[str, Incident]:
    return {incident.title: incident for incident in base.incidents.latest(9)}


def only(base: Base) -> Incident:
    [incident] = incidents(base).values()
    return incident


def history(incident: Incident) -> list[tuple[str, str]]:
    return [(step.stage.value, str(step.happened[0])) for step in incident.history]


def items(*filings: tuple[str, str], case: tuple[str, str] = CASE) -> list[Item]:
    return [(*case, what, time) for what, time in filings]


def test_filings_in_a_known_docket_are_dated_events_of_its_dispute(base: Base, tmp_path: Path) -> None:
    before = only(base)
    listed = items(
        ("Notice of Appearance", "Wed, 10 Jun 2026 15:00:00 GMT"),
        ("MOTION for Reconsideration", "Wed, 10 Jun 2026 16:00:00 GMT"),
        ("Order Dismissing Case", "Fri, 12 Jun 2026 02:30:00 GMT"),
        ("Notice of Appeal", "Mon, 15 Jun 2026 20:00:00 GMT"),
    )
    others = items(("Complaint", "Mon, 15 Jun 2026 20:00:00 GMT"), case=("1:26-cv-00999", "Smith v. Jones"))
    assert filed(base, tmp_path, cm_ecf(*listed, *others)) == 3
    after = only(base)
    assert (after.slug, after.conduct, after.accused) == (before.slug, before.conduct, before.accused)
    assert history(after) == [
        ("complaint", "2023-12-27"),
        ("ruling", "2025-04-04"),
        ("dismissed", "2026-06-11"),
        ("appeal", "2026-06-15"),
    ]
    told = {claim.report.title.rpartition(": ")[2]: claim for claim in after.claims if claim.report.filing}
    assert told.keys() == {"MOTION for Reconsideration", "Order Dismissing Case", "Notice of Appeal"}
    assert told["MOTION for Reconsideration"].allegation.stage is Stage.RULING
    assert {claim.report.outlet_name for claim in told.values()} == {NEW_YORK.name}
    assert all(claim.report.url.startswith("https://ecf.nysd.uscourts.gov/doc1/") for claim in told.values())
    assert len(base.reports.latest(9)) == 3


def test_the_same_again_changes_nothing_and_neither_does_extracting_all_again(base: Base, tmp_path: Path) -> None:
    first = items(("MOTION to Dismiss", "Wed, 10 Jun 2026 16:00:00 GMT"))
    later = items(("Order Dismissing Case", "Fri, 12 Jun 2026 16:00:00 GMT"))
    filed(base, tmp_path, cm_ecf(*first))
    filed(base, tmp_path, cm_ecf(*first, *later))
    told = [(claim.id, claim.allegation) for claim in only(base).claims]
    assert (len(told), history(only(base))[-1]) == (4, ("dismissed", "2026-06-12"))
    assert base.captures.again() == 2
    assert extracted(base, tmp_path) == 3
    assert [(claim.id, claim.allegation) for claim in only(base).claims] == told
    assert base.captures.pending(9) == []


def test_a_feed_that_was_filed_in_part_is_filed_whole_the_next_time(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = items(
        ("MOTION for Reconsideration", "Wed, 10 Jun 2026 16:00:00 GMT"),
        ("Order Dismissing Case", "Fri, 12 Jun 2026 16:00:00 GMT"),
        ("Notice of Appeal", "Mon, 15 Jun 2026 20:00:00 GMT"),
    )
    enter, calls = Entries.enter, count(1)

    def interrupted(entries: Entries, entry: Entry, capture: int | None = None) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        enter(entries, entry, capture)

    with monkeypatch.context() as patched:
        patched.setattr(Entries, "enter", interrupted)
        with pytest.raises(KeyboardInterrupt):
            filed(base, tmp_path, cm_ecf(*listed))
    assert (len(base.captures.pending(9)), len(base.reports.latest(9))) == (1, 1)
    assert extracted(base, tmp_path) == 3
    assert (len(base.reports.latest(9)), history(only(base))[-1]) == (3, ("appeal", "2026-06-15"))


def test_an_entry_of_another_court_with_the_same_number_is_no_event(base: Base, tmp_path: Path) -> None:
    court = COURTS["N.D. Ill."]
    assert filed(base, tmp_path, cm_ecf(*items(("Order Dismissing Case", "Fri, 12 Jun 2026 16:00:00 GMT"))), court) == 0


def test_a_new_complaint_is_a_report_of_its_own_and_its_later_filings_are_events_of_it(
    base: Base, tmp_path: Path
) -> None:
    case = ("1:26-cv-04321", "Doe et al v. OpenAI, Inc. et al")
    new = items(
        ("Complaint", "Wed, 10 Jun 2026 16:00:00 GMT"),
        ("AO 121 Form Copyright - Notice of Submission by Attorney", "Wed, 10 Jun 2026 16:20:00 GMT"),
        ("MOTION to Dismiss", "Thu, 18 Jun 2026 16:00:00 GMT"),
        case=case,
    )
    assert filed(base, tmp_path, cm_ecf(*new)) == 2
    found_of = {incident.accusers: incident for incident in incidents(base).values()}
    incident = found_of["Doe",]
    assert (incident.accused, [code.value for code in incident.conduct]) == (("OpenAI",), ["copyright"])
    assert history(incident) == [("complaint", "2026-06-10")]
    assert incident.proceeding == Proceeding("S.D.N.Y.", "1:26-cv-04321")
    assert len(incident.claims) == 2


def test_what_the_docket_does_not_bear_out_waits_for_review(base: Base, tmp_path: Path) -> None:
    unknown = items(("Complaint", "Wed, 10 Jun 2026 16:00:00 GMT"), case=("1:26-cv-04321", "Doe v. OpenAI, Inc."))
    assert filed(base, tmp_path, cm_ecf(*unknown)) == 1
    [report] = base.reports.latest(9)
    reading = base.readings.latest(report.id)
    assert reading is not None
    assert [allegation.published for allegation in reading.allegations] == [False]
    assert base.claims.of_report(report.id) == []


def test_an_answer_of_courtlistener_tells_court_and_nature(base: Base, tmp_path: Path) -> None:
    court = COURTS["courtlistener"]
    answer = search_answer(
        [
            found("Doe v. Anthropic PBC", "5:26-cv-01000"),
            found("Roe v. Anthropic PBC", "5:26-cv-01001", suitNature="442 Civil Rights: Jobs", cause="42:2000e"),
        ]
    )
    assert filed(base, tmp_path, answer, court) == 1
    incident = next(each for each in incidents(base).values() if each.accused == ("Anthropic",))
    assert (incident.accusers, incident.proceeding) == (("Doe",), Proceeding("N.D. Cal.", "5:26-cv-01000"))


def test_filings_are_never_read_as_texts(base: Base, tmp_path: Path) -> None:
    filed(base, tmp_path, cm_ecf(*items(("Notice of Appeal", "Mon, 15 Jun 2026 20:00:00 GMT"))))
    assert base.reports.unread("1", "m", "g", 9) == []


def test_a_feed_that_is_none_is_refused_with_the_reason_and_the_rest_goes_on(base: Base, tmp_path: Path) -> None:
    assert filed(base, tmp_path, b"<html>Down for maintenance</html>") == 0
    [(capture, reason)] = base.captures.refusals()
    assert (capture.outlet, "no RSS or Atom feed" in reason) == (NEW_YORK.slug, True)
    gone = replace(NEW_YORK, slug="gone")
    base.outlets.put([gone])
    assert filed(base, tmp_path, cm_ecf(*items(("Notice of Appeal", "Mon, 15 Jun 2026 20:00:00 GMT"))), gone) == 1


def test_no_name_of_the_registry_is_found_in_captions_of_others() -> None:
    watched = Watched.of(load_registry())
    assert [
        name for name in ("Smith", "USA", "City of New York", "Doe", "Bank of America, N.A.") if watched.party(name)
    ] == []
