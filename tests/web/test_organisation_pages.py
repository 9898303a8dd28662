"""A party's page: both sides, by conduct and year, whom it meets, and what belongs to it."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient
from values import allegation, reading, report, response

from kb.database import open_base
from kb.model import Conduct, Organisation, Registry
from kb.search import open_engine
from kb.tracking.track import track
from web import create_app

SUED = (Conduct.TRAINING_COPYRIGHT,)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("parties")
    registry = [
        Organisation(name="Holding", kind="conglomerate", country="EU", tickers=("HLD",), products=("Chatter",)),
        Organisation(name="Daughter", kind="ai-lab", parent="Holding", aliases=("Dotter",)),
        Organisation(name="Grandchild", kind="ai-lab", parent="Daughter"),
        Organisation(name="Publisher", kind="publisher", country="FR"),
    ]
    disputes = [
        ("Publisher", "Holding", SUED, 0),
        ("Publisher", "Daughter", (Conduct.PATENT,), 400),
        ("Writer", "Grandchild", SUED, 401),
        ("Daughter", "Rival", (Conduct.TRADE_SECRET,), 402),
    ]
    with open_base(f"sqlite:///{folder}/base.sqlite") as base:
        base.organisations.seed(Registry(tuple(registry), version="1"))
        for n, (accuser, accused, conduct, days) in enumerate(disputes):
            base.reports.put(report(f"r{n}", title=f"Report {n}", text=str(n), days=days))
            made = reading(allegation((accuser,), (accused,), conduct=conduct))
            answer = response(accused, "denied", f"{accused} denied it.")
            base.readings.put(f"r{n}", type(made)(allegations=made.allegations, responses=(answer,), reader="1", model="m", registry="g"))  # fmt: skip
        track(base)
        yield create_app(base, open_engine(f"tantivy:{folder}/index"), demonstration=False).test_client()


def words(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))))


@pytest.mark.parametrize(
    ("address", "said", "unsaid"),
    [
        (
            "holding",
            [
                "1 incident as accuser, 3 as accused. Disputes of 2 organisations that belong to it are counted in",
                "Training on protected works – 2",
                "Patent infringement – 1",
                "Theft of trade secrets 1 –",
                "2027 1 2 2026 – 1",
                "Publisher – 2 Rival 1 – Writer – 1",
                "European Union",
                "To it belong Daughter , Grandchild (of Daughter)",
                "Chatter – read as Holding",
                "HLD",
                "“Grandchild denied it.”",
            ],
            ["“Rival denied it.”"],
        ),
        (
            "holding?alone=1",
            ["0 incidents as accuser, 1 as accused. Without what belongs to it", "count 2 organisations in"],
            ["Daughter denied", "Theft of trade secrets"],
        ),
        ("daughter", ["1 incident as accuser, 2 as accused", "Belongs to Holding"], ["Holding denied"]),
        ("rival", ["Not in the registry", "0 incidents as accuser, 1 as accused."], ["belong to it"]),
    ],
)
def test_a_party_with_what_belongs_to_it(client: FlaskClient, address: str, said: list[str], unsaid: list[str]) -> None:
    page = words(client, f"/organisations/{address}")
    assert [each for each in said if each not in page] == []
    assert [each for each in unsaid if each in page] == []


@pytest.mark.parametrize(
    ("query", "names", "status"),
    [
        ("", ["Publisher", "Daughter", "Grandchild", "Holding", "Rival", "Writer"], "6 parties."),
        ("?q=DAUGHTER", ["Daughter"], "1 party called “DAUGHTER”."),
        ("?q=dotter", ["Daughter"], "1 party called"),
        ("?kind=ai-lab", ["Daughter", "Grandchild"], "2 parties."),
        ("?kind=unknown", ["Rival", "Writer"], "2 parties."),
        ("?q=holding&kind=publisher", [], "0 parties"),
        ("?q=%00%3Cscript%3E", [], "Try a part of the name."),
        ("?q=" + "a" * 900 + "&page=-2", [], "0 parties"),
    ],
)
def test_parties_are_found_by_name_alias_and_kind(
    client: FlaskClient, query: str, names: list[str], status: str
) -> None:
    markup = client.get(f"/organisations/{query}").get_data(as_text=True)
    assert sorted(re.findall(r'<td><a href="/organisations/[^"]+">([^<]+)</a></td>', markup)) == sorted(names)
    assert status in words(client, f"/organisations/{query}")


def test_search_engines_see_each_party_once(client: FlaskClient) -> None:
    asked = ("/organisations/holding", "/organisations/holding?alone=1", "/organisations/?kind=ai-lab", "/organisations/rival")  # fmt: skip
    assert [client.get(each).headers.get("X-Robots-Tag") for each in asked] == [None, "noindex", "noindex", "noindex"]
