"""A database that goes away in the middle of a step, and comes back."""

from collections import Counter

import pytest
import sqlalchemy as sa
from values import report

from kb.database import BaseUnavailable, open_base
from kb.database.sessions import engine_at
from kb.database.tables import ReadingRow
from kb.registry import registry_of
from pipeline.catching_up import track_claims
from pipeline.reading import read_unread, readers
from tests.servers.postgresql import PostgreSQL

REPORTS = 30


@pytest.mark.parametrize("crash", [False, True], ids=["stopped", "crashed"])
def test_a_step_ends_clean_and_is_taken_up_when_the_database_is_back(own_postgresql: PostgreSQL, crash: bool) -> None:
    registry = registry_of([])
    with open_base(own_postgresql.address) as base, readers(registry, 1) as workers:
        for n in range(REPORTS):
            text = f"Acme Corp sued OpenAI on Monday, saying that it copied book {n} to train its AI models."
            base.reports.put(report(f"r{n}", title="Acme Corp sues OpenAI over AI training", text=text))

        def interrupt(done: int, _total: int | None) -> None:
            if done == 10:
                (own_postgresql.kill if crash else own_postgresql.stop)()

        with pytest.raises(BaseUnavailable, match=f":{own_postgresql.port}/"):
            read_unread(base, workers, registry, interrupt)
        with pytest.raises(BaseUnavailable):
            track_claims(base)
        own_postgresql.start()
        assert read_unread(base, workers, registry).done == REPORTS - 10
        track_claims(base)
        assert base.status().reports_read == REPORTS
        assert read_unread(base, workers, registry).done == 0
        assert [run.step for run in base.journal.last() if run.ended] == ["read", "track"]
    engine = engine_at(own_postgresql.address)
    with engine.connect() as connection:
        kept = Counter(connection.scalars(sa.select(ReadingRow.report_id)))
    engine.dispose()
    assert kept == Counter({f"r{n}": 1 for n in range(REPORTS)})
