"""What every search engine must do; run on each of them."""

import base64
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from search_documents import CLAIMS, DOCUMENTS, INCIDENTS, REPORTS, incident, many

from kb.search import SearchAddressRefused, SearchEngine, WalkEnded, open_engine
from kb.search.documents import SearchDocument
from kb.search.fields import TIMES, Time
from kb.search.histogram import MOST_BARS
from kb.search.language import LONGEST, read
from kb.search.query import BEGINNING, Hit, Kind, Query, Results, Snippet
from kb.search.suggesting import corrected, did_you_mean
from kb.search.tree import And, During, Not, Or, Phrase, Prefix, Words, both, written

ENGINES = ("tantivy", pytest.param("elasticsearch", marks=pytest.mark.xdist_group("elasticsearch")))
EXCEPTIONS: dict[tuple[str, str], str] = {}
"""By engine and the name of a case, why that engine cannot meet it; a case that it meets after all fails."""
ALL = ["1", "2", "3", "4", "5", "6", "7", "8"]
PLACE_AT_INFINITY = base64.urlsafe_b64encode(zlib.compress(b'["a",Infinity,[]]')).decode()
Addresses = Callable[[], str]


@pytest.fixture(scope="module", params=ENGINES)
def addresses(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Addresses:
    """Gives addresses of indexes that do not exist yet."""
    if request.param == "elasticsearch":
        indices: Addresses = request.getfixturevalue("elasticsearch_indices")
        return indices
    return lambda: f"{request.param}:{tmp_path_factory.mktemp('index')}"


@pytest.fixture(scope="module")
def engine(addresses: Addresses) -> Iterator[SearchEngine]:
    opened = open_engine(addresses())
    opened.rebuild(DOCUMENTS)
    yield opened
    opened.close()


@pytest.fixture
def fresh(addresses: Addresses) -> Iterator[SearchEngine]:
    opened = open_engine(addresses())
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _exceptions(request: pytest.FixtureRequest) -> None:
    for (engine, case), reason in EXCEPTIONS.items():
        if engine in request.node.name and case in request.node.name:
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))


def test_exceptions_are_few_and_have_reasons() -> None:
    assert len(EXCEPTIONS) <= 5
    assert all(EXCEPTIONS.values())


def found(engine: SearchEngine, text: str = "", **values: Any) -> Results:
    return engine.search(Query(wanted=read(text).wanted, **{"size": 50, **values}))


def keys(results: Results) -> list[str]:
    return [hit.key for hit in results.hits]


