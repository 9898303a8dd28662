"""The words of a piece of a page, in lines or in one."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from lxml.etree import iterwalk
from lxml.html import HtmlElement

_BLOCKS = set(
    "address article aside blockquote body br caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_COMPARED = 200
_ALIKE = 0.8
_CELLS = {"td", "th"}


def text_of(element: HtmlElement) -> str:
    """The words of an element in one line."""
    return " ".join("".join(element.itertext()).split())


def lines_of(element: HtmlElement) -> list[str]:
    """The words of an element, a line for each paragraph, item, heading or row."""
    return [line for raw in "".join(_pieces(element)).split("\n") if (line := " ".join(raw.split()))]


def _pieces(root: HtmlElement) -> Iterator[str]:
    """Its texts, with line ends around blocks and blanks between cells; line ends in the source count for nothing."""
    for event, element in iterwalk(root, events=("start", "end", "comment")):
        if event == "comment":
            yield _flowing(element.tail) if element is not root else ""
            continue
        if element.tag in _BLOCKS:
            yield "\n"
        elif element.tag in _CELLS:
            yield " "
        if event == "start":
            yield _flowing(element.text)
        elif element is not root:
            yield _flowing(element.tail)


def _flowing(text: str | None) -> str:
    return text.replace("\n", " ") if text else ""


def alike(one: str, other: str) -> bool:
    """Whether two lines say nearly the same, capitals aside."""
    matcher = SequenceMatcher(None, one.casefold()[:_COMPARED], other.casefold()[:_COMPARED])
    return all(ratio() > _ALIKE for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))
