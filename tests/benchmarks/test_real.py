import json
import re
import runpy
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.interchange import report_from_record
from nlp.gold import label_faults, labelled

REAL = Path(__file__).parents[2] / "benchmarks" / "real"
BUILD = runpy.run_path(str(REAL / "build.py"))
FILES_OF_LABELS = sorted(REAL.glob("labels*.jsonl"))
LABELS = [json.loads(line) for path in FILES_OF_LABELS for line in path.read_text(encoding="utf-8").splitlines()]
LONGEST_NAME = 60
FEED_ENTRY = "https://news.example/alpha?src=rss"

FILES = {
    "plain.txt": "Menu Home\nAlpha sued Beta.\nSubscribe now! It wants damages.\nMore stories",
    "post.md": "---\ntitle: Alpha\n---\n![A gavel](a.png)\n\nAlpha [sued](https://court.example/1) Beta & Co.",
    "list.md": "# Source\n\n## Other\n - [https://news.example/other](https://news.example/other)\n\nOther news.\n\n"
    "## Alpha\n - [https://news.example/alpha/](https://news.example/alpha/)\n - date: 2026\n\n<p>Alpha sued</p><p>Beta.",
    "feed.json": json.dumps([
        {"link": "https://news.example/other", "description": "Other news."},
        {"link": FEED_ENTRY, "description": "<figure>A gavel</figure><p>Alpha sued Be&shy;ta.</p><p>Cut <a", "summary": ""},
    ]),
    "feed.jsonl": '{"url": "https://news.example/beta", "content": "Beta<br>denies it."}\n{"url": "x", "content": "Other"}\n',
    "cases.json": json.dumps({"cases": [{"title": "Alpha v. Beta", "summary": "<b>Alpha</b> sued\nBeta\n. It <i>lost</i> ."}]}),
    "incidents.csv": "incident_id,title,description\n6,Other,Other\n7,Alpha,Alpha copied Beta.\n",
    "both.yaml": "- en: 'Alpha *sued* Beta in 2024\\.'\n  zh: x\n- en: '[It](https://a.example) won.'\n  zh: y\n",
}  # fmt: skip

HELD: dict[str, tuple[dict[str, Any], str]] = {
    "plain": (
        {"path": "plain.txt", "form": "plain text", "spans": [[10, 27], [42, 59]]},
        "Alpha sued Beta.\nIt wants damages.",
    ),
    "markdown": ({"path": "post.md", "form": "markdown"}, "Alpha sued Beta & Co."),
    "list": (
        {"path": "list.md", "form": "markdown feed", "entry": "https://news.example/alpha"},
        "Alpha sued\n\nBeta.",
    ),
    "feed": ({"path": "feed.json", "form": "feed", "entry": FEED_ENTRY}, "Alpha sued Beta.\n\nCut"),
    "lines": ({"path": "feed.jsonl", "form": "feed", "entry": "https://news.example/beta"}, "Beta\ndenies it."),
    "case": ({"path": "cases.json", "form": "case list", "entry": "Alpha v. Beta"}, "Alpha sued Beta. It lost."),
    "row": ({"path": "incidents.csv", "form": "table", "entry": "7"}, "Alpha copied Beta."),
    "translated": ({"path": "both.yaml", "form": "translation"}, "Alpha sued Beta in 2024.\n\nIt won."),
}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from keys(each)


def test_every_label_can_be_scored() -> None:
    assert {label["id"]: faults for label in LABELS if (faults := label_faults(label))} == {}
    for label in LABELS:
        assert labelled(label), label["id"]
        assert label["negative"] == (not label["allegations"]), label["id"]
        assert label["part"] in {"develop", "hold"}, label["id"]
        assert report_from_record({**label, "text": "Any."}).title == label["title"]


def test_of_the_publishers_words_the_labels_hold_titles_alone() -> None:
    for label in LABELS:
        assert not {"text", "sentence", "body", "span"} & set(keys(label)), label["id"]
        rest = {key: value for key, value in label.items() if key not in {"title", "url", "held"}}
        assert max(map(len, strings(rest))) <= LONGEST_NAME, label["id"]


def test_every_label_says_where_its_text_is_held() -> None:
    for label in LABELS:
        held = label["held"]
        assert held["form"] in BUILD["FORMS"], label["id"]
        assert re.fullmatch(r"[0-9a-f]{40}", held["commit"]), label["id"]
        headline_alone = label["title"] and label["truncated"]
        assert held["characters"] > 0 or headline_alone, label["id"]
        ends = [end for span in held.get("spans", []) for end in span]
        assert ends == sorted(ends), label["id"]


def test_every_report_stands_once() -> None:
    assert len({label["id"] for label in LABELS}) == len(LABELS)
    told = Counter(label["title"].casefold() or label["url"] for label in LABELS)
    assert [each for each, count in told.items() if count > 1] == []


def test_every_repository_is_named_where_it_is_said_how_to_clone_them() -> None:
    readme = (REAL / "README.md").read_text(encoding="utf-8")
    assert {label["held"]["repository"] for label in LABELS} <= set(re.findall(r"[\w.-]+/[\w.-]+", readme))


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false"]
    ran = subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True, text=True)
    return ran.stdout.strip()