WORDS = [
    ("", ALL),
    ("Alibaba", ["1", "2"]),
    ("alibaba", ["1", "2"]),
    ("ALIBABA", ["1", "2"]),
    ("anthropic", ["1", "2", "3"]),
    ("anthropic alibaba", ["1", "2"]),
    ("anthropic nothing", []),
    ("nothing", []),
    ("accusing", ["1", "2", "3", "8"]),
    ("authors", ["2"]),
    ("author", ["2"]),
    ("trained", ["2", "4", "5"]),
    ("copying", ["3", "6", "7"]),
    ("capability", ["1"]),
    ("distilling", ["1", "8"]),
    ("conde", ["3"]),
    ("Condé", ["3"]),
    ("CONDÉ NAST", ["3"]),
    ("zoe", ["6"]),
    ("Zoë", ["6"]),
    ("strasse", ["6"]),
    ("Müller-Straße", ["6"]),
    ("muller-strasse", ["6"]),
    ("naively", ["6"]),
    ("読売新聞", ["7"]),
    ("yomiuri", ["7"]),
    ("zebra", ["3"]),
    ("walrus", []),
    ("advance", ["3"]),
    ("PERPLEXITY.AI", ["3"]),
    ("NYT", ["4"]),
    ("BABA", ["1"]),
    ("baba", ["1"]),
    ("bab", []),
    ("3:24-cv-05417", ["2"]),
    ("05417", ["2"]),
    ("IL-2023-000007", ["5"]),
    ("tokyo", ["7"]),
    ("24,000", ["1"]),
    ("119,467", ["7"]),
]
PHRASES = [
    ('"pirated books"', ["2"]),
    ('"Pirated BOOKS"', ["2"]),
    ('"pirate book"', []),
    ('"books pirated"', []),
    ('"training on protected works"', ["2", "4", "5"]),
    ('"protected work"', []),
    ('"new york times"', ["4"]),
    ('"york new"', []),
    ('"stability ai"', ["5"]),
    ('"advance publications"', ["3"]),
    ('"conde nast"', ["3"]),
    ('"Condé Nast"', ["3"]),
    ("“pirated books”", ["2"]),
    ('"pirated books', ["2"]),
    ('"brazenly"', ["1"]),
    ('"distilling"', []),
    ('"anthropic alibaba"', []),
    ('"brazenly the letter"', []),
    ('"読売新聞"', ["7"]),
]
BEGINNINGS = [
    ("distil*", ["1", "8"]),
    ("anth*", ["1", "2", "3"]),
    ("ANTH*", ["1", "2", "3"]),
    ("advan*", ["3"]),
    ("cond*", ["3"]),
    ("CONDÉ*", ["3"]),
    ("perplex*", ["3", "7"]),
    ("open*", ["4", "8"]),
    ("pirat*", ["2"]),
    ("読*", ["7"]),
    ("bab*", ["1"]),
    ("muller-str*", ["6"]),
    ("xyz*", []),
    ("distil* deep*", ["8"]),
]
OPERATORS = [
    ("anthropic -alibaba", ["3"]),
    ("anthropic NOT alibaba", ["3"]),
    ("anthropic -letter -pirated", []),
    ("anthropic -alibaba zebra", ["3"]),
    ('-"pirated books"', ["1", "3", "4", "5", "6", "7", "8"]),
    ("-training", ["1", "3", "6", "7", "8"]),
    ("NOT training", ["1", "3", "6", "7", "8"]),
    ("-distil*", ["2", "3", "4", "5", "6", "7"]),
    ("-(alibaba OR openai)", ["3", "5", "6", "7"]),
    ("-alibaba -openai", ["3", "5", "6", "7"]),
    ("NOT NOT alibaba", ["1", "2"]),
    ("-alibaba", ["3", "4", "5", "6", "7", "8"]),
    ("-(alibaba anthropic)", ["3", "4", "5", "6", "7", "8"]),
    ("-nothing", ALL),
    ("zebra OR watermarks", ["3", "5"]),
    ("alibaba OR openai", ["1", "2", "4", "8"]),
    ("alibaba OR openai deepseek", ["1", "2", "8"]),
    ("openai deepseek OR alibaba", ["1", "2", "8"]),
    ("(alibaba OR openai) distillation", ["1", "8"]),
    ("distillation (alibaba OR deepseek)", ["1", "8"]),
    ("zebra OR -accusing", ["3", "4", "5", "6", "7"]),
    ("alibaba AND anthropic", ["1", "2"]),
    ("alibaba AND anthropic OR zebra", ["1", "2", "3"]),
    ("xAI OR NYT OR zebra", ["3", "4", "6"]),
    ("(zebra OR watermarks) OR yomiuri", ["3", "5", "7"]),
    ("openai -(deepseek OR zebra)", ["4"]),
    ('"pirated books" OR "fraudulent accounts"', ["1", "2"]),
    ("nothing OR zebra", ["3"]),
    ("(alibaba OR (openai (deepseek OR microsoft))) -pirated", ["1", "4", "8"]),
]
FIELDS = [
    ("accuser:anthropic", ["1"]),
    ("ACCUSER:Anthropic", ["1"]),
    ("accuser:conde", ["3"]),
    ('accuser:"condé nast"', ["3"]),
    ('accuser:"nast conde"', []),
    ("accuser:times", ["4"]),
    ("accuser:time", []),
    ("accuser:author", []),
    ("accuser:anth*", ["1"]),
    ("accuser:読売新聞", ["7"]),
    ("accuser:alibaba", []),
    ("accuser:(anthropic OR openai)", ["1", "8"]),
    ("-accuser:anthropic", ["2", "3", "4", "5", "6", "7", "8"]),
    ("accused:anthropic", ["2"]),
    ("accused:perplexity", ["3", "7"]),
    ('accused:"stability ai"', ["5"]),
    ("accused:open*", ["4"]),
    ("accused:engineers", []),
    ("conduct:distillation", ["1", "8"]),
    ("conduct:DISTILLATION", ["1", "8"]),
    ("conduct:distilation", ["1", "8"]),
    ("conduct:training-copyright", ["2", "4", "5"]),
    ("conduct:copyright", ["7"]),
    ('conduct:"trade secret"', ["6"]),
    ("conduct:contract", ["1"]),
    ("conduct:train*", ["2", "4", "5"]),
    ("conduct:patent", []),
    ("-conduct:training-copyright", ["1", "3", "6", "7", "8"]),
    ("stage:letter", ["1", "3"]),
    ("stage:Settled", ["2"]),
    ("stage:complaint", ["4", "6", "7"]),
    ("stage:verdict", []),
    ("outlet:courier", ["1", "2", "5"]),
    ('outlet:"the courier"', ["1", "2", "5"]),
    ("outlet:world", ["3", "7"]),
    ("outlet:wire*", ["3", "7"]),
    ("court:tokyo", ["7"]),
    ('court:"high court"', ["5"]),
    ("court:district", ["4", "6", "7"]),
    ('court:"n.d. cal."', ["2"]),
    ("docket:3:24-cv-05417", ["2"]),
    ('docket:"3:24-cv-05417"', ["2"]),
    ("docket:24-cv-05417", ["2"]),
    ("docket:il-2023-000007", ["5"]),
    ("docket:cv", ["2", "4", "6"]),
    ("docket:3:25*", ["6"]),
    ("ticker:BABA", ["1"]),
    ("ticker:baba", ["1"]),
    ("ticker:NYSE:BABA", ["1"]),
    ("ticker:BAB", []),
    ("ticker:NYSE*", ["1", "4", "5"]),
    ("ticker:baba OR ticker:msft", ["1", "4"]),
    ("response:denied", ["1", "2"]),
    ("response:none", ["3", "7"]),
    ('response:"no comment"', ["1"]),
    ("-response:denied", ["3", "4", "5", "6", "7", "8"]),
    ("country:cn", ["1"]),
    ("country:US -country:JP", ["1", "2", "3"]),
    ("origins:1", ["3", "7"]),
    ("origins:3-5", ["2"]),
    ("year:2025", ["2", "5", "6", "7"]),
    ("year:202*", ["1", "2", "3", "4", "5", "6", "7"]),
    ("accuser:openai conduct:distillation", ["8"]),
    ("perplexity stage:letter", ["3"]),
    ("accused:perplexity -conduct:copyright", ["3"]),
    ("plaintiff:anthropic", ["1", "2", "3"]),
    ("conduct:nonsense zebra", []),
]
DATES = [
    ("before:2024", ["4", "5"]),
    ("before:2024-07-01", ["4", "5"]),
    ("before:2024-07-02", ["3", "4", "5"]),
    ("before:2025-Q3", ["2", "3", "4", "5"]),
    ("after:2026", ["1"]),
    ("after:2025-09", ["1", "2", "5"]),
    ("after:2025-08-29", ["1", "2", "5", "6"]),
    ("after:2025-08-30", ["1", "2", "5"]),
    ("after:2025 before:2025-09", ["2", "5", "6", "7"]),
    ("-after:2026", ["2", "3", "4", "5", "6", "7", "8"]),
    ("after:2026 OR zebra", ["1", "3"]),
    ("distillation after:2026", ["1"]),
    ("published:2025-08", ["2", "5", "6", "7"]),
    ("published:2024-07..2024-08", ["2", "3", "5"]),
    ("published:..2023", ["4", "5"]),
    ("published:2026..", ["1"]),
    ("published:2026..2023", ["1", "2", "3", "4", "5", "6", "7"]),
    ("occurred:2022", ["2", "4", "5"]),
    ("occurred:2026-05", ["1"]),
    ("stated:2023", ["4", "5"]),
    ("crawled:2026-02", ["5"]),
    ("recorded:2026-01", ["2", "3", "6", "7"]),
    ("before:soon", ALL),
    ("zebra before:2026-02-30", ["3"]),
]
ODD = [
    ("(((", ALL),
    ("!!! ???", ALL),
    ("«»†‡", ALL),
    ("* - \\ \"\"", ALL),
    ("alibaba )", ["1", "2"]),
    ("(alibaba", ["1", "2"]),
    ("OR alibaba", ["1", "2"]),
    ("alibaba AND", ["1", "2"]),
    ("alibaba -", ["1", "2"]),
    ("alibaba\t\n\u00a0anthropic", ["1", "2"]),
    ("alibaba\x00", ["1", "2"]),
    ("<b>alibaba</b>", []),
    ("alibaba; drop", []),
    ("alibaba/anthropic", []),
    ("[alibaba]", ["1", "2"]),
    ("alibaba~2", []),
    ("alibaba^9", []),
    ("{alibaba}", ["1", "2"]),
    ("🗂", ALL),
    ("\ud800 alibaba", ["1", "2"]),
    ("x" * 399, []),
    ("alibaba " * 49, ["1", "2"]),
    ("alibaba " * 500, ["1", "2"]),
    ("nothing OR " * 35 + "zebra", ["3"]),
    ("(" * 200 + "zebra" + ")" * 195, ["3"]),
    ("-(" * 60 + "zebra", ["3"]),
]  # fmt: skip
TABLES = [*WORDS, *PHRASES, *BEGINNINGS, *OPERATORS, *FIELDS, *DATES, *ODD]


