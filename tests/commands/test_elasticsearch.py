"""The command with its search index in Elasticsearch."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("elasticsearch")
DISPUTED = str(Path(sys.executable).with_name("disputed"))
REPORT = {"id": "r", "title": "Anthropic sues DeepSeek over distillation of Claude"}


def test_one_setting_puts_the_index_into_elasticsearch(
    tmp_path: Path, elasticsearch_indices: Callable[[], str]
) -> None:
    (tmp_path / "disputed.toml").write_text(f'search = "{elasticsearch_indices()}"\ncontact = "desk@example.org"\n')
    (tmp_path / "reports.jsonl").write_text(json.dumps(REPORT))

    def disputed(*arguments: str) -> str:
        environment = {**os.environ, "DISPUTED_READERS": "1"}
        done = subprocess.run(
            [DISPUTED, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env=environment,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    disputed("index", "--rebuild")
    disputed("import", "reports.jsonl")
    indexed = json.loads(disputed("status", "--json"))["indexed"]
    assert indexed == 3  # an incident, a report and a claim
    assert f"{indexed} documents in the index" in disputed("index", "--rebuild")
    assert not (tmp_path / "base" / "index").exists()
