"""Live blogs: an introduction, and posts that the page lists apart, as schema.org's LiveBlogPosting describes them."""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml.html import HtmlElement

from crawler.extraction import jsonld
from crawler.extraction.dates import instant
from crawler.extraction.paragraphs import text_of
from crawler.extraction.weights import ancestors_and_self

_BEGINNING = 60
_PLACES = ("h2", "h3", "h4", "h5", "h6", "p")


@dataclass(frozen=True, slots=True)
class Post:
    """One entry of a live blog.

    Attributes:
        title: its own headline; may be empty.
        paragraphs: what it says.
        published: when; None where it does not say.
    """

    title: str
    paragraphs: tuple[str, ...]
    published: datetime | None

    @property
    def lines(self) -> tuple[str, ...]:
        """All that it says, in paragraphs."""
        return (self.title, *self.paragraphs) if self.title else self.paragraphs


def posts(blog: jsonld.Node) -> tuple[Post, ...]:
    """The posts of a live blog, in its own order."""
    listed = blog.get("liveBlogUpdate")
    nodes = [each for each in (listed if isinstance(listed, list) else [listed]) if isinstance(each, dict)]
    found = (
        Post(
            jsonld.text(node.get("headline")),
            tuple(jsonld.lines(node.get("articleBody"))),
            instant(jsonld.text(node.get("datePublished"))),
        )
        for node in nodes
    )
    return tuple(post for post in found if post.lines)


def is_whole(blog: jsonld.Node, listed: Sequence[Post]) -> bool:
    """Whether the page holds a live blog from its beginning, and not only the last of its pages."""
    begun = instant(jsonld.text(blog.get("coverageStartTime")))
    times = [post.published for post in listed if post.published]
    if begun is None or not times:
        return begun is None
    return min(times) - begun <= (max(times) - begun) / 4 + timedelta(hours=1)


def without_posts(tree: HtmlElement, listed: Sequence[Post]) -> HtmlElement:
    """A copy of the page without the block in which the posts stand, or without each post's own block."""
    page = deepcopy(tree)
    begun = {line[:_BEGINNING] for post in listed for line in post.lines[:2]}
    places = [each for each in page.iter(*_PLACES) if text_of(each)[:_BEGINNING] in begun]
    if not places:
        return page
    shared = _shared(places)
    for block in [shared] if shared is not None and next(shared.iter("h1"), None) is None else places:
        if block.getparent() is not None and block.tag != "body":
            block.drop_tree()
    return page


def _shared(places: Sequence[HtmlElement]) -> HtmlElement | None:
    """The innermost element that holds all the places."""
    held = Counter(holder for place in places for holder in ancestors_and_self(place))
    return next((each for each in ancestors_and_self(places[0]) if held[each] == len(places)), None)