@pytest.mark.parametrize(("text", "expected"), TABLES, ids=[ascii(text)[1:60] for text, _ in TABLES])
def test_what_a_text_finds(engine: SearchEngine, text: str, expected: list[str]) -> None:
    results = found(engine, text)
    assert sorted(keys(results)) == expected
    assert results.total == len(expected)


@pytest.mark.parametrize(
    "text", ["pre*", "wi-pre*", "docket:3:25-cv-0*", "docket:3:25*", "docket:0*", "accuser:one-2*"]
)
def test_a_beginning_finds_every_word_that_goes_on_so(fresh: SearchEngine, text: str) -> None:
    fresh.put(
        incident(n, "A title", f"One 2{n:03}", (), passages=(f"Wi-pre{n:03} is a word.",), docket=(f"3:25-cv-0{n:04}",))
        for n in range(1, 121)
    )
    assert found(fresh, text).total == 120


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("report", "", ["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"]),
        ("report", "alibaba", ["r1", "r2", "r3", "r6"]),
        ("report", "walrus", ["r1", "r2", "r3", "r4", "r5", "r7", "r8"]),
        ("report", "-walrus", ["r6"]),
        ("report", "accused:deepseek", []),
        ("report", "after:2026-06-25", ["r2", "r3"]),
        ("claim", "", ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"]),
        ("claim", "walrus", []),
        ("claim", "accused:deepseek", ["c4"]),
        ("claim", "distillation -alibaba", ["c4"]),
    ],
)
def test_reports_and_claims(engine: SearchEngine, kind: Kind, text: str, expected: list[str]) -> None:
    results = found(engine, text, kind=kind)
    assert sorted(keys(results)) == expected
    assert {hit.kind for hit in results.hits} <= {kind}


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Or((Not(Words("alibaba")), Words("brazenly"))), ["1", "3", "4", "5", "6", "7", "8"]),
        (Not(Not(Words("zebra"))), ["3"]),
        (Not(And((Words("alibaba"), Not(Words("pirated"))))), ["2", "3", "4", "5", "6", "7", "8"]),
        (Or((Not(Phrase("zebra")), Not(Prefix("alib")))), ALL),
        (Or((*(Words(f"word{n}") for n in range(300)), Words("zebra"))), ["3"]),
        (And(tuple(Not(Words(f"word{n}")) for n in range(300))), ALL),
        (During("published", date.min, date.max), ["1", "2", "3", "4", "5", "6", "7"]),
        (Words("†"), []),
        (Words(""), []),
    ],
)
def test_trees_that_nobody_typed(engine: SearchEngine, tree: Any, expected: list[str]) -> None:
    assert sorted(keys(engine.search(Query(wanted=tree)))) == expected


@pytest.mark.parametrize("day", [date.min, date(1600, 1, 1), date(2300, 1, 1), date.max])
def test_any_day_can_be_asked_for(engine: SearchEngine, day: date) -> None:
    assert engine.search(Query(wanted=During("published", None, day))).total == (7 if day.year > 2026 else 0)
    assert engine.search(Query(wanted=During("published", day, None))).total == (7 if day.year < 2024 else 0)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80) | st.text('aé"“()-:* ORAND2', max_size=60))
