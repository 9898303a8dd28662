"""What a page says of itself: JSON-LD first, then meta elements."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import tldextract
from lxml.html import HtmlElement
from w3lib.url import url_query_cleaner

from crawler.extraction.cleaning import without_controls

_ARTICLES = re.compile(
    r"(?:News|Blog|Analysis|Opinion|Report|Reportage|Review|Tech|Live|Scholarly|Satirical)?(?:Article|Posting|BlogPosting|LiveBlogPosting)\w*$"
)
_TRACKING = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "fbclid",
    "gclid",
    "mc_cid",
    "mc_eid",
    "cmpid",
    "ref",
    "taid",
    "guccounter",
    "smid",
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,100}>")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_domain = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


@dataclass(slots=True)
class Metadata:
    """What the page declares; empty where it declares nothing.

    Attributes:
        title: headline.
        byline: authors' names.
        published: as written.
        modified: as written.
        canonical: address that the page names as its own.
        original: host of another site on which the page says that it first stood.
        language: as declared.
        free: False where the page says that its text is not free to read.
        body: the text that JSON-LD carries, if it does.
        site: name of the site.
    """

    title: str = ""
    byline: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    canonical: str = ""
    original: str = ""
    language: str = ""
    free: bool = True
    body: str = ""
    site: str = ""
    titles: tuple[str, ...] = field(default=())


def metadata(tree: HtmlElement, url: str) -> Metadata:
    """What the page at an address declares."""
    article = next(_articles(tree), {})
    own, original = canonical(tree, url)
    found = Metadata(
        title=_text(article.get("headline")) or _meta(tree, "og:title", "twitter:title"),
        byline=_people(article.get("author")) or _authors(tree),
        published=_text(article.get("datePublished")) or _meta(tree, *_PUBLISHED) or _time(tree),
        modified=_text(article.get("dateModified"))
        or _meta(tree, "article:modified_time", "og:updated_time", "last-modified"),
        canonical=own,
        original=original,
        language=(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
        .split("-")[0]
        .lower(),
        free=str(article.get("isAccessibleForFree", "true")).lower() not in {"false", "0"},
        body=_text(article.get("articleBody")),
        site=_meta(tree, "og:site_name"),
    )
    headings = tuple(_joined(heading) for heading in tree.iter("h1"))
    document_title = _joined(next(tree.iter("title"), None))
    found.titles = tuple(filter(None, (found.title, *headings, document_title)))
    return found


_PUBLISHED = (
    "article:published_time",
    "datePublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "parsely-pub-date",
    "sailthru.date",
    "publish-date",
    "cXenseParse:recs:publishtime",
)


def _articles(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            yield from _typed(_loaded(script.text or ""))


def _loaded(text: str) -> Any:  # noqa: ANN401 - whatever the page holds
    cleaned = _CONTROL.sub(" ", text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";"))
    try:
        return json.loads(cleaned, strict=False)
    except ValueError:
        return None


def _typed(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """The articles among nested JSON-LD nodes."""
    if depth > 4:
        return
    if isinstance(value, list):
        for each in value:
            yield from _typed(each, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        if any(_ARTICLES.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _typed(value.get(key), depth + 1)


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return _plain(value) if isinstance(value, str) else ""


def _plain(value: str) -> str:
    """A declared text without the entities and tags that some sites leave in it."""
    return without_controls(" ".join(_TAG.sub("", html.unescape(html.unescape(value))).split()))


def _people(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    values = value if isinstance(value, list) else [value]
    names = [_text(each.get("name")) if isinstance(each, dict) else _text(each) for each in values]
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith("http")))


def _meta(tree: HtmlElement, *names: str) -> str:
    wanted = {name.casefold() for name in names}
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").casefold()
        if name in wanted and element.get("content", "").strip():
            found.setdefault(name, _plain(element.get("content")))
    return next((found[name.casefold()] for name in names if name.casefold() in found), "")


def _authors(tree: HtmlElement) -> tuple[str, ...]:
    name = _meta(tree, "author", "article:author", "parsely-author", "dc.creator", "sailthru.author")
    return (
        ()
        if not name or name.startswith("http")
        else tuple(part.strip() for part in re.split(r",| and ", name) if part.strip())
    )


def _time(tree: HtmlElement) -> str:
    times = [element for element in tree.iter("time") if element.get("datetime")]
    published = [
        element for element in times if element.get("pubdate") is not None or element.get("itemprop") == "datePublished"
    ]
    chosen = published or (times if len(times) == 1 else [])
    return str(chosen[0].get("datetime")) if chosen else ""


def canonical(tree: HtmlElement, url: str) -> tuple[str, str]:
    """The page's own address, without tracking, and the host of another site that it names as its original's.

    A page speaks for its own registrable domain only: what it names elsewhere must never be taken for that site's word.
    A page without an address, handed in as a file, is believed.
    """
    links = [
        element.get("href", "") for element in tree.iter("link") if (element.get("rel") or "").lower() == "canonical"
    ]
    named = [_joined_address(url, each) for each in (*links, _meta(tree, "og:url")) if each.strip()]
    believable = [address for address in named if _believable(address, url)]
    own = next((address for address in believable if _same_site(address, url)), without_tracking(url))
    foreign = next((address for address in believable if not _same_site(address, url)), "")
    return own, (urlsplit(foreign).hostname or "").removeprefix("www.")


def _joined_address(url: str, named: str) -> str:
    try:
        return without_tracking(urljoin(url, named.strip()))
    except ValueError:
        return ""


def _believable(address: str, url: str) -> bool:
    named, asked = urlsplit(address), urlsplit(url)
    if named.scheme not in {"http", "https"} or not named.hostname:
        return False
    return bool(named.path.strip("/")) or not asked.path.strip("/")


def _same_site(address: str, url: str) -> bool:
    return not url or _site(address) == _site(url)


def _site(url: str) -> str:
    """The registrable domain of an address, by the suffix list that comes with the library; a number as it is."""
    host, parts = urlsplit(url).hostname or "", _domain(url)
    if parts.top_domain_under_public_suffix or parts.ipv4 or parts.ipv6:
        return parts.top_domain_under_public_suffix or host
    return ".".join(host.rstrip(".").split(".")[-2:])  # the list's own rule for suffixes that it does not name


def without_tracking(url: str) -> str:
    """The address without fragment and without the parameters that only say where a reader came from."""
    return str(url_query_cleaner(url.split("#", 1)[0], _TRACKING, remove=True))


def _joined(element: HtmlElement | None) -> str:
    return without_controls(" ".join("".join(element.itertext()).split())) if element is not None else ""