@pytest.fixture
def mirrors(tmp_path: Path) -> Path:
    """A folder with one bare clone, in which each form of text is held."""
    work = tmp_path / "work"
    work.mkdir()
    for name, content in FILES.items():
        (work / name).write_text(content, encoding="utf-8")
    git(work, "init", "--quiet")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message", "Texts")
    git(tmp_path, "clone", "--quiet", "--bare", str(work), str(tmp_path / "mirrors" / "owner+texts" / "repo"))
    return tmp_path / "mirrors"


def label_of(mirrors: Path, report_id: str, held: dict[str, Any], part: str = "develop", characters: int = 1) -> str:
    commit = git(mirrors / "owner+texts" / "repo", "rev-parse", "HEAD")
    where = {"repository": "owner/texts", "commit": commit, "characters": characters, **held}
    return json.dumps({"id": report_id, "title": report_id, "part": part, "negative": True, "held": where}) + "\n"


def build(monkeypatch: pytest.MonkeyPatch, mirrors: Path, labels: str, *options: str) -> dict[str, dict[str, Any]]:
    """What the builder writes for these labels, by id."""
    (mirrors / "labels.jsonl").write_text(labels, encoding="utf-8")
    out = mirrors / "out.jsonl"
    paths = [str(mirrors), str(out), "--labels", str(mirrors / "labels.jsonl")]
    monkeypatch.setattr("sys.argv", ["build.py", *paths, *options])
    BUILD["main"]()
    return {row["id"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}


def test_each_form_of_text_is_built(
    mirrors: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {held["form"] for held, _ in HELD.values()} == set(BUILD["FORMS"])
    labels = "".join(label_of(mirrors, name, held, characters=len(text)) for name, (held, text) in HELD.items())
    built = build(monkeypatch, mirrors, labels)
    assert {name: row["text"] for name, row in built.items()} == {name: text for name, (_, text) in HELD.items()}
    assert all(labelled(row) and not label_faults(row) for row in built.values())
    assert capsys.readouterr().out == f"{len(HELD)} reports written\n"


def test_what_is_absent_is_named_and_the_others_are_built(
    mirrors: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = [
        label_of(mirrors, "a", {"repository": "owner/away", "path": "x.txt", "form": "plain text"}),
        label_of(mirrors, "b", {"path": "away.txt", "form": "plain text"}),
        label_of(mirrors, "c", {"path": "feed.json", "form": "feed", "entry": "https://news.example/away"}),
        label_of(mirrors, "d", {"path": "list.md", "form": "markdown feed", "entry": "https://news.example/alp"}),
        label_of(mirrors, "e", {"path": "incidents.csv", "form": "table", "entry": "8"}),
        label_of(mirrors, "f", HELD["row"][0], characters=18),
    ]
    assert list(build(monkeypatch, mirrors, "".join(labels))) == ["f"]
    said = capsys.readouterr().out.splitlines()
    assert [line[: len("absent: a")] for line in said[:-1]] == [f"absent: {each}" for each in "abcde"]
    assert said[0].endswith("no clone of owner/away")
    assert said[-1] == "1 reports written"


def test_one_part_may_be_built(mirrors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = label_of(mirrors, "a", HELD["row"][0]) + label_of(mirrors, "b", HELD["row"][0], part="hold")
    assert list(build(monkeypatch, mirrors, labels, "--part", "hold")) == ["b"]
    assert list(build(monkeypatch, mirrors, labels)) == ["a", "b"]


def test_a_text_of_another_length_is_told(
    mirrors: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build(monkeypatch, mirrors, label_of(mirrors, "a", HELD["row"][0], characters=30))
    assert "length differs: a: 18 characters, labelled with 30" in capsys.readouterr().out


@pytest.mark.usefixtures("mirrors")
def test_clones_may_be_bare_or_not(tmp_path: Path) -> None:
    (tmp_path / "others").mkdir()
    for name in ("owner+bare", "owner+suffix.git"):
        git(tmp_path, "clone", "--quiet", "--bare", str(tmp_path / "work"), str(tmp_path / "others" / name))
    git(tmp_path, "clone", "--quiet", str(tmp_path / "work"), str(tmp_path / "others" / "owner+work"))
    commit = git(tmp_path / "work", "rev-parse", "HEAD")
    for name in ("bare", "suffix", "work"):
        held = {"repository": f"owner/{name}", "commit": commit, "path": "plain.txt"}
        assert BUILD["file_of"](held, tmp_path / "others") == FILES["plain.txt"]


@pytest.mark.parametrize("folder", ["work/deep", "mirrors/owner+texts/repo"])
def test_texts_are_not_written_into_a_repository(
    folder: str, mirrors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / folder / "out.jsonl"
    out.parent.mkdir(exist_ok=True)
    monkeypatch.setattr("sys.argv", ["build.py", str(mirrors), str(out)])
    with pytest.raises(SystemExit):
        BUILD["main"]()
    assert "publishers" in capsys.readouterr().err
    assert not out.exists()