def test_no_text_breaks_a_search(engine: SearchEngine, text: str) -> None:
    assert found(engine, text).total >= 0


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ({"stage": ("letter",)}, {}, ["1", "3"]),
        ({"stage": ("letter", "settled")}, {}, ["1", "2", "3"]),
        ({}, {"stage": ("letter",)}, ["2", "4", "5", "6", "7", "8"]),
        ({}, {"stage": ("letter", "complaint")}, ["2", "5", "8"]),
        ({"accuser": ("Condé Nast",)}, {}, ["3"]),
        ({"accuser": ("conde nast",)}, {}, []),
        ({"accuser": ("Condé",)}, {}, []),
        ({"accused": ("Perplexity",)}, {}, ["3", "7"]),
        ({}, {"accused": ("Perplexity",)}, ["1", "2", "4", "5", "6", "8"]),
        ({"conduct": ("distillation",)}, {}, ["1", "8"]),
        ({}, {"conduct": ("distillation", "training-copyright")}, ["3", "6", "7"]),
        ({"outlet": ("Wired Wörld",)}, {}, ["3", "7"]),
        ({}, {"outlet": ("CNBC",)}, ["2", "3", "5", "7", "8"]),
        ({"year": ("2025",)}, {}, ["2", "5", "6", "7"]),
        ({}, {"year": ("2025",)}, ["1", "3", "4", "8"]),
        ({"court": ("N.D. Cal.",)}, {}, ["2"]),
        ({"court": ("N.D.",)}, {}, []),
        ({}, {"court": ("Tokyo District Court", "High Court of Justice")}, ["1", "2", "3", "4", "6", "8"]),
        ({"country": ("US",)}, {}, ["1", "2", "3", "7"]),
        ({"country": ("CN", "JP")}, {}, ["1", "7"]),
        ({"country": ("US",)}, {"country": ("CN", "JP")}, ["2", "3"]),
        ({"response": ("denied",)}, {}, ["1", "2"]),
        ({"response": ("none",)}, {}, ["3", "7"]),
        ({}, {"response": ("none", "no-comment")}, ["2", "4", "5", "6", "8"]),
        ({"origins": ("2", "3-5")}, {}, ["1", "2"]),
        ({}, {"origins": ("1",)}, ["1", "2", "4", "5", "6", "8"]),
        ({"stage": ("complaint",), "outlet": ("CNBC",)}, {}, ["4", "6"]),
        ({"stage": ("complaint",)}, {"outlet": ("CNBC",)}, ["7"]),
        ({"stage": ("letter",)}, {"stage": ("letter",)}, []),
        ({"stage": ()}, {"stage": ()}, ALL),
    ],
)  # fmt: skip
def test_facets_narrow(engine: SearchEngine, include: Any, exclude: Any, expected: list[str]) -> None:
    assert sorted(keys(found(engine, include=include, exclude=exclude))) == expected


@pytest.mark.parametrize(
    ("text", "include", "facet", "counts"),
    [
        ("", {}, "stage", {"complaint": 3, "letter": 2, "accused": 1, "ruling": 1, "settled": 1}),
        ("", {"stage": ("letter",)}, "stage", {"complaint": 3, "letter": 2, "accused": 1, "ruling": 1, "settled": 1}),
        ("", {"stage": ("letter",)}, "conduct", {"contract": 1, "distillation": 1, "output-copyright": 1}),
        ("", {"stage": ("letter",), "outlet": ("CNBC",)}, "stage", {"complaint": 2, "letter": 1}),
        ("", {"stage": ("letter",), "outlet": ("CNBC",)}, "outlet", {"CNBC": 1, "The Courier": 1, "Wired Wörld": 1}),
        ("", {}, "accused", {"Perplexity": 2, "Alibaba": 1, "Anthropic": 1, "DeepSeek": 1, "Microsoft": 1, "OpenAI": 1, "Stability AI": 1, "a former engineer": 1}),
        ("", {}, "year", {"2025": 4, "2023": 2, "2024": 2, "2026": 1}),
        ("", {}, "court", {"High Court of Justice": 1, "N.D. Cal.": 1, "Northern District of California": 1, "Southern District of New York": 1, "Tokyo District Court": 1}),
        ("", {"court": ("N.D. Cal.",)}, "court", {"High Court of Justice": 1, "N.D. Cal.": 1, "Northern District of California": 1, "Southern District of New York": 1, "Tokyo District Court": 1}),
        ("", {"court": ("N.D. Cal.",)}, "country", {"US": 1}),
        ("", {}, "country", {"US": 4, "CN": 1, "JP": 1}),
        ("", {"country": ("CN",)}, "country", {"US": 4, "CN": 1, "JP": 1}),
        ("", {"country": ("CN",)}, "response", {"denied": 1, "no-comment": 1}),
        ("", {}, "response", {"denied": 2, "none": 2, "no-comment": 1}),
        ("", {"response": ("none",)}, "response", {"denied": 2, "none": 2, "no-comment": 1}),
        ("", {"response": ("none",)}, "origins", {"1": 2}),
        ("", {"origins": ("1",)}, "origins", {"1": 2, "2": 1, "3-5": 1}),
        ("", {"origins": ("1",)}, "year", {"2024": 1, "2025": 1}),
        ("distillation", {}, "accuser", {"Anthropic": 1, "OpenAI": 1}),
        ("nothing", {}, "accuser", {}),
    ],
)  # fmt: skip
def test_facets_count_and_do_not_narrow_themselves(
    engine: SearchEngine, text: str, include: Any, facet: str, counts: dict[str, int]
) -> None:
    counted = found(engine, text, include=include).facets[facet]
    assert [(each.value, each.count) for each in counted] == list(counts.items())


