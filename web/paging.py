"""Long lists, page by page."""

from collections.abc import Sequence
from typing import TypeVar

from flask import request

Item = TypeVar("Item")

_LONGEST_NUMBER = 6


def asked_page() -> int:
    """The page that the address asks for, from 1; what is no such number is the first."""
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) <= _LONGEST_NUMBER else 1


class Paging:
    """One page number for several lists that are shown together.

    Args:
        size: items of each list on a page.
        lists: the longest of them says how many pages there are.

    Attributes:
        page: the one shown, from 1: the one asked for, or the last where there are fewer.
        pages: how many there are, at least 1.
    """

    def __init__(self, size: int, *lists: Sequence[object]) -> None:
        self._size = size
        self.pages = max(1, *(-(-len(each) // size) for each in lists))
        self.page = min(asked_page(), self.pages)

    @property
    def more(self) -> bool:
        """Whether another page follows."""
        return self.page < self.pages

    def cut(self, items: Sequence[Item]) -> Sequence[Item]:
        """Those items that stand on this page."""
        return items[(self.page - 1) * self._size : self.page * self._size]
