"""The extraction itself: body by trafilatura, the rest by what the page declares, then cleaned."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import cache
from importlib.metadata import version
from pathlib import Path

import py3langid
import trafilatura
from lxml.html import HtmlElement
from trafilatura import load_html

from crawler.extraction.cleaning import cleaned, without_controls
from crawler.extraction.dates import declared, found
from crawler.extraction.metadata import Metadata, metadata
from kb.interchange import report_id
from kb.model import Report

LARGEST = 10_000_000
SHORTEST = 80
_SHORT_ARTICLE = 1500
_BINARY = re.compile(rb"\x00")
_TEXT_TYPES = re.compile(r"html|xml|text/plain")
_ORIGIN = re.compile(
    r"continue reading (?:at|on) (?P<at>[^\n→»]{3,60})|^[^\n]{0,40}\((?P<agency>Reuters|AP|AFP|Bloomberg|PTI|ANI|dpa)\)\s*[-–—]|"
    r"(?:originally|first) (?:published|appeared) (?:on|in|at|by) (?P<first>[^\n.]{3,60})",
    re.IGNORECASE | re.MULTILINE,
)
_CUT = re.compile(
    r"(?:subscribe|sign in|log in|register|become a (?:member|subscriber)) to (?:continue|read|keep reading|unlock)|continue reading (?:at|on|with)\b|"
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$|read the (?:full|rest)|to read (?:the|this) (?:full|entire)|this (?:article|story|content) is (?:for|reserved for|available to) (?:subscribers|members)|already a subscriber",
    re.IGNORECASE,
)


@cache
def code_digest() -> str:
    """Eight hexadecimal digits of this room's code and of what it leans on: where they are the same, so are reports."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    libraries = " ".join(f"{name} {version(name)}" for name in ("trafilatura", "htmldate", "py3langid"))
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
        modified: last change by the page's own account.
        canonical: address that the page names as its own.
        language: ISO 639-1 code, by the words of the body.
        truncated: cut short.
        origin: where it was taken from, if it says so.
        fetched: when it was fetched.
    """

    title: str
    body: str
    byline: tuple[str, ...] = ()
    published: datetime | None = None
    published_precise: bool = False
    modified: datetime | None = None
    canonical: str = ""
    language: str = ""
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
        Unextractable: it is empty, too large, no HTML or has no text, with the reason.
    """
    _refuse(payload, media_type)
    tree = load_html(payload)
    if tree is None:
        raise Unextractable("not HTML: nothing in it could be read as a page")
    declared_by_page = metadata(tree, url)
    raw = _body(tree, payload, url, declared_by_page)
    body = cleaned(_without_title(raw, declared_by_page))
    title = _title(declared_by_page)
    if not title and not body:
        raise Unextractable("the page has neither a headline nor a text")
    if not body:
        raise Unextractable("the page has a headline and no text: it may need JavaScript or be no article")
    published, precise = declared(declared_by_page.published, fetched)
    if published is None:
        published = found(payload.decode("utf-8", "replace"), url, fetched)
    return Extraction(
        title=title or body.split("\n", 1)[0][:200],
        body=body,
        byline=declared_by_page.byline,
        published=published,
        published_precise=precise,
        modified=declared(declared_by_page.modified, fetched)[0],
        canonical=declared_by_page.canonical,
        language=language(body) or declared_by_page.language,
        truncated=_truncated(raw, declared_by_page),
        origin=origin(raw) or declared_by_page.original,
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


def _body(tree: HtmlElement, payload: bytes, url: str, page: Metadata) -> str:
    """The longest of what trafilatura finds and what JSON-LD carries, the former where they are about as long."""
    paragraphs = _paragraphs(tree)
    text = _trafilatura(tree, url) or ""
    if "\n" not in text.strip() and len(paragraphs) > 1 and sum(map(len, paragraphs)) < _SHORT_ARTICLE:
        return "\n".join(paragraphs)
    if len(text) < SHORTEST:
        text = max(
            text,
            trafilatura.extract(payload, url=url or None, favor_recall=True, include_comments=False) or "",
            key=len,
        )
    if len(page.body) > 2 * len(text) + SHORTEST:
        return page.body
    return text


def _paragraphs(tree: HtmlElement) -> list[str]:
    """The paragraphs and headings of the article element, or of the page: of a short article all there is to go by."""
    root = next(iter(tree.xpath("//article | //*[@itemprop='articleBody']")), tree)
    furniture = "ancestor::aside or ancestor::nav or ancestor::footer or ancestor::form or ancestor::header"
    elements = root.xpath(f".//*[self::p or self::h1 or self::h2 or self::h3][not({furniture})]")
    return [text for element in elements if (text := " ".join(element.text_content().split()))]


def _trafilatura(tree: HtmlElement, url: str) -> str | None:
    try:
        text: str | None = trafilatura.extract(
            tree,
            url=url or None,
            include_comments=False,
            include_tables=False,
            deduplicate=False,
            favor_precision=False,
        )
    except Exception:
        return None
    return text


def _title(page: Metadata) -> str:
    """The headline: the one that the page declares, in the words in which the page shows it."""
    if not page.titles:
        return ""
    shown = [title for title in page.titles[1:] if _alike(title, page.titles[0])]
    title = page.titles[0]
    if page.site and title.endswith(page.site):
        title = re.sub(rf"\s*[|\-–—•]\s*{re.escape(page.site)}$", "", title)
    return next((each for each in shown if len(each) <= len(title) + 5), title) if shown else title


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one.casefold()[:200], other.casefold()[:200]).ratio() > 0.8


def _without_title(body: str, page: Metadata) -> str:
    """The body without first lines that only repeat the headline, and what stands before it (section, byline)."""
    lines = body.split("\n")
    for n, line in enumerate(lines[:4]):
        if len(line) < 250 and any(_alike(line, title) for title in page.titles):
            return "\n".join(lines[n + 1 :])
    return body


def _truncated(raw: str, page: Metadata) -> bool:
    return bool(_CUT.search(raw[-600:])) or (not page.free and len(raw) < 1500)


def origin(text: str) -> str:
    """The outlet or agency that a text says it was taken from."""
    match = _ORIGIN.search(text)
    return next((value.strip(" .") for value in match.groups() if value), "") if match else ""


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
        truncated=(bool(_CUT.search(text[-2000:])) and not has_title)
        or bool(re.search(r"(?i)continue reading (?:at|on)", text)),
        origin=origin(text),
    )
