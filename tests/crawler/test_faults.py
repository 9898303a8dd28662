"""Everything that goes wrong on the web, on loopback: the crawl ends, what is in order is in, each fault is named."""

import gzip
import socket
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from faulty_site import (
    ENTITY_BOMB,
    EXTERNAL_ENTITY,
    Answer,
    FaultySite,
    Handler,
    at_first,
    away,
    bomb,
    dies_in_mid_body,
    endless,
    feed,
    further_away,
    hangs_up,
    html,
    missing,
    no_http,
    packed,
    page,
    raw,
    silence,
    sitemap,
    slow_drip,
    torn,
)

from crawler.captures import CaptureStore
from kb.database import Base, open_base
from kb.database.hosts import Host
from kb.health import Condition, Fault, OutletHealth
from kb.model import Outlet
from tests.servers.certificates import certificates_of_loopback

pytestmark = pytest.mark.timeout(400)

CRAWL = """
import sys
from crawler.process import CrawlAgent, Pace, crawl
from kb.database import open_base
database, captures, budget, *hosts = sys.argv[1:]
with open_base(database) as base:
    crawl(base, captures, base.outlets.all(), agent=CrawlAgent("tests@example.org"), allowed_hosts=frozenset(hosts), pace=Pace(requests_a_day=int(budget)))
"""


