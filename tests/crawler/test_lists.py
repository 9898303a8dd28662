"""What outlets list, followed by the real spider on loopback: section pages, courts' feeds, feeds that ask for a token."""

import gzip
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from court_feeds import cm_ecf, found, search_answer
from news_site import Site

from crawler.spiders.feeds import token_variable
from kb.database import open_base
from kb.model import Feed, Outlet, OutletKind

CRAWL = """
import sys
from crawler.process import CrawlAgent, crawl
from kb.database import open_base
database, captures, host, *tokens = sys.argv[1:]
agent = CrawlAgent("tests@example.org", dict(token.split("=") for token in tokens))
with open_base(database) as base:
    print(crawl(base, captures, base.outlets.all(), agent=agent, allowed_hosts=frozenset({host})))
"""
PAGE = b"<html><body><article><p>Alpha sued Beta.</p></article></body></html>"


class AskingSite(Site):
    """A site that opens its interface to whoever has the token, and says in robots.txt that nobody may crawl."""

    def answer(self, path: str, asked: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        if path == "/robots.txt":
            return 200, b"User-agent: *\nDisallow: /\n", {"Content-Type": "text/plain"}
        if path.startswith("/api/") and asked.get("Authorization") != "Token secret":
            return 401, b"", {}
        return super().answer(path, asked)


@pytest.fixture
def place(tmp_path: Path) -> tuple[str, str]:
    return f"sqlite:///{tmp_path}/base.sqlite", str(tmp_path / "captures")


def crawl(place: tuple[str, str], site: Site, outlet: Outlet, *tokens: str) -> str:
    with open_base(place[0]) as base:
        base.outlets.put([outlet])
    command = [sys.executable, "-c", CRAWL, *place, site.host, *tokens]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def feed(site: Site, path: str, token: str = "") -> Feed:
    return Feed(url=f"http://{site.host}{path}", source="test", token=token)


def court(site: Site, *feeds: Feed) -> Outlet:
    return replace(site.outlet("court"), kind=OutletKind.COURT, court="S.D.N.Y.", feeds=feeds)


def asked(site: Site) -> list[str]:
    return [path for path, status in site.asked if status == 200 and path != "/robots.txt"]


def test_a_section_page_leads_to_articles_and_is_followed_again_when_it_changes(place: tuple[str, str]) -> None:
    site = Site({"/news/alpha-sues-beta": PAGE, "/news/gamma-sues-delta": PAGE + b"."})
    outlet = replace(site.outlet(), feeds=(), sections=(feed(site, "/news"),))
    links = [
        "<a href='/news/alpha-sues-beta'>Alpha sues Beta over models</a>",
        "<a href='/about'>About our whole news desk</a>",
    ]
    site.lists["/news"] = "".join(links).encode()
    crawl(place, site, outlet)
    assert asked(site) == ["/news", "/news/alpha-sues-beta"]
    site.lists["/news"] += b"<a href='/news/gamma-sues-delta'>Gamma sues Delta over models</a>"
    crawl(place, site, outlet)
    assert asked(site)[2:] == ["/news", "/news/gamma-sues-delta"]


def test_a_section_page_without_articles_is_a_problem_of_its_outlet(place: tuple[str, str]) -> None:
    site = Site({})
    site.lists["/news"] = b"<p>Turn on JavaScript to read the news.</p>"
    crawl(place, site, replace(site.outlet(), feeds=(), sections=(feed(site, "/news"),)))
    with open_base(place[0]) as base:
        assert "no link on the page" in base.health.of_outlets(datetime.now(UTC))[0].reason


def test_the_pages_behind_a_courts_feed_are_left_alone_and_the_feed_is_due(place: tuple[str, str]) -> None:
    site = Site({})
    site.lists["/rss"] = cm_ecf(("1:26-cv-1", "A v. B", "Complaint", "Wed, 10 Jun 2026 12:00:00 GMT"))
    for _ in range(2):
        crawl(place, site, court(site, feed(site, "/rss")))
    assert ("/rss", 304) in site.asked
    assert asked(site) == ["/rss"]
    with open_base(place[0]) as base:
        assert [(capture.kind, capture.outlet) for capture in base.captures.pending(9)] == [("feed", "court")]
        assert base.health.of_outlets(datetime.now(UTC))[0].reason == ""


def test_a_courts_feed_that_is_none_is_a_problem_of_that_court(place: tuple[str, str]) -> None:
    site = Site({})
    site.lists["/rss"] = b"<html>Down for maintenance</html>"
    crawl(place, site, court(site, feed(site, "/rss")))
    with open_base(place[0]) as base:
        assert "no RSS or Atom feed" in base.health.of_outlets(datetime.now(UTC))[0].reason
        assert base.captures.pending(9) == []


def test_a_token_opens_what_asks_for_it_and_goes_nowhere_else(place: tuple[str, str]) -> None:
    site = AskingSite({"/page": PAGE})
    site.lists["/api/search"] = search_answer([found("A v. B", "1:26-cv-1")])
    outlet = court(site, feed(site, "/api/search", "lister"), feed(site, "/rss"))
    told = crawl(place, site, outlet)
    assert f"it asks for a token: give it in the environment as {token_variable('lister')}" in told
    assert asked(site) == []
    told = crawl(place, site, outlet, "lister=secret")
    assert asked(site) == ["/api/search"]
    assert ("Forbidden by robots.txt" in told, "secret" in told) == (True, False)
    [captures] = [gzip.decompress(file.read_bytes()) for file in Path(place[1]).iterdir()]
    assert (b"/api/search" in captures, b"secret" in captures) == (True, False)


def test_nothing_that_robots_txt_forbids_is_asked_for_though_much_waits_for_it_at_once(place: tuple[str, str]) -> None:
    site = Site({})
    outlet = replace(site.outlet(), feeds=tuple(feed(site, f"/private/{n}") for n in range(5)))
    crawl(place, site, outlet)
    assert site.asked == [("/robots.txt", 200)]
