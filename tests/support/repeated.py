"""Something done again and again while a test does something else."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TypeVar

Answer = TypeVar("Answer")


@contextmanager
def repeated(ask: Callable[[], Answer]) -> Iterator[list[Answer]]:
    """Ask without a pause meanwhile; gives the answers so far. Where an asking raises an error, so does the end."""
    answers: list[Answer] = []
    ended = Event()

    def asked() -> None:
        while not ended.is_set():
            answers.append(ask())

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(asked)
        try:
            yield answers
        finally:
            ended.set()
            asking.result()
