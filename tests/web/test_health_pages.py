"""How outlets are doing, as people and machines see it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from kb.database import Base, open_base
from kb.database.fetches import FeedTry, Happening
from kb.health import Fault
from kb.model import Feed, Outlet, OutletKind
from kb.search import open_engine
from web import create_app


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as opened:
        yield opened


@pytest.fixture
def client(base: Base, tmp_path: Path) -> FlaskClient:
    return create_app(base, open_engine(f"tantivy:{tmp_path}/index"), demonstration=False).test_client()


def test_metrics_are_in_the_format_of_prometheus(base: Base, client: FlaskClient) -> None:
    base.outlets.put([Outlet(slug="o", name="O", home="https://o.example/", country="", kind=OutletKind.LAW, feeds=(Feed(url="https://o.example/feed", source="test"),))])  # fmt: skip
    when = datetime(2026, 6, 1, tzinfo=UTC)
    base.fetches.note([], [FeedTry(outlet="o", url="https://o.example/feed", when=when)])
    now = datetime.now(UTC)
    base.fetches.note([Happening(outlet="o", what=Fault.EMPTY, when=now, url="https://o.example/a")] * 2)
    base.journal.finish(base.journal.start("read"), 5, 2, "")
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }
    assert found["disputed_outlet_last_success_seconds", "o"] == when.timestamp()
    assert found["disputed_outlet_faults", "empty", "o"] == 2
    assert (found["disputed_outlet_condition", "fine", "o"], found["disputed_outlet_condition", "broken", "o"]) == (
        1,
        0,
    )
    assert (found["disputed_base", "outlets"], found["disputed_step_failed", "read"]) == (1, 2)


def test_sources_stand_by_how_they_are_doing(base: Base, client: FlaskClient) -> None:
    feed = Feed(url="https://dead.example/feed", source="test")
    base.outlets.put([Outlet(slug="dead", name="The Dead", home="https://dead.example/", country="", kind=OutletKind.LAW, feeds=(feed,))])  # fmt: skip
    tried = FeedTry(outlet="dead", url=feed.url, when=datetime.now(UTC), fault=Fault.TIMEOUT, problem="no <answer>")
    base.fetches.note([], [tried] * 3)
    page = client.get("/sources").get_data(as_text=True)
    told = page[page.index("Out of reach") :]
    assert "nothing could be had of it 3 times in a row: no &lt;answer&gt;" in told
    assert told.index("The Dead") < told.index("What is not covered")
