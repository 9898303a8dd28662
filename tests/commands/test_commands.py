"""The command as a person types it, each in a process of its own and a folder of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.cli import cli
from kb.database import open_base

REPOSITORY = Path(__file__).resolve().parents[2]
DISPUTED = Path(sys.executable).with_name("disputed")


def disputed(folder: Path, *arguments: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(DISPUTED), *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={**os.environ, **environment},
    )


def explained(*verb: str) -> str:
    """What the help of a verb says; in this process, since starting one takes seconds."""
    result = CliRunner().invoke(cli, [*verb, "--help"], prog_name="disputed")
    assert result.exit_code == 0, verb
    return result.output


def test_every_verb_explains_itself_with_an_example(tmp_path: Path) -> None:
    overview = disputed(tmp_path, "--help").stdout
    verbs = "run init crawl import extract replay captures forget copy read track edit index serve group evaluate outlets status".split()  # fmt: skip
    assert [verb for verb in verbs if not re.search(rf"^  {verb} ", overview, re.MULTILINE)] == []
    for verb in verbs:
        assert f"Example: disputed {verb}" in explained(verb)


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "message"),
    [
        (("nonsense",), {}, 2, "nonsense"),
        (("read",), {}, 2, "FILES"),
        (("extract",), {}, 2, "--again"),
        (("extract", "a.html", "--again"), {}, 2, "--again"),
        (("--config", "none.toml", "status"), {}, 2, "none.toml"),
        (("status",), {"DISPUTED_SITE__PORT": "many"}, 2, "site.port"),
        (("status",), {"DISPUTED_SITE__ADDRESS": "disputed.example"}, 2, "site.address"),
        (("status",), {"DISPUTED_SITE__ADDRESS": "https://disputed.example/?q=1"}, 2, "site.address"),
        (("status",), {"DISPUTED_DATABASE": "nosuch://x"}, 2, "nosuch"),
        (("status",), {"DISPUTED_DATABASE": "postgresql://me:secret@h/d"}, 2, "DISPUTED_DATABASE_PASSWORD"),
        (("status",), {"DISPUTED_DATABASE": "postgresql://me@127.0.0.1:9/d"}, 1, "postgresql://me@127.0.0.1:9/d"),
        (("status",), {"DISPUTED_SEARCH": "nosuch:x"}, 2, "tantivy:FOLDER"),
        (("read", "absent.txt"), {}, 1, "absent.txt"),
        (("import", "absent.txt"), {}, 1, "nothing was imported"),
        (("read", "http://127.0.0.1:9/"), {}, 1, "no public address"),
        (("crawl", "--outlet", "nosuch"), {}, 2, "nosuch"),
        (("forget", "nosuch"), {}, 2, "nosuch"),
        (("crawl", "example.com"), {}, 2, "https://example.com/"),
        (("crawl", "https://[bad/"), {}, 2, "https://example.com/"),
    ],
)
def test_errors_say_what_is_wrong(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], status: int, message: str
) -> None:
    done = disputed(tmp_path, *arguments, **environment)
    assert (done.returncode, message in done.stderr + done.stdout) == (status, True), done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr + done.stdout


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "base").write_text("a file where the folder should be")
    done = disputed(tmp_path, "status")
    assert done.returncode == 1
    assert "base" in done.stderr
    assert "Traceback" not in done.stderr


def test_each_line_gets_a_line_also_a_bad_one(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "a", "title": "Anthropic sues DeepSeek over distillation of Claude"}),
        "not json",
        json.dumps({"id": "c"}),
        json.dumps({"id": "d", "text": "The weather was fine."}),
    ]
    done = disputed(tmp_path, "read", "-", "--jsonl", stdin="\n".join(lines))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["id"] for each in found] == ["a", "-:2", "c", "d"]
    assert [bool(each.get("error")) for each in found] == [False, True, True, False]
    assert [len(each["allegations"]) for each in found] == [1, 0, 0, 0]
    assert done.returncode == 0


def test_reports_are_grouped_from_themselves_alone(tmp_path: Path) -> None:
    titles = [
        "Anthropic sues DeepSeek over distillation",
        "DeepSeek sued by Anthropic over distillation",
        "Disney sues Midjourney over AI copies of its characters",
    ]
    (tmp_path / "r.jsonl").write_text("\n".join(json.dumps({"id": str(n), "title": t}) for n, t in enumerate(titles)))
    done = disputed(tmp_path, "group", "r.jsonl", "--jsonl")
    groups = [json.loads(line)["incidents"] for line in done.stdout.splitlines()]
    assert groups[0] == groups[1] != groups[2]
    assert all(groups)


def test_a_gold_file_gives_the_table(tmp_path: Path) -> None:
    gold = [
        {
            "id": "1",
            "title": "Anthropic sues DeepSeek over distillation",
            "allegations": [
                {
                    "accusers": [["Anthropic"]],
                    "accused": [["DeepSeek"]],
                    "conduct": ["distillation"],
                    "stage": "complaint",
                    "role": "main",
                }
            ],
        },
        {"id": "2", "title": "OpenAI and Disney sign a licence", "allegations": [], "negative": True},
    ]
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, gold)))
    rows = {
        row["measure"]: row
        for row in map(json.loads, disputed(tmp_path, "evaluate", "gold.jsonl", "--jsonl").stdout.splitlines())
    }
    assert (rows["pairs"]["f1"], rows["false alarms"]["precision"]) == (1.0, 0.0)
    assert "precision" in disputed(tmp_path, "evaluate", "gold.jsonl").stdout


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"%PDF-1.4 Anthropic sued DeepSeek over distillation of AI models.", "a PDF"),
        (b"WARC/1.0 Anthropic sued DeepSeek over distillation.", "web archive"),
        ("Anthropic sued DeepSeek over distillation of AI models, a caf\u00e9 heard.".encode("cp1252"), "caf\u00e9"),
        ("Anthropic sued DeepSeek over distillation of AI models, a caf\u00e9 heard.".encode("utf-16"), "caf\u00e9"),
    ],
)
def test_a_file_is_taken_for_what_it_is(tmp_path: Path, payload: bytes, told: str) -> None:
    (tmp_path / "file.txt").write_bytes(payload)
    record = json.loads(disputed(tmp_path, "read", "file.txt", "--jsonl").stdout)
    assert told in (record.get("error") or record["allegations"][0]["sentence"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import", "."), ".warc"),
        (("import", "http://127.0.0.1:9/"), "disputed crawl"),
        (("crawl", "http://127.0.0.1:9/"), "none of"),
    ],
)
def test_nothing_done_is_a_failure_with_its_reason(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = disputed(tmp_path, *arguments)
    assert done.returncode == 1
    assert told in done.stderr


def test_what_was_misread_is_told_by_kind_and_as_a_page(tmp_path: Path) -> None:
    label = {"accusers": [["Alpha"]], "accused": [["Beta"]], "stage": "complaint"}
    missed = {"id": "m", "kind": "riddle", "title": "<b>A tale</b>", "text": "Nobody accuses.", "allegations": [label]}
    fine = {"id": "f", "kind": "plain", "title": "OpenAI signs a licence", "negative": True, "allegations": []}
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, (missed, fine))))
    done = disputed(tmp_path, "evaluate", "gold.jsonl", "--by", "kind", "--page", "misread.html")
    assert done.returncode == 0, done.stderr
    assert [each in done.stdout for each in ("riddle", "plain", "0 of 1", "misread.html")] == [True] * 4
    page = (tmp_path / "misread.html").read_text()
    assert "missed: alpha → beta" in page
    assert "&lt;b&gt;A tale" in page
    assert "OpenAI signs" not in page


def test_the_first_report_is_imported_and_found(reference_data: Path, tmp_path: Path) -> None:
    seed = str(reference_data / "seed" / "report.txt")
    assert disputed(tmp_path, "import", seed).returncode == 0
    assert disputed(tmp_path, "import", seed).returncode == 0
    status = json.loads(disputed(tmp_path, "status", "--json").stdout)
    assert (status["reports"], status["incidents"], status["outbox"]) == (1, 1, 0)
    assert status["indexed"] == 3
    assert "3 documents" in disputed(tmp_path, "index", "--rebuild").stdout
    extracted = json.loads(disputed(tmp_path, "extract", seed, "--jsonl").stdout)
    assert extracted["title"].startswith("Anthropic")


def test_reports_of_two_files_stand_beside_each_other_also_under_one_name(tmp_path: Path) -> None:
    for name, title in (("a", "Anthropic sues DeepSeek over distillation"), ("b", "OpenAI signs a licence")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "r.jsonl").write_text(json.dumps({"id": "r1", "title": title, "published": "2026-06-01"}))
    (tmp_path / "bad.jsonl").write_text(json.dumps({"id": "r1", "title": "x", "published": "9999-01-01"}))
    assert disputed(tmp_path, "import", "a/r.jsonl").returncode == 0
    done = disputed(tmp_path, "import", "b", "bad.jsonl")
    assert done.returncode == 0, done.stderr
    assert re.search(r"bad\.jsonl.*line 1.*9999-01-01", done.stderr)
    with open_base(f"sqlite:///{tmp_path}/base/disputed.sqlite") as base:
        reports = base.reports.latest(9)
    assert {report.title for report in reports} == {
        "Anthropic sues DeepSeek over distillation",
        "OpenAI signs a licence",
    }
    assert all(re.fullmatch("[0-9a-f]{16}", report.id) for report in reports)


def test_bad_pages_are_refused_with_a_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "empty.html").write_bytes(b"")
    (pages / "binary.html").write_bytes(bytes(9000))
    (pages / "large.html").write_bytes(b"<p>words and words</p>" * 500_000)
    (pages / "broken.html").write_text("<html><body><p>A broken page <div>that ends" + " nowhere" * 40)
    (pages / "good.html").write_text(
        "<html><title>Disney sues Midjourney</title><body><article><p>Disney sued Midjourney over AI images of its characters.</p></article>"
    )
    done = disputed(tmp_path, "import", "pages")
    assert done.returncode == 0, done.stderr
    status = json.loads(disputed(tmp_path, "status", "--json").stdout)
    assert (status["pages"], status["pages_refused"], status["reports"], status["incidents"]) == (5, 3, 2, 1)
    assert "refused_pages" not in status
    named = json.loads(disputed(tmp_path, "status", "--json", "--refused").stdout)["refused_pages"]
    reasons = {each["url"].rpartition("/")[2]: each["reason"] for each in named}
    assert (set(reasons), reasons["empty.html"]) == ({"empty.html", "binary.html", "large.html"}, "the page is empty")
    assert f"No report in {named[0]['url']}: {named[0]['reason']}" in disputed(tmp_path, "status", "--refused").stdout


def test_captures_out_of_reach_stay_pending_and_all_can_be_extracted_again(tmp_path: Path) -> None:
    page = "<html><title>{0} sues Midjourney</title><body><article><p>{0} sued Midjourney over AI images.</p></article>"
    (tmp_path / "a.html").write_text(page.format("Disney"))
    assert disputed(tmp_path, "import", "a.html").returncode == 0
    captures = tmp_path / "base" / "captures"
    captures.rename(tmp_path / "away")
    lost = disputed(tmp_path, "extract", "--again")
    assert "tries=1" in lost.stderr
    assert json.loads(disputed(tmp_path, "status", "--json").stdout)["pages_pending"] == 1
    (tmp_path / "away").rename(captures)
    assert "extract: 1 done, 0 failed" in disputed(tmp_path, "extract", "--again").stdout
    status = json.loads(disputed(tmp_path, "status", "--json").stdout)
    assert (status["pages_pending"], status["pages_refused"], status["reports"]) == (0, 0, 1)


def test_a_base_of_ones_own_asks_for_a_contact(tmp_path: Path) -> None:
    assert disputed(tmp_path, "init", "mine", "--contact", "nobody").returncode == 2
    assert disputed(tmp_path, "init", "mine", "--contact", "desk@example.org").returncode == 0
    assert disputed(tmp_path, "init", "mine", "--contact", "desk@example.org").returncode == 2
    assert json.loads(disputed(tmp_path / "mine", "status", "--json").stdout)["reports"] == 0


@pytest.mark.parametrize(("options", "entries"), [((), True), (("--empty",), False)])
def test_a_base_of_ones_own_begins_with_the_public_record_unless_it_is_to_be_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], entries: bool
) -> None:
    monkeypatch.delenv("DISPUTED_RECORD")
    disputed(tmp_path, "init", "mine", "--contact", "desk@example.org", *options)
    disputed(tmp_path / "mine", "track")
    status = json.loads(disputed(tmp_path / "mine", "status", "--json").stdout)
    assert (status["entries"] > 200, status["incidents"] > 100, status["reports"]) == (entries, entries, 0)
    assert (tmp_path / "mine" / "disputed.sqlite").is_file()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.xdist_group("demonstration")
def test_the_demonstration_fills_itself_and_serves(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [str(DISPUTED), "run", "--offline", "--port", str(port)], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    try:
        home = wait_for(
            f"http://127.0.0.1:{port}/", r"<b>5 of \d+</b>outlets", lambda page: page.count("statement") >= 15
        )
        assert "Demonstration." in home
        wait_for(
            f"http://127.0.0.1:{port}/reports", "1:26-cv-06966: Complaint", lambda page: "Sample District Court" in page
        )
        taken = disputed(tmp_path, "serve", "--port", str(port))
        assert taken.returncode == 1
        assert "--port" in taken.stderr
    finally:
        process.send_signal(signal.SIGTERM)
        errors = process.communicate(timeout=60)[1]
    assert process.returncode == 0, errors[-2000:]
    assert "Traceback" not in errors, errors[-3000:]


def test_the_program_ends_in_the_middle_of_a_crawl(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as never_answers:
        host = f"127.0.0.1:{never_answers.getsockname()[1]}"
        (tmp_path / "outlets.toml").write_text(
            f'[[outlet]]\nname = "Slow"\nhome = "http://{host}/"\ncountry = "GB"\nkind = "general"\n'
            f'feeds = [{{ url = "http://{host}/feed", source = "test" }}]\n'
        )
        (tmp_path / "disputed.toml").write_text(
            f'contact = "desk@example.org"\n[site]\nport = 0\n[crawl]\noutlets = "outlets.toml"\nallowed_hosts = ["{host}"]\n'
        )
        process = subprocess.Popen([str(DISPUTED), "run"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        never_answers.settimeout(90)
        asked, _ = never_answers.accept()
        with asked:
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            errors = process.communicate(timeout=60)[1]
    assert time.monotonic() - begun < 15
    assert process.returncode == 0, errors[-2000:]
    assert "Traceback" not in errors, errors[-3000:]


def test_standard_output_holds_nothing_but_the_records(tmp_path: Path) -> None:
    done = disputed(tmp_path, "extract", "http://127.0.0.1:9/a", "--jsonl")
    assert "no public address" in json.loads(done.stdout)["error"]
    assert "not fetched" in done.stderr


def wait_for(url: str, pattern: str, enough: Callable[[str], bool]) -> str:
    deadline = time.monotonic() + 120
    page = ""
    while time.monotonic() < deadline:
        try:
            page = urllib.request.urlopen(url).read().decode()
        except OSError:
            page = ""
        if re.search(pattern, page) and enough(page):
            return page
        time.sleep(1)
    raise AssertionError(f"not within two minutes: {page[:2000]}")


def test_readme_and_how_to_name_only_commands_that_there_are() -> None:
    pages = [(REPOSITORY / name).read_text() for name in ("README.md", "docs/outlets.md")]
    blocks = re.findall(r"```sh\n(.*?)```", "\n".join(pages), re.DOTALL)
    commands = [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]
    assert "make run" in commands
    assert "make test" in commands
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    for command in commands:
        words = command.removeprefix(".venv/bin/").split()
        if words[0] == "make":
            assert words[1] in targets
        elif words[0] == "disputed":
            options = [word for word in words[2:] if word.startswith("--")]
            helped = explained(*words[1 : 3 if words[1] in {"edit", "captures", "outlets", "users"} else 2])
            assert [option for option in options if option not in helped] == [], command
        else:
            assert words[0] in {"cd", "git", "export"}, command


@pytest.mark.parametrize("verb", ["cli", "status", "serve", "index", "init"])
def test_verbs_that_neither_crawl_nor_read_import_nothing_that_does(verb: str) -> None:
    heavy = f"import sys, commands.{verb}; print({{'scrapy', 'spacy', 'trafilatura'}} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout == "set()\n"
