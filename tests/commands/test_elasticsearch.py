"""The command with its search index in Elasticsearch."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from values import report

from kb.database import open_base

pytestmark = pytest.mark.xdist_group("elasticsearch")
DISPUTED = str(Path(sys.executable).with_name("disputed"))
REPORT = {"id": "r", "title": "Anthropic sues DeepSeek over distillation of Claude"}


LONG = "x" * 600


@pytest.fixture
def folder(tmp_path: Path, elasticsearch_indices: Callable[[], str]) -> Path:
    (tmp_path / "disputed.toml").write_text(f'search = "{elasticsearch_indices()}"\ncontact = "desk@example.org"\n')
    return tmp_path


def disputed(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [DISPUTED, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={**os.environ, "DISPUTED_READERS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done


def test_one_setting_puts_the_index_into_elasticsearch(folder: Path) -> None:
    (folder / "reports.jsonl").write_text(json.dumps(REPORT))
    disputed(folder, "index", "--rebuild")
    disputed(folder, "import", "reports.jsonl")
    indexed = json.loads(disputed(folder, "status", "--json").stdout)["indexed"]
    assert indexed == 3  # an incident, a report and a claim
    assert f"{indexed} documents in the index" in disputed(folder, "index", "--rebuild").stdout
    assert not (folder / "base" / "index").exists()


def test_a_report_that_elasticsearch_refuses_is_named_and_all_else_is_found(folder: Path) -> None:
    (folder / "reports.jsonl").write_text(json.dumps(REPORT))
    with open_base(f"sqlite:///{folder}/base/disputed.sqlite") as base:
        base.reports.put(report(LONG, title="The weather", text="It was fine."))
    imported = disputed(folder, "import", "reports.jsonl")
    assert "index: 2 done, 1 failed" in imported.stdout
    assert re.search(f"refused by the search index.*key={LONG}.*reason=.*too long", imported.stderr)
    for arguments in (("status",), ("index",), ("index", "--rebuild")):
        assert f"Not in the index: report {LONG}: " in disputed(folder, *arguments).stdout
    for arguments in (("status", "--json"), ("index", "--json")):
        told = json.loads(disputed(folder, *arguments).stdout)
        [refused] = told["refused_by_index"]
        assert (told["indexed"], refused["kind"], refused["key"]) == (3, "report", LONG)
        assert "too long" in refused["reason"]
    status = json.loads(disputed(folder, "status", "--json").stdout)
    assert (status["outbox"], status["index_refused"]) == (0, 1)
