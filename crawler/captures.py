"""Captures: WARC files, on a disk or in an object store, to which each response goes as it comes."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import fsspec
import structlog
from fsspec.implementations.local import LocalFileSystem
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler import records
from crawler.records import FetchedPage, date_of
from crawler.written_files import AppendedFile, StoredObject, WrittenFile, unwritten
from kb.database import Base
from kb.database.sessions import without_password
from kb.model import Capture

ROLLOVER = 500_000_000
_FETCHED_AT_ONCE = 1_000_000
_ENDING = ".warc.gz"
UNREADABLE = (StopIteration, ArchiveLoadFailed, EOFError, zlib.error)


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

    On a disk a file is appended to for as long as its writer runs. An object store has no appending: what is written
    between two calls of `sync` becomes an object of its own, whole or not at all.

    Args:
        address: a folder, or an object store such as `s3://bucket/prefix`.

    Raises:
        CapturesUnavailable: there is no such kind of address, or what it needs is not installed.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        with self._told():
            self._filesystem, self._root = fsspec.core.url_to_fs(address)
        self._written: WrittenFile | None = None

    def check(self) -> None:
        """Find out whether captures can be kept here.

        Raises:
            CapturesUnavailable: they cannot, with the reason.
        """
        with self._told():
            probe = self._new(f".writable-{uuid4().hex}")
            probe.sync()
            probe.close()
            self._filesystem.rm_file(probe.path)

    def append(self, page: FetchedPage) -> Capture:
        """Write one response and return it as a capture; it is there for good after `sync`.

        Raises:
            CapturesUnavailable: it cannot be written.
        """
        with self._told():
            written = self._current()
            capture = page.capture(written.name, written.file.tell())
            records.write(written.file, page)
        return capture

    def append_found_again(self, page: FetchedPage, before: Capture) -> None:
        """Write that a page holds again what is kept of it; it is there for good after `sync`.

        Raises:
            CapturesUnavailable: it cannot be written.
        """
        with self._told():
            records.write_found_again(self._current().file, page, before)

    def sync(self) -> None:
        """Have everything appended so far survive whatever happens; no row may name it before.

        Raises:
            CapturesUnavailable: it cannot be written.
        """
        if self._written is None:
            return
        with self._told():
            self._written.sync()
        if not self._written.takes_more:
            self._written = None

    def read(self, capture: Capture) -> bytes:
        """The payload of a capture.

        Raises:
            CaptureUnreadable: the file is gone, or other bytes lie there.
            CapturesUnavailable: the object store cannot be asked.
        """
        with self._opened(capture) as file:
            payload: bytes = next(iter(ArchiveIterator(file))).content_stream().read()
        if hashlib.sha256(payload).hexdigest() != capture.digest:
            raise CaptureUnreadable(f"{capture.warc} at {capture.offset}: the bytes are not those that were captured")
        return payload

    def files(self) -> list[str]:
        """The names of all WARC files here.

        Raises:
            CapturesUnavailable: they cannot be listed.
        """
        with self._told():
            self._filesystem.invalidate_cache()
            there = self._filesystem.ls(self._root, detail=False) if self._filesystem.exists(self._root) else []
        return sorted(name for path in there if (name := path.rpartition("/")[2]).endswith(_ENDING))

    def in_use(self, warc: str) -> bool:
        """Whether somebody is writing to a file; objects are written at once."""
        if not self._on_disk:
            return False
        with unwritten(f"{self._root}/{warc}") as free:
            return not free

    @contextmanager
    def reading(self, warc: str) -> Iterator[IO[bytes]]:
        """A file to read from its beginning.

        Raises:
            CaptureUnreadable: it is not there.
            CapturesUnavailable: the object store cannot be asked.
        """
        try:
            with self._filesystem.open(f"{self._root}/{warc}", "rb", block_size=_FETCHED_AT_ONCE) as file:
                yield file
        except FileNotFoundError as error:
            raise CaptureUnreadable(f"there is no file {warc}") from error
        except Exception as error:
            if self._on_disk:
                raise
            raise self._unavailable(error) from error

    @contextmanager
    def replacing(self, warc: str) -> Iterator[None]:
        """Remove a file once what is to stay of it was copied.

        Raises:
            CapturesInUse: somebody is writing to it.
        """
        path = f"{self._root}/{warc}"
        with self._told():
            there = self._filesystem.exists(path)
        if not there:
            yield
            return
        with unwritten(path) if self._on_disk else nullcontext(True) as free:
            if not free:
                raise CapturesInUse(f"a crawl is writing to {warc}: stop it first, then try again")
            yield
        with self._told():
            self._filesystem.rm_file(path)

    def copied(self, captures: Iterable[Capture]) -> list[Capture]:
        """Copy the records of captures to the file that is written to; those that can be read, with their new place."""
        copies = []
        for capture in captures:
            record = self._record(capture)
            if record:
                with self._told():
                    written = self._current()
                    copies.append(replace(capture, warc=written.name, offset=written.file.tell()))
                    written.file.write(record)
        self.sync()
        return copies

    def _record(self, capture: Capture) -> bytes:
        """The bytes of a capture's records as they lie in its file; nothing where they cannot be read."""
        try:
            with self._opened(capture) as file:
                length = _length_with_request(file)
                file.seek(capture.offset)
                return bytes(file.read(length))
        except CaptureUnreadable as error:
            if isinstance(error.__cause__, OSError) and not isinstance(error.__cause__, FileNotFoundError):
                raise self._unavailable(error) from error  # it may be readable another time
            structlog.get_logger().warning("capture lost", url=capture.url, reason=str(error))
            return b""

    @contextmanager
    def _opened(self, capture: Capture) -> Iterator[IO[bytes]]:
        """The file of a capture, where its record begins; of an object only what is read is fetched."""
        place = f"{capture.warc} at {capture.offset}"
        unreadable = OSError if self._on_disk else FileNotFoundError
        try:
            with self._filesystem.open(f"{self._root}/{capture.warc}", "rb", block_size=_FETCHED_AT_ONCE) as file:
                file.seek(capture.offset)
                yield file
        except (unreadable, *UNREADABLE) as error:
            raise CaptureUnreadable(f"{place}: {error or 'nothing there'}") from error
        except CaptureUnreadable:
            raise
        except Exception as error:
            raise self._unavailable(error) from error

    def close(self) -> None:
        """Bring what is still to be written to its place, and close it."""
        self.sync()
        if self._written is not None:
            self._written.close()
            self._written = None

    def _current(self) -> WrittenFile:
        if self._written is not None and self._written.file.tell() > ROLLOVER:
            self.close()
        if self._written is None:
            self._written = self._new(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}{_ENDING}")
            records.begin(self._written.file, self._written.name)
        return self._written

    def _new(self, name: str) -> WrittenFile:
        path = f"{self._root}/{name}"
        return AppendedFile(path) if self._on_disk else StoredObject(self._filesystem, path)

    @property
    def _on_disk(self) -> bool:
        return isinstance(self._filesystem, LocalFileSystem)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever the kinds of addresses raise, each in its own way, is told in one."""
        try:
            yield
        except CapturesUnavailable:
            raise
        except Exception as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> CapturesUnavailable:
        advice = "Set `captures` to a folder, or to an object store such as s3://bucket/prefix."
        if self._address.startswith(("s3:", "s3a:")):
            advice = (
                "Check `captures`, that the bucket exists, and in the environment AWS_ACCESS_KEY_ID, "
                "AWS_SECRET_ACCESS_KEY and, unless the store is Amazon's, AWS_ENDPOINT_URL."
            )
        reason = str(error).rstrip(".") or type(error).__name__
        return CapturesUnavailable(f"captures cannot be kept at {without_password(self._address)}: {reason}. {advice}")


def keep_new(base: Base, store: CaptureStore, *responses: FetchedPage) -> int:
    """Keep responses, bytes and record, but for those that the base has of their address; return how many were kept."""
    new = [response for response in responses if not _is_known(base, store, response)]
    for capture in keep(store, *new):
        base.captures.add(capture)
    return len(new)


def _is_known(base: Base, store: CaptureStore, response: FetchedPage) -> bool:
    """Whether the bytes are kept already; if the address held others meanwhile, the captures say so as well."""
    latest = base.captures.latest(response.url)
    known = base.captures.get(response.url, response.digest)
    if known is None or latest is None:
        return False
    if latest.digest != response.digest:
        store.append_found_again(response, known)
        store.sync()
    validators = response.header("etag"), response.header("last-modified")
    return base.captures.found_again(response.url, response.digest, response.fetched, *validators)


def keep(store: CaptureStore, *responses: FetchedPage) -> list[Capture]:
    """Write responses and describe them as captures; their bytes are on disk when this returns."""
    captures = [store.append(response) for response in responses]
    store.sync()
    return captures


def _length_with_request(file: IO[bytes]) -> int:
    """How many bytes a record has, its request included if that follows it."""
    archive = ArchiveIterator(file)
    response = next(iter(archive))
    length: int = archive.get_record_length()
    with suppress(*UNREADABLE):
        following = next(archive)
        answered = following.rec_headers.get_header("WARC-Concurrent-To")
        if answered and answered == response.rec_headers.get_header("WARC-Record-ID"):
            length += archive.get_record_length()
    return length


def read_warc(path: Path) -> Iterator[ArchivedPage]:
    """Every successful HTML response of a WARC file, plain or gzip.

    A record without a date is left out; one that is torn, or that the library cannot parse, ends it without an error.
    Both are told in the log, with their place.
    """
    with path.open("rb") as file:
        archive = ArchiveIterator(file)
        try:
            for record in archive:
                page = _sound(record, path, archive.offset)
                if page is not None:
                    yield page
        except (ArchiveLoadFailed, EOFError, OSError, AttributeError, ValueError) as error:
            _tell("archive read no further", path, archive.offset, error)


def _sound(record: Any, path: Path, offset: int) -> ArchivedPage | None:  # noqa: ANN401 - the library's own record
    try:
        return archived(record)
    except ValueError as error:
        _tell("record left out", path, offset, error)
        return None


def _tell(event: str, path: Path, offset: int, error: Exception) -> None:
    structlog.get_logger().warning(event, step="import", file=str(path), offset=offset, reason=str(error))


def archived(record: Any) -> ArchivedPage | None:  # noqa: ANN401 - the library's own record
    """The page in a record: a successful HTML response; None for a record of another kind.

    Raises:
        ValueError: it does not say when it was fetched.
    """
    if record.rec_type != "response" or record.http_headers is None or record.http_headers.get_statuscode() != "200":
        return None
    media_type = (record.http_headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
    if "html" not in media_type:
        return None
    fetched = date_of(record)
    url = record.rec_headers.get_header("WARC-Target-URI")
    return ArchivedPage(url, fetched, media_type, record.content_stream().read())
