"""Whatever an address or a form says, the site answers it: with a page, or with what is wrong with it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import KEY, LETTER
from schemathesis.checks import not_a_server_error
from values import allegation, reading, report

from kb.database import Base, open_base
from kb.model import Conduct, Stage
from kb.search import open_engine
from kb.search.fields import FACETS, TIMES
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

HOME = "http://localhost"
NAMES = sorted(
    {"q", "kind", "sort", "page", "from", "to", "time", "collapse", "stage", "conduct", "by", "known", "recorded"}
    | {"accuser", "accused", "one", "other", "subject", "field", "show", "next", "alone", "key", "form"}
    | {*FACETS, *(f"not-{each}" for each in FACETS)}
)
"""What addresses of the site may ask."""
FIELDS = ["verb", "why", "sure", "who", "name", "role", "password", "url", "note", "wrong", "source", "chosen", "show", "edit", "other", "claim", "field", "accusers", "accused", "conduct", "stage", "stated", "occurred", "split", "report", "to"]  # fmt: skip
"""What forms of the site may say."""
KNOWN = [*Conduct, *Stage, *TIMES, LETTER, "r1", "openai", "anthropic", "alibaba", "hostile", "1", "incident", "claim", "report", "organisation", "month", "quarter", "merge", "split", "hide", "undo", "correct", "add", "remove", "reject", "bib", "ris", "yes"]  # fmt: skip
ODD = ["", "-1", "0", "9" * 30, "1e9", "١", "٣٣٣", "2026-06-12", "0000-00-00", "9999-12-31", "2026-13", "\x00", "\ud800", "%", "..", "../..", "//", "\\", "\r\nX: 1", '"', '"(', "a:", "NOT", "(a OR", "a*", "[a TO", "\u202e", "=1+1", "<script>"]  # fmt: skip
VERBS = ["merge", "keep-apart", "split", "move", "correct", "hide", "hide-claim", "undo", "reject", "reopen"]
VALUES = st.one_of(st.sampled_from(KNOWN), st.sampled_from(ODD), st.text(max_size=60))
LIKELY = {
    "slug": [LETTER, "openai"],
    "identity": ["letter", "hostile"],
    "number": ["1", "2"],
    "form": ["bib", "ris", "json"],
    "filename": ["style.css", "../app.py"],
    "name": ["disputes"],
    "accuser": ["anthropic", "Anthropic"],
    "accused": ["alibaba", "Alibaba"],
    "one": [LETTER],
    "other": [LETTER, "jo-writer-accuses-alibaba-of-training-on-protected-works"],
    "kind": ["incident", "report", "claim", "organisation"],
    "subject": [LETTER, "openai", "letter"],
}
"""By the name of a value, what there is."""


def value(name: str) -> st.SearchStrategy[str]:
    """Something for a value of this name: often what there is, else anything."""
    return st.one_of(st.sampled_from(LIKELY[name]), VALUES) if name in LIKELY else VALUES


def sayable(text: str) -> str:
    """The same without what no address can hold."""
    return text.encode(errors="replace").decode()


def asked_for(names: list[str]) -> st.SearchStrategy[dict[str, list[str]]]:
    """Some of these names, each with values."""
    several = {name: st.lists(value(name), min_size=1, max_size=3) for name in names}
    chosen = st.lists(st.sampled_from(names), max_size=5, unique=True)
    return chosen.flatmap(lambda some: st.fixed_dictionaries({name: several[name] for name in some}))


OFTEN = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


FITTING = {"generation": {"mode": "positive"}, "phases": {"coverage": {"enabled": False}}}
"""Only what addresses and forms can say: HTML has no types that could be wrong, and boundaries are none of the site's."""


def schema_of(app: Flask, method: str, queries: Iterable[str], fields: Iterable[str]) -> schemathesis.BaseSchema:
    """Every address of the site that takes this method, with what it may be asked or told, as a schema of OpenAPI."""
    names = re.compile(r"<(?:[^>]*:)?(\w+)>")
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    paths = {
        names.sub(r"{\1}", rule.rule): {
            method.lower(): {
                "parameters": [
                    *({"name": name, "in": "path", "required": True, "schema": one(name)} for name in names.findall(rule.rule)),
                    *({"name": name, "in": "query", "schema": several(name)} for name in queries),
                ],
                **form(fields),
                "responses": {"default": {"description": "a page"}},
            }
        }
        for rule in rules
    }  # fmt: skip
    described = {"openapi": "3.1.0", "info": {"title": "Disputed", "version": "1"}, "paths": paths}
    schema = schemathesis.openapi.from_dict(described, config=schemathesis.Config.from_dict(FITTING))
    schema.app = app
    return schema


