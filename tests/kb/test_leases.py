"""One holder at a time, on both databases."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from values import report

from kb.database import Base, LeaseLost, LeaseState, LeaseTaken, leases, open_base
from kb.database.leases import new_holder
from kb.database.sessions import Sessions
from kb.database.tables import SettingRow

HOLD = """
import sys, time
from kb.database import open_base
with open_base(sys.argv[1]) as base, base.leases.held("steps", seconds=2, waiting=lambda state: None):
    print("held", flush=True)
    time.sleep(60)
"""


def wait_until_free(base: Base, name: str) -> None:
    deadline = time.monotonic() + 20
    while base.leases.state(name) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_lease_is_held_by_one_until_it_is_given_back(base: Base) -> None:
    leases = base.leases
    assert leases.acquire("a", "one")
    assert not leases.acquire("a", "two")
    assert leases.acquire("b", "two")
    assert leases.acquire("a", "one")
    state = leases.state("a")
    assert state is not None
    assert state.holder == "one"
    leases.release("a", "two")
    assert not leases.renew("a", "two")
    assert leases.renew("a", "one")
    leases.release("a", "one")
    assert leases.state("a") is None
    assert not leases.renew("a", "one")
    assert leases.acquire("a", "two")


def test_a_lease_that_expired_is_taken_over_and_the_first_holder_told(base: Base) -> None:
    leases = base.leases
    assert leases.acquire("a", "one", seconds=0.05)
    wait_until_free(base, "a")
    assert leases.acquire("a", "two")
    assert not leases.renew("a", "one")
    leases.release("a", "one")
    state = leases.state("a")
    assert state is not None
    assert state.holder == "two"


def test_a_lease_that_expired_and_that_nobody_took_can_be_renewed(base: Base) -> None:
    assert base.leases.acquire("a", "one", seconds=0.01)
    wait_until_free(base, "a")
    assert base.leases.renew("a", "one")
    assert base.leases.state("a") is not None


@pytest.mark.parametrize("expired", [False, True])
def test_of_many_at_once_one_gets_it(base: Base, expired: bool) -> None:
    if expired:
        base.leases.acquire("a", "before", seconds=0.01)
        wait_until_free(base, "a")
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: base.leases.acquire("a", f"holder {n}"), range(24)))
    assert sum(won) == 1


def test_it_is_renewed_while_it_is_held_and_given_back_at_the_end(base: Base) -> None:
    with base.leases.held("a", seconds=0.8) as lease:
        for _ in range(20):
            time.sleep(0.1)
            assert not base.leases.acquire("a", "other")
        assert not lease.lost
        with pytest.raises(LeaseTaken, match=f"process {os.getpid()} on "), base.leases.held("a"):
            pass
    assert base.leases.state("a") is None


def test_a_holder_is_told_that_another_took_it(base: Base) -> None:
    with base.leases.held("a", seconds=0.4) as lease:
        base.leases.release("a", lease.holder)
        assert base.leases.acquire("a", "other")
        deadline = time.monotonic() + 10
        while not lease.lost:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with base.only_while(lease), pytest.raises(LeaseLost, match="'a' was lost"):
            base.facts.set("a", "b")
    state = base.leases.state("a")
    assert state is not None
    assert state.holder == "other"


def test_leases_that_nobody_comes_back_for_are_forgotten(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "_FORGOTTEN", timedelta())
    base.leases.acquire("a", "one", seconds=0.01)
    wait_until_free(base, "a")
    base.leases.acquire("b", "two")
    assert base.leases.renew_all({"a"}, "one") == frozenset()
    assert base.leases.renew_all({"b"}, "two") == {"b"}


def test_whoever_waits_gets_it_when_it_is_given_back(base: Base) -> None:
    told: list[LeaseState] = []
    got = threading.Event()

    def wait_for_it() -> None:
        with base.leases.held("a", waiting=told.append):
            got.set()

    with base.leases.held("a") as lease:
        waiting = threading.Thread(target=wait_for_it)
        waiting.start()
        time.sleep(1.5)
        assert not got.is_set()
    waiting.join(timeout=20)
    assert got.is_set()
    assert {state.holder for state in told} == {lease.holder}


def test_a_killed_holder_is_replaced_by_the_clock(address: str) -> None:
    told: list[LeaseState] = []
    with open_base(address) as base:
        holder = subprocess.Popen([sys.executable, "-c", HOLD, address], stdout=subprocess.PIPE, text=True)
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        time.sleep(3)
        assert base.leases.state("steps") is not None
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        began = time.monotonic()
        with base.leases.held("steps", waiting=told.append):
            assert time.monotonic() - began < 10
    assert {state.who for state in told} == {f"process {holder.pid} on {os.uname().nodename}"}


def test_a_paused_holder_knows_that_it_lost_it_before_it_writes_again(address: str) -> None:
    code = HOLD.replace(
        "time.sleep(60)",
        """
    sys.stdin.readline()
    print(f"lost: {lease.lost}", flush=True)
""",
    ).replace("waiting=lambda state: None)", "waiting=lambda state: None) as lease")
    with open_base(address) as base:
        paused = subprocess.Popen(
            [sys.executable, "-c", code, address], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
        )
        assert paused.stdout is not None
        assert paused.stdout.readline().strip() == "held"
        paused.send_signal(signal.SIGSTOP)
        wait_until_free(base, "steps")
        assert base.leases.acquire("steps", new_holder())
        paused.send_signal(signal.SIGCONT)
        assert paused.communicate("\n", timeout=30)[0].strip() == "lost: True"


def test_a_wait_can_be_given_up(base: Base) -> None:
    def give_up(_state: LeaseState) -> None:
        raise KeyboardInterrupt

    base.leases.acquire("a", "other")
    with pytest.raises(KeyboardInterrupt), base.leases.held("a", waiting=give_up):
        pass


def test_nothing_is_written_without_the_lease_under_which_it_was_begun(base: Base) -> None:
    with base.leases.held("a", seconds=0.4) as lease, base.only_while(lease):
        base.reports.put(report("r1"))
        base.leases.release("a", lease.holder)
        assert base.leases.acquire("a", "other")
        deadline = time.monotonic() + 10
        while not lease.lost:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert base.reports.count() == 1
        with pytest.raises(LeaseLost):
            base.reports.put(report("r2"))
    base.reports.put(report("r3"))
    assert base.reports.identities() == ["r1", "r3"]


def test_a_long_write_costs_its_writer_no_lease(base: Base, address: str) -> None:
    """While one writes to SQLite nobody can renew; whoever waits then lets the writer renew first."""
    sessions = Sessions(address)
    got: list[bool] = []
    with base.leases.held("a", seconds=1) as lease, base.only_while(lease), open_base(address) as other:
        with sessions.write() as session:
            session.add(SettingRow(key="long", value="write"))
            session.flush()
            taker = threading.Thread(target=lambda: got.append(other.leases.acquire("a", "taker", seconds=1)))
            time.sleep(1.5 if sessions.dialect == "sqlite" else 0)
            taker.start()
            time.sleep(2)
        taker.join()
        assert got == [False]
        base.facts.set("then", "on")
        lease_state = base.leases.state("a")
        assert lease_state is None or lease_state.holder == lease.holder
    sessions.close()
