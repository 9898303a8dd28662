"""What the site says of itself."""

import re
from pathlib import Path

import pytest
from flask import Flask

from web.pages.about import measured

REPOSITORY = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([^|]+?)(?: \((\d+)\))? \| (1?\.\d\d) \| (1?\.\d\d) \|$", re.MULTILINE)


def test_the_accuracy_is_what_the_readme_says() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| | precision | recall |") :]
    told = [
        (name, int(reports or 0), float(p), float(r))
        for name, reports, p, r in ROW.findall(table[: table.index("\n\n")])
    ]
    assert told == [(each["name"], each.get("reports", 0), each["precision"], each["recall"]) for each in measured()]


@pytest.mark.parametrize(
    ("begins", "number"),
    [("| **labelled here, held back (185)**", 0), ("| **held back, seed 1**", 1), ("| **reports to report on**", 2), ("| reference reports (54)", 3)],
)  # fmt: skip
def test_the_accuracy_is_what_the_measurements_say(begins: str, number: int) -> None:
    reading = (REPOSITORY / "docs" / "reading.md").read_text(encoding="utf-8")
    row = next(line for line in reading.splitlines() if line.startswith(begins))
    figures = [float(each) for each in re.findall(r"(?<![\d.])1?\.\d\d(?!\d)", row)]
    assert figures[:2] == [measured()[number]["precision"], measured()[number]["recall"]]


@pytest.mark.parametrize(
    "words",
    ["<td class=\"number\">83 %</td>", "Real reports that it has never seen", "CC0 1.0", "desk@example.org", "robots.txt", "removed can ask", "Two lanes"],
)  # fmt: skip
def test_the_page_says_it(app: Flask, words: str) -> None:
    assert words in app.test_client().get("/about").get_data(as_text=True)
