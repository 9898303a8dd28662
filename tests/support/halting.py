"""`disputed` that halts in the midst of its steps: `python halting.py ARGUMENT…`.

DISPUTED_TEST_HALT says where: a folder, and in which steps before or after which commit, as in `/tmp/x crawl:3:before
read:5:after`. There it leaves a file `halted-STEP` with its process number, and waits for `go-STEP`. Processes that it
starts run this file first, and so halt too.
"""

import os
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from kb.database.captures import Captures
from kb.database.incidents import Incidents
from kb.database.readings import Readings
from kb.database.work import Outbox

COMMITS: dict[str, tuple[type, str]] = {
    "crawl": (Captures, "add"),
    "extract": (Captures, "extracted"),
    "read": (Readings, "put"),
    "track": (Incidents, "assign"),
    "index": (Outbox, "done"),
}
_halting = threading.local()


def halt_in(folder: Path, step: str, number: int, moment: str) -> None:
    """Halt before or after the commit of this step of this number, of those that change anything."""
    kind, name = COMMITS[step]
    original: Callable[..., Any] = getattr(kind, name)
    calls = count(1)

    def counted(self: object, what: object, *more: object) -> Any:
        if what and next(calls) == number:
            _halting.here = (folder, step, moment)
        try:
            return original(self, what, *more)
        finally:
            _halting.here = None

    setattr(kind, name, counted)


def _before(session: Session) -> None:
    if _is_here("before"):
        session.flush()
        _halt()


def _after(_: Session) -> None:
    if _is_here("after"):
        _halt()


def _is_here(moment: str) -> bool:
    here = getattr(_halting, "here", None)
    return here is not None and here[2] == moment


def _halt() -> None:
    folder, step, _ = _halting.here
    written = folder / f"halting-{step}"
    written.write_text(str(os.getpid()))
    written.rename(folder / f"halted-{step}")
    while not (folder / f"go-{step}").exists():
        time.sleep(0.02)


_folder, *_places = os.environ["DISPUTED_TEST_HALT"].split()
for _place in _places:
    _step, _number, _moment = _place.split(":")
    halt_in(Path(_folder), _step, int(_number), _moment)
event.listen(Session, "before_commit", _before)
event.listen(Session, "after_commit", _after)

if __name__ == "__main__":
    from commands.cli import main

    main()
