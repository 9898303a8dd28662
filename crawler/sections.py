"""Section pages: which of the links on an HTML page lead to articles, for outlets that offer no feed."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from crawler.extraction.canonical import without_tracking
from crawler.feeds import Entry, FeedUnreadable

MOST = 40
"""Articles that one section page can list: those of today and yesterday, not an archive."""
_LEAST_WORDS = 4
_LEAST_WORDS_OF_SLUG = 3
_DATED = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2]|[a-z]{3})(?=[/-])")
_NO_ARTICLE = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|authors?|contributors?|people|videos?|podcasts?|newsletters?|events?|jobs|careers|"
    r"legal|policies|privacy|terms|about|contact|subscribe|login|search|page)(?:/|$)|"
    r"\.(?:pdf|jpe?g|png|gif|zip|mp[34]|xml|rss)$",
    re.IGNORECASE,
)


def articles(page: bytes, url: str) -> list[Entry]:
    """The articles that a section page links to, in its order, each once and no more than `MOST`.

    A link leads to an article if it stays on the host, its words read like a headline, and its path is deeper than the
    section's, or holds a date, or ends with a headline of its own.

    Raises:
        FeedUnreadable: it is no HTML page, or links to no article.
    """
    try:
        tree = html.document_fromstring(page)
    except (etree.LxmlError, ValueError) as error:
        raise FeedUnreadable("it is no HTML page") from error
    found = dict.fromkeys(_addresses(tree, url))
    if not found:
        raise FeedUnreadable("no link on the page looks like an article's")
    return [Entry(address, None) for address in list(found)[:MOST]]


def _addresses(tree: html.HtmlElement, url: str) -> Iterator[str]:
    for link in tree.iterfind(".//a[@href]"):
        try:
            address = without_tracking(urljoin(url, link.get("href", "").strip())).partition("#")[0]
            if _reads_like_headline(link) and _leads_to_article(address, url):
                yield address
        except ValueError:  # no address at all, such as "http://["
            continue


def _reads_like_headline(link: html.HtmlElement) -> bool:
    """Whether the words of a link, or of a heading in it or around it, are as many as a headline has."""
    return len(str(link.text_content()).split()) >= _LEAST_WORDS


def _leads_to_article(address: str, section: str) -> bool:
    there, here = urlsplit(address), urlsplit(section)
    path, base = there.path.rstrip("/"), here.path.rstrip("/")
    if there.hostname != here.hostname or there.scheme not in {"http", "https"} or path in {"", base}:
        return False
    if _NO_ARTICLE.search(path):
        return False
    deeper = path.startswith(f"{base}/") and bool(base)
    return deeper or bool(_DATED.search(path)) or path.rpartition("/")[2].count("-") >= _LEAST_WORDS_OF_SLUG
