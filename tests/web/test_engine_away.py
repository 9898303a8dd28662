"""What the site says while its search engine is away."""

from collections.abc import Callable

import pytest
from elasticsearch import Elasticsearch

from kb.database import Base
from kb.search import open_engine
from tests.servers.elasticsearch import remove_index
from web import create_app

pytestmark = pytest.mark.xdist_group("elasticsearch")


def test_search_is_told_to_be_away_and_everything_else_is_there(
    base: Base, elasticsearch_address: str, elasticsearch_indices: Callable[[], str]
) -> None:
    address = elasticsearch_indices()
    engine = open_engine(address)
    client = create_app(base, engine, demonstration=False).test_client()
    assert client.get("/search?q=anthropic").status_code == 200
    with Elasticsearch(elasticsearch_address) as server:
        remove_index(server, address.rpartition("/")[2])
    away = client.get("/search?q=anthropic")
    assert (away.status_code, "Search is not available" in away.get_data(as_text=True)) == (503, True)
    assert [client.get(page).status_code for page in ("/", "/organisations/anthropic", "/sources")] == [200, 200, 200]