@dataclass
class Place:
    """A base, its captures, and the sites that are crawled into it."""

    folder: Path
    sites: list[FaultySite] = field(default_factory=list)
    refused: list[FaultySite] = field(default_factory=list)

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder}/base.sqlite"

    def site(self, certificate: Path | None = None) -> FaultySite:
        self.sites.append(FaultySite(certificate))
        return self.sites[-1]

    def crawl(self, *outlets: Outlet, budget: int = 5000) -> str:
        with open_base(self.database) as base:
            base.outlets.put(outlets)
        hosts = [site.host for site in self.sites if site not in self.refused]
        command = [sys.executable, "-c", CRAWL, self.database, str(self.folder / "captures"), str(budget), *hosts]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def captured(self, base: Base) -> dict[str, bytes]:
        store = CaptureStore(str(self.folder / "captures"))
        return {capture.url: store.read(capture) for capture in base.captures.pending(1000)}

    def health(self, slug: str, days: int = 0) -> OutletHealth:
        with open_base(self.database) as base:
            found = base.health.of_outlets(datetime.now(UTC) + timedelta(days=days))
            return next(each for each in found if each.outlet.slug == slug)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_every_fault_of_a_page_is_named_and_every_page_in_order_is_in(place: Place) -> None:
    site, secret = place.site(), place.site()
    secret.answers["/secret"] = html(b"<p>what must not be read</p>")
    place.refused.append(secret)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = closed.getsockname()[1]
    faults: dict[str, tuple[Answer, Fault]] = {
        "/500": (html(b"", 500), Fault.SERVER_ERROR),
        "/503-for-long": (html(b"", 503, Retry_After="7200"), Fault.WAIT),
        "/429-always": (html(b"", 429, Retry_After="1"), Fault.WAIT),
        "/slow-drip": (slow_drip, Fault.TIMEOUT),
        "/silence": (silence, Fault.TIMEOUT),
        "/endless": (endless, Fault.TOO_LARGE),
        "/says-it-is-endless": (html(b"", Content_Length="99999999999"), Fault.TOO_LARGE),
        "/gzip-bomb": (packed(bomb()), Fault.TOO_LARGE),
        "/broken-gzip": (packed(b"this is not packed at all"), Fault.DAMAGED),
        "/torn-gzip": (packed(torn(page(1))), Fault.DAMAGED),
        "/redirect-loop": (away("/redirect-loop"), Fault.REDIRECTS),
        "/further-away/1": (further_away, Fault.REDIRECTS),
        "/cookie-wall": (away("/cookie-wall?consent=1", 307), Fault.REDIRECTS),
        "/to-a-private-address": (away(f"{secret.home}/secret"), Fault.REFUSED_ADDRESS),
        "/to-the-cloud": (away("http://169.254.169.254/latest/meta-data/"), Fault.REFUSED_ADDRESS),
        "/to-a-file": (away("file:///etc/passwd"), Fault.REDIRECTS),
        "/to-a-closed-port": (away(f"http://127.0.0.1:{nowhere}/"), Fault.REFUSED_ADDRESS),
        "/empty": (html(b""), Fault.EMPTY),
        "/gone": (html(b"", 410), Fault.GONE),
        "/missing": (missing, Fault.GONE),
        "/paid": (html(b"", 402), Fault.FORBIDDEN),
        "/login": (html(b"", 401), Fault.FORBIDDEN),
        "/teapot": (html(b"", 418), Fault.OTHER_ANSWER),
        "/dies-in-mid-body": (dies_in_mid_body, Fault.CUT_OFF),
        "/hangs-up": (hangs_up, Fault.UNREACHABLE),
        "/another-protocol": (no_http, Fault.UNREACHABLE),
        "/private/page": (html(page(1)), Fault.ROBOTS),
        "/to-a-long-address": (away("/" + "long" * 1000), Fault.REFUSED_ADDRESS),
    }
    sound: dict[str, Answer] = {
        "/sound/plain": html(page(2)),
        "/sound/500-once": at_first(1, html(b"", 500), html(page(3))),
        "/sound/503-once": at_first(1, html(b"", 503, Retry_After="2"), html(page(4))),
        "/sound/429-once": at_first(1, html(b"", 429), html(page(5))),
        "/sound/packed": packed(gzip.compress(page(6))),
        "/sound/wrong-charset": raw("<html><body><p>Größe und Qualität</p></body></html>".encode("latin-1"), "text/html; charset=utf-8"),
        "/sound/no-kind": raw(page(7), ""),
        "/sound/moved": away("/sound/here", 301),
        "/sound/caf%E9": html(page(8)),
        "/sound/caf%C3%A9": html(page(9)),
    }  # fmt: skip
    site.answers = {
        **{path: answer for path, (answer, _) in faults.items()},
        **sound,
        "/sound/here": html(page(10)),
        "/robots.txt": raw(b"User-agent: *\nDisallow: /private/\n", "text/plain"),
    }
    site.below["/further-away/"] = further_away
    links = [link for pair in zip([*sound] * 3, faults, strict=False) for link in pair]
    site.answers["/feed.xml"] = feed(
        *links, *sound, "/sound/plain", "/sound/plain?utm_source=feed", "ftp://a/b", "", "/long" * 1000
    )
    place.crawl(site.outlet("faulty", ("/feed.xml",)))
    with open_base(place.database) as base:
        assert set(place.captured(base)) == {site.home + path for path in sound}
        found = {each.url.removeprefix(site.home): each.fault for each in base.fetches.in_vain("faulty", 99)}
        assert found == {path: fault for path, (_, fault) in faults.items()}
        again = {path: base.fetches.unfetched(site.home + path) for path in faults}
    assert secret.asked == {}
    assert {path for path, each in again.items() if each and each.again is None} == {
        path for path, (_, fault) in faults.items() if fault in {Fault.REFUSED_ADDRESS, Fault.TOO_LARGE}
    }  # fmt: skip
    waiting = again["/503-for-long"]
    assert waiting is not None
    assert waiting.again is not None
    assert timedelta(hours=1) < waiting.again - datetime.now(UTC) < timedelta(hours=2)
    named = place.health("faulty")
    assert {each.fault for each in named.faults} == {fault for _, fault in faults.values()}
    assert sum(each.count for each in named.faults) == len(faults) + 1
    assert named.condition is Condition.FINE


