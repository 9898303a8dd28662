"""`disputed forget`, as a person types it while others work on the base."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from values import outlet, report

from kb.database import Base, open_base

DISPUTED = str(Path(sys.executable).with_name("disputed"))


def forgetting(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [DISPUTED, "forget", "courier"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def text_of(base: Base, identity: str) -> str:
    kept = base.reports.get(identity)
    assert kept is not None
    return kept.text


@pytest.mark.parametrize("lease", ["steps", "crawl outlet courier"])
def test_texts_that_others_bring_in_until_they_are_done_are_removed_too(lease: str, tmp_path: Path) -> None:
    with open_base(f"sqlite:///{tmp_path}/base/disputed.sqlite") as base:
        base.outlets.put([outlet("courier")])
        with base.leases.held(lease):
            waiting = forgetting(tmp_path)
            assert waiting.stdout is not None
            line = waiting.stdout.readline()
            while f"process {os.getpid()} on" not in line:
                assert line
                line = waiting.stdout.readline()
            base.reports.put(report("late"))
        assert waiting.wait(timeout=120) == 0, waiting.stdout.read()
        assert text_of(base, "late") == ""
