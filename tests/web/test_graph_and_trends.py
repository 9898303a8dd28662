"""The graph, its table and its edges; the trends and their files."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise

import pytest
from flask import Flask
from values import allegation, reading, report

from kb.database import Base, open_base
from kb.model import Conduct, PartialDate, Stage
from kb.registry import load
from kb.search import open_engine
from kb.tracking.accusing import Edge
from kb.tracking.track import track
from web import create_app
from web.graphs import ROW, drawn

HOSTILE = "<script>alert(1)</script>\"'"
FORMULA = '=HYPERLINK("https://elsewhere.example/")'


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path_factory.mktemp('base')}/base.sqlite") as opened:
        opened.organisations.seed(load())
        told = [
            ("a", allegation(("Anthropic",), ("Alibaba",), stage=Stage.LETTER, stated=PartialDate("2026-06-01"))),
            ("b", allegation(("Anthropic",), ("Alibaba",), stage=Stage.COMPLAINT, reached=PartialDate("2026-06-20"))),
            ("c", allegation((HOSTILE,), (FORMULA,), conduct=(Conduct.OTHER,), stage=Stage.COMPLAINT)),
            ("d", allegation(("Getty Images",), ("OpenAI",), conduct=(Conduct.PATENT,), stage=Stage.SETTLED)),
        ]
        for n, (identity, said) in enumerate(told):
            opened.reports.put(report(identity, days=n))
            opened.readings.put(identity, reading(said))
        track(opened)
        yield opened


@pytest.fixture(scope="module")
def site(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(base, open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}"), demonstration=False)


def body(site: Flask, address: str) -> str:
    answer = site.test_client().get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def pairs(page: str) -> list[str]:
    """The lines drawn, by their titles."""
    return [unescape(title) for title in re.findall(r'<a class="line"[^>]*><title>(.*?)</title>', page)]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 3),
        ("?conduct=patent", 1),
        ("?stage=complaint", 2),
        ("?conduct=distillation&stage=settled", 0),
        ("?from=2026-06-01&to=2026-06-01", 1),
        ("?time=published&from=2026-06-03", 2),
        ("?conduct=nonsense&stage=nonsense&time=nonsense", 3),
    ],
)
def test_the_graph_draws_the_pairs_asked_for_and_the_table_has_the_same(site: Flask, query: str, number: int) -> None:
    page = body(site, f"/graph{query}")
    assert len(pairs(page)) == number
    assert page.count("<tr><td>") == number


def test_what_is_odd_is_said(site: Flask) -> None:
    assert unescape(body(site, "/graph?conduct=magic&from=soon")).count('role="status"') == 2


def test_a_line_leads_to_the_sentences_of_its_pair(site: Flask) -> None:
    (address,) = re.findall(r'<a class="line" href="([^"]*alibaba[^"]*)"', body(site, "/graph?conduct=distillation"))
    page = body(site, unescape(address))
    assert "Anthropic accuses Alibaba of it." in page
    assert "conduct: distillation" in page
    assert site.test_client().get("/graph/edge?accuser=anthropic&accused=nobody").status_code == 404


@pytest.mark.parametrize(
    ("order", "first"),
    [("accuser", "<script>"), ("-accuser", "Getty"), ("-accused", "OpenAI"), ("nonsense", "<script>")],
)
def test_the_table_is_sorted(site: Flask, order: str, first: str) -> None:
    rows = re.findall(r"<tr><td>.*?</tr>", unescape(body(site, f"/graph?sort={order}")))
    assert first in rows[0]


def test_names_are_never_markup_nor_formulas(site: Flask) -> None:
    assert "<script>alert" not in body(site, "/graph") + body(site, "/trends")
    for name in ("opened", "letter-to-suit", "outcomes", "sums"):
        for row in csv.reader(io.StringIO(body(site, f"/trends/{name}.csv"))):
            assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    assert site.test_client().get("/trends/nothing.csv").status_code == 404


@pytest.mark.parametrize(
    ("address", "hidden"),
    [("/graph", True), ("/graph?conduct=patent", False), ("/trends", False)],
)
def test_pages_that_name_accused_whom_the_registry_does_not_know_are_not_indexed(
    site: Flask, address: str, hidden: bool
) -> None:
    assert ("X-Robots-Tag" in site.test_client().get(address).headers) is hidden


def test_trends_say_out_of_how_much_and_what_is_still_open(site: Flask) -> None:
    page = body(site, "/trends?time=published")
    assert "Out of 4 reports of 1 outlet read" in page
    assert "2 are not over" in page
    assert "the median is 19 days" in page


def test_the_file_has_the_figures_of_the_table(site: Flask) -> None:
    rows = list(csv.DictReader(io.StringIO(body(site, "/trends/opened.csv?time=published&by=quarter"))))
    assert [(row["period"], row["incidents"], row["reports_read"]) for row in rows if row["series"] == "all"] == [
        ("2026-Q2", "3", "4")
    ]


def test_no_two_names_of_a_large_graph_stand_upon_each_other() -> None:
    made = drawn([Edge(f"Accuser {n}", f"Accused {n * n % 23}", 100 // (n + 1) + 1, 0) for n in range(100)])
    for column in (made.accusers, made.accused):
        rows = [node.y for node in column]
        assert all(after - before >= ROW - 0.2 for before, after in pairwise(rows))
        assert rows[0] >= ROW / 2 - 0.1
        assert rows[-1] <= made.height - ROW / 2 + 0.1