def test_every_fault_of_a_feed_is_named_and_the_pages_of_the_others_are_in(place: Place) -> None:
    site = place.site()
    sound = [f"/page/{n}" for n in range(8)]
    site.answers = {path: html(page(n)) for n, path in enumerate(sound)}
    faults: dict[str, tuple[Answer, Fault]] = {
        "/html": (html(b"<html><body><p>Please sign in to read our feed.</p></body></html>"), Fault.NO_FEED),
        "/entity-bomb": (raw(ENTITY_BOMB, "application/xml"), Fault.NO_FEED),
        "/json-that-is-none": (raw(b'{"items": [', "application/json"), Fault.NO_FEED),
        "/packed-badly": (raw(b"\x1f\x8b\x08 no more", "application/gzip"), Fault.NO_FEED),
        "/packed-bomb": (raw(bomb(), "application/gzip"), Fault.NO_FEED),
        "/empty": (raw(b"", "application/xml"), Fault.EMPTY),
        "/missing": (missing, Fault.GONE),
        "/forbidden": (html(b"", 403), Fault.FORBIDDEN),
        "/failing": (html(b"", 500), Fault.SERVER_ERROR),
    }
    feeds = {
        "/broken.xml": raw(f"<rss><channel><title>A & B</title><item><link>{sound[0]}</link></item><item>".encode(), "application/xml"),
        "/relative.xml": feed("page/1", f"//{site.host}{sound[2]}", "::"),
        "/latin.xml": raw("<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Qualität</title>".encode("latin-1") + f"<item><link>{sound[3]}</link></item></channel></rss>".encode(), "application/xml"),
        "/circle.xml": sitemap(further=("/circle.xml", "/other.xml")),
        "/external.xml": raw(EXTERNAL_ENTITY, "application/xml"),
        "/calendar/1": sitemap(further=("/calendar/2", "/list.xml")),
        "/feed.json": raw(b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/page/6"}, {"url": 5}, 7]}', "application/json"),
        "/packed.xml": raw(gzip.compress(f"<urlset><url><loc>{sound[7]}</loc></url></urlset>".encode()), "application/gzip"),
    }  # fmt: skip
    site.answers |= feeds | {path: answer for path, (answer, _) in faults.items()}
    site.answers["/other.xml"] = sitemap(further=("/circle.xml", "/list.xml", "/fourth.xml"))
    site.answers["/list.xml"] = sitemap((sound[4],))
    site.answers["/fourth.xml"] = sitemap((sound[5],))
    calendar = lambda handler: sitemap(further=(f"/calendar/{int(handler.path.rpartition('/')[2]) + 1}",))(handler)  # noqa: E731 - an answer
    site.below["/calendar/"] = calendar
    place.crawl(site.outlet("faulty", (*feeds, *faults)))
    with open_base(place.database) as base:
        assert set(place.captured(base)) == {site.home + path for path in sound}
    health = place.health("faulty")
    assert {each.url.removeprefix(site.home): each.fault for each in health.feeds} == {
        **dict.fromkeys(feeds),
        **{path: fault for path, (_, fault) in faults.items()},
    }
    assert Fault.TRAP in {each.fault for each in health.faults}
    assert sum(asked for path, asked in site.asked.items() if path.startswith("/calendar/")) < 10


def test_a_certificate_that_nobody_vouches_for_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificates_of_loopback()
    certificate, authority = place.folder / "server.pem", place.folder / "authority.pem"
    certificate.write_bytes(made.certificate + made.key)
    authority.write_bytes(made.authority)
    site = place.site(certificate)
    site.answers = {"/feed.xml": feed("/page"), "/page": html(page(0))}
    place.crawl(site.outlet("secure", ("/feed.xml",)))
    assert [each.fault for each in place.health("secure").feeds] == [Fault.CERTIFICATE]
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    place.crawl(site.outlet("secure", ("/feed.xml",)))
    assert place.health("secure").feeds[0].fault is None
    with open_base(place.database) as base:
        assert set(place.captured(base)) == {f"{site.home}/page"}


@pytest.mark.parametrize(
    ("robots", "fault"),
    [
        (raw(b"User-agent: *\nDisallow: /\n", "text/plain"), Fault.ROBOTS),
        (raw(b"User-agent: Disputed\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "text/plain"), Fault.ROBOTS),
        (html(b"", 500), Fault.ROBOTS_FAILED),
        (hangs_up, Fault.UNREACHABLE),
        (html(b"", 404), None),
        (html(b"", 403), None),
        (html(b"<html><body>Welcome</body></html>"), None),
        (away("/robots.txt?again"), Fault.REDIRECTS),
        (at_first(1, html(b"", 503, Retry_After="1"), html(b"", 404)), None),
    ],
)
def test_a_host_whose_rules_are_not_known_is_left_alone(place: Place, robots: Answer, fault: Fault | None) -> None:
    site = place.site()
    site.answers = {"/robots.txt": robots, "/feed.xml": feed("/page"), "/page": html(page(0))}
    place.crawl(site.outlet("o", ("/feed.xml",)))
    assert place.health("o").feeds[0].fault == fault
    assert ("/feed.xml" in site.asked) == (fault is None)


def test_rules_that_were_known_hold_while_they_cannot_be_had_and_their_change_is_told(place: Place) -> None:
    site = place.site()
    rules = raw(b"User-agent: *\nDisallow: /private/\n", "text/plain")
    site.answers = {"/robots.txt": rules, "/feed.xml": feed("/page"), "/page": html(page(0))}
    place.crawl(site.outlet("o", ("/feed.xml",)))
    assert place.health("o").robots_changed is None
    site.answers |= {"/robots.txt": html(b"", 500), "/feed.xml": feed("/page", "/private/b", "/c"), "/c": html(page(1))}
    place.crawl(site.outlet("o", ("/feed.xml",)))
    assert {"/c", "/page"} <= set(site.asked)
    assert "/private/b" not in site.asked
    site.answers["/robots.txt"] = raw(b"User-agent: *\nDisallow: /\n", "text/plain")
    told = place.crawl(site.outlet("o", ("/feed.xml",)))
    assert "robots.txt changed" in told
    assert place.health("o").robots_changed is not None


def test_a_host_is_asked_no_more_often_than_its_rules_wish(place: Place) -> None:
    site = place.site()
    asked: list[datetime] = []

    def timed(number: int) -> Answer:
        def answer(handler: object) -> None:
            asked.append(datetime.now(UTC))
            html(page(number))(handler)  # type: ignore[arg-type]

        return answer

    site.answers = {f"/{n}": timed(n) for n in range(4)}
    site.answers["/robots.txt"] = raw(b"User-agent: *\nCrawl-delay: 1.5\n", "text/plain")
    site.answers["/feed.xml"] = feed(*(f"/{n}" for n in range(4)))
    place.crawl(site.outlet("o", ("/feed.xml",)))
    pauses = [(later - sooner).total_seconds() for sooner, later in pairwise(asked)]
    assert len(pauses) == 3
    assert min(pauses) > 1.4


def test_a_host_whose_rules_ask_for_an_hour_between_two_requests_has_it_and_holds_nobody_up(place: Place) -> None:
    site = place.site()
    site.answers = {f"/{n}": html(page(n)) for n in range(4)}
    site.answers["/robots.txt"] = raw(b"User-agent: *\nCrawl-delay: 3600\n", "text/plain")
    site.answers["/feed.xml"] = feed(*(f"/{n}" for n in range(4)))
    place.crawl(site.outlet("o", ("/feed.xml",)))
    assert sum(site.asked.values()) == 2
    with open_base(place.database) as base:
        rests = base.hosts.get(site.host).rests_until
        assert rests is not None
        assert timedelta(minutes=58) < rests - datetime.now(UTC) <= timedelta(hours=1)


def test_nothing_has_changed_also_where_that_is_said_to_be_packed(place: Place) -> None:
    site = place.site()
    listed = gzip.compress(b"<rss version='2.0'><channel><item><link>/a</link></item></channel></rss>")

    def answer(handler: Handler) -> None:
        if handler.headers["If-None-Match"] == "1":
            handler.send(304, ETag="1", Content_Encoding="gzip")
        else:
            handler.send(200, listed, "application/rss+xml", ETag="1", Content_Encoding="gzip")

    site.answers = {"/feed.xml": answer, "/a": html(page(0))}
    for _ in range(2):
        place.crawl(site.outlet("o", ("/feed.xml",)))
        assert place.health("o").feeds[0].fault is None


def test_a_page_that_was_not_there_is_asked_for_once_more_when_its_feed_calls_it_newer(place: Place) -> None:
    site = place.site()
    site.answers = {"/feed.xml": feed("/late"), "/late": at_first(1, html(b"", 403), html(page(0)))}
    outlet = site.outlet("o", ("/feed.xml",))
    place.crawl(outlet)
    newer = f"<rss version='2.0'><channel><item><link>/late</link><pubDate>{format_datetime(datetime.now(UTC) + timedelta(seconds=2))}</pubDate></item></channel></rss>"
    site.answers["/feed.xml"] = raw(newer.encode(), "application/rss+xml")
    place.crawl(outlet)
    with open_base(place.database) as base:
        assert set(place.captured(base)) == {f"{site.home}/late"}
        assert base.fetches.in_vain("o", 9) == []


def test_a_host_is_asked_no_more_often_in_a_day_than_its_budget_and_the_rest_another_day(place: Place) -> None:
    site = place.site()
    site.answers = {f"/{n}": html(page(n)) for n in range(9)}
    site.answers["/feed.xml"] = feed(*(f"/{n}" for n in range(9)))
    outlet = site.outlet("o", ("/feed.xml",))
    place.crawl(outlet, budget=6)
    assert sum(site.asked.values()) == 6
    place.crawl(outlet, budget=6)
    assert sum(site.asked.values()) == 6
    with open_base(place.database) as base:
        left = base.fetches.in_vain("o", 99)
        assert len(left) == 5
        assert {(each.fault, each.tries) for each in left} == {(Fault.BUDGET, 0)}
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        assert {each.again.date() for each in left if each.again} == {tomorrow.date()}
        for each in left:  # a day later
            base.fetches.put_unfetched(replace(each, again=datetime.now(UTC)))
        base.hosts.keep([Host(host=site.host)])
    place.crawl(outlet)
    with open_base(place.database) as base:
        assert len(place.captured(base)) == 9
        assert base.fetches.in_vain("o", 99) == []


def test_a_host_that_fails_again_and_again_is_left_alone_for_longer_each_time(place: Place) -> None:
    site = place.site()
    site.answers = {f"/{n}": html(b"", 500) for n in range(40)}
    site.answers["/feed.xml"] = feed(*(f"/{n}" for n in range(40)))
    outlet = site.outlet("o", ("/feed.xml",))
    begun = datetime.now(UTC)
    place.crawl(outlet)
    asked = sum(site.asked.values())
    assert asked < 60
    with open_base(place.database) as base:
        host = base.hosts.get(site.host)
        assert host.rests_until is not None
        assert host.rests_until > begun + timedelta(seconds=60)
        assert len(base.fetches.in_vain("o", 99)) == 40
    place.crawl(outlet)
    assert sum(site.asked.values()) == asked


def test_what_a_crawl_could_not_fetch_is_not_asked_for_again_before_its_time(place: Place) -> None:
    site = place.site()
    site.answers = {"/feed.xml": feed("/gone", "/broken", "/page"), "/page": html(page(0)), "/broken": html(b"", 500)}
    outlet = site.outlet("o", ("/feed.xml",))
    place.crawl(outlet)
    asked = dict(site.asked)
    assert (asked["/gone"], asked["/broken"]) == (1, 2)
    site.answers["/feed.xml"] = feed("/gone", "/broken", "/page", "/new")
    site.answers["/new"] = html(page(1))
    place.crawl(outlet)
    assert (site.asked["/gone"], site.asked["/broken"], site.asked["/page"], site.asked["/new"]) == (1, 2, 1, 1)
