"""What the command does when something around it is broken: told in words, mended where it can be."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DISPUTED = str(Path(sys.executable).with_name("disputed"))
REPORT = {"id": "r", "title": "Anthropic sues DeepSeek over distillation of Claude"}


def disputed(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [DISPUTED, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={**os.environ, **environment},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    server = subprocess.Popen([DISPUTED, "serve", "--port", "0"], cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address
        yield address[0]
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "reports.jsonl").write_text(json.dumps(REPORT))
    assert disputed(folder, "import", "reports.jsonl").returncode == 0
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "copy"))


def test_a_lost_index_is_made_again(folder: Path) -> None:
    shutil.rmtree(folder / "base" / "index")
    assert "made again from the base; 3 documents" in disputed(folder, "index").stdout


def test_a_lost_index_is_made_again_when_the_site_starts_and_told_when_it_goes(folder: Path) -> None:
    shutil.rmtree(folder / "base" / "index")
    with serving(folder) as address:
        assert "DeepSeek" in urllib.request.urlopen(f"{address}search?q=deepseek").read().decode()
        shutil.rmtree(folder / "base" / "index")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}search?q=deepseek")
        assert (refused.value.code, "Search is not available" in refused.value.read().decode()) == (503, True)


def test_a_damaged_index_is_reported_beside_the_base_and_made_again(folder: Path) -> None:
    (folder / "base" / "index" / "meta.json").write_text("garbage")
    status = disputed(folder, "status", "--json")
    shown = json.loads(status.stdout)
    assert (status.returncode, shown["reports"], shown["indexed"]) == (1, 1, None)
    assert "index --rebuild" in shown["index_problem"]
    assert "3 documents in the index" in disputed(folder, "index", "--rebuild").stdout
    assert disputed(folder, "status").returncode == 0


def test_a_search_engine_that_cannot_be_reached_is_told_once_and_never_another_one_used(folder: Path) -> None:
    nowhere = {"DISPUTED_SEARCH": "http://127.0.0.1:1/disputed"}
    for verb in ("index", "serve", "status"):
        done = disputed(folder, verb, **nowhere)
        [line] = done.stderr.splitlines()
        assert (done.returncode, "127.0.0.1:1" in line, "cannot be reached: start it" in line) == (1, True, True)


def test_what_is_due_is_said_and_done(folder: Path) -> None:
    with sqlite3.connect(folder / "base" / "disputed.sqlite") as connection:
        connection.execute("insert into outbox (kind, key) select 'report', id from reports")
    connection.close()
    assert "disputed track" in disputed(folder, "status").stdout
    assert "index: 1 done" in disputed(folder, "track").stdout
    assert "Due" not in disputed(folder, "status").stdout


def test_a_configuration_file_means_a_base_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "disputed.toml").write_text('folder = "."\n')
    assert disputed(tmp_path, "status").returncode == 0
    for verb in (("run", "--offline"), ("crawl",), ("read", "https://news.example/")):
        refused = disputed(tmp_path, *verb)
        assert (refused.returncode, "`contact`" in refused.stderr) == (1, True), verb
    with serving(tmp_path) as address:
        assert "Demonstration." not in urllib.request.urlopen(address).read().decode()


def test_a_broken_configuration_leaves_help_and_init_alone(tmp_path: Path) -> None:
    (tmp_path / "disputed.toml").write_text("[[[")
    assert disputed(tmp_path, "status").returncode == 2
    assert "FILES" in disputed(tmp_path, "read", "--help").stdout
    made = disputed(tmp_path, "--config", "nope.toml", "init", "my base", "--contact", "desk@example.org")
    assert (made.returncode, "cd 'my base'" in made.stdout) == (0, True)
    assert disputed(tmp_path, "init", "x", "--contact", "a@b\rx").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (("serve", "--host", "nosuchhost.invalid"), {}, "--host"),
        (("status",), {"DISPUTED_FOLDER": "/proc/q"}, "/proc/q"),
        (("crawl",), {"DISPUTED_CAPTURES": "nosuch://x"}, "`captures`"),
        (("run", "--offline"), {"DISPUTED_CAPTURES": "/proc/x"}, "`captures`"),
        (("read", "empty.jsonl"), {}, "no report in empty.jsonl"),
        (("group", "-"), {}, "no report in standard input"),
        (("evaluate", "empty.jsonl"), {}, "labelled"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], message: str
) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    done = disputed(tmp_path, *arguments, **environment)
    assert (done.returncode, message in done.stderr) == (1, True), done.stderr


def test_a_port_of_the_demonstration_in_use_is_said_to_be_its_own(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 8933))
            other.listen()
        except OSError:
            pytest.skip("port 8933 is in use by something else")
        done = disputed(tmp_path, "run", "--offline", "--port", "0")
    assert done.returncode == 1
    assert "disputed init" in done.stderr


def test_output_that_cannot_be_written_is_an_error(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [DISPUTED, "read", "reports.jsonl", "--jsonl"], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, timeout=180, check=False
        )  # fmt: skip
    assert done.returncode == 1
    assert re.fullmatch(r"Error: .*No space left.*\n", done.stderr)


def test_json_lines_are_utf8_whatever_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text(json.dumps(REPORT | {"title": "“Müller” sues DeepSeek 😀"}))
    for form in ((), ("--jsonl",)):
        done = disputed(tmp_path, "read", "r.jsonl", *form, PYTHONIOENCODING="ascii")
        assert (done.returncode, "“Müller” sues DeepSeek 😀" in done.stdout) == (0, True)


def test_an_id_stands_on_one_line(tmp_path: Path) -> None:
    other = REPORT | {"title": "Disney sues Midjourney over AI copies"}
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, (REPORT, other, REPORT | {"id": "s"}))))
    lines = [json.loads(line) for line in disputed(tmp_path, "group", "r.jsonl", "--jsonl").stdout.splitlines()]
    assert [line["id"] for line in lines] == ["r", "r", "s"]
    assert (lines[0]["incidents"], lines[1]["incidents"]) == (lines[2]["incidents"], [])
    assert "earlier line" in lines[1]["error"]
    plain = disputed(tmp_path, "group", "r.jsonl").stdout.splitlines()
    assert plain[2] == f"s: {lines[2]['incidents'][0]}"


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"allegations": [{"accusers": ["The New York Times"]}]}, "gold.jsonl, line 3: `allegations[0].accusers[0]`"),
        ({"allegations": 5}, "gold.jsonl, line 3: `allegations`"),
        ({"allegations": [{"conduct": ["theft"]}]}, "gold.jsonl, line 3: `allegations[0].conduct[0]`"),
    ],
)
def test_labels_of_another_form_are_refused_with_line_and_key(
    tmp_path: Path, labels: dict[str, object], message: str
) -> None:
    good: dict[str, object] = REPORT | {"allegations": []}
    (tmp_path / "gold.jsonl").write_text(f"{json.dumps(good)}\n\n{json.dumps(REPORT | labels)}\n")
    done = disputed(tmp_path, "evaluate", "gold.jsonl")
    assert (done.returncode, message in done.stderr) == (1, True), done.stderr


def test_a_file_without_labels_is_refused(filled: Path) -> None:
    done = disputed(filled, "evaluate", "reports.jsonl")
    assert (done.returncode, "labelled" in done.stderr) == (1, True)
