"""How much of a page is looked at, so that none takes longer than a few seconds."""

from lxml.etree import Comment, ProcessingInstruction, strip_elements, strip_tags
from lxml.html import HtmlElement
from lxml.html.defs import font_style_tags, phrase_tags

MOST_ELEMENTS = 20_000
MOST_CHARACTERS = 1_000_000
MOST_INLINE = 1_000
"""Elements in one paragraph: of more the words stay alone, since trafilatura's time grows with the square of them."""
_INLINE = (*phrase_tags, *font_style_tags, "a", "font", "mark", "q", "span", "sub", "sup")
_SILENT = ("style", "noscript", "template", "svg", "iframe", Comment, ProcessingInstruction)


def bounded(tree: HtmlElement) -> bool:
    """Cut from a page what is beyond the bounds; return whether any of what a reader sees had to go.

    What a reader does not see goes first.
    """
    for paragraph in tree.iter("p"):
        if sum(1 for _ in paragraph.iterdescendants(*_INLINE)) > MOST_INLINE:
            _keep_words(paragraph)
    if _end(tree) is None:
        return False
    strip_elements(tree, *_SILENT, with_tail=False)
    for script in list(tree.iter("script")):
        if "ld+json" not in (script.get("type") or "") or len(script.text or "") > MOST_CHARACTERS:
            script.drop_tree()
    end = _end(tree)
    if end is not None:
        _cut_after(end)
    return end is not None


def _keep_words(paragraph: HtmlElement) -> None:
    """Take the markup from a paragraph's words, make one text of what then lies side by side, and leave the line breaks."""
    strip_tags(paragraph, *_INLINE)
    paragraph.text = paragraph.text
    for child in paragraph:
        child.tail = child.tail


def _end(tree: HtmlElement) -> HtmlElement | None:
    """The element with which the page comes to its bounds; None if it stays within them."""
    characters = 0
    for elements, element in enumerate(tree.iter(), 1):
        characters += len(element.text or "") + len(element.tail or "")
        if elements > MOST_ELEMENTS or characters > MOST_CHARACTERS:
            return element
    return None


def _cut_after(end: HtmlElement) -> None:
    """Remove all that comes after the beginning of an element; of its own text and of what follows it the bounds' worth stays."""
    del end[:]
    end.text, end.tail = (text and text[:MOST_CHARACTERS] for text in (end.text, end.tail))
    for holder in (end, *end.iterancestors()):
        parent = holder.getparent()
        if parent is None:
            return
        for following in list(holder.itersiblings()):
            parent.remove(following)
        if holder is not end:
            holder.tail = None