def one(name: str) -> dict[str, Any]:
    """A value of this name, drawn from `value`."""
    return {"type": "string", "format": name if name in LIKELY else "value", "minLength": 1}


for each in ("value", *LIKELY):
    schemathesis.openapi.format(each, value(each).map(sayable).filter(bool))


def several(name: str) -> dict[str, Any]:
    return {"type": "array", "items": one(name), "maxItems": 3}


def form(fields: Iterable[str]) -> dict[str, Any]:
    properties = {name: several(name) for name in fields}
    if not properties:
        return {}
    content = {"schema": {"type": "object", "properties": properties}}
    return {"requestBody": {"content": {"application/x-www-form-urlencoded": content}}}


def all_sayable(asked: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same without what no address can hold, in every value."""
    return {name: [sayable(each) for each in values] for name, values in asked.items()}


def opened(app: Flask) -> FlaskClient:
    """An editor's browser; what goes wrong is raised instead of told."""
    app.testing = True
    client = app.test_client()
    assert client.get(f"/edit?key={KEY}", base_url=HOME).status_code == 303
    return client


@pytest.fixture(scope="module")
def reading_site(whole: Flask) -> Flask:
    """The site of all pages, which asks nobody to wait."""
    return create_app(
        whole.extensions["base"], whole.extensions["engine"], demonstration=True, requests_a_minute=10**9, edit_key=KEY
    )


@pytest.fixture(scope="module")
def reader(reading_site: Flask) -> FlaskClient:
    return opened(reading_site)


@pytest.fixture(scope="module")
def every_page(reading_site: Flask) -> schemathesis.BaseSchema:
    return schema_of(reading_site, "GET", NAMES, ())


@pytest.fixture(scope="module")
def every_form(writing_site: Flask) -> schemathesis.BaseSchema:
    return schema_of(writing_site, "POST", (), FIELDS)


@schemathesis.pytest.from_fixture("every_page").parametrize()
@OFTEN
def test_no_address_makes_a_page_fail(case: schemathesis.Case[Any], reader: FlaskClient) -> None:
    answered(case, reader)


@schemathesis.pytest.from_fixture("every_form").parametrize()
@OFTEN
def test_no_form_makes_the_site_fail(case: schemathesis.Case[Any], writing_site: Flask) -> None:
    answered(case, opened(writing_site))


def answered(case: schemathesis.Case[Any], client: FlaskClient) -> None:
    """Send it as this browser does; any answer but a failure of the server is right."""
    session = client.get_cookie("session")
    assert session is not None
    case.call_and_validate(cookies={"session": session.value}, checks=[not_a_server_error])


@OFTEN
@given(path=st.text(max_size=200), asked=asked_for(NAMES))
def test_no_address_at_all_makes_the_site_fail(reader: FlaskClient, path: str, asked: dict[str, list[str]]) -> None:
    answer = reader.get("/" + quote(path, errors="replace"), query_string=all_sayable(asked), base_url=HOME)
    assert answer.status_code < 500


@pytest.fixture(scope="module")
def own_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path_factory.mktemp('base')}/base.sqlite") as base:
        base.reports.put(report("r1"))
        base.readings.put("r1", reading(allegation(("Anthropic",), ("Alibaba",))))
        track(base)
        yield base


@pytest.fixture(scope="module")
def writing_site(own_base: Base, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A site in which anything may be written: no token is asked for, which other tests see to."""
    engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
    catch_up(own_base, engine)
    app = create_app(own_base, engine, demonstration=False, requests_a_minute=10**9, edit_key=KEY)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@OFTEN
@given(verb=st.sampled_from(VERBS), said=asked_for(FIELDS))
def test_no_edit_makes_the_site_fail(writing_site: Flask, own_base: Base, verb: str, said: dict[str, Any]) -> None:
    writer = opened(writing_site)
    slug = own_base.incidents.latest(1)[0].slug
    claim = own_base.claims.of_report("r1")[0].id
    form = {"claim": claim, "why": "x", **all_sayable(said), "verb": verb}
    for path in (f"/incidents/{slug}/edit", "/review"):
        assert writer.post(path, data=form, base_url=HOME).status_code < 500
