"""Captures on disk: WARC files to which each response is appended as it comes."""

import hashlib
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import fsspec
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kb.database import Base
from kb.model import Capture

ROLLOVER = 500_000_000
_KEPT_HEADERS = ("content-type", "etag", "last-modified", "date")


class CapturesUnavailable(Exception):
    """The address of the captures cannot be used; the message names it and says what to do."""


class CaptureUnreadable(Exception):
    """The bytes of a capture are not where they should be."""


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page out of a WARC file: its address, when it was fetched, its media type and its bytes."""

    url: str
    fetched: datetime
    media_type: str
    payload: bytes


class CaptureStore:
    """WARC files below one fsspec address.

    Args:
        address: a folder, or another address that fsspec can append to.

    Raises:
        CapturesUnavailable: there is no such kind of address, or what it needs is not installed.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        with self._told():
            self._filesystem, self._root = fsspec.core.url_to_fs(address)
        self._file: IO[bytes] | None = None
        self._name = ""

    def check(self) -> None:
        """Find out whether captures can be kept here.

        Raises:
            CapturesUnavailable: they cannot, with the reason.
        """
        probe = f"{self._root}/.writable-{os.getpid()}"
        with self._told():
            self._filesystem.makedirs(self._root, exist_ok=True)
            self._filesystem.open(probe, "ab").close()
            self._filesystem.rm(probe)

    def append(self, url: str, payload: bytes, headers: Mapping[str, str], fetched: datetime) -> tuple[str, int]:
        """Write one response and return the file's name and the record's offset; it is on disk when this returns."""
        file = self._current()
        offset = file.tell()
        writer = WARCWriter(file, gzip=True)
        dated = {"WARC-Date": fetched.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        body = io.BytesIO(payload)
        if url.startswith(("http://", "https://")):
            kept = [(name, value) for name, value in headers.items() if name.lower() in _KEPT_HEADERS]
            http = StatusAndHeaders("200 OK", kept, "HTTP/1.1")
            record = writer.create_warc_record(url, "response", body, http_headers=http, warc_headers_dict=dated)
        else:
            record = writer.create_warc_record(url, "resource", body, warc_headers_dict=dated)
        writer.write_record(record)
        file.flush()
        return self._name, offset

    def read(self, capture: Capture) -> bytes:
        """The payload of a capture.

        Raises:
            CaptureUnreadable: the file is gone, or other bytes lie there.
        """
        try:
            with self._filesystem.open(f"{self._root}/{capture.warc}", "rb") as file:
                file.seek(capture.offset)
                payload: bytes = next(iter(ArchiveIterator(file))).content_stream().read()
        except (OSError, StopIteration, ArchiveLoadFailed) as error:
            raise CaptureUnreadable(f"{capture.warc} at {capture.offset}: {error or 'nothing there'}") from error
        if hashlib.sha256(payload).hexdigest() != capture.digest:
            raise CaptureUnreadable(f"{capture.warc} at {capture.offset}: the bytes are not those that were captured")
        return payload

    def close(self) -> None:
        """Close the file that is written to."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _current(self) -> IO[bytes]:
        if self._file is not None and self._file.tell() > ROLLOVER:
            self.close()
        if self._file is None:
            self._name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}.warc.gz"
            with self._told():
                self._filesystem.makedirs(self._root, exist_ok=True)
                self._file = self._filesystem.open(f"{self._root}/{self._name}", "ab")
        return self._file

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, ImportError, NotImplementedError) as error:
            reason = str(error) or "nothing can be appended there"
            raise CapturesUnavailable(
                f"captures cannot be kept at {self._address}: {reason}. "
                "Set `captures` to a folder, or to an object store whose fsspec package is installed."
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A response before it is kept; the names are those of `kb.model.Capture`."""

    url: str
    final_url: str
    status: int
    payload: bytes
    headers: Mapping[str, str]
    fetched: datetime
    outlet: str
    is_feed: bool = False

    @property
    def digest(self) -> str:
        """Sha256 of the payload, hexadecimal."""
        return hashlib.sha256(self.payload).hexdigest()

    def header(self, name: str) -> str:
        """The value of a header, whatever its case; empty where it was not sent."""
        return next((value for key, value in self.headers.items() if key.lower() == name), "")


def keep_new(base: Base, store: CaptureStore, response: FetchedPage) -> bool:
    """Keep a response, bytes and record, unless the base has the same of its address; return whether it was kept."""
    validators = response.header("etag"), response.header("last-modified")
    if base.captures.found_again(response.url, response.digest, response.fetched, *validators):
        return False
    base.captures.add(keep(store, response))
    return True


def keep(store: CaptureStore, response: FetchedPage) -> Capture:
    """Write a response and describe it as a capture."""
    warc, offset = store.append(response.final_url, response.payload, response.headers, response.fetched)
    return Capture(
        url=response.url,
        final_url=response.final_url,
        fetched=response.fetched,
        status=response.status,
        media_type=response.header("content-type").split(";")[0].strip().lower(),
        digest=response.digest,
        warc=warc,
        offset=offset,
        outlet=response.outlet,
        kind="feed" if response.is_feed else "page",
        etag=response.header("etag"),
        last_modified=response.header("last-modified"),
    )


def read_warc(path: Path) -> Iterator[ArchivedPage]:
    """Every successful HTML response of a WARC file, plain or gzip; a torn last record ends it without an error."""
    with path.open("rb") as file:
        try:
            for record in ArchiveIterator(file):
                page = _archived(record)
                if page is not None:
                    yield page
        except (ArchiveLoadFailed, EOFError, OSError):
            return


def _archived(record: Any) -> ArchivedPage | None:  # noqa: ANN401 - the library's own record
    if record.rec_type != "response" or record.http_headers is None or record.http_headers.get_statuscode() != "200":
        return None
    media_type = (record.http_headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
    if "html" not in media_type:
        return None
    fetched = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    url = record.rec_headers.get_header("WARC-Target-URI")
    return ArchivedPage(url, fetched.astimezone(UTC), media_type, record.content_stream().read())
