"""A base copied into another database holds the same and goes on as the first would."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from values import START, a_capture, allegation, outlet, reading, report

from kb.database import Base, BaseUnavailable, open_base
from kb.database.copying import CopyRefused, copy_base
from kb.database.sessions import Sessions
from kb.model import Conduct
from kb.registry import load
from kb.tracking.track import track
from pipeline.step import silent

WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite"), ("postgresql", "postgresql")]


@pytest.fixture(params=WAYS, ids="-".join)
def addresses(
    request: pytest.FixtureRequest, tmp_path: Path, postgresql: str, another_postgresql: str
) -> tuple[str, str]:
    places = {
        "sqlite": [f"sqlite:///{tmp_path}/{name}.sqlite" for name in ("one", "other")],
        "postgresql": [postgresql, another_postgresql],
    }
    one, other = request.param
    return places[one][0], places[other][1]


@pytest.fixture
def sessions(addresses: tuple[str, str]) -> Iterator[tuple[Sessions, Sessions]]:
    with open_base(addresses[0]) as base:
        fill(base)
    with ExitStack() as stack:
        opened = [Sessions(address) for address in addresses]
        for each in opened:
            stack.callback(each.close)
        yield opened[0], opened[1]


def fill(base: Base, reports: int = 80) -> None:
    base.organisations.seed(load())
    base.outlets.put([outlet("courier"), outlet("Ä")])
    base.facts.set("kind", "own")
    base.captures.add(a_capture("https://news.example/ö\x00"))
    for n in range(reports):
        base.reports.put(report(f"r{n}", days=n, title=f"“Title” {n} 😀", published=START if n % 5 else None))
    for n in range(40):
        conduct = [(Conduct.DISTILLATION,), (Conduct.LIKENESS,)][n % 2]
        base.readings.put(f"r{n}", reading(allegation((f"Party {n % 4}",), conduct=conduct)))
    track(base)
    both = reading(allegation(("Party 0",), conduct=(Conduct.DISTILLATION, Conduct.LIKENESS)))
    base.reports.put(report("both", text="Another."))
    base.reports.put(report("likeness", text="A third."))
    base.readings.put("likeness", reading(allegation(("Party 0",), conduct=(Conduct.LIKENESS,))))
    track(base)
    base.readings.put("both", both)
    base.readings.put("r2", replace(reading(), reader="2"))
    track(base)
    base.journal.finish(base.journal.start("read"), 3, 0, "")
    base.leases.acquire("steps", "somebody", seconds=0.01)


def go_on(base: Base) -> list[object]:
    """What a base gives, and what it gives after more has come."""
    found: list[object] = [
        base.incidents.latest(99),
        base.health.of_outlets(START),
        base.reports.latest(99),
        base.outbox.pending(9999),
    ]
    base.captures.add(a_capture("https://news.example/new"))
    base.reports.put(report("new"))
    base.readings.put("new", reading(allegation(("Party 1",), ("Somebody new",))))
    base.journal.start("track")
    track(base)
    after = [(each.slug, each.title, len(each.claims)) for each in base.incidents.latest(99)]
    return [*found, after, base.incidents.numbers(), len(base.outbox.pending(9999))]


def test_a_copy_holds_the_same_and_goes_on_alike(sessions: tuple[Sessions, Sessions]) -> None:
    told: list[tuple[int, int | None]] = []
    copied = copy_base(*sessions, lambda done, total: told.append((done, total)))
    rows = {each.table: each.rows for each in copied}
    assert (rows["reports"], rows["captures"], rows["readings"]) == (82, 1, 43)
    assert told[-1] == (sum(rows.values()), sum(rows.values()))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    with open_base(sessions[0].address) as one, open_base(sessions[1].address) as other:
        assert rows["incidents"] > one.incidents.count()
        assert other.leases.state("steps") is None
        assert go_on(other) == go_on(one)


@pytest.mark.parametrize("addresses", WAYS[:1], indirect=True)
def test_a_base_that_is_not_empty_is_left_alone(sessions: tuple[Sessions, Sessions]) -> None:
    with open_base(sessions[1].address) as base:
        base.facts.set("kind", "own")
    with pytest.raises(CopyRefused, match="not empty"):
        copy_base(*sessions, silent)
    with open_base(sessions[1].address) as base:
        assert (base.facts.get("kind"), base.reports.count()) == ("own", 0)
    with pytest.raises(CopyRefused, match="not empty"):
        copy_base(sessions[0], sessions[0], silent)


class _BrokenOff(Exception):
    pass


def break_off(done: int, _total: int | None) -> None:
    if done > 640:
        raise _BrokenOff


def test_a_copy_that_was_broken_off_is_no_base_until_it_is_made_again(
    sessions: tuple[Sessions, Sessions], tmp_path: Path
) -> None:
    one, other = sessions
    with pytest.raises(_BrokenOff):
        copy_base(one, other, break_off)
    with pytest.raises(BaseUnavailable, match="unfinished copy of.*disputed copy"):
        open_base(other.address)
    with open_base(one.address) as base:
        base.reports.put(report("late"))
    third = Sessions(f"sqlite:///{tmp_path}/third.sqlite")
    with pytest.raises(CopyRefused, match="unfinished copy of .*"):
        copy_base(third, other, silent)
    third.close()
    copied = {each.table: each.rows for each in copy_base(one, other, silent)}
    assert copied["reports"] == 83
    with open_base(one.address) as first, open_base(other.address) as second:
        assert go_on(second) == go_on(first)


@pytest.mark.parametrize("addresses", WAYS[:1], indirect=True)
def test_a_copy_that_differs_is_found_out(sessions: tuple[Sessions, Sessions]) -> None:
    one, other = sessions

    def meddle(done: int, total: int | None) -> None:
        if done == total:
            with other.write() as session:
                session.execute(text("UPDATE report_revisions SET text = 'Other words.' WHERE report_id = 'r7'"))

    with pytest.raises(CopyRefused, match="differs.*report_revisions"):
        copy_base(one, other, meddle)
    with pytest.raises(BaseUnavailable, match="unfinished copy"):
        open_base(other.address)
