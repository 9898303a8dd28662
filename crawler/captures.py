"""Captures on disk: WARC files to which each response is appended as it comes."""

import fcntl
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import fsspec
import structlog
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


class CapturesInUse(Exception):
    """A file of captures is being written to; the message says which, and what to do."""


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
        """Write one response and return the file's name and the record's offset; `sync` brings it to the disk."""
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
        return self._name, offset

    def sync(self) -> None:
        """Have everything appended so far survive a loss of power; a file without a disk of its own is closed."""
        if self._file is None:
            return
        self._file.flush()
        try:
            os.fsync(self._file.fileno())
        except (AttributeError, io.UnsupportedOperation):
            self.close()

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

    @contextmanager
    def replacing(self, warc: str) -> Iterator[None]:
        """Remove a file once what is to stay of it was copied.

        Raises:
            CapturesInUse: somebody is writing to it.
        """
        path = f"{self._root}/{warc}"
        if not self._filesystem.exists(path):
            yield
            return
        with self._filesystem.open(path, "rb") as file:
            if not _locked(file, fcntl.LOCK_EX):
                raise CapturesInUse(f"a crawl is writing to {warc}: stop it first, then try again")
            yield
        self._filesystem.rm_file(path)

    def copied(self, captures: Iterable[Capture]) -> list[Capture]:
        """Copy the records of captures to the file that is written to; those that can be read, with their new place."""
        copies = []
        for capture in captures:
            record = self._record(capture)
            if record:
                file = self._current()
                copies.append(replace(capture, warc=self._name, offset=file.tell()))
                file.write(record)
        self.sync()
        return copies

    def _record(self, capture: Capture) -> bytes:
        """The bytes of a capture's record as they lie in its file; nothing where they cannot be read."""
        try:
            with self._filesystem.open(f"{self._root}/{capture.warc}", "rb") as file:
                file.seek(capture.offset)
                records = ArchiveIterator(file)
                next(iter(records))
                length = records.get_record_length()
                file.seek(capture.offset)
                return bytes(file.read(length))
        except (OSError, StopIteration, ArchiveLoadFailed) as error:
            log = structlog.get_logger().bind(file=capture.warc, offset=capture.offset, url=capture.url)
            log.warning("capture lost", reason=str(error))
            return b""

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
            _locked(self._file, fcntl.LOCK_SH)
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


def _locked(file: Any, kind: int) -> bool:  # noqa: ANN401 - fsspec's own file
    """Whether a file could be locked until it is closed; one without a disk of its own is never written to for long."""
    try:
        fcntl.flock(file.fileno(), kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (AttributeError, io.UnsupportedOperation):
        return True
    return True


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


def keep_new(base: Base, store: CaptureStore, *responses: FetchedPage) -> int:
    """Keep responses, bytes and record, but for those that the base has of their address; return how many were kept."""
    new = [response for response in responses if not _is_known(base, response)]
    for capture in keep(store, *new):
        base.captures.add(capture)
    return len(new)


def _is_known(base: Base, response: FetchedPage) -> bool:
    validators = response.header("etag"), response.header("last-modified")
    return base.captures.found_again(response.url, response.digest, response.fetched, *validators)


def keep(store: CaptureStore, *responses: FetchedPage) -> list[Capture]:
    """Write responses and describe them as captures; their bytes are on disk when this returns."""
    captures = [_appended(store, response) for response in responses]
    store.sync()
    return captures


def _appended(store: CaptureStore, response: FetchedPage) -> Capture:
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
    """Every successful HTML response of a WARC file, plain or gzip.

    A record without a date is left out; one that is torn, or that the library cannot parse, ends it without an error.
    Both are told in the log, with their place.
    """
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        try:
            for record in records:
                page = _sound(record, path, records.offset)
                if page is not None:
                    yield page
        except (ArchiveLoadFailed, EOFError, OSError, AttributeError, ValueError) as error:
            _tell("archive read no further", path, records.offset, error)


def _sound(record: Any, path: Path, offset: int) -> ArchivedPage | None:  # noqa: ANN401 - the library's own record
    try:
        return _archived(record)
    except ValueError as error:
        _tell("record left out", path, offset, error)
        return None


def _tell(event: str, path: Path, offset: int, error: Exception) -> None:
    structlog.get_logger().warning(event, step="import", file=str(path), offset=offset, reason=str(error))


def _archived(record: Any) -> ArchivedPage | None:  # noqa: ANN401
    if record.rec_type != "response" or record.http_headers is None or record.http_headers.get_statuscode() != "200":
        return None
    media_type = (record.http_headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
    if "html" not in media_type:
        return None
    date = record.rec_headers.get_header("WARC-Date")
    if not date:
        raise ValueError("it has no WARC-Date")
    fetched = datetime.fromisoformat(date)
    fetched = fetched.astimezone(UTC) if fetched.tzinfo else fetched.replace(tzinfo=UTC)
    url = record.rec_headers.get_header("WARC-Target-URI")
    return ArchivedPage(url, fetched, media_type, record.content_stream().read())