@pytest.mark.parametrize(
    ("time", "sort", "dated", "undated"),
    [
        ("published", "newest", "1526734", "8"),
        ("published", "oldest", "5432761", "8"),
        ("occurred", "newest", "167425", "38"),
        ("occurred", "oldest", "425761", "38"),
        ("stated", "newest", "1672345", "8"),
        ("stated", "oldest", "5432761", "8"),
        ("crawled", "newest", "1573246", "8"),
        ("crawled", "oldest", "6452371", "8"),
        ("recorded", "newest", "1546732", "8"),
        ("recorded", "oldest", "2376451", "8"),
    ],
)
def test_order_by_any_time(engine: SearchEngine, time: Any, sort: Any, dated: str, undated: str) -> None:
    ordered = keys(found(engine, sort=sort, time=time))
    assert "".join(ordered[: len(dated)]) == dated
    assert sorted(ordered[len(dated) :]) == list(undated)


ORDERS = [
    ("accuser", "ascending", "12354867"),
    ("accuser", "descending", "76845321"),
    ("accused", "ascending", "61284375"),
    ("conduct", "descending", "67324518"),
    ("stage", "ascending", "81346752"),
    ("stage", "descending", "25467138"),
    ("outlet", "ascending", "46125378"),
]


@pytest.mark.parametrize(("field", "sort", "expected"), ORDERS)
def test_order_by_a_field(engine: SearchEngine, field: str, sort: Any, expected: str) -> None:
    """Of those with the same value either may come first, so that only the values are compared."""
    place = {document.key: document.place_by(field) for document in INCIDENTS}
    ordered = keys(found(engine, sort=sort, field=field))
    assert sorted(ordered) == ALL
    assert [place[key] for key in ordered] == [place[key] for key in expected]


def test_a_walk_keeps_the_order_of_a_field(engine: SearchEngine) -> None:
    query = Query(kind="claim", sort="descending", field="accused", size=3)
    assert walk(engine, query) == keys(found(engine, kind="claim", sort="descending", field="accused"))


def over_time(engine: SearchEngine, text: str, time: Time = "published", **values: Any) -> list[tuple[str, str, int]]:
    bars = found(engine, text, histogram=time, **values).histogram
    return [(bar.first.isoformat(), bar.last.isoformat(), bar.count) for bar in bars]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("nothing", {}, []),
        ("deepseek", {}, []),
        ("zebra", {}, [("2024-07-01", "2024-07-31", 1)]),
        ("zebra OR yomiuri", {"time": "stated"}, [
            ("2024-06-01", "2024-06-30", 1), *((f"{2024 + n // 12}-{n % 12 + 1:02}-01", "", 0) for n in range(6, 19)), ("2025-08-01", "2025-08-31", 1)]),
        ("published:2026-06-23..2026-06-26 anthropic", {}, [("2026-06-24", "2026-06-24", 1), ("2026-06-25", "2026-06-25", 1)]),
        ("crawled:2026-01 -stability", {"time": "crawled"}, [
            ("2026-01-01", "2026-01-01", 1), ("2026-01-02", "2026-01-02", 0), ("2026-01-03", "2026-01-03", 1), ("2026-01-04", "2026-01-04", 1),
            *((f"2026-01-{day:02}", f"2026-01-{day:02}", 0) for day in range(5, 10)), ("2026-01-10", "2026-01-10", 1), ("2026-01-11", "2026-01-11", 1)]),
        ("occurred:2021-06-15..2022-02-10 authors", {"time": "occurred"}, [("2021-06-15", "2021-06-20", 1), ("2021-06-21", "2021-06-27", 1)]),
        ("watermarks", {"include": {"stage": ("letter",)}}, []),
        ("authors", {"include": {"year": ("2024",)}, "exclude": {"stage": ("settled",)}}, []),
    ],
)  # fmt: skip
def test_results_are_counted_over_time(engine: SearchEngine, text: str, values: Any, expected: Any) -> None:
    bars = over_time(engine, text, **values)[: len(expected) or None]
    assert [
        (first, last if wanted[1] else "", count) for (first, last, count), wanted in zip(bars, expected, strict=True)
    ] == expected


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "training",
        "published:2025",
        "occurred:2022-03..2022-04",
        "stated:2023-01-10..",
        "crawled:2026-01-02..2026-02",
        "recorded:..2026-01-11",
        "-alibaba",
    ],
)
@pytest.mark.parametrize("kind", ["incident", "claim"])
def test_a_bar_counts_what_a_search_for_its_days_finds(engine: SearchEngine, time: Time, text: str, kind: Kind) -> None:
    wanted = read(text).wanted
    bars = engine.search(Query(wanted=wanted, kind=kind, histogram=time)).histogram
    assert len(bars) <= MOST_BARS
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(bars))
    for bar in bars:
        narrowed = Query(wanted=both(wanted, During(time, bar.first, bar.last)), kind=kind, size=0)
        assert engine.search(narrowed).total == bar.count


def test_nothing_is_counted_over_time_that_is_not_asked_for(engine: SearchEngine) -> None:
    assert found(engine).histogram == found(engine, histogram="published", size=0).histogram == ()


@pytest.mark.parametrize(("text", "first"), [("Alibaba", "1"), ("OpenAI DeepSeek", "8"), ("anthropic", "12"), ('"anthropic"', "12")])  # fmt: skip
def test_the_best_come_first(engine: SearchEngine, text: str, first: str) -> None:
    results = found(engine, text)
    assert set(keys(results)[: len(first)]) == set(first)
    assert all(one.score >= other.score for one, other in pairwise(results.hits))


@pytest.mark.parametrize("text", ["", "conduct:training-copyright", "after:2020", "-zebra stage:complaint"])
def test_what_does_not_rank_comes_newest_first(engine: SearchEngine, text: str) -> None:
    assert keys(found(engine, text)) == keys(found(engine, text, sort="newest"))


