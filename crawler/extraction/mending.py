"""What is done to a page before its body is looked for: what would hide the body is undone, what is not of it goes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.canonical import site_of
from crawler.extraction.paragraphs import alike, text_of
from crawler.extraction.weights import Weights, ancestors_and_self

_BLOCKS = ("div", "section", "article", "main", "aside", "ul", "ol", "p", "span", "figure", "table")
_CHUNKS = ("div", "section")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LABELS = (*_HEADINGS, "p", "div", "span", "strong", "b")
_LINES = ("p", "li")

_LOCKED = re.compile(
    r"(?<![a-z])(?:pay-?wall|premium|subscri|meter(?:ed|ing)|lock(?:ed)?\b|gated?\b|blur|obfuscat|member|restrict|preview)",
    re.IGNORECASE,
)
_CHUNK = re.compile(r"body|content|text|article|entry|story|post|chunk|paragraph", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:related|recirc\w*|recommend\w*|read-?(?:more|next|also)|also-?(?:read|like)|see-?also|more-?(?:from|on|stories|news|links)|"
    r"newsletter\w*|sign-?up|subscri(?:be|ption)|promo(?:s|ted|tional)?|outbrain|taboola|most-?(?:read|popular|viewed)|popular|trending|"
    r"(?:author|writer|contributor)-?(?:bio|info|box|card|about|details|description|profile)|about-?(?:the-)?author|bio|"
    r"share\w*|sharing|social\w*|comments?-?(?:section|area|list|form|wrapper|container)?|disqus\w*|cookie-?(?:banner|notice|consent)\w*|"
    r"breadcrumbs?|tags?-?(?:list|links|cloud)|post-?(?:tags|navigation|nav)|rollover\w*|tooltip\w*|popover\w*|pop-?up|teaser-?list)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BESIDE_TITLE = re.compile(
    r"\W*(?:(?:related|recommended|popular|trending|sponsored)\b.{0,30}|most (?:read|popular|viewed|shared|commented)\b.{0,20}|"
    r"you (?:may|might)(?: also)? (?:like|enjoy|be interested).{0,20}|(?:read|see|watch|up|what to read) next|don['’]t miss.{0,10}|keep reading|"
    r"(?:read|see) also|editor['’]?s['’]? (?:picks?|choice)|about the authors?|share this.{0,20}|leave a (?:reply|comment)|\d* ?comments?)\W*",
    re.IGNORECASE,
)
_MORE_TITLE = re.compile(
    r"\W*(?:more|also|latest|recent|other|top)\b.{0,30}\b(?:from|on|in|stories|news|posts|articles|reading|coverage|headlines)\b.{0,40}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_LONGEST_ID = 4
_LONGEST_LABEL = 60
_LARGEST_SHARE = 0.3
_LEADING_SHARE = 0.25
_LOCKED_SHARE = 0.2
_CHUNK_LENGTH = 200
_ARTICLE_LENGTH = 250
_MOST_ARTICLES = 100


def mended(tree: HtmlElement, titles: Sequence[str], url: str) -> HtmlElement:
    """A copy of a page in which its body stands out.

    Args:
        tree: the page; left as it is.
        titles: the headline in the forms that the page gives it.
        url: its own address; empty where unknown.
    """
    page = deepcopy(tree)
    weights = Weights(page)
    _forget_slugs(page)
    _unlock(page, weights)
    _join_chunks(page, weights)
    _keep_own_article(page, weights, titles)
    weights = Weights(page)
    for find in (_named_beside, _titled_beside):
        _drop(element for element in find(page, weights) if _may_go(element, page, weights))
    _drop_link_lines(page, weights, url)
    return page


def _drop(elements: Iterable[HtmlElement]) -> None:
    for element in list(elements):
        if element.getparent() is not None:
            element.drop_tree()


def _may_go(element: HtmlElement, page: HtmlElement, weights: Weights) -> bool:
    """Whether an element is a small part of its page and does not hold the headline."""
    most = _LARGEST_SHARE * max(weights.prose.get(page, 0), 1)
    return weights.prose.get(element, 0) <= most and next(element.iter("h1"), None) is None


def _forget_slugs(page: HtmlElement) -> None:
    """Take away the ids that are made of a heading's words: they name no part of a page, and mislead who reads them so."""
    for element in page.iter(*_BLOCKS):
        if len(_WORD.findall(element.get("id", ""))) > _LONGEST_ID:
            del element.attrib["id"]


def _unlock(page: HtmlElement, weights: Weights) -> None:
    """Take from blocks that hold much of the page's prose what says that it is not to be read."""
    enough = max(_ARTICLE_LENGTH, _LOCKED_SHARE * weights.prose.get(page, 0))
    for element in page.iter(*_BLOCKS):
        if weights.prose.get(element, 0) < enough:
            continue
        for name in ("class", "id"):
            value = element.get(name, "")
            if _LOCKED.search(value):
                element.set(name, " ".join(token for token in value.split() if not _LOCKED.search(token)))
                _show(element)


