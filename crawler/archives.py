"""Archives of the web, WARC files as Common Crawl publishes them, read piece by piece as their bytes come."""

import gzip
import io
import re
import zlib
from collections.abc import Generator, Iterator
from urllib.parse import urljoin

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.captures import ArchivedPage, archived
from crawler.extraction.extract import LARGEST

_GZIP = b"\x1f\x8b"
_HEADER_END = b"\r\n\r\n"
_LONGEST_HEADER = 100_000
_LENGTH = re.compile(rb"^Content-Length:\s*(\d+)\s*$", re.IGNORECASE | re.MULTILINE)
_LARGEST_RECORD = LARGEST + _LONGEST_HEADER
_LISTS = (".paths", ".paths.gz", ".txt")


class ArchiveUnreadable(Exception):
    """The bytes are no WARC file, or a damaged one; the message says so."""


def is_list(url: str) -> bool:
    """Whether an address is that of a list of archives, such as Common Crawl's `warc.paths.gz`."""
    return url.lower().endswith(_LISTS)


def listed(payload: bytes, url: str) -> list[str]:
    """The addresses of the archives that a list names, one a line, below the root of its host.

    Raises:
        ArchiveUnreadable: it is packed and cannot be unpacked.
    """
    try:
        text = (gzip.decompress(payload) if payload.startswith(_GZIP) else payload).decode("utf-8", "replace")
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveUnreadable(f"the list cannot be unpacked: {error}") from error
    paths = (line.strip() for line in text.splitlines())
    return [urljoin(url, path if "://" in path else f"/{path.lstrip('/')}") for path in paths if path]


class Splitter:
    """Makes whole records of the bytes of an archive, plain or with each record packed by itself.

    Attributes:
        consumed: bytes of the archive that belong to records that were given out; one may begin anew after them.
    """

    def __init__(self, consumed: int = 0) -> None:
        self.consumed = consumed
        self._held = b""
        self._packed: bool | None = None
        self._size = self._to_drop = 0
        self._record, self._in_member = bytearray(), 0
        self._unpacker = zlib.decompressobj(wbits=31)

    def records(self, piece: bytes) -> Iterator[bytes]:
        """The records that this further piece of the archive completes, unpacked; one too large to keep is empty.

        Raises:
            ArchiveUnreadable: the bytes are no records.
        """
        self._held += piece
        if self._packed is None and len(self._held) >= len(_GZIP):
            self._packed = self._held.startswith(_GZIP)
        if self._packed is not None:
            yield from self._unpacked() if self._packed else self._plain()

    @property
    def is_between(self) -> bool:
        """Whether the last record is complete, as it must be at the archive's end."""
        return not self._held.strip() and not self._in_member and not self._to_drop

    def _unpacked(self) -> Iterator[bytes]:
        while self._held:
            try:
                unpacked = self._unpacker.decompress(self._held, LARGEST)
            except zlib.error as error:
                raise ArchiveUnreadable(f"it cannot be unpacked after byte {self.consumed:,}: {error}") from error
            rest = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail
            self._in_member += len(self._held) - len(rest)
            self._held = rest
            if len(self._record) <= _LARGEST_RECORD:
                self._record += unpacked
            if self._unpacker.eof:
                yield self._member()

    def _member(self) -> bytes:
        record = bytes(self._record) if len(self._record) <= _LARGEST_RECORD else b""
        self.consumed += self._in_member
        self._record, self._in_member = bytearray(), 0
        self._unpacker = zlib.decompressobj(wbits=31)
        return record

    def _plain(self) -> Iterator[bytes]:
        while not self._to_drop or (yield from self._dropped()):
            ends = self._held.find(_HEADER_END)
            if ends < 0:
                if len(self._held) > _LONGEST_HEADER:
                    raise ArchiveUnreadable(f"there is no record after byte {self.consumed:,}")
                return
            length = _LENGTH.search(self._held[:ends])
            if length is None:
                raise ArchiveUnreadable(f"a record does not say how long it is, after byte {self.consumed:,}")
            whole = ends + len(_HEADER_END) + int(length[1]) + len(_HEADER_END)
            if whole > _LARGEST_RECORD:
                self._size = self._to_drop = whole
                continue
            if len(self._held) < whole:
                return
            record, self._held = self._held[:whole], self._held[whole:]
            self.consumed += whole
            yield record

    def _dropped(self) -> Generator[bytes, None, bool]:
        """Drop of a record too large to keep what is there; return whether that was all of it."""
        dropped = min(self._to_drop, len(self._held))
        self._held, self._to_drop = self._held[dropped:], self._to_drop - dropped
        if self._to_drop:
            return False
        self.consumed += self._size
        yield b""
        return True


def page_in(record: bytes) -> ArchivedPage | None:
    """The page in a record: a successful HTML response; None for a record of another kind.

    Raises:
        ArchiveUnreadable: the record cannot be parsed.
    """
    try:
        first = next(iter(ArchiveIterator(io.BytesIO(record))), None)
        return archived(first) if first is not None else None
    except (ArchiveLoadFailed, EOFError, OSError, AttributeError, ValueError) as error:
        raise ArchiveUnreadable(str(error) or type(error).__name__) from error