def test_pages(engine: SearchEngine) -> None:
    pages = [found(engine, sort="newest", size=3, page=page) for page in (1, 2, 3, 4)]
    assert [keys(page) for page in pages] == [["1", "5", "2"], ["6", "7", "3"], ["4", "8"], []]
    assert {(page.total, page.next) for page in pages} == {(8, "")}


@pytest.mark.parametrize("page", [-1, 0])
def test_a_page_before_the_first_is_the_first(engine: SearchEngine, page: int) -> None:
    assert keys(found(engine, sort="newest", size=2, page=page)) == ["1", "5"]


@pytest.mark.parametrize("collapse", [False, True])
@pytest.mark.parametrize("page", [100, 10**4, 10**9])
def test_a_page_far_after_the_last_is_empty(engine: SearchEngine, page: int, collapse: bool) -> None:
    results = found(engine, page=page, collapse=collapse)
    assert (results.total, results.hits) == (8, ())


def test_a_page_of_nothing_counts_only(engine: SearchEngine) -> None:
    results = found(engine, "distillation", size=0)
    assert (results.total, results.hits) == (2, ())


def marked(snippet: Snippet) -> list[str]:
    """The stretches marked, those with nothing but a blank between them made one."""
    text, marks = snippet.text, list(snippet.marks)
    assert all(0 <= start < end <= len(text) for start, end in marks)
    joined: list[list[int]] = []
    for start, end in marks:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return [text[start:end] for start, end in joined]


@pytest.mark.parametrize(
    ("text", "key", "title", "passage"),
    [
        ("brazenly capability", "1", [], ["capabilities", "brazenly"]),
        ("alibaba", "1", ["Alibaba"], ["Alibaba"]),
        ("conde", "3", ["Condé"], []),
        ("CONDÉ", "3", ["Condé"], []),
        ("naively copying", "6", [], ["copied", "naïvely"]),
        ("zoe", "6", [], ["Zoë"]),
        ("読売新聞", "7", ["読売新聞"], []),
        ("distil*", "8", ["distillation"], ["distillation"]),
        ('"pirated books"', "2", [], ["pirated books"]),
        ('"evidence of distillation"', "8", [], ["evidence of distillation"]),
        ("pirated books", "2", [], ["pirated books"]),
        ("accused:deepseek", "8", ["DeepSeek"], []),
        ("deepseek -zebra", "8", ["DeepSeek"], []),
        ("deepseek OR zebra", "8", ["DeepSeek"], []),
        ("zebra", "3", [], []),
        ("conduct:trade-secret", "6", [], []),
        ("after:2026", "1", [], []),
        ("", "1", [], []),
    ],
)
def test_the_words_found_are_marked_by_code_points(
    engine: SearchEngine, text: str, key: str, title: list[str], passage: list[str]
) -> None:
    hit = next(hit for hit in found(engine, text).hits if hit.key == key)
    assert (marked(hit.title), marked(hit.snippets[0])) == (title, passage)


def test_a_hit_shows_its_title_whole_and_at_most_two_passages_the_best_first(engine: SearchEngine) -> None:
    hit = next(hit for hit in found(engine, "fraudulent anthropic").hits if hit.key == "1")
    assert hit.title.text == INCIDENTS[0].title
    assert [snippet.text for snippet in hit.snippets] in ([*INCIDENTS[0].passages], [*reversed(INCIDENTS[0].passages)])
    assert marked(found(engine, "fraudulent").hits[0].snippets[0]) == ["fraudulent"]


def test_what_is_hidden_is_never_given_back(engine: SearchEngine) -> None:
    assert "walrus" not in str(found(engine, "walrus", kind="report").hits)


def test_a_hit_knows_its_incidents(engine: SearchEngine) -> None:
    reports = {hit.key: hit.incidents for hit in found(engine, kind="report").hits}
    assert (reports["r1"], reports["r3"], reports["r6"]) == ((1,), (1, 8), ())
    assert {hit.key: hit.incidents for hit in found(engine).hits} == {key: (int(key),) for key in ALL}


def shown(hits: tuple[Hit, ...]) -> list[tuple[str, int]]:
    return [(hit.key, hit.alike) for hit in hits]


@pytest.mark.parametrize(
    ("kind", "text", "sort", "expected"),
    [
        ("report", "", "newest", [("r3", 2), ("r4", 0), ("r8", 0), ("r5", 0), ("r7", 0), ("r6", 0)]),
        ("report", "", "oldest", [("r7", 0), ("r5", 0), ("r8", 0), ("r4", 0), ("r1", 2), ("r6", 0)]),
        ("report", "alibaba", "newest", [("r3", 2), ("r6", 0)]),
        ("report", "alibaba -officials", "oldest", [("r2", 1), ("r6", 0)]),
        ("claim", "-deepseek", "newest", [("c3", 2), ("c5", 0), ("c8", 0), ("c6", 0), ("c7", 0)]),
        ("claim", "-deepseek", "oldest", [("c7", 0), ("c6", 0), ("c8", 0), ("c5", 0), ("c1", 2)]),
        ("claim", "distillation alibaba", "oldest", [("c1", 2)]),
        ("claim", "nothing", "newest", []),
        ("incident", "distillation", "newest", [("1", 0), ("8", 0)]),
    ],
)
def test_a_collapsed_search_gives_one_of_each_incident(
    engine: SearchEngine, kind: Kind, text: str, sort: Any, expected: list[tuple[str, int]]
) -> None:
    results = found(engine, text, kind=kind, sort=sort, collapse=True)
    assert (shown(results.hits), results.total) == (expected, len(expected))


def test_pages_of_a_collapsed_search(engine: SearchEngine) -> None:
    pages = [found(engine, kind="report", sort="newest", collapse=True, size=4, page=page) for page in (1, 2, 3)]
    assert [keys(page) for page in pages] == [["r3", "r4", "r8", "r5"], ["r7", "r6"], []]