def _show(element: HtmlElement) -> None:
    for name in ("style", "hidden", "aria-hidden"):
        element.attrib.pop(name, None)


def _join_chunks(page: HtmlElement, weights: Weights) -> None:
    """Put a body that stands in several blocks of one class into the first of them."""
    by_class: dict[tuple[HtmlElement | None, str], list[HtmlElement]] = defaultdict(list)
    for element in page.iter(*_CHUNKS):
        if _is_chunk(element, weights):
            article = next(element.iterancestors("article", "main", "body"), None)
            by_class[article, element.get("class", "")].append(element)
    for first, *others in by_class.values():
        within = {first}
        for other in others:
            if within.isdisjoint(ancestors_and_self(other)):
                first.extend(list(other))
                _drop([other])


def _is_chunk(element: HtmlElement, weights: Weights) -> bool:
    return (
        bool(_CHUNK.search(element.get("class", "")))
        and weights.prose.get(element, 0) >= _CHUNK_LENGTH
        and sum(1 for child in element if child.tag == "p") > 1
        and next(element.iter("h1", "article", "time"), None) is None
    )


def _keep_own_article(page: HtmlElement, weights: Weights, titles: Sequence[str]) -> None:
    """Of several articles that each have a heading, keep the one whose heading is the page's headline."""
    articles = [each for each in page.iter("article") if next(each.iterancestors("article"), None) is None]
    articles = articles[:_MOST_ARTICLES]
    own = next((each for each in articles if _is_headed(each, titles)), None)
    if own is None or weights.prose.get(own, 0) < _ARTICLE_LENGTH:
        return
    inner = [each for each in own.iter("article") if each is not own and not _is_headed(each, titles)]
    others = [each for each in articles if each is not own]
    kept = weights.prose.get(own, 0) - sum(weights.prose.get(each, 0) for each in inner)
    if kept < _ARTICLE_LENGTH:
        inner = []
    _drop(each for each in (*others, *inner) if next(each.iter(*_HEADINGS), None) is not None)


def _is_headed(article: HtmlElement, titles: Sequence[str]) -> bool:
    headings = [text_of(each) for each in article.iter("h1", "h2")]
    return any(alike(heading, title) for heading in headings[:3] for title in titles)


def _named_beside(page: HtmlElement, weights: Weights) -> Iterator[HtmlElement]:
    """Blocks whose class or id says that they stand beside the report."""
    for element in page.iter(*_BLOCKS):
        if weights.text.get(element, 0) and _BESIDE.search(f"{element.get('class', '')} {element.get('id', '')}"):
            yield element


def _titled_beside(page: HtmlElement, weights: Weights) -> Iterator[HtmlElement]:
    """Blocks that begin with a line saying that other reports follow; with the line alone goes the list after it."""
    for element in page.iter(*_LABELS):
        if weights.text.get(element, 0) > _LONGEST_LABEL:
            continue
        label = text_of(element)
        certain = _BESIDE_TITLE.fullmatch(label)
        if not certain and not _MORE_TITLE.fullmatch(label):
            continue
        block = _headed_by(element, page, weights)
        following = block.getnext()
        leads = following is not None and _leads_on(following, weights)
        if certain or leads or _leads_on(block, weights):
            yield block
        if leads:
            yield following


def _leads_on(element: HtmlElement, weights: Weights) -> bool:
    """Whether much of what is said in it stands in links."""
    return weights.links.get(element, 0) > _LEADING_SHARE * weights.text.get(element, 0)


def _headed_by(label: HtmlElement, page: HtmlElement, weights: Weights) -> HtmlElement:
    """The largest block that begins with the label and may go."""
    block = label
    for parent in label.iterancestors():
        before = any(weights.text.get(child, 0) for child in block.itersiblings(preceding=True))
        if before or parent.tag == "body" or (parent.text or "").strip() or not _may_go(parent, page, weights):
            break
        block = parent
    return block


def _drop_link_lines(page: HtmlElement, weights: Weights, url: str) -> None:
    """Lines that are nothing but a link to another page of the site are leads to it, but where they are most of the text."""
    lines = [each for each in page.iter(*_LINES) if weights.is_linked(each) and _leads_within(each, url)]
    if sum(weights.text[each] for each in lines) < weights.prose.get(page, 0):
        _drop(lines)


def _leads_within(element: HtmlElement, url: str) -> bool:
    targets = [link.get("href", "") for link in element.iter("a")]
    return bool(targets) and all(_is_within(target, url) for target in targets)


def _is_within(target: str, url: str) -> bool:
    if target.startswith("#") or not target:
        return False
    try:
        host = urlsplit(target).hostname
    except ValueError:
        return False
    return not host or (bool(url) and site_of(target) == site_of(url))
