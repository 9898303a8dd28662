"""Whether the captures are all there: each file is read once from its beginning to its end."""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from warcio.archiveiterator import ArchiveIterator

from crawler.captures import UNREADABLE, CaptureStore, CaptureUnreadable
from kb.database import Base
from kb.model import Capture

_READ_AT_ONCE = 1_000_000
_BRING_BACK = (
    "bring the file back from a backup; without one what was read in this page stays and can be read no more, and "
    "`disputed crawl ADDRESS` captures the page as it is now"
)
_NOTHING_LOST = (
    "nothing that the base knows is lost, as when a crawl was killed while it wrote; to have the file whole again, cut "
    "it off there: `truncate --size={offset} {warc}`"
)


@dataclass(frozen=True, slots=True)
class FixityFailure:
    """Bytes that are not those that were captured, or are gone.

    Attributes:
        warc: name of the file.
        offset: where in it.
        problem: what is wrong.
        url: the address captured there; empty where the base knows of none.
        advice: what to do.
    """

    warc: str
    offset: int
    problem: str
    url: str
    advice: str


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record of a file, read from its beginning to its end.

    Attributes:
        offset: where it begins.
        digest: sha256 of its payload; empty where it cannot be read.
        problem: what is wrong with it; empty where nothing is.
    """

    offset: int
    digest: str
    problem: str


def verify(base: Base, store: CaptureStore, progress: Callable[[int, int | None], None]) -> Iterator[FixityFailure]:
    """Everything wrong with the files of captures, and with what the base says lies in them.

    Args:
        base: whose captures.
        store: where their bytes are.
        progress: called after each file.

    Raises:
        CapturesUnavailable: the captures cannot be reached.
    """
    files = sorted({*store.files(), *base.captures.files()})
    for done, warc in enumerate(files, 1):
        captures = {capture.offset: capture for capture in base.captures.in_file(warc)}
        try:
            yield from _failures(store, warc, captures)
        except CaptureUnreadable as error:
            yield from (_lost(capture, str(error)) for capture in captures.values())
        progress(done, len(files))


def _failures(store: CaptureStore, warc: str, captures: dict[int, Capture]) -> Iterator[FixityFailure]:
    sound = set()
    with store.reading(warc) as file:
        for record in checked(file):
            capture = captures.get(record.offset)
            if record.problem and capture is None and not store.in_use(warc):
                advice = _NOTHING_LOST.format(offset=record.offset, warc=warc)
                yield FixityFailure(warc, record.offset, record.problem, "", advice)
            if not record.problem and capture is not None and record.digest == capture.digest:
                sound.add(record.offset)
    for offset in sorted(captures.keys() - sound):
        try:
            store.read(captures[offset])
        except CaptureUnreadable as error:
            yield _lost(captures[offset], str(error))


def _lost(capture: Capture, problem: str) -> FixityFailure:
    return FixityFailure(capture.warc, capture.offset, problem, capture.url, _BRING_BACK)


def checked(file: IO[bytes]) -> Iterator[CheckedRecord]:
    """Each record of a file; one that is torn or damaged is the last, since nothing can be told of what follows it."""
    end = 0
    try:
        for offset, member in _members(file):
            yield _checked(offset, member)
            end = offset + len(member)
    except EOFError:
        yield CheckedRecord(end, "", "the record is cut off")
    except zlib.error as error:
        yield CheckedRecord(end, "", f"the record cannot be unpacked: {error}")


def _members(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Every gzip member of a file, which has one for each record, with where it begins.

    Raises:
        EOFError: the last one is cut off.
        zlib.error: one is damaged, or something else lies there.
    """
    offset, data = 0, file.read(_READ_AT_ONCE)
    while data:
        unpacking, member = zlib.decompressobj(wbits=31), b""
        while not unpacking.eof:
            if not data:
                raise EOFError
            unpacking.decompress(data)
            member, data = member + data, file.read(_READ_AT_ONCE)
        data = unpacking.unused_data + data
        member = member[: len(member) - len(unpacking.unused_data)]
        yield offset, member
        offset += len(member)


def _checked(offset: int, member: bytes) -> CheckedRecord:
    archive = ArchiveIterator(BytesIO(member), check_digests=True)
    try:
        record = next(iter(archive))
        digest = hashlib.sha256(record.content_stream().read()).hexdigest()
        archive.read_to_end()
    except (*UNREADABLE, AttributeError, ValueError) as error:
        return CheckedRecord(offset, "", f"the record cannot be read: {error}")
    return CheckedRecord(offset, digest, "; ".join(record.digest_checker.problems))
