"""How the index follows the base."""

import shutil
from pathlib import Path

import pytest
from values import allegation, reading, report

from kb.database import Base
from kb.model import Organisation
from kb.registry import registry_of
from kb.search import open_engine
from kb.search.indexing import catch_up, is_lost, rebuild
from kb.search.query import Query
from kb.tracking.track import track

TIMES = Organisation(name="The New York Times", legal_name="The New York Times Company", aliases=("NYT",))


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
    assert [engine.search(Query(text=text)).total for text in ("NYT", "nyt", "times company", "NYX")] == [1, 1, 1, 0]


def test_an_index_is_lost_when_it_is_empty_of_what_it_once_had(told: Base, tmp_path: Path) -> None:
    engine = open_engine(f"tantivy:{tmp_path}/index")
    assert not is_lost(told, engine)
    catch_up(told, engine)
    assert not is_lost(told, engine)
    shutil.rmtree(tmp_path / "index")
    assert is_lost(told, open_engine(f"tantivy:{tmp_path}/index"))


def test_an_empty_base_has_lost_nothing(base: Base, tmp_path: Path) -> None:
    assert not is_lost(base, open_engine(f"tantivy:{tmp_path}/index"))
