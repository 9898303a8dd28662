"""The read step: each report is read by the current versions of reader, model and registry, once."""

from functools import partial

import structlog

from kb.database import Base
from kb.model import Reading, Registry, Report
from nlp.reader import Reader, versions
from pipeline.step import Progress, StepResult, journalled, silent
from pipeline.workers import VersionsDiffer, Workers, workers

BATCH = 1000


def make_reader(registry: Registry, asked: tuple[str, str, str]) -> partial[Reading]:
    """The reading function over one registry; the language model is loaded here.

    Args:
        registry: the parties known.
        asked: the versions whose reading is wanted.

    Raises:
        VersionsDiffer: the reader here is another.
    """
    here = versions(registry)
    if here != asked:
        raise VersionsDiffer(f"its reader is {', '.join(here)}; asked for is {', '.join(asked)}")
    return partial(Reader.read, Reader(registry))


def readers(registry: Registry, processes: int, scheduler: str = "") -> Workers[Report, Reading]:
    """What reads reports: processes of this machine, or the workers of a Dask scheduler."""
    return workers(partial(make_reader, registry, versions(registry)), processes, scheduler)


def read_unread(
    base: Base, workers: Workers[Report, Reading], registry: Registry, progress: Progress = silent
) -> StepResult:
    """Read every report that the current versions have not read; one that cannot be read waits for the next run."""
    current = versions(registry)
    with journalled(base, "read") as result:
        failed: set[str] = set()
        while reports := _unread(base, current, failed):
            for report, outcome in workers.map(reports, lambda: progress(result.done + result.failed, None)):
                if isinstance(outcome, Reading):
                    result.done += base.readings.put(report.id, outcome, report.revision)
                else:
                    structlog.get_logger().error("report not read", step="read", report=report.id, reason=repr(outcome))
                    failed.add(report.id)
                    result.failed += 1
                progress(result.done + result.failed, None)
    return result


def _unread(base: Base, current: tuple[str, str, str], failed: set[str]) -> list[Report]:
    reports = base.reports.unread(*current, limit=BATCH + len(failed))
    return [report for report in reports if report.id not in failed]
