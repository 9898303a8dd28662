"""Joins the labels of real reports with the reports' texts, from local clones of the repositories that hold a copy.

    python benchmarks/real/build.py MIRRORS OUT.jsonl [--part develop|hold]

MIRRORS is a folder of git clones named OWNER+NAME, OWNER+NAME.git or OWNER+NAME/repo, bare or not. OUT takes the
labelled reports with their texts (docs/formats.md). The texts are their publishers': OUT must lie outside every
repository. What is absent is named and left out. README.md beside this file says where the clones come from.
"""

import argparse
import csv
import html
import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

LABELS = Path(__file__).with_name("labels.jsonl")
TOLERANCE = 0.02

UNREAD = re.compile(r"<(script|style|figure|svg)\b.*?</\1>", re.S)
IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
BLOCK_END = re.compile(r"</(?:p|h\d|li|div|blockquote)>")
LINE_BREAK = re.compile(r"<br\s*/?>")
TAG = re.compile(r"</?(?:[A-Za-z!][^>]*)?(?:>|\Z)")
EMPHASIS = re.compile(r"\*(\w[^*\n]*)\*")
ESCAPED = re.compile(r"\\([.*_#])")
FRONT_MATTER = re.compile(r"\ufeff?---\s*\n.*?\n---\s*\n", re.S)
Record = dict[str, Any]


class Absent(Exception):
    """The text of a report cannot be had: why."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", choices=["develop", "hold"])
    parser.add_argument("--labels", type=Path, default=LABELS, help="other labels than those beside this file")
    arguments = parser.parse_args()
    if repository := enclosing_repository(arguments.out):
        parser.error(f"{arguments.out} lies in the repository {repository}, and the texts are their publishers'")
    with arguments.out.open("w", encoding="utf-8") as out:
        written = 0
        for label in labels(arguments.labels, arguments.part):
            try:
                text = text_of(label["held"], arguments.mirrors)
            except Absent as reason:
                print(f"absent: {label['id']}: {reason}")
                continue
            warn_of_length(label, text)
            out.write(json.dumps({**label, "text": text}, ensure_ascii=False) + "\n")
            written += 1
    print(f"{written} reports written")


def enclosing_repository(path: Path) -> Path | None:
    """The folder of a git work tree or bare repository in which a path lies."""
    for folder in path.resolve().parents:
        if (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir()):
            return folder
    return None


def labels(path: Path, part: str | None = None) -> Iterator[Record]:
    """The labels of a file, of one part or of both."""
    for line in path.read_text(encoding="utf-8").strip().split("\n"):
        label = json.loads(line)
        if part in {None, label["part"]}:
            yield label


def warn_of_length(label: Record, text: str) -> None:
    """Says where a text is not as long as the one that was labelled."""
    expected = label["held"]["characters"]
    if abs(len(text) - expected) > TOLERANCE * expected:
        print(f"length differs: {label['id']}: {len(text)} characters, labelled with {expected}")


def text_of(held: Record, mirrors: Path) -> str:
    """The text of a report from the copy that `held` tells of, without markup."""
    source = FORMS[held["form"]](file_of(held, mirrors), held)
    if spans := held.get("spans"):
        source = "".join(source[start:end] for start, end in spans)
    return without_markup(source)


def file_of(held: Record, mirrors: Path) -> str:
    """The file that holds the copy, at the commit at which it was labelled."""
    clone = git_folder(mirrors / held["repository"].replace("/", "+"))
    if clone is None:
        raise Absent(f"no clone of {held['repository']}")
    at = f"{held['commit']}:{held['path']}"
    shown = subprocess.run(["git", "--git-dir", clone, "show", at], capture_output=True, check=False)
    if shown.returncode:
        raise Absent(f"{held['repository']} has no {at}")
    return shown.stdout.decode("utf-8", errors="replace")


def git_folder(clone: Path) -> Path | None:
    """Where git keeps the history of a clone, bare or not."""
    for folder in (clone / "repo", clone, clone.with_name(f"{clone.name}.git")):
        for each in (folder / ".git", folder):
            if (each / "HEAD").is_file():
                return each
    return None


def of_plain_text(file: str, _: Record) -> str:
    return file


def of_markdown(file: str, _: Record) -> str:
    """Markdown without its front matter."""
    return FRONT_MATTER.sub("", file, count=1) if FRONT_MATTER.match(file) else file


def of_markdown_feed(file: str, held: Record) -> str:
    """One entry of a list in markdown: a heading, a list of its address and dates, a blank line and the text."""
    address = re.compile(rf"\({re.escape(held['entry'])}[)/?]")
    for section in re.split(r"^## ", file, flags=re.M)[1:]:
        head, _, text = section.partition("\n\n")
        if address.search(head):
            return text
    raise Absent(f"no entry {held['entry']}")


def of_feed(file: str, held: Record) -> str:
    """One entry of a feed, found by its address."""
    entry = entry_of(file, held, ("link", "url", "id"))
    return max((entry.get(key) or "" for key in ("description", "summary", "excerpt", "content")), key=len)


def of_case_list(file: str, held: Record) -> str:
    """The summary of one case, found by its title; its lines end, and its links stand apart, anywhere in a sentence."""
    summary = " ".join(entry_of(file, held, ("title",))["summary"].split())
    return re.sub(r" (?=[.,](?: |$))", "", summary)


def entry_of(file: str, held: Record, keys: Sequence[str]) -> Record:
    for entry in entries(file):
        if held["entry"] in {entry.get(key) for key in keys}:
            return entry
    raise Absent(f"no entry {held['entry']}")


def entries(file: str) -> list[Record]:
    """The entries of a JSON list, of an object that holds one, or of an object a line."""
    try:
        feed = json.loads(file)
    except ValueError:
        return [json.loads(line) for line in file.split("\n") if line.strip()]
    if isinstance(feed, dict):
        feed = next((value for value in feed.values() if isinstance(value, list)), [feed])
    return [entry for entry in feed if isinstance(entry, dict)]


def of_table(file: str, held: Record) -> str:
    """The description in one row of a table of incidents."""
    for row in csv.DictReader(io.StringIO(file)):
        if row["incident_id"] == held["entry"]:
            return row["description"]
    raise Absent(f"no row {held['entry']}")


def of_translation(file: str, _: Record) -> str:
    """The English side of a text in markdown kept beside its translation, paragraph by paragraph."""
    source = "\n\n".join(paragraph.get("en") or "" for paragraph in yaml.safe_load(file))
    return EMPHASIS.sub(r"\1", ESCAPED.sub(r"\1", source))


FORMS: dict[str, Callable[[str, Record], str]] = {
    "plain text": of_plain_text,
    "markdown": of_markdown,
    "markdown feed": of_markdown_feed,
    "feed": of_feed,
    "case list": of_case_list,
    "table": of_table,
    "translation": of_translation,
}


def without_markup(source: str) -> str:
    """Text without HTML tags, images and the addresses of links, paragraphs apart by an empty line."""
    source = IMAGE.sub(" ", UNREAD.sub(" ", source))
    source = LINK.sub(r"\1", source)
    source = LINE_BREAK.sub("\n", BLOCK_END.sub("\n\n", source))
    text = html.unescape(TAG.sub("", source)).replace("\u00ad", "")
    return re.sub(r"\n\s*\n", "\n\n", re.sub(r"[ \t\xa0]+", " ", text)).strip()


if __name__ == "__main__":
    main()
