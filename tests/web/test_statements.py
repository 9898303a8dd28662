"""How many statements a page of results asks of the database: few, however much is found."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from values import allegation, reading, report

from kb.database import open_base
from kb.search import open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

MOST = 12
FIRMS, REPORTS_EACH = 30, 3


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site over thirty incidents of three reports each; one of each three is an entry from public record."""
    with open_base(f"sqlite:///{tmp_path_factory.mktemp('base')}/base.sqlite") as base:
        for number in range(FIRMS):
            for told in range(REPORTS_EACH):
                identity, outlet = f"r{number}-{told}", "public-record" if told == 2 else "courier"
                base.reports.put(report(identity, days=number, outlet=outlet, title=f"Firm {number} sues, {told}"))
                claim = allegation((f"Firm {number}",), (f"Rival {number}",))
                base.readings.put(identity, reading(claim))
        track(base)
        engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
        catch_up(base, engine)
        yield create_app(base, engine, demonstration=False)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of any database meanwhile; the beginning of a transaction asks nothing."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("page", "hits"),
    [
        ("/search", 25),
        ("/search?q=firm", 25),
        ("/search?kind=report", 25),
        ("/search?kind=claim", 25),
        ("/search?kind=report&collapse=incident", 25),
        ("/search?kind=claim&collapse=incident", 25),
        ("/search?page=2", 5),
        ("/search?page=99", 5),
        ("/search?q=frim", 0),
        ("/search?q=firm&stage=settled&conduct=distillation&from=2026-01-01", 0),
        ("/search/like/firm-1-accuses-rival-1-of-distillation", 20),
        ("/claims", 50),
        ("/claims?sort=-accused&time=crawled&page=2", 40),
        ("/suggest?q=fi", 0),
    ],
)
def test_a_page_asks_at_most_twelve_times(full: Flask, page: str, hits: int) -> None:
    client = full.test_client()
    with statements() as asked:
        response = client.get(page)
    body = response.get_data(as_text=True)
    assert response.status_code == 200
    found = body.count('<h3 class="statement">') + body.count('<article class="claim') + body.count("<tr>\n<td")
    assert found == hits
    assert 0 < len(asked) <= MOST, asked


def test_a_download_asks_as_often_as_it_has_stretches(full: Flask) -> None:
    with statements() as asked:
        body = full.test_client().get("/claims.csv").get_data(as_text=True)
    assert len(body.splitlines()) == 1 + FIRMS * REPORTS_EACH
    assert len(asked) <= MOST
