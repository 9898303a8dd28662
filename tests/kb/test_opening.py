"""What is said of a database that cannot be opened."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from kb.database import BaseUnavailable, open_base, sessions


def test_a_damaged_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "base.sqlite").write_bytes(b"no database, but bytes of some kind " * 200)
    with pytest.raises(BaseUnavailable, match="base.sqlite"):
        open_base(f"sqlite:///{tmp_path}/base.sqlite")


def test_a_base_of_a_version_to_come_is_refused(tmp_path: Path) -> None:
    open_base(f"sqlite:///{tmp_path}/base.sqlite").close()
    with sqlite3.connect(tmp_path / "base.sqlite") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    with pytest.raises(BaseUnavailable, match="another version"):
        open_base(f"sqlite:///{tmp_path}/base.sqlite")


def test_the_program_may_lie_in_a_folder_of_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "feature%2Fcopy"
    shutil.copytree(sessions.MIGRATIONS, elsewhere)
    monkeypatch.setattr(sessions, "MIGRATIONS", elsewhere)
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        assert base.reports.count() == 0
