"""Elasticsearch with TLS and logins, short of room for requests, and killed while it works."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from time import sleep

import pytest
from repeated import repeated
from values import report

from kb.database import Base, open_base
from kb.search import EngineUnavailable, SearchEngine, open_engine
from kb.search.documents import SearchDocument
from kb.search.elastic import versions
from kb.search.engine import Login
from kb.search.indexing import catch_up
from kb.search.query import Query
from tests.servers.certificates import certificates_of_loopback
from tests.servers.elasticsearch import SecuredServer, running
from web import create_app

pytestmark = pytest.mark.xdist_group("elasticsearch")
ALPHA = SearchDocument(kind="incident", key="1", title="Alpha accuses Beta", names=("Alpha",), passages=("Of it.",))
FOUND, AWAY = (200, False), (503, True)
_ROOM_FOR_REQUESTS = "1mb"


@pytest.fixture(scope="module")
def server() -> Iterator[SecuredServer]:
    with running(SecuredServer({"indexing_pressure.memory.limit": _ROOM_FOR_REQUESTS})) as started:
        yield started


def address_of(server: SecuredServer, index: str, user: str = "elastic", authority: Path | None = None) -> str:
    login = f"{user}@" if user else ""
    return server.address.replace("://", f"://{login}") + f"/{index}?ca={authority or server.authority}"


def opened(server: SecuredServer, index: str) -> SearchEngine:
    return open_engine(address_of(server, index), login=Login(password=server.password))


def api_key(server: SecuredServer, index: str) -> str:
    """A key that may do all with this index and nothing else, as docs/servers.md has it made."""
    rights = {"names": [index, f"{index}-*"], "privileges": ["all"]}
    with server.client() as client:
        made = client.security.create_api_key(
            name=index, role_descriptors={"disputed": {"cluster": [], "indices": [rights]}}
        )
    return str(made["encoded"])


def test_a_password_over_tls_lets_us_in(server: SecuredServer) -> None:
    engine = opened(server, "with-password")
    engine.put([ALPHA])
    assert engine.search(Query()).total == 1


def test_an_api_key_that_may_use_its_index_alone_suffices_for_everything(server: SecuredServer) -> None:
    login = Login(api_key=api_key(server, "with-key"))
    engine = open_engine(address_of(server, "with-key", user=""), login=login)
    engine.put([ALPHA])
    engine.rebuild([ALPHA, replace(ALPHA, key="2")])
    walked = engine.search(Query(size=1, after=""))
    assert (walked.total, engine.search(Query(size=1, after=walked.next)).hits[0].key) == (2, "2")
    assert ([hit.key for hit in engine.related(1)], engine.spellings("alpah")[0].word) == (["2"], "Alpha")
    with pytest.raises(EngineUnavailable, match="all rights to other and other-"):
        open_engine(address_of(server, "other", user=""), login=login)


@pytest.mark.parametrize(
    ("user", "login", "message"),
    [
        ("elastic", Login(password="wrong"), "refuses the login.*DISPUTED_SEARCH_PASSWORD"),
        ("", Login(api_key="d3Jvbmc6a2V5"), "refuses the login.*DISPUTED_SEARCH_API_KEY"),
        ("", Login(), "refuses the login"),
        ("elastic", Login(), "no password"),
    ],
)
def test_a_refused_login_is_told_without_the_secret(
    server: SecuredServer, user: str, login: Login, message: str
) -> None:
    with pytest.raises(EngineUnavailable, match=message) as refusal:
        open_engine(address_of(server, "refused", user), login=login)
    assert "wrong" not in str(refusal.value)


def test_a_certificate_of_an_unknown_authority_or_another_host_is_not_trusted(
    server: SecuredServer, tmp_path: Path
) -> None:
    (tmp_path / "other.crt").write_bytes(certificates_of_loopback().authority)
    login = Login(password=server.password)
    trusted = address_of(server, "refused")
    others = [
        address_of(server, "refused", authority=tmp_path / "other.crt"),
        trusted.partition("?")[0],
        trusted.replace("127.0.0.1", "localhost", 1),
    ]
    for address in others:
        with pytest.raises(EngineUnavailable, match=r"is not trusted: name the file of its authority.*\?ca=FILE"):
            open_engine(address, login=login)


def test_a_server_that_turns_changes_away_for_a_while_gets_them_all_in_the_end(server: SecuredServer) -> None:
    engines = [opened(server, "pressed") for _ in range(4)]
    text = "Alpha accuses Beta. " * 1500

    def put(number: int) -> None:
        engines[number % 4].put([replace(ALPHA, key=f"{number}-{each}", hidden=text) for each in range(10)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(24)))
    assert engines[0].count() == 240
    with server.client() as client:
        [node] = client.nodes.stats(metric="indexing_pressure")["nodes"].values()
    assert node["indexing_pressure"]["memory"]["total"]["coordinating_rejections"] > 0


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as opened:
        for number in range(1200):
            opened.reports.put(report(f"r{number}"))
        yield opened


def asked_without_a_pause(base: Base, engine: SearchEngine) -> AbstractContextManager[list[tuple[int, bool]]]:
    """Search through the site meanwhile; gives of each answer its status, and whether it says that search is away."""
    site = create_app(base, engine, demonstration=False, requests_a_minute=10**6).test_client()

    def ask() -> tuple[int, bool]:
        page = site.get("/search?q=alpha")
        return page.status_code, "Search is not available" in page.text

    return repeated(ask)


def test_a_server_killed_at_work_comes_back_with_all_that_it_had_taken_over(
    server: SecuredServer, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between two batches of changes, while another index is made anew, and while the site searches."""
    monkeypatch.setattr(versions, "_DEAD_SECONDS", 4.0)
    following, rebuilt = opened(server, "following"), opened(server, "rebuilt")
    rebuilt.put([ALPHA])
    changes = len(base.outbox.pending(10_000))

    def documents() -> Iterator[SearchDocument]:
        yield from (replace(ALPHA, key=str(number)) for number in range(1000, 2200))
        with ThreadPoolExecutor(1) as pool:
            catching_up = pool.submit(catch_up, base, following)
            while len(base.outbox.pending(10_000)) == changes:
                sleep(0.01)
            server.kill()
            with pytest.raises(EngineUnavailable, match="cannot be reached: start it"):
                catching_up.result()
        yield ALPHA

    with asked_without_a_pause(base, rebuilt) as answers:
        with pytest.raises(EngineUnavailable, match="cannot be reached: start it"):
            rebuilt.rebuild(documents())
        assert 0 < len(base.outbox.pending(10_000)) < changes
        for use in (lambda: rebuilt.search(Query()), lambda: rebuilt.put([ALPHA]), lambda: opened(server, "rebuilt")):
            with pytest.raises(EngineUnavailable, match="cannot be reached: start it"):
                use()
        asked = len(answers)
        while len(answers) == asked:
            sleep(0.05)
        assert (answers[0], answers[-1]) == (FOUND, AWAY)
        server.start()
        while answers[-1] == AWAY:
            sleep(0.05)
    assert set(answers) == {FOUND, AWAY}
    catch_up(base, following)
    assert (base.outbox.pending(1), following.search(Query(kind="report")).total) == ([], 1200)
    assert rebuilt.count() == 1
    rebuilt.rebuild([ALPHA, replace(ALPHA, key="2")])
    with server.client() as client:
        assert len(client.indices.get(index="rebuilt*", features=["aliases"])) == 1
    assert rebuilt.count() == 2
