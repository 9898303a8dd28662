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
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.database import open_base

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
        assert (refused.returncode, "`contact`" in refused.stderr) == (2, True), verb
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


@pytest.mark.parametrize(
    ("arguments", "name", "value", "message"),
    [
        (("status",), "DATABASE", "postgres://me@host/db", "write sqlite:///FILE or postgresql://USER@HOST/DATABASE"),
        (("status",), "DATABASE", "mysql://me@host/db", "write sqlite:///FILE or postgresql://USER@HOST/DATABASE"),
        (("status",), "DATABASE", "postgresql://me@host", "names no database: write"),
        (("copy", "--to", "postgresql://me@host"), "FOLDER", "base", "names no database: write"),
        (("status",), "SEARCH", "solr://host", "there is no search engine 'solr': write tantivy:FOLDER or https://"),
        (("index",), "SEARCH", "https://host:9200/", "`search` is no address of an index: write https://USER@HOST"),
        (("status",), "CRAWL__OUTLETS", "nowhere.toml", "nowhere.toml"),
    ],
)
def test_an_address_that_is_none_is_wrong_configuration(
    folder: Path, arguments: tuple[str, ...], name: str, value: str, message: str
) -> None:
    done = disputed(folder, *arguments, **{f"DISPUTED_{name}": value})
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr


def test_without_the_search_engine_all_but_indexing_is_done_and_then_indexing_is_enough(tmp_path: Path) -> None:
    (tmp_path / "reports.jsonl").write_text(json.dumps(REPORT) + "\n{\n")
    done = disputed(tmp_path, "import", "reports.jsonl", DISPUTED_SEARCH="http://127.0.0.1:1/disputed")
    assert done.stdout.split("\n")[:4] == ["import: 1 done, 1 failed", "extract: 0 done, 0 failed", "read: 1 done, 0 failed", "track: 1 done, 0 failed"]  # fmt: skip
    assert (done.returncode, "`disputed index` then makes it searchable" in done.stderr) == (1, True)
    assert "3 documents in the index" in disputed(tmp_path, "index").stdout


def test_a_file_of_json_is_told_from_one_of_lines(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(json.dumps(REPORT))
    done = disputed(tmp_path, "import", "report.json")
    assert (done.returncode, "one report a line, from a file named .jsonl" in done.stderr) == (1, True)


def test_work_stopped_by_hand_is_kept_and_said_to_be_stopped(tmp_path: Path) -> None:
    lines = (json.dumps({**REPORT, "title": f"{REPORT['title']} {n}"}) for n in range(2000))
    (tmp_path / "reports.jsonl").write_text("\n".join(lines))
    disputed(tmp_path, "status")
    importing = subprocess.Popen([DISPUTED, "import", "reports.jsonl"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    with open_base(f"sqlite:///{tmp_path}/base/disputed.sqlite") as base:
        while "read" not in {run.step for run in base.journal.last()}:
            assert importing.poll() is None
            time.sleep(0.05)
    importing.send_signal(signal.SIGINT)
    told = importing.communicate(timeout=60)[1]
    assert (importing.returncode, "what was done until now is kept" in told) == (130, True), told
    status = " ".join(disputed(tmp_path, "status").stdout.split())
    assert re.search(r"Due: .*reports to read.*Last read stopped: by hand", status), status


def test_an_interruption_that_falls_into_a_finalizer_stops_all_the_same() -> None:
    swallowing = """
import sys, time
from commands.cli import _stop_all_the_same
sys.unraisablehook = _stop_all_the_same
class Finalized:
    def __del__(self): raise KeyboardInterrupt
try:
    Finalized()
    time.sleep(30)
except KeyboardInterrupt:
    print("stopped")
"""
    done = subprocess.run([sys.executable, "-c", swallowing], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("stopped\n", "")


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
