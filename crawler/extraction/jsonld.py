"""What a page describes in JSON-LD, in the vocabulary of schema.org."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from crawler.extraction.cleaning import without_controls

_ARTICLES = re.compile(
    r"(?:News|Blog|Analysis|Opinion|Report|Reportage|Review|Tech|Live|Scholarly|Satirical)?(?:Article|Posting|BlogPosting|LiveBlogPosting)\w*$"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,100}>")
_BREAK = re.compile(r"<(?:br|/p|/h\d|/li|/div)\b[^<>]{0,100}>|\n", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f]+")
_WRAPPING = re.compile(r"<!\[CDATA\[|\]\]>|<!--|-->")
_START = re.compile(r"[\[{]")
_DECODER = json.JSONDecoder(strict=False)
_DEEPEST = 4

Node = dict[str, Any]


def nodes(tree: HtmlElement) -> list[Node]:
    """All that the page describes, in its order."""
    scripts = [each.text or "" for each in tree.iter("script") if "ld+json" in (each.get("type") or "")]
    return [node for script in scripts for node in _nodes(_loaded(script))]


def is_article(node: Node) -> bool:
    """Whether it is a report of any kind."""
    return any(_ARTICLES.search(kind) for kind in kinds(node))


def kinds(node: Node) -> list[str]:
    """What a node says it is."""
    value = node.get("@type")
    return [str(kind) for kind in (value if isinstance(value, list) else [value])]


def text(value: Any) -> str:  # noqa: ANN401 - whatever the page holds
    """A text in one line; the first of several, empty for what is none."""
    if isinstance(value, list):
        return text(value[0]) if value else ""
    return plain(value) if isinstance(value, str) else ""


def lines(value: Any) -> list[str]:  # noqa: ANN401
    """A text in its paragraphs."""
    value = html.unescape(value) if isinstance(value, str) else ""
    return [line for each in _BREAK.split(value) if (line := plain(each))]


def plain(value: str) -> str:
    """A declared text without the entities and tags that some sites leave in it."""
    return without_controls(" ".join(_TAG.sub("", html.unescape(html.unescape(value))).split()))


def _loaded(source: str) -> Any:  # noqa: ANN401
    """The value that a script holds, whatever stands around it; None where it is none."""
    source = _CONTROL.sub(" ", _WRAPPING.sub("", source))
    start = _START.search(source)
    try:
        return _DECODER.raw_decode(source, start.start())[0] if start else None
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any, depth: int = 0) -> Iterator[Node]:  # noqa: ANN401
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _nodes(each, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(value.get(key), depth + 1)
