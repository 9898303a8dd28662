"""`disputed status`: what is where."""

import dataclasses
import json

import click
from rich.console import Console
from rich.table import Table

from commands.configuration import Settings
from commands.workplace import opened_base, opened_engine


@click.command("status", epilog="Example: disputed status --json")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def status_command(settings: Settings, as_json: bool) -> None:
    """Say what is where: outlets reached, captures, reports, readings, incidents, index."""
    engine = opened_engine(settings)
    with opened_base(settings) as base:
        status = base.status()
        counts = {key: value for key, value in dataclasses.asdict(status).items() if key != "counted"}
        counts["indexed"] = engine.count()
        steps = {run.step: run for run in base.journal.last()}
        problems = [(h.outlet.name, h.problem) for h in base.outlets.health() if h.problem]
    if as_json:
        runs = {
            step: {"started": r.started.isoformat(), "done": r.done, "failed": r.failed} for step, r in steps.items()
        }
        click.echo(
            json.dumps({"database": settings.database_address, **counts, "steps": runs, "problems": dict(problems)})
        )
        return
    console = Console()
    table = Table("what", "how many", title=settings.database_address, title_justify="left")
    for key, value in counts.items():
        table.add_row(key.replace("_", " "), f"{value:,}")
    for run in steps.values():
        ended = f"{run.ended:%Y-%m-%d %H:%M}" if run.ended else "still running, or stopped half-way"
        table.add_row(f"last {run.step}", f"{run.done:,} done, {run.failed:,} failed ({ended})")
    console.print(table)
    for name, problem in problems:
        console.print(f"{name}: {problem}", style="yellow", highlight=False, markup=False)
