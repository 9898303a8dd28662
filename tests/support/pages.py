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
    "accounts.log_in": ("/login",),
    "submissions.submit": ("/submit",),
    "submissions.submission": ("/submit/{submission}",),
    "remarks.report_error": (f"/report-error?kind=incident&subject={LETTER}",),
    "remarks.remark": ("/report-error/{remark}",),
}
"""By endpoint; every GET route that gives a page of HTML stands here. What stands in braces is
any claim of the incident, and what was handed in."""

FOR_EDITORS: Final[dict[str, tuple[str, ...]]] = {
    "editing.edit": (f"/incidents/{LETTER}/edit",),
    "review.queue": ("/review", "/review?show=errors", "/review?show=addresses"),
    "review.judged": ("/review/judged",),
    "review.compare": (f"/review/compare?one={LETTER}&other=jo-writer-accuses-alibaba-of-training-on-protected-works",),
    "accounts.users": ("/users",),
}
"""Those that only whoever may edit sees."""

KEY: Final = "the-key-of-this-test"
"""With it whoever opens `/edit?key=` is an editor."""

NO_PAGES: Final = {
    "static",
    "home.feed",
    "home.health",
    "home.robots",
    "trends.download",
    "metrics.metrics",
    "editing.begin",
    "remarks.claim",
    "claims.download",
    "incidents.cite",
    "statements.cite",
    "versions.cite",
    "suggest.suggest",
}
"""Routes that give no page."""

SOME: Final = tuple(path for paths in PAGES.values() for path in paths)
EDITED: Final = tuple(path for paths in FOR_EDITORS.values() for path in paths)
