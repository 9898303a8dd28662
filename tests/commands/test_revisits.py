"""What outlets change, take down or copy, from two crawls of a site on loopback to the page that tells of it."""

import html
import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from news_site import Site

from kb.database import Base, open_base
from kb.search import open_engine
from web import create_app

LETTER = (
    "Anthropic accuses Alibaba of distilling its model Claude with the help of 24,000 fraudulent accounts.",
    "The letter, which was sent to two senators on Tuesday, says that the accounts held millions of exchanges.",
    "Alibaba did not answer a request for comment. Lawyers who follow the dispute expect that a suit will follow soon.",
)
TALK = (
    "Regulators in three countries have met to speak about chips, and nobody accused anybody of anything at all there."
)


def page(title: str, *paragraphs: str) -> bytes:
    told = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    date = f'<meta property="article:published_time" content="{datetime.now(UTC).isoformat()}">'
    return f"<html lang='en'><head><title>{title}</title>{date}</head><body><article><h1>{title}</h1>{told}</article></body></html>".encode()


class Desk:
    """A base of its own over the outlets of one site, worked by the command as a person types it."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.folder, self.site, self.opted_out = folder, site, False
        self.settings = 'folder = "."\ncontact = "desk@example.org"\n'
        self.configure()

    def configure(self, more: str = "") -> None:
        outlets = "".join(
            f'[[outlet]]\nname = "{name}"\nhome = "http://{self.site.host}/{name}/"\ncountry = "GB"\nkind = "general"\n'
            f'feeds = [{{ url = "http://{self.site.host}{feed}", source = "a test" }}]\n{optional}'
            for name, feed, optional in (
                ("Courier", "/feed.xml", "opted_out = true\n" if self.opted_out else ""),
                ("Ledger", "/ledger.xml", ""),
            )
        )
        ages = ", ".join(f"{seconds / 3600:.6f}" for seconds in range(1, 600))
        (self.folder / "outlets.toml").write_text(outlets)
        (self.folder / "disputed.toml").write_text(
            f'{self.settings}{more}\n[crawl]\noutlets = "outlets.toml"\nallowed_hosts = ["{self.site.host}"]\n'
            f"revisit_hours = [{ages}]\n"
        )

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "commands", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=180, check=False)

    def base(self) -> Base:
        return open_base(f"sqlite:///{self.folder}/disputed.sqlite")


def shown(base: Base, folder: Path, path: str) -> str:
    """The page of the report at a path of the site, without the space between its elements."""
    client: FlaskClient = create_app(base, open_engine(f"tantivy:{folder}/index"), demonstration=False).test_client()
    identity = next(i for i in base.reports.identities() if (r := base.reports.get(i)) and r.url.endswith(path))
    return re.sub(r"\s+", " ", client.get(f"/reports/{identity}").get_data(as_text=True))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    site = Site(
        {
            "/letter": page("Anthropic accuses Alibaba", *LETTER),
            "/talk": page("Talks on chips", TALK, "3 hours ago", "1,024 views"),
        }
    )
    site.lists["/ledger.xml"] = site.feed_of(["/copy"])
    site.lists["/copy"] = page("Alibaba accused", *LETTER)
    return Desk(tmp_path, site)


def test_a_changed_figure_a_page_that_is_gone_and_a_copy_are_told(desk: Desk) -> None:
    assert desk("crawl").returncode == 0
    desk.site.pages["/letter"] = desk.site.pages["/letter"].replace(b"24,000", b"28,000")
    desk.site.pages["/talk"] = desk.site.pages["/talk"].replace(b"3 hours", b"4 hours").replace(b"1,024", b"2,048")
    del desk.site.lists["/copy"]
    crawled = json.loads(desk("crawl", "--json").stdout)
    assert (crawled["crawl"]["done"], crawled["crawl"]["failed"]) == (2, 1)
    asked = [path for path, _ in desk.site.asked]
    assert {path: asked.count(path) for path in ("/letter", "/talk", "/copy")} == {"/letter": 2, "/talk": 2, "/copy": 2}
    with desk.base() as base:
        letter, talk, copy = (shown(base, desk.folder, path) for path in ("/letter", "/talk", "/copy"))
        assert "<del>24,000 </del><ins>28,000 </ins>fraudulent accounts" in letter
        assert "Lawyers who follow" not in letter
        assert "28,000 fraudulent accounts" in re.sub(r"</?mark>", "", letter.split("<blockquote>")[1])
        assert "Copied by" in letter
        assert "What the outlet changed" not in talk
        assert "gone: on" in copy
        assert "Copy of" in copy
        claims = [claim for identity in base.reports.identities() for claim in base.claims.of_report(identity)]
        assert sorted(claim.allegation.sentence.count("28,000") for claim in claims) == [0, 1]
        incident = base.incidents.latest(9)[0]
        assert [amount.value for claim in incident.claims for amount in claim.allegation.amounts].count(24_000) == 1
    assert json.loads(desk("crawl", "--json").stdout)["crawl"]["failed"] == 0
    assert [path for path, _ in desk.site.asked].count("/copy") == 2


def test_a_base_that_was_lost_comes_back_from_its_captures(desk: Desk) -> None:
    letter = desk.site.pages["/letter"]
    for text in (letter, letter.replace(b"24,000", b"28,000"), letter):
        desk.site.pages["/letter"] = text
        assert desk("crawl").returncode == 0
    with desk.base() as base:
        kept = contents(base)
        assert shown(base, desk.folder, "/letter").count("<del>") == 2
    (desk.folder / "disputed.sqlite").unlink()
    kill_half_way(desk, "replay")
    assert desk("replay").returncode == 0
    with desk.base() as base:
        assert contents(base) == kept
        assert "<del>28,000 </del><ins>24,000 </ins>" in shown(base, desk.folder, "/letter")
    assert "0 captured pages" in desk("replay").stdout


def kill_half_way(desk: Desk, verb: str) -> None:
    """Kill a verb once the first of what it does is in the base."""
    killed = subprocess.Popen([sys.executable, "-m", "commands", verb], cwd=desk.folder, stdout=subprocess.DEVNULL)
    with desk.base() as base:
        while base.captures.count() == 0:
            assert killed.poll() is None
            time.sleep(0.01)
    killed.kill()
    killed.wait()


def contents(base: Base) -> list[object]:
    identities = base.reports.identities()
    reports = [base.reports.get(identity) for identity in identities]
    claims = [claim.allegation for identity in identities for claim in base.claims.of_report(identity)]
    return [*reports, *claims, *(incident.slug for incident in base.incidents.latest(9))]


def test_captures_are_verified_and_what_is_wrong_is_told_with_what_to_do(desk: Desk) -> None:
    desk("crawl", "--only-capture")
    assert desk("captures", "verify").returncode == 0
    file = next((desk.folder / "captures").iterdir())
    with desk.base() as base:
        last = base.captures.in_file(file.name)[-1]
    whole = file.read_bytes()
    file.write_bytes(whole + b"torn")
    torn = desk("captures", "verify")
    assert torn.returncode == 1
    assert f"truncate --size={len(whole)} {file.name}" in torn.stdout
    file.write_bytes(whole[: last.offset + 40] + b"?" + whole[last.offset + 41 :])
    damaged = desk("captures", "verify")
    assert (damaged.returncode, damaged.stdout.count("What to do: bring the file back")) == (1, 1)
    assert last.url in damaged.stdout
    file.unlink()
    gone = desk("captures", "verify")
    assert (gone.returncode, gone.stdout.count("there is no file")) == (1, 5)


def test_texts_go_when_their_outlet_opts_out_or_their_time_is_over(desk: Desk) -> None:
    desk("crawl")
    desk.opted_out = True
    desk.configure()
    assert desk("track").returncode == 0
    with desk.base() as base:
        assert texts(base) == {"courier": 0, "ledger": 1}
        assert len(base.claims.of_report(next(i for i in base.reports.identities() if base.claims.of_report(i)))) == 1
    desk.configure("keep_texts = 0.000001")
    assert desk("track").returncode == 0
    with desk.base() as base:
        assert texts(base) == {"courier": 0, "ledger": 0}
        assert base.incidents.count() == 1
        assert "Copy of" in shown(base, desk.folder, "/copy") or "Copied by" in shown(base, desk.folder, "/copy")
    assert list((desk.folder / "captures").iterdir()) == []
    assert desk("captures", "verify").returncode == 0
    assert "0 captured pages" in desk("replay").stdout
    asked = len(desk.site.asked)
    desk("crawl")
    assert "/copy" not in [path for path, status in desk.site.asked[asked:] if status == 200]


def texts(base: Base) -> dict[str, int]:
    reports = [report for identity in base.reports.identities() if (report := base.reports.get(identity))]
    return {outlet: sum(bool(r.text) for r in reports if r.outlet == outlet) for outlet in ("courier", "ledger")}
