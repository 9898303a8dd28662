"""Editing as a person types it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from values import allegation, reading, report

from kb.database import open_base
from kb.model import Incident
from kb.tracking.track import track

DISPUTED = Path(sys.executable).with_name("disputed")
Edit = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """`disputed edit` on a base with Alpha against Beta, told by r1 and r2, and Gamma against Delta, told by r3."""
    with open_base(address(tmp_path)) as base:
        for identity, parties in {"r1": ("Alpha", "Beta"), "r2": ("Alpha", "Beta"), "r3": ("Gamma", "Delta")}.items():
            base.reports.put(report(identity))
            base.readings.put(identity, reading(allegation(parties[:1], parties[1:])))
        track(base)

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(DISPUTED), "edit", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env={**os.environ, "DISPUTED_DATABASE": address(tmp_path), "DISPUTED_SEARCH": f"tantivy:{tmp_path}/index"},
        )

    return run


def address(folder: Path) -> str:
    return f"sqlite:///{folder}/base.sqlite"


def incidents(folder: Path) -> list[Incident]:
    with open_base(address(folder)) as base:
        return sorted(base.incidents.latest(10), key=lambda incident: incident.slug)


ALPHA, GAMMA = "alpha-accuses-beta-of-distillation", "gamma-accuses-delta-of-distillation"


def test_a_merge_is_shown_made_listed_and_undone(edit: Edit, tmp_path: Path) -> None:
    before = incidents(tmp_path)
    looked = edit("merge", GAMMA, ALPHA, "--why", "one suit", "--preview")
    assert f"{GAMMA}: “Gamma accuses Delta of distillation” (1 claim, accused) leads to {ALPHA}" in looked.stdout
    assert incidents(tmp_path) == before
    made = edit("merge", GAMMA, ALPHA, "--why", "one suit", "--who", "Ann")
    assert "edit 1 made" in made.stdout, made.stderr
    assert [len(incident.claims) for incident in incidents(tmp_path)] == [3]
    listed = [json.loads(line) for line in edit("list", "--json").stdout.splitlines()]
    assert [(each["who"], each["verb"], each["why"], each["in_force"]) for each in listed] == [
        ("Ann", "merge", "one suit", True)
    ]
    assert edit("undo", "1", "--why", "two suits after all").returncode == 0
    assert incidents(tmp_path) == before


def test_claims_are_listed_split_and_corrected(edit: Edit, tmp_path: Path) -> None:
    listed = edit("claims", ALPHA).stdout.splitlines()
    second = next(line.split()[0] for line in listed if line.split()[1] == "r2")
    assert edit("split", ALPHA, second, "--why", "another suit").returncode == 0
    assert len(incidents(tmp_path)) == 3
    values = ("--accused", "Zeta", "--stage", "ruling", "--reached", "2026-06", "--occurred", "2025", "2026-01-02")
    assert edit("correct", second, *values, "--why", "misread").returncode == 0
    (corrected,) = [incident for incident in incidents(tmp_path) if incident.accused == ("Zeta",)]
    told = corrected.claims[0].allegation
    assert (told.stage, str(told.reached), told.accusers) == ("ruling", "2026-06", ("Alpha",))
    assert told.occurred is not None
    assert [str(told.occurred.start), str(told.occurred.end)] == ["2025", "2026-01-02"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("merge", ALPHA, GAMMA), 2, "--why"),
        (("merge", ALPHA, "nothing", "--why", "x"), 1, "no incident 'nothing'"),
        (("correct", "nothing", "--stage", "ruling", "--why", "x"), 1, "no claim 'nothing'"),
        (("correct", "x", "--reached", "June", "--why", "x"), 2, "2026-06-10"),
        (("hide", ALPHA, "--why", " "), 1, "a reason"),
        (("undo", "7", "--why", "x"), 1, "disputed edit list"),
        (("claims", "nothing"), 2, "no incident"),
    ],
)
def test_errors_say_what_is_wrong(edit: Edit, arguments: tuple[str, ...], status: int, message: str) -> None:
    done = edit(*arguments)
    assert (done.returncode, message in done.stderr) == (status, True), done.stderr + done.stdout
    assert "Traceback" not in done.stderr
