"""Who may do what on the site, and what guards it."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from values import allegation, reading, report

from kb.database import Base, open_base
from kb.database.users import UserRole
from kb.model import Conduct
from kb.search import SearchEngine, open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

ALPHA, GAMMA = "alpha-accuses-beta-of-distillation", "gamma-accuses-delta-of-distillation"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
PASSWORD = "a long password"
ROLES = ("nobody", "reader", "editor", "admin")


@pytest.fixture
def own_base(tmp_path: Path) -> Iterator[Base]:
    with open_base(f"sqlite:///{tmp_path}/base.sqlite") as base:
        for identity, parties in {"r1": ("Alpha", "Beta"), "r2": ("Alpha", "Beta"), "r3": ("Gamma", "Delta")}.items():
            base.reports.put(report(identity))
            base.readings.put(identity, reading(allegation(parties[:1], parties[1:])))
        track(base)
        for role in UserRole:
            base.users.add(role.value, role, PASSWORD)
        yield base


@pytest.fixture
def engine(own_base: Base, tmp_path: Path) -> SearchEngine:
    made = open_engine(f"tantivy:{tmp_path}/index")
    catch_up(own_base, made)
    return made


def refuse_private(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError("it is no public address")
    return url


@pytest.fixture
def site(own_base: Base, engine: SearchEngine) -> Flask:
    return create_app(own_base, engine, demonstration=False, accept=refuse_private)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


def token_of(client: FlaskClient, path: str = "/submit") -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def post(client: FlaskClient, path: str, form: str = "/submit", **fields: Any) -> Any:
    return client.post(path, data={"csrf_token": token_of(client, form), **fields})


def log_in(client: FlaskClient, name: str, password: str = PASSWORD, query: str = "") -> Any:
    return post(client, f"/login{query}", "/login", name=name, password=password)


def as_role(site: Flask, role: str) -> FlaskClient:
    client = site.test_client()
    if role != "nobody":
        assert log_in(client, role).status_code == 303
    return client


ADDRESSES: list[tuple[str, str, dict[str, Any], tuple[str, str, str, str]]] = [
    ("GET", "/review", {}, ("login", "yes", "yes", "yes")),
    ("GET", "/review?show=errors", {}, ("login", "yes", "yes", "yes")),
    ("GET", "/review?show=addresses", {}, ("login", "yes", "yes", "yes")),
    ("GET", "/review?show=history", {}, ("login", "yes", "yes", "yes")),
    ("GET", "/review/judged", {}, ("login", "yes", "yes", "yes")),
    ("GET", f"/review/compare?one={ALPHA}&other={GAMMA}", {}, ("login", "yes", "yes", "yes")),
    ("GET", f"/incidents/{ALPHA}/edit", {}, ("login", "no", "yes", "yes")),
    ("GET", "/users", {}, ("login", "no", "no", "yes")),
    ("POST", "/review", {"chosen": f"{ALPHA} {GAMMA}", "verb": "merge", "why": "x"}, ("login", "no", "yes", "yes")),
    ("POST", "/review/undo", {"edit": 1, "why": "x"}, ("login", "no", "yes", "yes")),
    ("POST", f"/incidents/{ALPHA}/edit", {"verb": "merge", "other": GAMMA, "why": "x"}, ("login", "no", "yes", "yes")),
    ("POST", f"/incidents/{ALPHA}/edit", {"verb": "hide", "why": "x"}, ("login", "no", "no", "yes")),
    ("POST", "/users", {"verb": "add", "name": "x", "role": "admin", "password": PASSWORD}, ("login", "no", "no", "yes")),
    ("GET", "/submit", {}, ("yes", "yes", "yes", "yes")),
    ("GET", "/report-error?kind=report&subject=r1", {}, ("yes", "yes", "yes", "yes")),
]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says(site: Flask, own_base: Base, role: str) -> None:
    client = as_role(site, role)
    for method, path, fields, allowed in ADDRESSES:
        answer = client.get(path) if method == "GET" else post(client, path, **fields)
        to_login = answer.status_code == 303 and answer.location.startswith("/login")
        found = "login" if to_login else "no" if answer.status_code == 403 else "yes"
        assert (path, fields, found) == (path, fields, allowed[ROLES.index(role)]), answer.text[:300]
        assert answer.status_code < 500
    assert own_base.edits.all() == []
    assert len(own_base.users.all()) == (4 if role == "admin" else 3)


def test_what_an_admin_hid_no_editor_brings_back(site: Flask, own_base: Base) -> None:
    admin, editor = as_role(site, "admin"), as_role(site, "editor")
    post(admin, f"/incidents/{GAMMA}/edit", verb="hide", why="private", sure="yes")
    number = own_base.edits.all()[0].number
    assert post(editor, "/review/undo", edit=number, why="x").status_code == 403
    assert post(editor, f"/incidents/{GAMMA}/edit", verb="undo", edit=number, why="x", sure="y").status_code == 403
    assert post(admin, "/review/undo", edit=number, why="x").status_code == 303
    assert own_base.incidents.get(GAMMA) is not None


def writing_routes(site: Flask) -> list[str]:
    routes = [
        rule for rule in site.url_map.iter_rules() if rule.methods and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    ]
    with site.test_request_context():
        return [site.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, ALPHA), method="POST") for rule in routes]  # fmt: skip


def test_no_writing_form_works_without_its_token(site: Flask, own_base: Base) -> None:
    client = as_role(site, "admin")
    routes = writing_routes(site)
    assert len(routes) >= 8
    for path in routes:
        for fields in ({}, {"csrf_token": "forged"}):
            answer = client.post(
                path, data={"verb": "hide", "why": "x", "sure": "yes", "url": "https://a.org", **fields}
            )
            assert (path, answer.status_code) == (path, 400)
    assert own_base.edits.all() == []
    assert own_base.submissions.due(datetime.now(UTC), 9) == []


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    return found.value if found else ""


def test_a_login_begins_a_new_session(site: Flask) -> None:
    client = site.test_client()
    token = token_of(client, "/login")
    before = cookie(client)
    client.post("/login", data={"csrf_token": token, "name": "editor", "password": PASSWORD})
    assert cookie(client) != before
    assert client.post("/review", data={"csrf_token": token}).status_code == 400, "the token of before holds no more"
    thief = site.test_client()
    thief.set_cookie("session", before)
    assert thief.get("/review").location.startswith("/login")


def test_a_logout_ends_the_session_also_for_whoever_copied_its_cookie(site: Flask) -> None:
    client, thief = as_role(site, "editor"), site.test_client()
    thief.set_cookie("session", cookie(client))
    assert thief.get("/review").status_code == 200
    assert client.get("/logout").status_code == 405
    assert post(client, "/logout").status_code == 303
    assert client.get("/review").status_code == 303
    assert thief.get("/review").status_code == 303


def test_a_session_outlives_a_restart_of_the_site(site: Flask, own_base: Base, engine: SearchEngine) -> None:
    client = as_role(site, "reader")
    again = create_app(own_base, engine, demonstration=False).test_client()
    again.set_cookie("session", cookie(client))
    assert again.get("/review").status_code == 200
    other = create_app(own_base, engine, demonstration=False, secret="another").test_client()
    other.set_cookie("session", cookie(client))
    assert other.get("/review").status_code == 303


@pytest.mark.parametrize(("address", "secure"), [("https://disputed.example/", True), ("", False)])
def test_cookies_are_kept_from_scripts_and_other_sites(
    own_base: Base, engine: SearchEngine, address: str, secure: bool
) -> None:
    client = create_app(own_base, engine, demonstration=False, address=address).test_client()
    told = client.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in told
    assert "SameSite=Strict" in told
    assert ("Secure" in told) is secure


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/incidents/x?page=2", "/incidents/x?page=2"),
        ("", "/review"),
        ("https://evil.example/", "/review"),
        ("//evil.example/", "/review"),
        ("/\\evil.example/", "/review"),
        ("/a\\b", "/review"),
        ("javascript:alert(1)", "/review"),
        ("/a%0d%0aSet-Cookie:x=1", "/a%0d%0aSet-Cookie:x=1"),
        ("/a\r\nSet-Cookie: x=1", "/review"),
        ("/\t/evil.example", "/review"),
        ("evil", "/review"),
    ],
)
def test_after_a_login_it_goes_on_within_the_site(client: FlaskClient, target: str, leads_to: str) -> None:
    token = token_of(client, "/login")
    answer = client.post(
        "/login", query_string={"next": target}, data={"csrf_token": token, "name": "editor", "password": PASSWORD}
    )
    assert (answer.status_code, answer.location) == (303, leads_to)
    assert "x=1" not in str(answer.headers.getlist("Set-Cookie"))


def test_logins_in_vain_are_throttled_by_account_and_the_right_one_waits_too(site: Flask) -> None:
    tries = [
        log_in(client, "Editor", "wrong password").status_code for client in (site.test_client() for _ in range(6))
    ]
    assert tries == [422] * 5 + [429]
    assert log_in(site.test_client(), "editor").status_code == 429
    assert log_in(site.test_client(), "reader").status_code == 303


def test_logins_in_vain_are_throttled_by_address(site: Flask) -> None:
    client = site.test_client()
    tries = [log_in(client, f"name {n}", "wrong password").status_code for n in range(11)]
    assert tries == [422] * 10 + [429]


def test_a_login_tells_nothing_of_which_names_there_are(client: FlaskClient) -> None:
    known, unknown = (log_in(client, name, "wrong password").text for name in ("editor", "nobody"))
    assert known.replace("editor", "").split("</form>")[0].count("No user has") == unknown.count("No user has") > 0

    def seconds(name: str) -> float:
        begun = time.perf_counter()
        log_in(client, name, "wrong password")
        return time.perf_counter() - begun

    log_in(client, "nobody", "wrong password")
    assert seconds("somebody") > seconds("editor") / 3, "the password of an unknown name is hashed too"


def test_an_address_is_handed_in_and_followed(site: Flask) -> None:
    client = site.test_client()
    made = post(client, "/submit", url=" https://news.example/new ", note=HOSTILE)
    assert made.status_code == 303
    assert "It waits to be fetched" in client.get(made.location).text
    assert HOSTILE not in client.get(made.location).text
    assert post(client, "/submit", url="https://news.example/new").location == made.location
    known = post(client, "/submit", url=report("r1").url)
    assert known.location == "/reports/r1"


@pytest.mark.parametrize(("url", "told"), [("", "Give an address"), ("http://127.0.0.1/", "no public address"), ("https://" + "x" * 3000, "longer than 2000"), ("https://news.example/" + HOSTILE, None)])  # fmt: skip
def test_a_bad_address_is_told_beside_the_field_and_kept(client: FlaskClient, url: str, told: str | None) -> None:
    answer = post(client, "/submit", url=url, note="my note")
    if told is None:
        assert HOSTILE not in client.get(answer.location).text
        return
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'href="#url"' in answer.text
    assert "my note" in answer.text
    assert told in answer.text


def test_what_is_handed_in_is_rate_limited(client: FlaskClient) -> None:
    codes = [post(client, "/submit", url=f"https://news.example/{n}").status_code for n in range(11)]
    assert codes == [303] * 10 + [429]


@pytest.mark.parametrize(
    ("kind", "subject"), [("incident", ALPHA), ("claim", ""), ("organisation", "alpha"), ("report", "r1")]
)
def test_an_error_is_reported_judged_and_told(site: Flask, own_base: Base, kind: str, subject: str) -> None:
    subject = subject or own_base.claims.of_report("r1")[0].id
    reader, editor = site.test_client(), as_role(site, "editor")
    path = f"/report-error?kind={kind}&subject={subject}"
    made = post(reader, path, field="source", wrong=HOSTILE, source="")
    if kind in {"incident", "organisation"}:  # they have no such field
        assert made.status_code == 422
        made = post(reader, path, wrong=HOSTILE, source="")
    assert made.status_code == 303
    assert "waits for a person" in reader.get(made.location).text
    queue = editor.get("/review?show=errors").text
    assert HOSTILE not in queue + reader.get(made.location).text
    assert "&lt;script&gt;" in queue
    assert post(editor, "/review", show="errors", chosen="1", verb="reject", why=HOSTILE).status_code == 303
    assert "not taken up" in reader.get(made.location).text
    assert HOSTILE not in reader.get(made.location).text + editor.get("/review/judged").text
    post(editor, "/review", show="errors", chosen="1", verb="reopen", why="y")
    assert "waits for a person" in reader.get(made.location).text


@pytest.mark.parametrize(
    "query",
    ["", "?kind=report", "?kind=x&subject=r1", "?kind=report&subject=../../etc/passwd", "?kind=incident&subject=%00"],
)
def test_an_error_can_be_reported_only_on_what_there_is(client: FlaskClient, query: str) -> None:
    assert client.get(f"/report-error{query}").status_code == 404


@pytest.mark.parametrize("source", ["javascript:alert(1)", "x", "ftp://a.org/"])
def test_a_source_that_is_no_web_address_leads_nowhere(site: Flask, source: str) -> None:
    answer = post(site.test_client(), "/report-error?kind=report&subject=r1", wrong="x", source=source)
    assert answer.status_code == 422 or f'href="{source}' not in as_role(site, "editor").get("/review?show=errors").text


@pytest.mark.parametrize(
    "path",
    [
        "/submit/nothing",
        "/submit/..%2f..%2fetc",
        "/report-error/%00",
        "/claims/x/page",
        "/static/../app.py",
        "/static/..%2fapp.py",
    ],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_bodies_that_are_too_large_are_refused(client: FlaskClient) -> None:
    token = token_of(client)
    assert (
        client.post("/submit", data={"csrf_token": token, "url": "https://a.org", "note": "x" * 100_000}).status_code
        == 413
    )


def suggested(base: Base, count: int = 1) -> None:
    for n in range(count):
        base.reports.put(report(f"p{n}", days=3))
        base.readings.put(f"p{n}", reading(allegation((f"Firm {n}",), ("Beta",), sentence=HOSTILE)))
        base.reports.put(report(f"q{n}", days=4))
        base.readings.put(f"q{n}", reading(allegation((f"Firm {n}",), ("Beta",), conduct=(Conduct.PATENT,))))
    track(base)


def test_several_pairs_are_seen_merged_and_undone(site: Flask, own_base: Base) -> None:
    suggested(own_base, 2)
    before = own_base.incidents.count()
    client = as_role(site, "editor")
    page = client.get("/review").text
    chosen = re.findall(r'name="chosen" value="([^"]+)"', page)
    assert len(chosen) == 2
    seen = post(client, "/review", chosen=chosen, verb="merge", why="one suit")
    assert "What would change" in seen.text
    assert own_base.incidents.count() == before
    made = post(client, "/review", chosen=chosen, verb="merge", why="one suit", sure="yes")
    assert made.status_code == 303
    assert own_base.incidents.count() == before - 2
    assert {edit.who for edit in own_base.edits.all()} == {"editor"}
    history = client.get("/review?show=history").text
    assert "one suit" in history
    for edit in own_base.edits.all():
        post(client, "/review/undo", edit=edit.number, why="two after all")
    assert own_base.incidents.count() == before


def test_a_name_in_the_form_does_not_sign_for_another(site: Flask, own_base: Base) -> None:
    post(as_role(site, "editor"), f"/incidents/{ALPHA}/edit", verb="merge", other=GAMMA, who="admin", why="x", sure="y")
    assert [edit.who for edit in own_base.edits.all()] == ["editor"]


def test_users_are_managed_by_admins_but_not_their_own_role(site: Flask, own_base: Base) -> None:
    client = as_role(site, "admin")
    post(client, "/users", verb="role", name="admin", role="reader")
    post(client, "/users", verb="remove", name="admin")
    post(client, "/users", verb="role", name="reader", role="editor")
    post(client, "/users", verb="remove", name="editor")
    assert {user.name: user.role for user in own_base.users.all()} == {"admin": "admin", "reader": "editor"}


@pytest.mark.parametrize("path", ["/review", "/review?show=errors", "/review?show=addresses", "/review?show=history", "/review/judged", f"/review/compare?one={ALPHA}&other={GAMMA}", "/users", "/submit", "/login", "/report-error?kind=report&subject=r1"])  # fmt: skip
def test_a_page_asks_the_base_at_most_twelve_times_whatever_it_holds(site: Flask, own_base: Base, path: str) -> None:
    suggested(own_base, 12)
    for n in range(25):
        own_base.remarks.add("report", "r1", field="", wrong=f"{n}", source="")
    client = as_role(site, "admin")
    asked: list[str] = []
    listen = lambda _c, _cursor, statement, *_: asked.append(statement)  # noqa: E731
    sa.event.listen(own_base._sessions.engine, "before_cursor_execute", listen)
    answer = client.get(path)
    sa.event.remove(own_base._sessions.engine, "before_cursor_execute", listen)
    assert answer.status_code == 200
    statements = [each for each in asked if each.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))]
    assert len(statements) <= 12, statements
