"""The files that captures are written to: appended to on a disk, or stored whole as objects."""

import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, ClassVar, Protocol

from fsspec import AbstractFileSystem


class WrittenFile(Protocol):
    """A file that is being written.

    Attributes:
        takes_more: whether it can be written to after `sync`.
        file: what to write to.
        path: where it is.
    """

    takes_more: ClassVar[bool]
    file: IO[bytes]
    path: str

    @property
    def name(self) -> str:
        """Its name without its folder."""
        ...

    def sync(self) -> None:
        """Have what was written survive a loss of power."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class AppendedFile:
    """A file on a disk; it is locked until it is closed, so that nobody removes it meanwhile.

    Args:
        path: where; its folder is made.
    """

    takes_more: ClassVar[bool] = True

    def __init__(self, path: str) -> None:
        self.path = path
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.file: IO[bytes] = Path(path).open("ab")  # noqa: SIM115 - it stays open, and is closed by `close`
        fcntl.flock(self.file, fcntl.LOCK_SH)

    @property
    def name(self) -> str:
        """Its name without its folder."""
        return Path(self.path).name

    def sync(self) -> None:
        """Have what was written survive a loss of power."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def close(self) -> None:
        """Let go of it."""
        self.file.close()


class StoredObject:
    """An object, kept in memory until it is stored as a whole.

    Args:
        filesystem: the object store.
        path: where in it.
    """

    takes_more: ClassVar[bool] = False

    def __init__(self, filesystem: AbstractFileSystem, path: str) -> None:
        self.path = path
        self.file: IO[bytes] = io.BytesIO()
        self._filesystem = filesystem

    @property
    def name(self) -> str:
        """Its name without its folder."""
        return self.path.rpartition("/")[2]

    def sync(self) -> None:
        """Store it."""
        self.file.seek(0)
        self._filesystem.pipe_file(self.path, self.file.read())

    def close(self) -> None:
        """Let go of it."""
        self.file.close()


@contextmanager
def unwritten(path: str) -> Iterator[bool]:
    """Whether nobody is writing to a file on a disk; nobody else begins to while this lasts."""
    with Path(path).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
