"""The versions of the index behind one name: the one in use, and the one being made to take its place.

Searches and changes go to an alias, so that they always meet the version in use. A version in the making has an alias
of its own and carries a beat, by which other processes see that whoever makes it is alive.
"""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import elasticsearch
import structlog

from kb.search.elastic.connection import NothingTaken, blocked, no_room
from kb.search.elastic.mapping import form, mappings, settings
from kb.search.engine import EngineUnavailable

_BEAT_SECONDS, _DEAD_SECONDS, _LOOK_SECONDS = 2.0, 12.0, 0.5
_ROOM_SECONDS = 30
_BLOCKS = {
    "read_only_allow_delete": "index.blocks.read_only_allow_delete, as set by the flood-stage watermark of its disk",
    "read_only": "index.blocks.read_only",
    "write": "index.blocks.write",
}


class Versions:
    """What there is of an index.

    Args:
        client: of the server.
        name: the index as others know it.
    """

    def __init__(self, client: elasticsearch.Elasticsearch, name: str) -> None:
        self._client = client
        self.name = name
        self.making = f"{name}-making"

    def ensure(self, *, any_form: bool) -> None:
        """Make an empty version where there is none in use.

        Args:
            any_form: whether one that another version of this program made will do.

        Raises:
            EngineUnavailable: another index has the name, or the one in use is of another form.
        """
        known = self._known()
        if self.name in known:
            raise EngineUnavailable(
                f"there is an index {self.name} that Disputed did not make: "
                "remove it, or choose another name in `search`"
            )
        used = [index for index in known.values() if self.name in index["aliases"]]
        if not used and not any_form:
            self._first()
        elif not any_form and any(index["mappings"]["_meta"]["form"] != form() for index in used):
            raise EngineUnavailable(
                f"the index {self.name} was made by another version of Disputed: "
                "`disputed index --rebuild` makes it again from the base"
            )

    def wait_for_others(self) -> None:
        """Wait a little for another process that makes the index anew; remove what a dead one left.

        Raises:
            EngineUnavailable: one is at work.
        """
        beats = self._beats()
        deadline = time.monotonic() + _DEAD_SECONDS
        while beats and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
            now = self._beats()
            if any(name in now and now[name] != beat for name, beat in beats.items()):
                raise EngineUnavailable(
                    f"another process is making the search index {self.name} anew: wait until it is done and run "
                    "`disputed index`. Nothing is lost: changes wait in the base."
                )
            beats = {name: beat for name, beat in now.items() if name in beats}
        for name in beats:
            structlog.get_logger().warning("left by a rebuild that was stopped", step="index", removed=name)
            self._remove(name)

    def check_writable(self) -> None:
        """Fail at once where changes are not taken, and not after trying in vain for a while.

        Raises:
            NothingTaken: the server keeps the index from being changed.
        """
        found = self._client.indices.get(index=self.name, features=["settings"])
        for index in found.values():
            for block, value in index["settings"]["index"].get("blocks", {}).items():
                if block in _BLOCKS and str(value) == "true":
                    raise NothingTaken(blocked(_BLOCKS[block]))

    @contextmanager
    def made_anew(self) -> Iterator[str]:
        """The alias of a new and empty version, which takes the place of the one in use if nothing fails."""
        self.wait_for_others()
        version = f"{self.name}-{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
        try:
            self._create(version, self.making)
            with self._beating(version):
                self._refuse_company()
                yield self.making
                self._client.indices.refresh(index=version)
            self._use(version)
        except BaseException:
            with suppress(elasticsearch.ApiError, elasticsearch.TransportError):
                self._remove(version)
            raise

    def _refuse_company(self) -> None:
        """Leave it to others where two processes began at once; all of them may do so."""
        if len(self._beats()) > 1:
            raise EngineUnavailable(
                f"another process begins to make the search index {self.name} anew just now: try again in a minute"
            )

    def _use(self, version: str) -> None:
        """Have this version take the place of the one in use, which goes, all in one."""
        used = [name for name, index in self._known().items() if self.name in index["aliases"]]
        self._client.indices.update_aliases(
            actions=[
                *({"remove_index": {"index": name}} for name in used),
                {"remove": {"index": version, "alias": self.making, "must_exist": True}},
                {"add": {"index": version, "alias": self.name}},
            ]
        )

    def _first(self) -> None:
        """Make the first version; of two processes that do so at once one comes second."""
        try:
            self._create(f"{self.name}-first", self.name)
        except elasticsearch.BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    def _create(self, version: str, alias: str) -> None:
        described = {**mappings(), "_meta": _described(0)}
        made = self._client.options(request_timeout=2 * _ROOM_SECONDS).indices.create(
            index=version,
            aliases={alias: {}},
            settings=settings(),
            mappings=described,
            timeout=f"{_ROOM_SECONDS}s",
        )
        if not made["shards_acknowledged"]:
            raise NothingTaken(no_room(version))

    def _remove(self, version: str) -> None:
        self._client.indices.delete(index=version, ignore_unavailable=True)

    @contextmanager
    def _beating(self, version: str) -> Iterator[None]:
        """Meanwhile this version shows that it is being made."""
        stopped = threading.Event()

        def beat() -> None:
            number = 1
            while not stopped.wait(_BEAT_SECONDS):
                with suppress(elasticsearch.ApiError, elasticsearch.TransportError):
                    self._client.indices.put_mapping(index=version, meta=_described(number))
                number += 1

        thread = threading.Thread(target=beat, name="beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _beats(self) -> dict[str, int]:
        """By name, how far versions in the making are."""
        known = self._known()
        return {name: _beat(index) for name, index in known.items() if self.making in index["aliases"]}

    def _known(self) -> dict[str, Any]:
        """By name, the versions in use and in the making, with their aliases and mappings."""
        found = self._client.indices.get(
            index=[self.name, self.making], ignore_unavailable=True, features=["aliases", "mappings"]
        )
        return dict(found)


def _described(beat: int) -> dict[str, Any]:
    return {"form": form(), "beat": beat}


def _beat(index: dict[str, Any]) -> int:
    return int(index["mappings"].get("_meta", {}).get("beat", 0))
