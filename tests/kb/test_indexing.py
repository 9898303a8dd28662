"""How the index follows the base."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from values import allegation, reading, report

from kb.database import Base, open_base
from kb.model import Interval, Organisation, PartialDate, Proceeding
from kb.registry import registry_of
from kb.search import SearchEngine, open_engine
from kb.search.indexing import catch_up, is_lost, rebuild
from kb.search.language import read
from kb.search.query import Kind, Query
from kb.tracking.telling import tell
from kb.tracking.track import track

TIMES = Organisation(
    name="The New York Times", legal_name="The New York Times Company", aliases=("NYT",), tickers=("NYSE:NYT",)
)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as opened:
        opened.organisations.seed(registry_of([TIMES]))
        opened.reports.put(report("r1", title="A suit", text="A suit."))
        opened.readings.put("r1", reading(allegation(("The New York Times",), ("Beta",))))
        track(opened)
        yield opened


@pytest.mark.parametrize("anew", [False, True])
def test_a_party_is_found_by_the_other_names_of_the_registry(base: Base, tmp_path: Path, anew: bool) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    (rebuild if anew else catch_up)(base, engine)
    assert [
        engine.search(Query(wanted=read(text).wanted)).total for text in ("NYT", "nyt", "times company", "NYX")
    ] == [1, 1, 1, 0]


def test_an_index_is_lost_when_it_is_empty_of_what_it_once_had(base: Base, tmp_path: Path) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    assert not is_lost(base, engine)
    catch_up(base, engine)
    assert not is_lost(base, engine)
    shutil.rmtree(tmp_path / "index")
    assert is_lost(base, open_engine(f"tantivy:{tmp_path}/index"))


@pytest.fixture
def engine(base: Base, tmp_path: Path) -> SearchEngine:
    opened = open_engine(f"tantivy:{tmp_path}/index")
    catch_up(base, opened)
    return opened


def incidents_of(engine: SearchEngine, text: str = "") -> dict[str, tuple[int, ...]]:
    """By its title, the incidents of every report found."""
    hits = engine.search(Query(wanted=read(text).wanted, kind="report")).hits
    return {hit.title.text: hit.incidents for hit in hits}


def test_a_report_that_is_indexed_before_it_is_tracked_learns_its_incident(base: Base, engine: SearchEngine) -> None:
    base.reports.put(report("r2", title="Another suit", text="A suit."))
    base.readings.put("r2", reading(allegation(("Gamma",), ("Delta",))))
    catch_up(base, engine)
    assert incidents_of(engine, "gamma") == {"Another suit": ()}
    track(base)
    catch_up(base, engine)
    (number,) = incidents_of(engine, "gamma")["Another suit"]
    assert engine.search(Query(wanted=read("gamma").wanted)).hits[0].key == str(number)


def test_claims_that_are_merged_into_another_incident_take_their_reports_along(
    base: Base, engine: SearchEngine
) -> None:
    seen, first = base.incidents.changed(), base.incidents.numbers()
    base.reports.put(report("r2", title="Another suit", text="A suit."))
    base.readings.put("r2", reading(allegation(("Gamma",), ("Delta",))))
    track(base)
    catch_up(base, engine)
    (one,), (other,) = incidents_of(engine)["A suit"], incidents_of(engine)["Another suit"]
    assert one != other
    merged = tell([claim for identity in ("r1", "r2") for claim in base.claims.of_report(identity)])
    base.incidents.assign([merged], seen, "a person said so")
    catch_up(base, engine)
    assert len(base.incidents.numbers()) == len(first) == 1
    assert set(incidents_of(engine).values()) == {tuple(base.incidents.numbers())}
    assert {hit.incidents for hit in engine.search(Query(kind="claim")).hits} == {tuple(base.incidents.numbers())}
    assert engine.search(Query()).total == 1


def test_claims_that_a_new_reading_drops_leave_the_index(base: Base, engine: SearchEngine) -> None:
    assert engine.search(Query(kind="claim")).total == 1
    base.reports.put(report("r1", title="A correction", text="Nobody sues."))
    base.readings.put("r1", reading())
    track(base)
    catch_up(base, engine)
    assert engine.search(Query(kind="claim")).total == 0
    assert incidents_of(engine) == {"A correction": ()}


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("ticker:NYT", 1),
        ("ticker:NYSE:NYT", 1),
        ("ticker:BABA", 0),
        ("court:tokyo", 1),
        ("docket:00007", 1),
        ("occurred:2025-05", 1),
        ("occurred:2025-07", 0),
        ("stated:2026-01-15", 1),
        ("stated:2025", 0),
        ("published:2026-06-04", 1),
        ("published:2026-06-05", 0),
        ("crawled:2026-06-04", 1),
        ("recorded:2026-06-04", 0),
        ("recorded:2020..", 1),
    ],
)
@pytest.mark.parametrize("kind", ["incident", "report", "claim"])
def test_what_the_base_knows_can_be_asked_for(
    base: Base, engine: SearchEngine, kind: Kind, text: str, total: int
) -> None:
    case = Proceeding("Tokyo District Court", "Reiwa-00007")
    occurred = Interval(PartialDate("2025-04"), PartialDate("2025-Q2"))
    base.reports.put(report("r3", days=3, title="A suit in Tokyo", text="A suit."))
    base.readings.put(
        "r3",
        reading(
            allegation(
                ("The New York Times",), ("Zeta",), proceeding=case, occurred=occurred, stated=PartialDate("2026-01")
            )
        ),
    )
    track(base)
    catch_up(base, engine)
    assert engine.search(Query(wanted=read(f"{text} accused:zeta").wanted, kind=kind)).total == total


def test_a_party_that_gets_another_name_is_found_by_it(base: Base, engine: SearchEngine) -> None:
    assert engine.search(Query(wanted=read("Grey").wanted)).total == 0
    base.organisations.seed(registry_of([replace(TIMES, aliases=("The Grey Lady",))]))
    catch_up(base, engine)
    for kind in get_args(Kind):
        assert engine.search(Query(wanted=read("Grey").wanted, kind=kind)).total == 1
        assert engine.search(Query(wanted=read("alias NYT").wanted, kind=kind)).total == 0
    base.organisations.seed(registry_of([replace(TIMES, aliases=("The Grey Lady",))]))
    assert base.outbox.pending(9) == []


def test_an_index_is_lost_too_where_only_an_incident_is_missing(base: Base, tmp_path: Path) -> None:
    catch_up(base, open_engine(f"tantivy:{tmp_path}/index"))
    base.reports.put(report("r1", title="A suit, told anew", text="A suit."))
    assert is_lost(base, open_engine(f"tantivy:{tmp_path}/other"))


def test_an_empty_base_has_lost_nothing(tmp_path: Path) -> None:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        assert not is_lost(base, open_engine(f"tantivy:{tmp_path}/index"))
