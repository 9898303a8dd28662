"""The extraction itself: the body as the libraries find it, the rest by what the page declares, then cleaned."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

import py3langid
from trafilatura import load_html

from crawler.extraction.bodies import SHORTEST, body
from crawler.extraction.bounds import bounded
from crawler.extraction.cleaning import cleaned, without_controls
from crawler.extraction.dates import modified, published
from crawler.extraction.endings import ends_cut, is_truncated, leads_elsewhere, origin
from crawler.extraction.metadata import Metadata, metadata
from crawler.extraction.paragraphs import alike
from crawler.extraction.stand_ins import stands_in
from kb.interchange import report_id
from kb.model import DateSource, Report

LARGEST = 10_000_000
_FIRST_LINES = 4
_LONGEST_TITLE = 250
_BINARY = re.compile(rb"\x00")
_TEXT_TYPES = re.compile(r"html|xml|text/plain")


@cache
def code_digest() -> str:
    """Eight hexadecimal digits of this room's code and of what it leans on: where they are the same, so are reports."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    libraries = " ".join(
        f"{name} {version(name)}" for name in ("trafilatura", "readability-lxml", "htmldate", "py3langid")
    )
    return hashlib.sha256(code + libraries.encode()).hexdigest()[:8]


class Unextractable(Exception):
    """The page holds no report; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A report as its page gives it.

    Attributes:
        title: headline.
        body: paragraphs joined by a newline.
        byline: authors' names.
        published: when, with zone; None where the page does not say.
        published_precise: whether with a time of day.
        published_source: where in the page it was found.
        modified: last change by the page's own account.
        canonical: address that the page names as its own.
        language: ISO 639-1 code, by the words of the body.
        section: part of the outlet's site that it stands in; empty where the page does not say.
        picture: address of the lead picture; empty where there is none.
        truncated: cut short.
        origin: where it was taken from, if it says so.
        fetched: when it was fetched.
    """

    title: str
    body: str
    byline: tuple[str, ...] = ()
    published: datetime | None = None
    published_precise: bool = False
    published_source: DateSource | None = None
    modified: datetime | None = None
    canonical: str = ""
    language: str = ""
    section: str = ""
    picture: str = ""
    truncated: bool = False
    origin: str = ""
    fetched: datetime | None = None

    def report(self, outlet: str) -> Report:
        """The report of an outlet."""
        return Report(
            id=report_id(self.canonical, f"{self.title}\n{self.body}"),
            url=self.canonical,
            outlet=outlet,
            title=self.title,
            text=self.body,
            byline=self.byline,
            published=self.published,
            published_precise=self.published_precise,
            published_source=self.published_source,
            modified=self.modified,
            crawled=self.fetched,
            language=self.language,
            truncated=self.truncated,
            origin=self.origin,
        )


def extract(payload: bytes, *, url: str, media_type: str, fetched: datetime) -> Extraction:
    """The report of a page.

    Args:
        payload: the page's bytes.
        url: address that answered; empty for a file without one.
        media_type: as the server said; empty where unknown.
        fetched: when.

    Raises:
        Unextractable: it is empty, too large, no HTML, has no text or stands in for another, with the reason.
    """
    _refuse(payload, media_type)
    tree = load_html(payload)
    if tree is None:
        raise Unextractable("not HTML: nothing in it could be read as a page")
    cut = bounded(tree)
    page = metadata(tree, url)
    raw = body(tree, page, url)
    text = cleaned(_without_title(raw, page), page.byline, page.site)
    title = _title(page)
    if not title and not text:
        raise Unextractable("the page has neither a headline nor a text")
    if not text:
        raise Unextractable("the page has a headline and no text: it may need JavaScript or be no article")
    if instead := stands_in(title, text):
        raise Unextractable(instead)
    dated = published(page.published, tree, fetched)
    return Extraction(
        title=title or text.split("\n", 1)[0][:200],
        body=text,
        byline=page.byline,
        published=dated.time,
        published_precise=dated.precise,
        published_source=dated.source,
        modified=modified(page.modified, fetched),
        canonical=page.canonical,
        language=language(text) or page.language,
        section=page.section,
        picture=page.picture,
        truncated=cut or is_truncated(raw, free=page.free),
        origin=origin(raw) or page.original,
        fetched=fetched,
    )


def _refuse(payload: bytes, media_type: str) -> None:
    if not payload.strip():
        raise Unextractable("the page is empty")
    if len(payload) > LARGEST:
        raise Unextractable(f"the page has {len(payload):,} bytes, more than the {LARGEST:,} that are read")
    if media_type and not _TEXT_TYPES.search(media_type):
        raise Unextractable(f"the page is {media_type}, not HTML")
    utf16 = payload[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if not utf16 and len(_BINARY.findall(payload[:4000])) > 8:
        raise Unextractable("the page is binary, not HTML")


def _title(page: Metadata) -> str:
    """The headline: the one that the page declares, in the words in which the page shows it."""
    if not page.titles:
        return ""
    shown = [title for title in page.titles[1:] if alike(title, page.titles[0])]
    title = page.titles[0]
    if page.site and title.endswith(page.site):
        title = re.sub(rf"\s*[|\-–—•]\s*{re.escape(page.site)}$", "", title)
    return next((each for each in shown if len(each) <= len(title) + 5), title) if shown else title


def _without_title(text: str, page: Metadata) -> str:
    """The text without the headline that it may begin with, and without the short lines before that (section, byline)."""
    lines = text.split("\n")
    for n, line in enumerate(lines[:_FIRST_LINES]):
        if len(line) > _LONGEST_TITLE:
            break
        if any(alike(line, title) for title in page.titles):
            return "\n".join(lines[n + 1 :])
    return text


def language(text: str) -> str:
    """ISO 639-1 code of the language of a text; empty for one too short to say."""
    return str(py3langid.classify(text[:5000])[0]) if len(text) >= SHORTEST else ""


def extract_text(text: str) -> Extraction:
    """The report of a plain text, as a browser's "select all" gives a page: a headline, then paragraphs.

    Raises:
        Unextractable: there are no words in it.
    """
    lines = [line for raw in text.splitlines() if (line := without_controls(raw).strip())]
    if not any(re.search(r"\w{2}", line) for line in lines):
        raise Unextractable("the text is empty")
    at = next((n for n, line in enumerate(lines[:5]) if len(line.split()) >= 4), 0)
    has_title = len(lines) > at + 1 and len(lines[at]) <= 220 and not lines[at].endswith(".")
    body = cleaned("\n".join(lines[at + 1 :] if has_title else lines[at:]))
    return Extraction(
        title=lines[at] if has_title else "",
        body=body,
        language=language(body),
        truncated=(ends_cut(text[-2000:]) and not has_title) or leads_elsewhere(text),
        origin=origin(text),
    )
