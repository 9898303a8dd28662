"""How much text stands in each element of a page, how much of it in links, and how much in paragraphs."""

from collections.abc import Iterator

from lxml.etree import iterwalk
from lxml.html import HtmlElement

PARAGRAPHS = {"p", "blockquote", "pre"}
_SILENT = {"script", "style", "noscript", "template", "svg", "head"}


class Weights:
    """Lengths in characters, by element, worked out in one pass; zero for what has no text.

    Attributes:
        text: all that a reader sees.
        links: what of it stands in links.
        prose: what of it stands in paragraphs and in no link.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self.text: dict[HtmlElement, int] = {}
        self.links: dict[HtmlElement, int] = {}
        self.prose: dict[HtmlElement, int] = {}
        for _, element in iterwalk(tree, events=("end",)):
            self._add(element)

    def _add(self, element: HtmlElement) -> None:
        if not isinstance(element.tag, str) or element.tag in _SILENT:
            return
        children = list(element)
        tails = sum(_length(child.tail) for child in children)
        text = _length(element.text) + tails + sum(self.text.get(child, 0) for child in children)
        links = text if element.tag == "a" else sum(self.links.get(child, 0) for child in children)
        within = sum(self.prose.get(child, 0) for child in children)
        prose = text - links if element.tag in PARAGRAPHS else within
        for kept, value in ((self.text, text), (self.links, links), (self.prose, prose)):
            if value:
                kept[element] = value

    def is_linked(self, element: HtmlElement) -> bool:
        """Whether all that is said in it stands in links."""
        text = self.text.get(element, 0)
        return text > 0 and self.links.get(element, 0) >= 0.9 * text


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0


def ancestors_and_self(element: HtmlElement) -> Iterator[HtmlElement]:
    """The element and all that hold it, from within."""
    yield element
    yield from element.iterancestors()
