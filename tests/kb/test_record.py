"""The disputes on public record: the file that comes with Disputed, and its entries in a base."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from values import allegation, reading, report

from kb import record, registry
from kb.database import Base
from kb.model import PUBLIC_RECORD, Conduct, PartialDate, Proceeding, Span, Stage, name_key
from kb.record import Dispute
from kb.record.entries import OUTLET, entries_of, version_of
from kb.search import open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track

DISPUTES = record.load()
EVENT = {"date": "2026-02", "stage": "complaint", "note": "Weavers sue", "source": "https://court.example/1"}
ROW: dict[str, Any] = {
    "slug": "loom-v-mill",
    "title": "Loom v. Mill",
    "accusers": ["Loom"],
    "accused": ["Mill"],
    "conduct": ["copyright"],
    "events": [EVENT, {**EVENT, "date": "2026-03-09", "stage": "ruling", "note": "Claim stays"}],
}


def loaded(folder: Path, *rows: dict[str, Any] | str) -> tuple[Dispute, ...]:
    file = folder / "disputes.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return record.load(file)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda row: row["events"][1].update(source="index:57"), "line 1: events.1.source: 'index:57' is no source"),
        (lambda row: row["events"][0].pop("source"), "line 1: events.0.source: "),
        (lambda row: row["events"][0].update(source="owner/name:file.md"), "http or https address"),
        (lambda row: row["events"][0].update(source="https://"), "http or https address"),
        (lambda row: row["events"][0].update(source="https://a.example/b c"), "http or https address"),
        (lambda row: row["events"][0].update(date="2026-02-30"), "line 1: events.0.date"),
        (lambda row: row["events"][0].update(date="last year"), "not a date of day, month"),
        (lambda row: row["events"][0].update(stage="rumour"), "line 1: events.0.stage"),
        (lambda row: row["events"][0].update(colour="red"), "unknown key 'events.0.colour'"),
        (lambda row: row.update(conduct=["theft"]), "line 1: conduct.0"),
        (lambda row: row.update(conduct=[]), "line 1: conduct"),
        (lambda row: row.update(events=[]), "line 1: events"),
        (lambda row: row.update(accused=[]), "line 1: accused"),
        (lambda row: row.update(slug="Loom v Mill"), "such as 'loom-v-mill'"),
        (lambda row: row.update(occurred=["2026"]), "line 1: occurred"),
        (lambda row: row.update(forum="x"), "unknown key 'forum'"),
        (lambda row: row.pop("title"), "line 1: title"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, change: Callable[[dict[str, Any]], object], fault: str) -> None:
    row = json.loads(json.dumps(ROW))
    change(row)
    with pytest.raises(record.RecordError) as caught:
        loaded(tmp_path, row)
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ((ROW, "not json"), "line 2: not a JSON object"),
        (("[]",), "line 1: not a JSON object"),
        ((ROW, "", ROW), "line 3: the slug 'loom-v-mill' is already in line 1"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, rows: tuple[dict[str, Any] | str, ...], fault: str) -> None:
    with pytest.raises(record.RecordError, match=fault):
        loaded(tmp_path, *rows)


def test_there_are_enough_disputes() -> None:
    assert len(DISPUTES) >= 150
    assert sum(len(dispute.events) for dispute in DISPUTES) >= 220


def test_no_event_lies_in_the_future_and_they_stand_in_order() -> None:
    today = datetime.now(UTC).date()
    dates = {dispute.slug: [event.date.earliest() for event in dispute.events] for dispute in DISPUTES}
    assert [slug for slug, days in dates.items() if max(days) > today or days != sorted(days)] == []


def test_every_party_is_in_the_registry_or_among_the_persons() -> None:
    known = {organisation.name for organisation in registry.load().organisations}
    wrong = [
        (dispute.slug, party)
        for dispute in DISPUTES
        for party in (*dispute.accusers, *dispute.accused)
        if (party in known) == (party in dispute.persons)
    ]
    assert wrong == []
    parties = {dispute.slug: {*dispute.accusers, *dispute.accused} for dispute in DISPUTES}
    assert [dispute.slug for dispute in DISPUTES if not parties[dispute.slug].issuperset(dispute.persons)] == []


def test_an_entry_says_what_its_event_does_and_no_more(tmp_path: Path) -> None:
    row = {**ROW, "proceedings": [{"court": "N.D. Cal.", "docket": "1:26-cv-1"}, {"court": "9th Cir."}]}
    first, second = entries_of(loaded(tmp_path, row))
    assert (first.report.title, first.report.url) == ("Loom v. Mill: Weavers sue", "https://court.example/1")
    assert (first.report.outlet, first.report.published, first.report.crawled) == (PUBLIC_RECORD, None, None)
    (told,) = first.reading.allegations
    assert (told.sentence, told.span) == ("Weavers sue", Span("title", 14, 25))
    assert first.report.title[told.span.start : told.span.end] == told.sentence
    assert (told.accusers, told.accused, told.conduct) == (("Loom",), ("Mill",), (Conduct.COPYRIGHT,))
    assert (told.reached, told.stated) == (PartialDate("2026-02"), PartialDate("2026-02"))
    assert told.proceeding == Proceeding("N.D. Cal.", "1:26-cv-1")
    assert second.reading.allegations[0].stage is Stage.RULING
    assert second.reading.allegations[0].stated is None
    assert first.report.id != second.report.id


def test_all_of_an_entry_is_in_its_version(tmp_path: Path) -> None:
    plain = entries_of(loaded(tmp_path, ROW))
    changed = entries_of(loaded(tmp_path, {**ROW, "conduct": ["patent"]}))
    assert plain == entries_of(loaded(tmp_path, ROW))
    assert version_of(plain) != version_of(changed)
    assert [e.report for e in plain] == [e.report for e in changed]
    assert {e.reading.registry for e in plain}.isdisjoint(e.reading.registry for e in changed)


def seeded(base: Base, disputes: tuple[Dispute, ...]) -> None:
    base.outlets.put([OUTLET])
    base.entries.seed(entries_of(disputes))
    track(base)


def told(base: Base) -> list[tuple[str, list[str]]]:
    return [(each.slug, [claim.allegation.sentence for claim in each.claims]) for each in base.incidents.latest(99)]


def test_seeding_twice_changes_nothing_and_a_changed_file_is_followed(base: Base, tmp_path: Path) -> None:
    other = {**ROW, "slug": "other", "title": "Other", "accusers": ["Spindle"], "accused": ["Wheel"]}
    seeded(base, loaded(tmp_path, ROW, other))
    before, waiting = told(base), len(base.outbox.pending(999))
    assert sorted(sentences for _, sentences in before) == [["Weavers sue", "Claim stays"]] * 2
    seeded(base, loaded(tmp_path, ROW, other))
    assert (told(base), len(base.outbox.pending(999))) == (before, waiting)

    address = next(each.slug for each in base.incidents.of_parties(["Loom"]))
    events = [{**EVENT, "note": "Weavers and dyers sue"}, {**ROW["events"][1], "stage": "dismissed"}]
    seeded(base, loaded(tmp_path, {**ROW, "accusers": ["Loom", "Dye Works"], "events": events}))
    assert told(base) == [(address, ["Weavers and dyers sue", "Claim stays"])]
    (incident,) = base.incidents.latest(9)
    assert (incident.accusers, incident.stage) == (("Loom", "Dye Works"), Stage.DISMISSED)
    assert base.status().entries == 2

    seeded(base, ())
    assert (told(base), base.status().entries, base.status().claims) == ([], 0, 0)
    former = base.incidents.former(address)
    assert former is not None


def test_what_was_killed_half_way_is_finished_by_the_next_seeding(base: Base, tmp_path: Path) -> None:
    entries = entries_of(loaded(tmp_path, ROW))
    base.outlets.put([OUTLET])
    base.reports.put(entries[0].report)
    base.entries.seed(entries)
    base.reports.put(replace(entries[1].report, title="Loom v. Mill: changed, and not read"))
    base.entries.seed(entries)
    track(base)
    assert [sentences for _, sentences in told(base)] == [["Weavers sue", "Claim stays"]]


def test_entries_are_no_reports_that_were_crawled_or_wait_to_be_read(base: Base, tmp_path: Path) -> None:
    seeded(base, loaded(tmp_path, ROW))
    base.reports.put(report("r1"))
    assert [each.id for each in base.reports.unread("1", "m", "g", 9)] == ["r1"]
    assert [each.id for each in base.reports.latest(9)] == ["r1"]
    status = base.status()
    assert (base.reports.count(), status.reports, status.reports_read, status.entries) == (1, 1, 0, 2)
    assert len(base.reports.latest(9, outlet=PUBLIC_RECORD)) == 2


def test_times_are_the_events_own_and_the_newest_comes_first(base: Base, tmp_path: Path) -> None:
    other = {**ROW, "slug": "other", "accusers": ["Spindle"], "events": [{**EVENT, "date": "2026-03-10"}]}
    seeded(base, loaded(tmp_path, ROW, other))
    first, second = base.incidents.latest(9)
    assert (first.accusers, second.accusers) == (("Spindle",), ("Loom",))
    assert second.opened == datetime(2026, 2, 28, tzinfo=UTC)
    assert second.updated == datetime(2026, 3, 9, tzinfo=UTC)
    assert all(claim.report.published is None and claim.report.crawled is None for claim in second.claims)
    assert (second.entered, second.reported) == (True, False)


def test_the_index_follows_what_is_entered_and_what_is_removed(base: Base, tmp_path: Path) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    seeded(base, loaded(tmp_path, ROW))
    catch_up(base, engine)
    assert engine.count() == 5
    seeded(base, loaded(tmp_path, {**ROW, "events": [EVENT]}))
    catch_up(base, engine)
    assert engine.count() == 3
    seeded(base, ())
    catch_up(base, engine)
    assert (engine.count(), base.outbox.pending(9)) == (0, [])


KNOWN = [
    (("Getty Images",), ("Stability AI",), Conduct.TRAINING_COPYRIGHT, "1:23-cv-00135", "getty-v-stability-us"),
    (("Getty Images",), ("Stability AI",), Conduct.TRADEMARK, "IL-2023-000007", "getty-v-stability-uk"),
    (("The New York Times",), ("OpenAI",), Conduct.COPYRIGHT, "", "nyt-v-openai"),
    (("The New York Times",), ("Perplexity",), Conduct.SCRAPING, "", "nyt-v-perplexity"),
    (("Andrea Bartz", "authors"), ("Anthropic",), Conduct.TRAINING_COPYRIGHT, "", "bartz-v-anthropic"),
    (("Universal Music Group",), ("Udio",), Conduct.COPYRIGHT, "1:24-cv-04777", "umg-v-udio"),
    (("Disney",), ("Midjourney",), Conduct.OUTPUT_COPYRIGHT, "", "disney-v-midjourney"),
    (("Anthropic",), ("DeepSeek",), Conduct.DISTILLATION, "", "anthropic-v-deepseek-moonshot-minimax"),
    (("Anthropic",), ("Alibaba",), Conduct.DISTILLATION, "", "anthropic-v-alibaba"),
    (("xAI",), ("Xuechen Li",), Conduct.TRADE_SECRET, "", "xai-v-li"),
    (("GEMA",), ("OpenAI",), Conduct.COPYRIGHT, "", "gema-v-openai"),
    (("Thomson Reuters",), ("Ross Intelligence",), Conduct.COPYRIGHT, "", "thomson-reuters-v-ross"),
]


def test_every_dispute_is_one_incident_and_reports_on_known_disputes_attach_to_it(base: Base) -> None:
    seeded(base, DISPUTES)
    entered = {entry.report.id: each.slug for each in DISPUTES for entry in entries_of([each])}
    slugs = [{entered[claim.report.id] for claim in each.claims} for each in base.incidents.latest(999)]
    assert sorted(slugs, key=sorted) == sorted(({each.slug} for each in DISPUTES), key=sorted)

    for n, (accusers, accused, conduct, docket, _) in enumerate(KNOWN):
        court = Proceeding("", docket) if docket else None
        base.reports.put(report(f"r{n}", days=n))
        base.readings.put(f"r{n}", reading(allegation(accusers, accused, conduct=(conduct,), proceeding=court)))
    track(base)
    assert base.incidents.count() == len(DISPUTES)
    for n, (*_, slug) in enumerate(KNOWN):
        (incident,) = base.incidents.of_report(f"r{n}")
        assert {entered.get(claim.report.id, "") for claim in incident.claims} == {slug, ""}, slug
        assert (incident.entered, incident.reported) == (True, True)


def test_names_of_the_record_are_told_apart_as_names_are_compared() -> None:
    names = {party for dispute in DISPUTES for party in (*dispute.accusers, *dispute.accused)}
    assert len({name_key(name) for name in names}) == len(names)
