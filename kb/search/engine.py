"""What a search engine must do, and how one is opened by its address."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from kb.search.documents import SearchDocument
from kb.search.query import Hit, Kind, Query, Results, Spelling

WALK_SECONDS: Final = 300
"""How long a walk through results can rest between two pages; afterwards it may have ended."""


class EngineUnavailable(Exception):
    """The search engine cannot be used; the message names its address and says what to do."""


class SearchAddressRefused(Exception):
    """What is configured is no address of a search engine; the message says how one is written."""


class WalkEnded(Exception):
    """A walk cannot go on: it rested too long, or this was never a place in it. It has to begin again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that an engine does not take, by its kind and key, and why."""

    kind: Kind
    key: str
    reason: str


class SearchEngine(Protocol):
    """A search engine as the rest of the program sees it. Safe to use from several threads."""

    def search(self, query: Query) -> Results:
        """The page of results that a query asks for.

        Raises:
            WalkEnded: `query.after` leads nowhere any more.
            EngineUnavailable: the engine does not answer.
        """
        ...

    def related(self, number: int, size: int = 6) -> tuple[Hit, ...]:
        """Other incidents like the one of this number, those most alike first.

        They share a party on either side, which counts most, or several of the words that tell it from others; the
        same conduct adds to that and is not enough by itself. Empty where the index has no such incident.
        """
        ...

    def spellings(self, word: str) -> tuple[Spelling, ...]:
        """Words that differ from this one by at most two letters, itself among them where the index holds it.

        From parties' names, other names, titles and passages: what is searched and never shown gives nothing away.
        Nearest first, of those as near the most frequent first; at most ten.
        """
        ...

    def put(self, documents: Iterable[SearchDocument], gone: Iterable[tuple[Kind, str]] = ()) -> tuple[Refusal, ...]:
        """Take over these documents, new or changed, and forget those gone, at once.

        One that the engine does not take keeps no other from being taken. It is given back, and the index holds what
        it was before no more, since that is no longer true.

        Raises:
            EngineUnavailable: the index cannot be written just now; nothing of it was taken over.
        """
        ...

    def rebuild(self, documents: Iterable[SearchDocument]) -> tuple[Refusal, ...]:
        """Hold these documents and no others, but for those that are given back; searches meanwhile see the old index.

        Raises:
            EngineUnavailable: the index cannot be written just now, or would lose most of what it is to hold; it stays
                as it was.
        """
        ...

    def count(self) -> int:
        """How many documents it holds."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


@dataclass(frozen=True, slots=True)
class Login:
    """With what to log in to a search engine that asks for it; never part of an address, nor shown.

    Attributes:
        password: of the user whom the address names.
        api_key: instead of user and password.
    """

    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)


def open_engine(address: str, *, login: Login = Login(), discard_damaged: bool = False) -> SearchEngine:
    """The engine at an address: `tantivy:FOLDER` is the embedded one, a web address an index of Elasticsearch.

    Args:
        address: which engine, and where: `tantivy:FOLDER` or `https://USER@HOST:9200/INDEX?ca=FILE`.
        login: for an engine that asks for it.
        discard_damaged: throw away an index that cannot be opened; for one that is about to be made again.

    Raises:
        SearchAddressRefused: it is the address of no engine that there is.
        EngineUnavailable: it cannot be reached, or its index cannot be used.
    """
    scheme, _, rest = address.partition(":")
    if scheme == "tantivy" and rest:
        from kb.search.embedded.engine import TantivyEngine  # noqa: PLC0415 - only the engine in use is loaded

        return TantivyEngine(Path(rest), discard_damaged=discard_damaged)
    if scheme in {"http", "https"}:
        from kb.search.elastic.address import read  # noqa: PLC0415
        from kb.search.elastic.engine import ElasticEngine  # noqa: PLC0415

        return ElasticEngine(read(address), login, discard_damaged=discard_damaged)
    raise SearchAddressRefused(
        f"there is no search engine {scheme!r}: write tantivy:FOLDER or https://USER@HOST:9200/INDEX as `search`"
    )
