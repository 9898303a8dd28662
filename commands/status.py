"""`disputed status`: what is where."""

import dataclasses
import json
import sys
from collections.abc import Mapping

import click
from rich.console import Console
from rich.table import Table

from commands.configuration import Settings
from commands.index import as_values, print_refused
from commands.logs import plain
from commands.workplace import opened_base, opened_engine
from kb.database import BaseStatus
from kb.database.work import StepRun
from kb.health import Condition
from kb.search import EngineUnavailable

_WRONG = (Condition.BROKEN, Condition.QUIET, Condition.TROUBLED)
_LABELS = {
    "entries": "entries from public record",
    "organisations": "parties in the registry",
    "outbox": "changes to index",
    "index_refused": "refused by the index",
    "indexed": "documents in the index",
}


@click.command("status", epilog="Example: disputed status --json")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--refused", is_flag=True, help="Name also each page that held no report, and why.")
@click.pass_obj
def status_command(settings: Settings, as_json: bool, refused: bool) -> None:
    """Say what is where: outlets reached, captures, reports, readings, incidents, index."""
    indexed, index_problem = _indexed(settings)
    with opened_base(settings) as base:
        status = base.status()
        counts = {key: value for key, value in dataclasses.asdict(status).items() if key != "counted"}
        steps = {run.step: run for run in base.journal.last()}
        health = base.health.of_outlets(status.counted)
        problems = {h.outlet.name: f"{h.condition}: {h.reason}" for h in health if h.condition in _WRONG}
        unindexed = base.outbox.refused()
        pages = [(page.url, reason) for page, reason in base.captures.refusals()] if refused else []
    shown = {**counts, "indexed": indexed}
    if as_json:
        more: dict[str, object] = {"problems": problems, "index_problem": index_problem}
        more["refused_by_index"] = as_values(unindexed)
        if refused:
            more["refused_pages"] = [{"url": url, "reason": reason} for url, reason in pages]
        _print_json(settings, shown, steps, more)
    else:
        _print_table(settings, shown, steps, problems)
        if due := _due(status):
            click.echo(f"Due: {due}. `disputed track` does it.")
        _print_stopped(steps)
        print_refused(unindexed)
        for url, reason in pages:
            click.echo(plain(f"No report in {url}: {reason}"))
    if index_problem:
        click.echo(f"Error: {index_problem}", err=True)
        sys.exit(1)


def _indexed(settings: Settings) -> tuple[int | None, str]:
    """How many documents the search index holds, or None and what is wrong with it."""
    try:
        return opened_engine(settings).count(), ""
    except EngineUnavailable as error:
        return None, str(error)


def _due(status: BaseStatus) -> str:
    """What no step has done yet, in words; empty if nothing is left."""
    work = (
        (status.pages_pending, "page", "to extract"),
        (status.reports - status.reports_read, "report", "to read"),
        (status.outbox, "change", "to index"),
    )
    return ", ".join(f"{count:,} {what}{'s' * (count > 1)} {to_do}" for count, what, to_do in work if count > 0)


def _print_json(
    settings: Settings, counts: Mapping[str, int | None], steps: Mapping[str, StepRun], more: Mapping[str, object]
) -> None:
    runs = {
        step: {"started": run.started.isoformat(), "done": run.done, "failed": run.failed, "note": run.note}
        for step, run in steps.items()
    }
    click.echo(
        json.dumps(
            {"database": settings.database_address, "search": settings.search_address, **counts, "steps": runs, **more}
        )
    )


def _print_stopped(steps: Mapping[str, StepRun]) -> None:
    for run in steps.values():
        if run.stopped:
            click.echo(f"Last {run.step} {run.note}")


def _print_table(
    settings: Settings,
    counts: Mapping[str, int | None],
    steps: Mapping[str, StepRun],
    problems: Mapping[str, str],
) -> None:
    console = Console()
    title = f"{settings.database_address}\n{settings.search_address}"
    table = Table("what", "how many", title=title, title_justify="left")
    for key, value in counts.items():
        table.add_row(_LABELS.get(key, key.replace("_", " ")), "not to be had" if value is None else f"{value:,}")
    for run in steps.values():
        ended = f"{run.ended:%Y-%m-%d %H:%M}" if run.ended else "still running, or stopped half-way"
        table.add_row(f"last {run.step}", f"{run.done:,} done, {run.failed:,} failed ({ended})")
    console.print(table)
    for name, problem in problems.items():
        console.print(f"{name}: {problem}", style="yellow", highlight=False, markup=False)
