"""What is handed in becomes reports, whatever stands in it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.configuration import Settings
from commands.disputes import grouped
from commands.inputs import LONGEST_TITLE, Input, inputs
from commands.read import read_inputs

PAGE = "https://news.example/a"


def handed_in(folder: Path, *records: dict[str, Any] | str, name: str = "r.jsonl") -> list[Input]:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in records]
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return list(inputs([str(folder / name)], Settings()))


def identity(given: Input) -> str:
    assert given.report is not None, given.error
    return given.report.id


def test_a_report_has_the_id_of_its_address_whatever_its_line_is_called(tmp_path: Path) -> None:
    given = handed_in(
        tmp_path,
        {"title": "One", "url": PAGE},
        {"id": "a", "title": "The same, told anew", "url": PAGE + "?utm_source=feed"},
        {"id": "a", "title": "Another", "url": "https://news.example/b"},
    )
    first, again, other = map(identity, given)
    assert first == again != other
    assert [each.name for each in given] == [f"{tmp_path}/r.jsonl:1", "a", "a"]


@pytest.mark.parametrize("url", ["", "unknown", "https://", "https://[", "javascript:alert(1)"])
def test_a_report_without_an_address_has_the_id_of_its_text(tmp_path: Path, url: str) -> None:
    one, other = handed_in(tmp_path, {"id": "1", "title": "One", "url": url}, {"id": "1", "title": "Other", "url": url})
    (same,) = handed_in(tmp_path, {"id": "x", "title": "One", "url": url}, name="other.jsonl")
    assert identity(one) == identity(same) != identity(other)


def test_an_id_of_nought_is_an_id(tmp_path: Path) -> None:
    assert [each.name for each in handed_in(tmp_path, {"id": 0, "title": "One"})] == ["0"]


@pytest.mark.parametrize("character", ["\\ud800", "\\udfff", "\\u0000"])
def test_what_is_no_character_is_replaced(tmp_path: Path, character: str) -> None:
    (given,) = handed_in(tmp_path, f'{{"id": "a{character}", "title": "b{character}", "text": "c{character}d"}}')
    assert given.report is not None
    assert (given.name, given.report.title, given.report.text) == ("a\ufffd", "b\ufffd", "c\ufffdd")
    assert given.record == {"id": "a\ufffd", "title": "b\ufffd", "text": "c\ufffdd"}


def test_a_pair_of_surrogates_is_one_character(tmp_path: Path) -> None:
    (given,) = handed_in(tmp_path, '{"title": "\\ud83d\\ude00"}')
    assert given.report is not None
    assert given.report.title == "\N{GRINNING FACE}"


def test_half_a_pair_in_a_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<html><title>A</title><script type="application/ld+json">'
        '{"@type": "NewsArticle", "headline": "Disney sues \\ud800 Midjourney", "author": {"name": "A \\udc00 Person"}}'
        "</script><body><article><p>Disney sued Midjourney over images of its characters.</p></article></body></html>"
    )
    (given,) = inputs([str(page)], Settings())
    assert given.report is not None
    assert len(given.report.byline) == 1
    assert "".join([given.report.title, *given.report.byline]).encode()


def test_a_mark_of_byte_order_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_bytes(b'\xef\xbb\xbf{"title": "One"}')
    (given,) = inputs([str(tmp_path / "r.jsonl")], Settings())
    assert given.error == ""


@pytest.mark.parametrize(
    "published", ["9999-01-01", "9999-12-31T23:59:59-14:00", "0001-01-01", "0001-01-01T00:00:00+14:00", "1899-12-31"]
)
def test_days_that_no_report_can_have_are_refused_by_line(tmp_path: Path, published: str) -> None:
    good, bad = handed_in(tmp_path, {"title": "One"}, {"id": "b", "title": "One", "published": published})
    assert good.report is not None
    assert bad.report is None
    assert bad.name == "b"
    assert bad.error.startswith("line 2: `published` is '" + published)


def test_the_first_and_the_last_day_are_taken(tmp_path: Path) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    given = handed_in(tmp_path, {"title": "One", "published": "1900-01-01"}, {"title": "One", "published": tomorrow})
    assert [each.error for each in given] == ["", ""]


def test_a_title_without_end_is_cut(tmp_path: Path) -> None:
    long, short = handed_in(tmp_path, {"title": "word " * 20_000}, {"title": "x" * LONGEST_TITLE})
    assert long.report is not None
    assert short.report is not None
    assert len(long.report.title) <= LONGEST_TITLE
    assert long.report.title.endswith("word…")
    assert short.report.title == "x" * LONGEST_TITLE


def test_lines_of_one_name_are_grouped_each_for_itself(tmp_path: Path) -> None:
    given = handed_in(
        tmp_path,
        {"id": "a", "title": "Anthropic sues DeepSeek over distillation"},
        {"id": "a", "title": "Disney sues Midjourney over AI copies of its characters"},
    )
    first, second = grouped(list(read_inputs(given, Settings())))
    assert len(first) == len(second) == 1
    assert first != second
