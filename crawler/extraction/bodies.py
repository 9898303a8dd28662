"""Which of what the libraries find in a page is its body."""

import readability
import trafilatura
from lxml.html import HtmlElement, fromstring, tostring

from crawler.extraction.live_blogs import is_whole, posts, without_posts
from crawler.extraction.mending import mended
from crawler.extraction.metadata import Metadata
from crawler.extraction.paragraphs import lines_of, text_of

SHORTEST = 80
_SHORT_ARTICLE = 1500
_INTRODUCTION = 200
_LITTLE = 250
_LITTLE_MORE = 1.2
_MUCH_MORE = 1.75


def body(tree: HtmlElement, page: Metadata, url: str) -> str:
    """The text of a page's report, before what does not belong to it is cleaned away; empty if there is none.

    Args:
        tree: the page; left as it is.
        page: what it says of itself.
        url: its address; empty where unknown.
    """
    listed = posts(page.live_blog)
    if not listed:
        return _body(tree, page, url)
    introduction = _body(without_posts(tree, listed), page, url)
    if len(introduction) >= _INTRODUCTION and not is_whole(page.live_blog, listed):
        return introduction
    return "\n".join((introduction, *(line for post in listed for line in post.lines)))


def _body(tree: HtmlElement, page: Metadata, url: str) -> str:
    """The best of what can be found, else what JSON-LD carries where that is much longer."""
    declared = "\n".join(page.body)
    found = _found(mended(tree, page.titles, page.canonical or url)) or _found(tree)
    return declared if len(declared) > 2 * len(found) + SHORTEST else found


def _found(tree: HtmlElement) -> str:
    """What trafilatura finds when it is strict, unless readability finds much more; if little, all there is."""
    strict, readable, balanced = _trafilatura(tree, favor_precision=True), _readability(tree), _trafilatura(tree)
    found = readable if len(readable) > _MUCH_MORE * len(strict) else _completed(strict, balanced)
    if len(found) < _LITTLE:
        found = max(found, balanced, key=len)
    return found if "\n" in found else _short_article(tree) or found


def _completed(strict: str, balanced: str) -> str:
    """The strict text with what the balanced one has amid it; as it is where that is too much to have been missed."""
    lines, certain = balanced.split("\n"), set(strict.split("\n"))
    places = [n for n, line in enumerate(lines) if line in certain]
    whole = "\n".join(lines[places[0] : places[-1] + 1]) if places else ""
    return whole if len(strict) <= len(whole) <= _LITTLE_MORE * len(strict) else strict


def _trafilatura(tree: HtmlElement, *, favor_precision: bool = False) -> str:
    try:
        return trafilatura.extract(tree, include_comments=False, favor_precision=favor_precision) or ""
    except Exception:
        return ""


def _readability(tree: HtmlElement) -> str:
    try:
        summary = readability.Document(tostring(tree, encoding="unicode")).summary(html_partial=True)
        return "\n".join(lines_of(fromstring(summary)))
    except Exception:
        return ""


def _short_article(tree: HtmlElement) -> str:
    """The paragraphs and headings of the article element, or of the page, where they are few: what else is there to go by?"""
    root = next(iter(tree.xpath("//article | //*[@itemprop='articleBody']")), tree)
    furniture = "ancestor::aside or ancestor::nav or ancestor::footer or ancestor::form or ancestor::header"
    elements = root.xpath(f".//*[self::p or self::h1 or self::h2 or self::h3][not({furniture})]")
    lines = [line for element in elements if (line := text_of(element))]
    return "\n".join(lines) if len(lines) > 1 and sum(map(len, lines)) < _SHORT_ARTICLE else ""
