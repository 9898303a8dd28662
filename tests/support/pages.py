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
    "claims.table": ("/claims", "/claims?q=alibaba&sort=-stated&stage=letter", "/claims?q=nothingatall"),
    "search.like": (f"/search/like/{LETTER}",),
    "incidents.incident": (
        f"/incidents/{LETTER}",
        f"/incidents/{LETTER}?known=2026-06-12",
        f"/incidents/{LETTER}?recorded=2026-07-04",
        f"/incidents/{LETTER}?known=2026-01-01",
        f"/incidents/{LETTER}?known=soon",
    ),
    "statements.statement": (f"/incidents/{LETTER}/claims/{{claim}}",),
    "versions.index": (f"/incidents/{LETTER}/versions/",),
    "versions.version": (f"/incidents/{LETTER}/versions/1",),
    "organisations.index": ("/organisations/", "/organisations/?q=open&kind=ai-lab"),
    "organisations.organisation": (
        "/organisations/openai",
        "/organisations/anthropic",
        "/organisations/google?alone=1",
        "/organisations/jo-writer",
    ),
    "reports.index": ("/reports/",),
    "reports.report": ("/reports/hostile", "/reports/letter"),
    "sources.sources": ("/sources",),
    "about.about": ("/about",),
}
"""By endpoint; every GET route that gives a page of HTML stands here. `{claim}` is any claim of the incident."""

NO_PAGES: Final = {
    "static",
    "home.feed",
    "home.health",
    "home.robots",
    "metrics.metrics",
    "editing.begin",
    "editing.edit",
    "editing.review",
}
"""Routes that give no page."""

SOME: Final = tuple(path for paths in PAGES.values() for path in paths)
