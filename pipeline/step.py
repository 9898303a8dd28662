"""What every step has in common: its outcome, its place in the base's journal and its progress."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import structlog

from kb.database import Base, BaseUnavailable, LeaseLost
from kb.database.work import STOPPED

Progress = Callable[[int, int | None], None]
"""Called with how many things are done and how many there are, None where that is not known."""


def silent(done: int, total: int | None) -> None:
    """Show no progress."""


@dataclass(slots=True)
class StepResult:
    """What a step did in one run.

    Attributes:
        step: its name: crawl, extract, read, track, index or forget.
        done: how many things it worked off.
        failed: how many it could not; each is logged with its reason.
        notes: what a person should know of the run.
    """

    step: str
    done: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)


@contextmanager
def journalled(base: Base, step: str) -> Iterator[StepResult]:
    """Record in the base that a step ran, with its outcome, also when it ends in an error."""
    result = StepResult(step)
    run = base.journal.start(step)
    try:
        yield result
    except BaseException as error:
        with suppress(BaseUnavailable, LeaseLost):
            base.journal.finish(run, result.done, result.failed, f"{STOPPED}{_reason(error)}")
        raise
    base.journal.finish(run, result.done, result.failed, "; ".join(result.notes))
    if result.done or result.failed:
        structlog.get_logger().info("step finished", step=step, done=result.done, failed=result.failed)


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "by hand"
    return str(error) or type(error).__name__
