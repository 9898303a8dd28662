"""The archive spider: takes the pages of outlets out of web archives, so that years can be filled in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import scrapy
import structlog
import tldextract
from scrapy.http import Response

from crawler.archives import ArchiveUnreadable, Splitter, is_list, listed, page_in
from crawler.captures import ArchivedPage, CaptureStore, keep_new
from crawler.records import FetchedPage
from crawler.shares import Shares
from crawler.spiders.pages import PageSpider, first_address
from kb.database import Base
from kb.health import Fault
from kb.model import Outlet

_PIECE = 4_000_000
_SECONDS_A_PIECE = 180
_NO_SUCH_RANGE = 416
_TOTAL = re.compile(rb"/(\d+)\s*$")
_READ = "read"
_domain = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


class ArchiveSpider(PageSpider):
    """Reads archives piece by piece and keeps the pages that are of outlets.

    How far an archive was read is noted in the base with the pages of each piece, so that a crawl that was killed goes
    on from there.

    Args:
        base: where captures are recorded.
        store: where bytes go.
        shares: what this crawl has to itself.
        archives: addresses of WARC files, or of lists of such.
        outlets: whose pages are kept.
    """

    name = "archives"
    custom_settings: dict[Any, Any] | None = {"HTTPERROR_ALLOWED_CODES": [_NO_SUCH_RANGE]}  # noqa: RUF012 - Scrapy's way

    def __init__(
        self,
        base: Base,
        store: CaptureStore,
        shares: Shares,
        archives: Sequence[str],
        outlets: Sequence[Outlet],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(base, store, shares, **kwargs)
        self.archives, self._outlets = archives, _by_site(outlets)

    def first(self) -> Iterator[scrapy.Request]:
        """The lists, and the first piece of each archive that is not read yet."""
        for url in self.archives:
            if is_list(url):
                yield self.request(url, "", self.list_fetched)
            else:
                yield from self._begun(url)

    def list_fetched(self, response: Response, outlet: str) -> Iterator[scrapy.Request]:
        """Go on to the archives of a list."""
        try:
            for url in listed(response.body, response.url):
                yield from self._begun(url)
        except ArchiveUnreadable as error:
            self.note_failure(first_address(response), outlet, Fault.DAMAGED, str(error), is_feed=True)
        self.ended(outlet)

    def _begun(self, url: str) -> Iterator[scrapy.Request]:
        noted = self.base.facts.get(_fact(url))
        if url not in self.asked and noted != _READ:
            self.asked.add(url)
            yield self._piece(url, Splitter(int(noted or 0)), int(noted or 0))

    def _piece(self, url: str, splitter: Splitter, begins: int) -> scrapy.Request:
        headers = {"Range": f"bytes={begins}-{begins + _PIECE - 1}", "Accept-Encoding": "identity"}
        return self.request(
            url,
            "",
            self.piece_fetched,
            headers=headers,
            cb_kwargs={"splitter": splitter, "begins": begins},
            meta={"download_timeout": _SECONDS_A_PIECE},
        )

    def piece_fetched(
        self, response: Response, outlet: str, splitter: Splitter, begins: int
    ) -> Iterator[scrapy.Request]:
        """Keep what a piece completes, note how far that is, and go on to the next."""
        url = first_address(response)
        try:
            further = self._taken(response, splitter, begins)
        except ArchiveUnreadable as error:
            self.note_failure(url, outlet, Fault.DAMAGED, str(error), is_feed=True)
            self.ended(outlet)
            return
        self.base.facts.set(_fact(url), str(splitter.consumed) if further else _READ)
        structlog.get_logger().info("archive read", step="crawl", url=url, bytes=splitter.consumed, whole=not further)
        if further and self.error is None:
            yield self._piece(url, splitter, begins + len(response.body))
        self.ended(outlet)

    def _taken(self, response: Response, splitter: Splitter, begins: int) -> bool:
        """Keep the pages of a piece; return whether there is more of the archive.

        Raises:
            ArchiveUnreadable: it is no archive, or ends within a record.
        """
        if response.status == _NO_SUCH_RANGE:
            total = begins
        elif response.status == 206 and not response.body:
            raise ArchiveUnreadable("the server gives an empty piece of it")
        elif response.status == 200 and begins:
            raise ArchiveUnreadable("the server gives archives only as a whole, and not from where reading stopped")
        else:
            pages = [page for record in splitter.records(response.body) if (page := self._page(record, response.url))]
            kept = keep_new(self.base, self.store, *(self._of_outlet(page) for page in pages))
            self.captured, self.unchanged = self.captured + kept, self.unchanged + len(pages) - kept
            total = _total(response, begins)
        if begins + len(response.body) * (response.status != _NO_SUCH_RANGE) < total:
            return True
        if not splitter.is_between:
            raise ArchiveUnreadable(f"it ends within a record, after byte {splitter.consumed:,}")
        return False

    def _page(self, record: bytes, archive: str) -> ArchivedPage | None:
        """The page in a record, if it is one of an outlet."""
        try:
            page = page_in(record)
            if page is None or not self._slug(page.url):
                return None
        except (ArchiveUnreadable, ValueError) as error:
            structlog.get_logger().warning("record left out", step="crawl", url=archive, reason=str(error))
            return None
        return page

    def _of_outlet(self, page: ArchivedPage) -> FetchedPage:
        return FetchedPage(
            url=page.url,
            final_url=page.url,
            status=200,
            payload=page.payload,
            headers={"content-type": page.media_type},
            fetched=page.fetched,
            outlet=self._slug(page.url),
        )

    def _slug(self, url: str) -> str:
        return self._outlets.get(_site(url), "")


def _by_site(outlets: Sequence[Outlet]) -> Mapping[str, str]:
    """The slug of the outlet at each site."""
    return {_site(outlet.home): outlet.slug for outlet in outlets}


def _site(url: str) -> str:
    """The registered domain of an address, or its host where there is none."""
    host = urlsplit(url).hostname or ""
    return _domain(host).top_domain_under_public_suffix or host


def _total(response: Response, begins: int) -> int:
    found = _TOTAL.search(response.headers.get("Content-Range") or b"")
    return int(found[1]) if found else begins + len(response.body)


def _fact(url: str) -> str:
    return f"archive {url}"