def test_facets_of_a_collapsed_search_count_documents(engine: SearchEngine) -> None:
    counted = found(engine, kind="report", collapse=True).facets["conduct"]
    assert {each.value: each.count for each in counted}["distillation"] == 3


def walk(engine: SearchEngine, query: Query, between: Callable[[], object] = lambda: None) -> list[str]:
    """Every key on the way through, with something done between any two pages."""
    seen: list[str] = []
    after: str | None = BEGINNING
    while after is not None:
        page = engine.search(replace(query, after=after))
        seen += keys(page)
        after = page.next or None
        between()
    return seen


@pytest.mark.parametrize(
    "query",
    [
        Query(size=4, sort="newest"),
        Query(size=4, sort="oldest"),
        Query(size=4, sort="newest", time="occurred"),
        Query(size=7, wanted=Words("alibaba")),
        Query(size=30, sort="newest"),
        Query(size=25, wanted=Words("alibaba")),
        Query(size=4, sort="oldest", kind="claim"),
        Query(size=2, sort="newest", kind="claim", collapse=True),
        Query(size=4, wanted=Words("nothing")),
    ],
)
def test_a_walk_passes_every_result_once_whatever_is_changed_meanwhile(fresh: SearchEngine, query: Query) -> None:
    fresh.put([*many(25), *CLAIMS])
    expected = keys(fresh.search(replace(query, size=100)))
    new = iter(range(5000, 6000))

    def change() -> None:
        fresh.put([replace(INCIDENTS[0], key=str(next(new)))], gone=[("incident", str(1000 + next(new) % 25))])

    assert sorted(walk(fresh, query, change)) == sorted(expected)
    if query.sort != "relevance":
        assert walk(fresh, query) == keys(fresh.search(replace(query, size=200)))


def test_a_walk_counts_as_it_began_and_facets_once(fresh: SearchEngine) -> None:
    fresh.put(many(10))
    first = fresh.search(Query(size=4, after=BEGINNING))
    fresh.put([], gone=[("incident", "1000")])
    second = fresh.search(Query(size=4, after=first.next))
    assert (first.total, second.total) == (10, 10)
    assert first.facets["stage"][0].count == 10
    assert second.facets == {}


def test_walks_go_on_side_by_side(engine: SearchEngine) -> None:
    one, other = (engine.search(Query(size=4, sort="newest", after=BEGINNING)) for _ in range(2))
    assert keys(one) == keys(other)
    rest = [engine.search(Query(size=4, sort="newest", after=after)) for after in (other.next, one.next, one.next)]
    assert {tuple(keys(page)) for page in rest} == {("7", "3", "4", "8")}


@pytest.mark.parametrize("after", ["nowhere", "nowhere.4", ".", "{}", "é" * 300, "eyJhIjogMX0=", PLACE_AT_INFINITY])
def test_a_place_in_no_walk_is_told(engine: SearchEngine, after: str) -> None:
    with pytest.raises(WalkEnded):
        engine.search(Query(after=after))


@pytest.mark.parametrize(("number", "first"), [(1, {"2"}), (2, {"1"}), (3, {"7"}), (4, {"8"}), (7, {"3"}), (8, {"4"})])
def test_related_incidents_share_a_party(engine: SearchEngine, number: int, first: set[str]) -> None:
    hits = engine.related(number)
    assert {hit.key for hit in hits[: len(first)]} == first
    assert {hit.kind for hit in hits} == {"incident"}
    assert str(number) not in {hit.key for hit in hits}
    assert [hit.key for hit in engine.related(number, size=1)] == [hits[0].key]


def test_nothing_is_related_to_an_incident_that_is_not_there(engine: SearchEngine) -> None:
    assert engine.related(99) == ()


def test_words_relate_incidents_and_conduct_alone_does_not(fresh: SearchEngine) -> None:
    rare = "Zymurgy quarterlies were lifted wholesale from Quixotic cellars."
    fresh.put([
        incident(1, "Alpha sues Beta", "Alpha", ("Beta",), passages=(rare,), conduct=("scraping",)),
        incident(2, "Gamma sues Delta", "Gamma", ("Delta",), passages=(rare.replace("wholesale", "whole"),), conduct=("patent",)),
        incident(3, "Epsilon accused Zeta", "Epsilon", ("Zeta",), passages=("Elsewhere something unlike it occurred.",), conduct=("scraping",)),
        *many(20, incident(9, "Eta thanks Theta", "Eta", ("Theta",), passages=("Weather.",), conduct=("likeness",))),
    ])  # fmt: skip
    assert [hit.key for hit in fresh.related(1)] == ["2"]


@pytest.mark.parametrize(
    ("kind", "text", "better"),
    [
        ("incident", "Antropic", "anthropic"),
        ("incident", "alibabba", "alibaba"),
        ("incident", "preplexity", "perplexity"),
        ("incident", "opneai", "openai"),
        ("incident", "watermrks", "watermarks"),
        ("incident", "stabilty images", "stability images"),
        ("incident", "conde nasst", "conde nast"),
        ("incident", "cnode nasst", "condé nast"),
        ("incident", "accuser:antropic", "accuser:anthropic"),
        ("incident", '"pirated boks"', '"pirated books"'),
        ("incident", "antropic -alibaba", "anthropic -alibaba"),
        ("incident", "zymurgy OR antropic", "zymurgy or anthropic"),
        ("claim", "antropic", "anthropic"),
        ("report", "walruss", ""),
        ("incident", "zebrra", ""),
        ("incident", "Alibaba", ""),
        ("incident", "qqqqqqq", ""),
        ("incident", "microsft nothing", ""),
        ("incident", "antropic after:2030", ""),
        ("incident", "", ""),
        ("incident", "-antropic", ""),
    ],
)
def test_did_you_mean(engine: SearchEngine, kind: Kind, text: str, better: str) -> None:
    query = Query(wanted=read(text).wanted, kind=kind)
    corrections = did_you_mean(engine, query, engine.search(query).total)
    meant = written(corrected(query.wanted, corrections)) if query.wanted and corrections else ""
    assert meant.casefold() == better


