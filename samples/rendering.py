"""The pages, feeds and sitemaps of the sample sites: from a path to a response, without a server."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from samples.reports import SampleReport, SiteName, filings, reports

_JINJA = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(default=True, default_for_string=True),
)
_XML = "application/xml; charset=utf-8"
_HTML = "text/html; charset=utf-8"
CUT_SHORT = "yomiuri-perplexity-tokyo"
SYNDICATED = "anthropic-three-labs"


@dataclass(frozen=True, slots=True)
class SiteDescription:
    """A sample site: its name, and the paths of its feeds and sitemaps."""

    name: SiteName
    title: str
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...] = ()


SITES = (
    SiteDescription("courier", "The Sample Courier", ("/rss.xml",)),
    SiteDescription("loom", "Sample Loom", ("/atom.xml",)),
    SiteDescription("ledger", "Sample Rights Ledger", ("/feed.json",), ("/news-sitemap.xml",)),
    SiteDescription("wirepool", "Sample Wirepool", ("/feed",)),
    SiteDescription("court", "Sample District Court", ("/cgi-bin/rss_outside.pl",)),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A response: media type and body."""

    media_type: str
    body: str


def render(site: SiteDescription, path: str, bases: dict[SiteName, str]) -> Page | None:
    """What a site answers at a path; None where there is nothing.

    Args:
        site: which.
        path: as asked for, without query.
        bases: address of each site, without a slash at the end.
    """
    own = _reports_of(site.name)
    routes: dict[str, Callable[[], Page]] = {
        "/": lambda: _html(site, bases, "front.html", reports=own),
        "/robots.txt": lambda: Page("text/plain", "User-agent: *\nDisallow: /private/\n"),
        "/rss.xml": lambda: _xml(site, bases, "rss.xml", own),
        "/feed": lambda: _xml(site, bases, "rss.xml", own),
        "/atom.xml": lambda: _xml(site, bases, "atom.xml", own),
        "/feed.json": lambda: Page("application/feed+json", _json_feed(site, bases, own)),
        "/cgi-bin/rss_outside.pl": lambda: _xml(site, bases, "docket.xml", own),
        "/news-sitemap.xml": lambda: _xml(site, bases, "sitemap.xml", own),
    }
    if path in routes and (path in (*site.feeds, *site.sitemaps) or path in {"/", "/robots.txt"}):
        return routes[path]()
    report = next((each for each in own if path == f"/{each.published:%Y/%m}/{each.slug}"), None)
    return _html(site, bases, f"{site.name}.html", report=report, related=own[:4]) if report else None


def _reports_of(name: SiteName) -> list[SampleReport]:
    """The reports of a site; the aggregator has a copy of another site's report besides its own."""
    return [each for each in reports() if each.site == name or (name == "wirepool" and each.slug == SYNDICATED)]


def _html(site: SiteDescription, bases: dict[SiteName, str], template: str, **values: object) -> Page:
    facts = {"site": site, "base": bases[site.name], "bases": bases, "cut_short": CUT_SHORT}
    return Page(_HTML, _JINJA.get_template(template).render(**facts, **values))


def _xml(site: SiteDescription, bases: dict[SiteName, str], template: str, own: list[SampleReport]) -> Page:
    facts = {"site": site, "base": bases[site.name], "reports": own, "filings": filings()}
    return Page(_XML, _JINJA.get_template(template).render(**facts))


def _json_feed(site: SiteDescription, bases: dict[SiteName, str], own: list[SampleReport]) -> str:
    items = [
        {
            "id": each.slug,
            "url": f"{bases[site.name]}/{each.published:%Y/%m}/{each.slug}",
            "title": each.title,
            "date_published": each.published.isoformat(),
        }
        for each in own
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": site.title, "items": items})
