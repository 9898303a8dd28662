"""What a page says of itself: JSON-LD first, then meta elements."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from crawler.extraction import jsonld
from crawler.extraction.canonical import canonical
from crawler.extraction.cleaning import without_controls
from crawler.extraction.paragraphs import alike, text_of
from kb.model import DateSource

_PUBLISHED = (
    "article:published_time article:published og:published_time og:article:published_time datePublished date_published "
    "published-date publishedDate publication_date publish_date publish-date publishdate pubdate og:pubdate bt:pubDate "
    "originalPublicationDate article_date_original parsely-pub-date sailthru.date cXenseParse:recs:publishtime "
    "rnews:datePublished citation_publication_date citation_online_date date dc.date dc.date.issued dc.date.created "
    "dcterms.date dcterms.issued dcterms.created dateCreated creation_date pdate releaseDate"
).split()
_ADDRESS_DAY = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_MOST = 10
_MODIFIED = ("article:modified_time", "og:updated_time", "last-modified")
_AUTHORS = ("author", "article:author", "parsely-author", "dc.creator", "sailthru.author")
_SECTIONS = ("article:section", "parsely-section", "section")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the page declares; empty where it declares nothing.

    Attributes:
        live_blog: the node of JSON-LD that describes a live blog; empty where the page is none.
        titles: the headline, as declared and as shown, the best first.
        byline: authors' names.
        published: as written, each with where it stands, in the order in which they are believed.
        modified: as written.
        canonical: address that the page names as its own.
        original: host of another site on which the page says that it first stood.
        language: as declared.
        free: False where the page says that its text is not free to read.
        body: the text that JSON-LD carries, if it does.
        site: name of the site.
        section: part of the site that it stands in.
        picture: address of the lead picture.
    """

    live_blog: jsonld.Node = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    published: tuple[tuple[str, DateSource], ...] = ()
    modified: str = ""
    canonical: str = ""
    original: str = ""
    language: str = ""
    free: bool = True
    body: tuple[str, ...] = ()
    site: str = ""
    section: str = ""
    picture: str = ""


def metadata(tree: HtmlElement, url: str) -> Metadata:
    """What the page at an address declares."""
    described = jsonld.nodes(tree)
    article = _own([node for node in described if jsonld.is_article(node)], tree)
    own, original = canonical((*_links(tree, "canonical"), _meta(tree, "og:url")), url)
    return Metadata(
        live_blog=next((node for node in described if "LiveBlogPosting" in jsonld.kinds(node)), {}),
        titles=_titles(tree, jsonld.text(article.get("headline")) or _meta(tree, "og:title", "twitter:title")),
        byline=_people(article.get("author")) or _authors(tree),
        published=tuple(_published((article, *described), tree, own)),
        modified=jsonld.text(article.get("dateModified")) or _meta(tree, *_MODIFIED),
        canonical=own,
        original=original,
        language=_language(tree),
        free=str(article.get("isAccessibleForFree", "true")).lower() not in {"false", "0"},
        body=tuple(jsonld.lines(article.get("articleBody"))),
        site=_meta(tree, "og:site_name"),
        section=jsonld.text(article.get("articleSection")) or _meta(tree, *_SECTIONS),
        picture=_picture(article.get("image")) or _meta(tree, "og:image", "twitter:image"),
    )


def _own(articles: Sequence[jsonld.Node], tree: HtmlElement) -> jsonld.Node:
    """The article that has the page's headline, else the first."""
    shown = _shown_titles(tree)
    headed = (
        each for each in articles[:_MOST] if any(alike(jsonld.text(each.get("headline")), title) for title in shown)
    )
    return next(headed, articles[0] if articles else {})


def _published(described: Sequence[jsonld.Node], tree: HtmlElement, url: str) -> Iterator[tuple[str, DateSource]]:
    """The dates of publication that can be had without reading the text, the most trustworthy first."""
    for node in described[:_MOST]:
        yield jsonld.text(node.get("datePublished")), DateSource.JSON_LD
    yield _meta(tree, *_PUBLISHED), DateSource.META
    for each in tree.iter("time"):
        if each.get("pubdate") is not None or "datepublished" in (each.get("itemprop") or "").lower():
            yield each.get("datetime", ""), DateSource.META
    yield _in_address(url), DateSource.ADDRESS
    yield _below_headline(tree), DateSource.TEXT


def _below_headline(tree: HtmlElement) -> str:
    """The first marked time after the headline; without a headline, the only one that there is."""
    marked = [each for each in tree.iter("h1", "time") if each.tag == "h1" or each.get("datetime")]
    headline = next((n for n, each in enumerate(marked) if each.tag == "h1"), None)
    if headline is None and len(marked) > 1:
        return ""
    return next((each.get("datetime") for each in marked[headline or 0 :] if each.tag == "time"), "")


def _in_address(url: str) -> str:
    match = _ADDRESS_DAY.search(url)
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else ""


def _titles(tree: HtmlElement, declared: str) -> tuple[str, ...]:
    return tuple(filter(None, (declared, *_shown_titles(tree))))


def _shown_titles(tree: HtmlElement) -> list[str]:
    headings = (*islice(tree.iter("h1"), _MOST), *islice(tree.iter("title"), 1))
    return [without_controls(text_of(heading)) for heading in headings]


def _language(tree: HtmlElement) -> str:
    declared = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return declared.split("-")[0].lower()


def _links(tree: HtmlElement, relation: str) -> list[str]:
    return [each.get("href", "") for each in tree.iter("link") if (each.get("rel") or "").lower() == relation]


def _people(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever the page holds
    values = value if isinstance(value, list) else [value]
    names = [jsonld.text(each.get("name")) if isinstance(each, dict) else jsonld.text(each) for each in values]
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith("http")))


def _picture(value: Any) -> str:  # noqa: ANN401
    first = value[0] if isinstance(value, list) and value else value
    return jsonld.text(first.get("url") or first.get("contentUrl")) if isinstance(first, dict) else jsonld.text(first)


def _meta(tree: HtmlElement, *names: str) -> str:
    """What the first of these names that has a content says."""
    wanted = {name.casefold() for name in names}
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").casefold()
        if name in wanted and element.get("content", "").strip():
            found.setdefault(name, jsonld.plain(element.get("content")))
    return next((found[name.casefold()] for name in names if name.casefold() in found), "")


def _authors(tree: HtmlElement) -> tuple[str, ...]:
    name = _meta(tree, *_AUTHORS)
    if not name or name.startswith("http"):
        return ()
    return tuple(part.strip() for part in re.split(r",| and ", name) if part.strip())