def test_spellings_come_with_their_documents(engine: SearchEngine) -> None:
    spellings = engine.spellings("alibbaba")
    assert (spellings[0].word, spellings[0].documents) == ("Alibaba", 9)
    assert engine.spellings("two words") == engine.spellings("") == engine.spellings("†") == ()


def test_an_empty_index_finds_nothing(fresh: SearchEngine) -> None:
    for kind in ("incident", "report", "claim"):
        for text in ("", "alibaba", '"a b"', "-a", "a*", "accuser:x after:2026"):
            for collapse in (False, True):
                results = found(fresh, text, kind=kind, collapse=collapse)
                assert (results.total, results.hits) == (0, ())
                assert set(results.facets.values()) == {()}
    assert walk(fresh, Query()) == []
    assert (fresh.related(1), fresh.spellings("alibaba"), fresh.count()) == ((), (), 0)


def test_changes_and_removals(addresses: Addresses) -> None:
    address = addresses()
    engine, reader = open_engine(address), open_engine(address)
    engine.put(DOCUMENTS)
    engine.put([replace(INCIDENTS[0], title="Quite another title")], gone=[("incident", "2"), ("incident", "77")])
    assert (engine.count(), reader.count()) == (len(DOCUMENTS) - 1,) * 2
    assert keys(found(reader, "quite another")) == ["1"]
    engine.rebuild(DOCUMENTS[2:])
    assert reader.count() == len(DOCUMENTS) - 2
    assert keys(found(reader, "quite another")) == []
    for each in (engine, reader):
        each.close()


def test_a_report_put_anew_takes_its_former_claims_along_and_no_others(fresh: SearchEngine) -> None:
    fresh.put(DOCUMENTS)
    fresh.put([REPORTS[2], CLAIMS[2]])
    assert sorted(keys(found(fresh, kind="claim"))) == ["c1", "c2", "c3", "c5", "c6", "c7", "c8"]
    fresh.put([CLAIMS[0], INCIDENTS[0]])
    assert found(fresh, kind="claim").total == 7
    fresh.put([REPORTS[0]])
    assert sorted(keys(found(fresh, kind="claim"))) == ["c2", "c3", "c5", "c6", "c7", "c8"]


ODD_DOCUMENTS = [
    replace(INCIDENTS[2], key="9" * 600),
    replace(INCIDENTS[2], title="half \ud83d of a character"),
    replace(INCIDENTS[2], incidents=(2**70,)),
    replace(CLAIMS[2], part_of="p" * 70_000),
    replace(INCIDENTS[2], values={"docket": ("d" * 70_000,)}),
]


@pytest.mark.parametrize("odd", ODD_DOCUMENTS)
@pytest.mark.parametrize("anew", [False, True])
def test_an_odd_document_is_taken_or_given_back_and_all_others_are_taken(
    fresh: SearchEngine, odd: SearchDocument, anew: bool
) -> None:
    fresh.put([INCIDENTS[2], CLAIMS[2]])
    refused = (fresh.rebuild if anew else fresh.put)([INCIDENTS[0], odd, INCIDENTS[1]])
    assert [(each.kind, each.key) for each in refused] in ([], [(odd.kind, odd.key)])
    assert all(each.reason for each in refused)
    there = {hit.key for kind in ("incident", "claim") for hit in found(fresh, kind=kind).hits}
    kept = {"1", "2"} if anew else {"1", "2", "3", "c3"}
    assert there == (kept - {odd.key} if refused else kept | {odd.key})


OUT_OF_RANGE = [datetime(1, 1, 1, tzinfo=UTC), datetime(1677, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)]


def test_times_beyond_what_an_index_can_hold_count_as_its_ends(fresh: SearchEngine) -> None:
    fresh.put(
        [replace(INCIDENTS[0], key=str(n), times={"published": (when, when)}) for n, when in enumerate(OUT_OF_RANGE)]
    )
    assert keys(fresh.search(Query(wanted=During("published", date(2200, 1, 1), None)))) == ["2"]
    assert fresh.search(Query(wanted=During("published", None, date(1700, 1, 1)))).total == 2
    assert fresh.search(Query(wanted=During("published", date.min, date.max))).total == 3
    assert keys(found(fresh, sort="newest"))[0] == "2"


def test_a_rebuild_that_fails_changes_nothing_and_lets_go(fresh: SearchEngine) -> None:
    fresh.put(DOCUMENTS)

    def broken() -> Iterator[SearchDocument]:
        yield replace(INCIDENTS[0], key="9")
        raise OSError("the base is gone")

    with pytest.raises(OSError, match="the base is gone"):
        fresh.rebuild(broken())
    assert (fresh.count(), found(fresh, size=0).total) == (len(DOCUMENTS), 8)
    fresh.put(INCIDENTS[:1])
    assert fresh.count() == len(DOCUMENTS)


def test_a_text_longer_than_the_limit_is_read_to_the_limit(engine: SearchEngine) -> None:
    assert keys(found(engine, "zebra " + "z" * LONGEST)) == []
    assert keys(found(engine, "zebra" + " " * LONGEST + "nothing")) == ["3"]


def test_an_address_of_no_engine_is_refused() -> None:
    with pytest.raises(SearchAddressRefused, match="tantivy:FOLDER"):
        open_engine("solr:here")
