"""`disputed users`: what it does, and what it says where it cannot."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.cli import cli, main
from kb.database import open_base
from kb.database.users import UserRole

PASSWORD = "a long password\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISPUTED_FOLDER", str(tmp_path / "base"))
    return tmp_path


def run(*arguments: str, said: str = "") -> str:
    done = CliRunner().invoke(cli, ["users", *arguments], input=said)
    assert done.exception is None, done.output
    return done.output


def test_users_are_added_changed_and_removed(folder: Path) -> None:
    assert run("add", "ann", "--role", "editor", said=PASSWORD) == "ann may log in as editor\n"
    assert run("role", "ann", "admin") == "ann is admin now\n"
    assert "logged out everywhere" in run("password", "ann", said="another password\n")
    assert run("list").startswith("ann  admin  since ")
    with open_base(f"sqlite:///{folder}/base/disputed.sqlite") as base:
        user = base.users.verified("ann", "another password")
        assert user is not None
        assert user.role == UserRole.ADMIN
    assert run("remove", "ann") == "ann may log in no more\n"


@pytest.mark.parametrize(
    ("arguments", "said", "reason"),
    [
        (["add", "ann", "--role", "editor"], "short\n", "a password has"),
        (["add", " ", "--role", "editor"], PASSWORD, "a name has"),
        (["role", "nobody", "admin"], "", "there is no user 'nobody'"),
        (["password", "nobody"], PASSWORD, "there is no user 'nobody'"),
        (["remove", "nobody"], "", "there is no user 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], said: str, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["disputed", "users", *arguments])
    monkeypatch.setattr("commands.users._password", said.strip)
    with pytest.raises(SystemExit) as stop:
        main()
    told = capsys.readouterr().err
    assert stop.value.code == 1
    assert told.startswith(f"Error: {reason}")
    assert told.count("\n") == 1
