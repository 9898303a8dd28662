"""How the index follows the base."""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from values import allegation, reading, report, response

from kb.database import Base, open_base
from kb.database.incidents import Cause
from kb.model import Interval, Organisation, PartialDate, Proceeding
from kb.registry import registry_of
from kb.search import Refusal, SearchEngine, indexing, open_engine
from kb.search.documents import SEARCHED, SearchDocument
from kb.search.embedded.engine import TantivyEngine
from kb.search.indexing import Indexed, catch_up, is_lost, rebuild
from kb.search.language import read
from kb.search.query import Kind, Query
from kb.tracking.telling import tell
from kb.tracking.track import track

TIMES = Organisation(
    name="The New York Times",
    legal_name="The New York Times Company",
    aliases=("NYT",),
    tickers=("NYSE:NYT",),
    country="US",
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
        ("country:us", 1),
        ("country:jp", 0),
        ("response:denied", 1),
        ("response:admitted", 0),
        ("response:none", 0),
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
    made = allegation(
        ("The New York Times",), ("Zeta",), proceeding=case, occurred=occurred, stated=PartialDate("2026-01")
    )
    answered = (response("Zeta", "denied", "Zeta denied it."), response("Eta", "admitted", "Eta admitted it."))
    told.readings.put("r3", replace(reading(made), responses=answered))
    track(told)
    catch_up(told, engine)
    assert engine.search(Query(wanted=read(f"{text} accused:zeta").wanted, kind=kind)).total == total


def test_origins_are_counted_where_reports_repeat_one_another(told: Base, engine: SearchEngine) -> None:
    for number, (outlet, origin) in enumerate([("courier", ""), ("ledger", "The Courier"), ("loom", "")], 4):
        told.reports.put(
            report(f"r{number}", days=number, outlet=outlet, origin=origin, title="A suit", text=f"{number}.")
        )
        sentence = f"It took {number} words of its own for {outlet} to say so."
        told.readings.put(f"r{number}", reading(allegation(("Iota",), ("Kappa",), sentence=sentence)))
    track(told)
    catch_up(told, engine)
    counted = engine.search(Query()).facets["origins"]
    assert {each.value: each.count for each in counted} == {"1": 1, "2": 1}
    assert engine.search(Query(wanted=read("origins:2").wanted)).total == 1
    assert engine.search(Query(kind="claim")).facets["origins"] == ()
    assert {each.value for each in engine.search(Query(kind="claim")).facets["response"]} == {"none"}


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


ODD = "odd"


class Choosy(TantivyEngine):
    """An engine that does not take what has a certain title."""

    def put(self, documents: Iterable[SearchDocument], gone: Iterable[tuple[Kind, str]] = ()) -> tuple[Refusal, ...]:
        taken, refused = parted(documents)
        former = [(document.kind, document.key) for document in refused]
        super().put(taken, [*gone, *former])
        return tuple(Refusal(kind, key, "it is odd") for kind, key in former)

    def rebuild(self, documents: Iterable[SearchDocument]) -> tuple[Refusal, ...]:
        taken, refused = parted(documents)
        super().rebuild(taken)
        return tuple(Refusal(document.kind, document.key, "it is odd") for document in refused)


def parted(documents: Iterable[SearchDocument]) -> tuple[list[SearchDocument], list[SearchDocument]]:
    listed = list(documents)
    return [each for each in listed if each.title != ODD], [each for each in listed if each.title == ODD]


CHANGES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=6)


@given(rounds=st.lists(st.tuples(CHANGES, st.booleans()), min_size=1, max_size=4))
@settings(max_examples=12, deadline=None)
def test_whatever_is_refused_the_rest_is_there_and_the_refused_is_known(
    rounds: list[tuple[list[tuple[int, bool]], bool]],
) -> None:
    odd: dict[str, bool] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        open_base(f"sqlite:///{folder}/base.sqlite") as base,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(indexing, "_BATCH", 2)
        engine = Choosy(Path(folder) / "index")
        for changes, anew in rounds:
            for number, is_odd in changes:
                odd[f"r{number}"] = is_odd
                base.reports.put(report(f"r{number}", title=ODD if is_odd else "A suit"))
            (rebuild if anew else catch_up)(base, engine)
            assert base.outbox.pending(9) == []
            assert sorted(entry.key for entry in base.outbox.refused()) == sorted(key for key in odd if odd[key])
            assert {entry.refused for entry in base.outbox.refused()} <= {"it is odd"}
            found = engine.search(Query(kind="report", size=99)).hits
            assert sorted(hit.key for hit in found) == sorted(key for key in odd if not odd[key])
            assert not is_lost(base, engine)


def test_a_claim_that_is_refused_is_told_of_its_report(told: Base, tmp_path: Path) -> None:
    """Both have the report's title, and so have the engine refuse them."""
    told.reports.put(report("r1", title=ODD, text="A suit."))
    told.readings.put("r1", reading(allegation(("The New York Times",), ("Beta",))))
    track(told)
    [claim] = told.claims.of_report("r1")
    engine = Choosy(tmp_path / "index")
    for index in (catch_up, rebuild):
        assert index(told, engine) == Indexed(1, 1)
        [entry] = told.outbox.refused()
        assert (entry.thing, entry.refused) == (("report", "r1"), f"it is odd; claim {claim.id}: it is odd")
        assert (told.status().outbox, told.status().index_refused) == (0, 1)


def test_of_a_very_long_text_the_beginning_is_searched(told: Base, engine: SearchEngine) -> None:
    told.reports.put(report("r1", title="A book", text="Aardvark " + "and so on " * (SEARCHED // 10) + "zymurgy"))
    catch_up(told, engine)
    assert [len(incidents_of(engine, word)) for word in ("aardvark", "zymurgy")] == [1, 0]
