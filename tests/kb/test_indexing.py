"""How the index follows the base."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from values import allegation, reading, report

from kb.database import Base
from kb.database.incidents import Cause
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
def told(base: Base) -> Base:
    base.organisations.seed(registry_of([TIMES]))
    base.reports.put(report("r1", title="A suit", text="A suit."))
    base.readings.put("r1", reading(allegation(("The New York Times",), ("Beta",))))
    track(base)
    return base


@pytest.mark.parametrize("anew", [False, True])
def test_a_party_is_found_by_the_other_names_of_the_registry(told: Base, tmp_path: Path, anew: bool) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    (rebuild if anew else catch_up)(told, engine)
    assert [
        engine.search(Query(wanted=read(text).wanted)).total for text in ("NYT", "nyt", "times company", "NYX")
    ] == [1, 1, 1, 0]


def test_an_index_is_lost_when_it_is_empty_of_what_it_once_had(told: Base, tmp_path: Path) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    assert not is_lost(told, engine)
    catch_up(told, engine)
    assert not is_lost(told, engine)
    shutil.rmtree(tmp_path / "index")
    assert is_lost(told, open_engine(f"tantivy:{tmp_path}/index"))


@pytest.fixture
def engine(told: Base, tmp_path: Path) -> SearchEngine:
    opened = open_engine(f"tantivy:{tmp_path}/index")
    catch_up(told, opened)
    return opened


def incidents_of(engine: SearchEngine, text: str = "") -> dict[str, tuple[int, ...]]:
    """By its title, the incidents of every report found."""
    hits = engine.search(Query(wanted=read(text).wanted, kind="report")).hits
    return {hit.title.text: hit.incidents for hit in hits}


def test_a_report_that_is_indexed_before_it_is_tracked_learns_its_incident(told: Base, engine: SearchEngine) -> None:
    told.reports.put(report("r2", title="Another suit", text="A suit."))
    told.readings.put("r2", reading(allegation(("Gamma",), ("Delta",))))
    catch_up(told, engine)
    assert incidents_of(engine, "gamma") == {"Another suit": ()}
    track(told)
    catch_up(told, engine)
    (number,) = incidents_of(engine, "gamma")["Another suit"]
    assert engine.search(Query(wanted=read("gamma").wanted)).hits[0].key == str(number)


def test_claims_that_are_merged_into_another_incident_take_their_reports_along(
    told: Base, engine: SearchEngine
) -> None:
    seen, first = told.incidents.changed(), told.incidents.numbers()
    told.reports.put(report("r2", title="Another suit", text="A suit."))
    told.readings.put("r2", reading(allegation(("Gamma",), ("Delta",))))
    track(told)
    catch_up(told, engine)
    (one,), (other,) = incidents_of(engine)["A suit"], incidents_of(engine)["Another suit"]
    assert one != other
    merged = tell([claim for identity in ("r1", "r2") for claim in told.claims.of_report(identity)])
    told.incidents.assign([merged], seen, Cause("a person said so"))
    catch_up(told, engine)
    assert len(told.incidents.numbers()) == len(first) == 1
    assert set(incidents_of(engine).values()) == {tuple(told.incidents.numbers())}
    assert {hit.incidents for hit in engine.search(Query(kind="claim")).hits} == {tuple(told.incidents.numbers())}
    assert engine.search(Query()).total == 1


def test_claims_that_a_new_reading_drops_leave_the_index(told: Base, engine: SearchEngine) -> None:
    assert engine.search(Query(kind="claim")).total == 1
    told.reports.put(report("r1", title="A correction", text="Nobody sues."))
    told.readings.put("r1", reading())
    track(told)
    catch_up(told, engine)
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
    told: Base, engine: SearchEngine, kind: Kind, text: str, total: int
) -> None:
    case = Proceeding("Tokyo District Court", "Reiwa-00007")
    occurred = Interval(PartialDate("2025-04"), PartialDate("2025-Q2"))
    told.reports.put(report("r3", days=3, title="A suit in Tokyo", text="A suit."))
    told.readings.put(
        "r3",
        reading(
            allegation(
                ("The New York Times",), ("Zeta",), proceeding=case, occurred=occurred, stated=PartialDate("2026-01")
            )
        ),
    )
    track(told)
    catch_up(told, engine)
    assert engine.search(Query(wanted=read(f"{text} accused:zeta").wanted, kind=kind)).total == total


def test_a_party_that_gets_another_name_is_found_by_it(told: Base, engine: SearchEngine) -> None:
    assert engine.search(Query(wanted=read("Grey").wanted)).total == 0
    told.organisations.seed(registry_of([replace(TIMES, aliases=("The Grey Lady",))]))
    catch_up(told, engine)
    for kind in get_args(Kind):
        assert engine.search(Query(wanted=read("Grey").wanted, kind=kind)).total == 1
        assert engine.search(Query(wanted=read("alias NYT").wanted, kind=kind)).total == 0
    told.organisations.seed(registry_of([replace(TIMES, aliases=("The Grey Lady",))]))
    assert told.outbox.pending(9) == []


def test_an_index_is_lost_too_where_only_an_incident_is_missing(told: Base, tmp_path: Path) -> None:
    catch_up(told, open_engine(f"tantivy:{tmp_path}/index"))
    told.reports.put(report("r1", title="A suit, told anew", text="A suit."))
    assert is_lost(told, open_engine(f"tantivy:{tmp_path}/other"))


def test_an_empty_base_has_lost_nothing(base: Base, tmp_path: Path) -> None:
    assert not is_lost(base, open_engine(f"tantivy:{tmp_path}/index"))
