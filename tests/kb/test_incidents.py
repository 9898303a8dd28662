from dataclasses import replace
from pathlib import Path

import pytest
from values import allegation, reading, report

from kb.database import Base
from kb.database.incidents import Cause
from kb.model import Allegation, Conduct, Incident, Proceeding
from kb.search import SearchEngine, open_engine
from kb.search.indexing import catch_up
from kb.search.language import read
from kb.search.query import Query
from kb.tracking.grouping import group
from kb.tracking.telling import tell
from kb.tracking.track import track


@pytest.fixture
def engine(tmp_path: Path) -> SearchEngine:
    return open_engine(f"tantivy:{tmp_path}/index")


def tell_base(base: Base, identity: str, *allegations: Allegation, text: str = "Once.") -> None:
    base.reports.put(report(identity, title="A report", text=text))
    base.readings.put(identity, reading(*allegations))


def found(engine: SearchEngine, base: Base, text: str) -> list[str]:
    catch_up(base, engine)
    keys = [hit.key for hit in engine.search(Query(wanted=read(text).wanted)).hits]
    return [incident.slug for key in keys if (incident := base.incidents.by_number(int(key)))] if keys else []


def test_an_incident_that_no_report_tells_of_any_more_leaves_the_index_and_says_what_it_was(
    base: Base, engine: SearchEngine
) -> None:
    tell_base(base, "r1", allegation())
    tell_base(base, "r2", allegation(("Gamma",), ("Delta",)))
    track(base)
    assert found(engine, base, "Alpha") == ["alpha-accuses-beta-of-distillation"]
    tell_base(base, "r1", text="A correction.")
    track(base)
    catch_up(base, engine)
    assert engine.search(Query(wanted=read("Alpha").wanted)).total == 0
    assert (base.incidents.count(), base.status().incidents, len(base.incidents.numbers())) == (1, 1, 1)
    former = base.incidents.former("alpha-accuses-beta-of-distillation")
    assert former is not None
    assert former.title == "Alpha accuses Beta of distillation"
    assert base.incidents.former("gamma-accuses-delta-of-distillation") is None
    assert base.incidents.former("never-there") is None
    assert track(base).changed == 0


def test_an_incident_split_in_two_is_no_longer_found_by_the_sentence_that_left_it(
    base: Base, engine: SearchEngine
) -> None:
    def suit(docket: str, sentence: str = "A sentence.") -> Allegation:
        return allegation(conduct=(Conduct.COPYRIGHT,), proceeding=Proceeding("", docket), sentence=sentence)

    tell_base(base, "r1", suit("1:25-cv-1"))
    tell_base(base, "r2", suit("1:25-cv-1"))
    tell_base(base, "r3", suit("", "A zebra is named."))
    track(base)
    first = base.incidents.latest(10)[0].slug
    assert found(engine, base, "zebra") == [first]
    tell_base(base, "r3", suit("1:25-cv-3", "A zebra is named."), text="With its number.")
    track(base)
    assert base.incidents.count() == 2
    assert first not in found(engine, base, "zebra")
    assert len(found(engine, base, "zebra")) == 1


def as_read(base: Base) -> list[Incident]:
    claims = {claim.id: claim for claim in base.claims.untracked()}
    return [
        tell([replace(claims[i], reasons=why) for i, why in each.reasons.items()]) for each in group(claims.values())
    ]


def test_what_changes_while_tracking_runs_is_tracked_by_the_next_run(base: Base) -> None:
    tell_base(base, "r1", allegation())
    tell_base(base, "r2", allegation(("Gamma",), ("Delta",)))
    track(base)
    tell_base(base, "r1", allegation(), text="Changed once.")
    seen, disputes = base.incidents.changed(), as_read(base)
    tell_base(base, "r2", text="Taken back meanwhile.")
    tell_base(base, "r1", allegation(proceeding=Proceeding("", "1:26-cv-7")), text="Changed meanwhile.")
    base.incidents.assign(disputes, seen, Cause("meanwhile"))
    assert len(base.incidents.changed()) == 2
    assert track(base).tracked == 1
    assert base.incidents.changed() == {}
    assert [incident.accusers for incident in base.incidents.latest(10)] == [("Alpha",)]


def test_a_claim_replaced_while_its_first_tracking_runs_is_placed_by_the_next_run(base: Base) -> None:
    tell_base(base, "r1", allegation())
    seen, disputes = base.incidents.changed(), as_read(base)
    tell_base(base, "r1", allegation(), text="Changed meanwhile.")
    base.incidents.assign(disputes, seen, Cause("meanwhile"))
    assert base.incidents.count() == 0
    assert track(base).tracked == 1
    assert base.incidents.count() == 1
