"""Every page of the site by where it is made, with addresses to look at: as base `whole` of tests/web answers them."""

from typing import Final

LETTER: Final = "anthropic-accuses-alibaba-and-moonshot-ai-of-distillation"

PAGES: Final[dict[str, tuple[str, ...]]] = {
    "home.front": ("/",),
    "search.results": (
        "/search",
        "/search?q=alibaba",
        "/search?q=nothingatall",
        "/search?q=antropic+acuser:x",
        "/search?kind=report&collapse=incident&time=crawled&sort=newest",
        "/search?kind=claim&q=openai",
    ),
    "search.like": (f"/search/like/{LETTER}",),
    "incidents.incident": (
        f"/incidents/{LETTER}",
        f"/incidents/{LETTER}?known=2026-06-12",
        f"/incidents/{LETTER}?recorded=2026-07-04",
        f"/incidents/{LETTER}?known=2026-01-01",
        f"/incidents/{LETTER}?known=soon",
    ),
    "organisations.index": ("/organisations/",),
    "organisations.organisation": ("/organisations/openai", "/organisations/anthropic", "/organisations/jo-writer"),
    "reports.index": ("/reports/",),
    "reports.report": ("/reports/hostile", "/reports/letter"),
    "graph.graph": (
        "/graph?time=published",
        "/graph",
        "/graph?conduct=distillation&stage=letter&from=2026-01-01&sort=-accuser",
        "/graph?conduct=x&stage=y&from=soon&time=never&page=99",
        "/graph?from=1950-01-01&to=1950-01-02",
    ),
    "graph.edge": (
        "/graph/edge?accuser=anthropic&accused=alibaba",
        "/graph/edge?accuser=anthropic&accused=alibaba&conduct=patent",
    ),
    "trends.trends": (
        "/trends",
        "/trends?by=quarter&time=published&from=2026-01-01",
        "/trends?from=1950-01-01&to=1950-01-02",
    ),
    "sources.sources": ("/sources",),
    "about.about": ("/about",),
}
"""By endpoint; every GET route that gives a page of HTML stands here."""

NO_PAGES: Final = {
    "static",
    "home.feed",
    "home.health",
    "home.robots",
    "trends.download",
    "metrics.metrics",
    "editing.begin",
    "editing.edit",
    "editing.review",
}
"""Routes that give no page."""

SOME: Final = tuple(path for paths in PAGES.values() for path in paths)
