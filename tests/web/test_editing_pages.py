"""Editing through the pages, as the one person at this machine does it."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from values import allegation, reading, report
from werkzeug.test import TestResponse

from kb.database import Base, open_base
from kb.model import Conduct, Incident
from kb.search import SearchEngine, open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

ALPHA, GAMMA = "alpha-accuses-beta-of-distillation", "gamma-accuses-delta-of-distillation"
KEY = "the-key"
Make = Callable[..., TestResponse]


@pytest.fixture
def own_base(tmp_path: Path) -> Iterator[Base]:
    """Alpha against Beta, told by r1 and r2; Gamma against Delta, told by r3."""
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        for identity, parties in {"r1": ("Alpha", "Beta"), "r2": ("Alpha", "Beta"), "r3": ("Gamma", "Delta")}.items():
            base.reports.put(report(identity, title=f"Title of {identity}"))
            base.readings.put(identity, reading(allegation(parties[:1], parties[1:])))
        track(base)
        yield base


@pytest.fixture
def engine(own_base: Base, tmp_path: Path) -> SearchEngine:
    made = open_engine(f"tantivy:{tmp_path}/index")
    catch_up(own_base, made)
    return made


@pytest.fixture
def site(own_base: Base, engine: SearchEngine) -> Flask:
    return create_app(own_base, engine, demonstration=False, edit_key=KEY, after_edit=partial(_index, own_base, engine))


def _index(base: Base, engine: SearchEngine) -> None:
    catch_up(base, engine)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    """The browser of whoever opened the link to edit by."""
    client = site.test_client()
    assert client.get(f"/edit?key={KEY}").status_code == 303
    return client


@pytest.fixture
def change(client: FlaskClient) -> Make:
    """Fill in a form of the page of an incident, look at what it would do, and make it where `sure`."""

    def post(slug: str, *, sure: bool = True, **fields: object) -> TestResponse:
        page = client.get(f"/incidents/{slug}/edit").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        form = {"csrf_token": token[1], "who": "Ann", "why": "the docket says so", **fields}
        shown = client.post(f"/incidents/{slug}/edit", data=form)
        return client.post(f"/incidents/{slug}/edit", data={**form, "sure": "yes"}) if sure else shown

    return post


def incidents(base: Base) -> dict[str, Incident]:
    return {incident.slug: incident for incident in base.incidents.latest(10)}


def correction(base: Base, slug: str, **values: object) -> dict[str, object]:
    claim = incidents(base)[slug].claims[0]
    told = claim.allegation
    return {
        "verb": "correct",
        "claim": claim.id,
        "accusers": "\n".join(told.accusers),
        "accused": "\n".join(told.accused),
        "conduct": [code.value for code in told.conduct],
        "stage": told.stage.value,
        "role": told.role.value,
        **values,
    }


def test_a_merge_is_shown_first_then_made_redirected_and_undone(
    client: FlaskClient, own_base: Base, change: Make
) -> None:
    before = incidents(own_base)
    shown = change(GAMMA, verb="merge", other=f"http://localhost/incidents/{ALPHA}", sure=False)
    assert f"leads to {ALPHA}" in shown.text
    assert incidents(own_base) == before
    change(GAMMA, verb="merge", other=ALPHA)
    moved = client.get(f"/incidents/{GAMMA}")
    assert (moved.status_code, moved.location) == (301, f"/incidents/{ALPHA}")
    assert moved.headers["Cache-Control"] == "no-cache", "a browser that keeps it would not see that it is undone"
    page = client.get(f"/incidents/{ALPHA}").text
    assert "Title of r3" in page
    assert "merge: the docket says so, by Ann" in page
    change(GAMMA, verb="undo", edit=own_base.edits.all()[0].number)
    assert client.get(f"/incidents/{GAMMA}").status_code == 200
    assert incidents(own_base) == before


def test_search_follows_an_edit(client: FlaskClient, own_base: Base, change: Make) -> None:
    change(ALPHA, **correction(own_base, ALPHA, accused="Zeppelin"))
    assert "alpha-accuses-zeppelin-of-distillation" in client.get("/search?q=accused:zeppelin").text


def test_only_what_was_changed_is_corrected(own_base: Base, change: Make) -> None:
    change(ALPHA, **correction(own_base, ALPHA, stage="ruling", reached="2026-06"))
    (claim,) = [claim for each in incidents(own_base).values() for claim in each.claims if claim.corrected]
    assert claim.corrected == ("reached", "stage")
    assert (claim.allegation.stage, str(claim.allegation.reached)) == ("ruling", "2026-06")


def test_a_corrected_claim_says_so(client: FlaskClient, own_base: Base, change: Make) -> None:
    change(ALPHA, **correction(own_base, ALPHA, stage="ruling"))
    assert "corrected by a person: stage" in client.get(f"/incidents/{ALPHA}").text


def test_a_claim_is_split_off_and_a_report_moved(own_base: Base, change: Make) -> None:
    first, second = incidents(own_base)[ALPHA].claims
    change(ALPHA, verb="split", claim=[second.id])
    assert sorted(len(each.claims) for each in incidents(own_base).values()) == [1, 1, 1]
    change(ALPHA, verb="move", report=first.report.id, other=GAMMA)
    assert {claim.report.id for claim in incidents(own_base)[GAMMA].claims} == {first.report.id, "r3"}


def test_a_hidden_incident_says_why_and_comes_back(client: FlaskClient, own_base: Base, change: Make) -> None:
    change(GAMMA, verb="hide")
    gone = client.get(f"/incidents/{GAMMA}")
    assert (gone.status_code, "the docket says so" in gone.text) == (410, True)
    assert GAMMA not in client.get("/").text
    assert "Title of r3" not in client.get("/search?q=gamma").text
    change(GAMMA, verb="undo", edit=own_base.edits.all()[0].number)
    assert client.get(f"/incidents/{GAMMA}").status_code == 200


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"verb": "merge", "other": "nothing"}, "no incident"),
        ({"verb": "merge", "other": ALPHA}, "same incident"),
        ({"verb": "split"}, "which claims"),
        ({"verb": "undo", "edit": "99"}, "no edit 99"),
        ({"verb": "undo", "edit": "x"}, "no edit 0"),
        ({"verb": "hide", "why": " "}, "a reason"),
        ({"verb": "correct", "claim": "x"}, "not there"),
        ({"verb": "explode"}, "no such change"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(
    client: FlaskClient, own_base: Base, change: Make, fields: dict[str, str], message: str
) -> None:
    assert change(ALPHA, sure=False, **fields).status_code == 303
    assert message in client.get(f"/incidents/{ALPHA}/edit").text
    assert own_base.edits.all() == []


@pytest.mark.parametrize("date", ["June", "2026-13", "2026-06-31"])
def test_a_bad_date_is_refused_with_advice(client: FlaskClient, own_base: Base, change: Make, date: str) -> None:
    change(ALPHA, sure=False, **correction(own_base, ALPHA, reached=date))
    assert "write 2026, 2026-06 or 2026-06-10" in client.get(f"/incidents/{ALPHA}/edit").text


def test_what_may_be_one_is_judged_on_the_page_for_review(client: FlaskClient, own_base: Base, change: Make) -> None:
    own_base.reports.put(report("r4", days=3))
    own_base.readings.put("r4", reading(allegation(conduct=(Conduct.PATENT,))))
    track(own_base)
    page = client.get("/review").text
    other = next(slug for slug in incidents(own_base) if slug not in {ALPHA, GAMMA})
    assert f"/incidents/{ALPHA}" in page
    assert f"/incidents/{other}" in page
    assert "other conduct" in page
    change(ALPHA, verb="keep-apart", other=other)
    assert "Nothing waits for review" in client.get("/review").text


def test_incidents_that_share_a_party_are_offered_by_their_addresses(client: FlaskClient, own_base: Base) -> None:
    own_base.reports.put(report("r4"))
    own_base.readings.put("r4", reading(allegation(("Alpha",), ("Zeta",))))
    track(own_base)
    page = client.get(f"/incidents/{ALPHA}/edit").text
    assert re.findall(r'<option value="([a-z-]+)">Alpha', page) == ["alpha-accuses-zeta-of-distillation"]


def test_a_forged_request_changes_nothing(client: FlaskClient, own_base: Base) -> None:
    fields = {"verb": "hide", "who": "Eve", "why": "x", "sure": "yes"}
    assert client.post(f"/incidents/{ALPHA}/edit", data=fields).status_code == 400
    assert own_base.edits.all() == []


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"X-Forwarded-For": "203.0.113.7"}])
def test_nobody_from_outside_may_edit(client: FlaskClient, headers: dict[str, str]) -> None:
    asked = client.get(f"/incidents/{ALPHA}/edit", headers=headers)
    assert asked.status_code == 400 or asked.location.startswith("/login?next=")
    assert "/edit" not in client.get(f"/incidents/{ALPHA}", headers=headers).text


@pytest.mark.parametrize("asked", ["", "?key=", "?key=wrong", "?key=%C3%A4"])
def test_without_the_key_nobody_may_edit(site: Flask, own_base: Base, asked: str) -> None:
    client = site.test_client()
    assert client.get(f"/edit{asked}").status_code == 404
    assert client.get(f"/incidents/{ALPHA}/edit").location == f"/login?next=/incidents/{ALPHA}/edit"
    assert client.get("/review").location == "/login?next=/review"
    assert "/edit" not in client.get(f"/incidents/{ALPHA}").text
    assert own_base.edits.all() == []


def test_a_public_site_has_no_editing_without_a_login(own_base: Base, engine: SearchEngine) -> None:
    client = create_app(own_base, engine, demonstration=False).test_client()
    assert client.get("/edit?key=").status_code == 404
    assert client.get(f"/incidents/{ALPHA}/edit").location == f"/login?next=/incidents/{ALPHA}/edit"
    assert client.post(f"/incidents/{ALPHA}/edit").status_code == 400
    assert "/edit" not in client.get(f"/incidents/{ALPHA}").text


def test_reading_sets_no_cookie(site: Flask) -> None:
    assert "Set-Cookie" not in site.test_client().get(f"/incidents/{ALPHA}").headers


def test_pages_for_editing_are_kept_from_search_engines(client: FlaskClient) -> None:
    assert client.get(f"/incidents/{ALPHA}/edit").headers["X-Robots-Tag"] == "noindex"
