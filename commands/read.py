"""`disputed read`: what reports say."""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click
from rich.console import Console

from commands.configuration import Settings
from commands.inputs import Input, inputs
from commands.logs import plain
from commands.workplace import Failed
from kb import registry
from kb.database import open_base
from kb.interchange import error_record, reading_record
from kb.model import Reading, Registry
from pipeline.reading import readers

_FEW = 12


@click.command("read", epilog="Example: disputed read report.txt --jsonl")
@click.argument("files", nargs=-1, required=True)
@click.option("--all", "everything", is_flag=True, help="Also findings that would wait for review.")
@click.option("--jsonl", is_flag=True, help="One JSON object a line, in the order of the input.")
@click.option("--explain", is_flag=True, help="For each finding, which trigger and which rule led to it.")
@click.pass_obj
def read_command(settings: Settings, files: tuple[str, ...], everything: bool, jsonl: bool, explain: bool) -> None:
    """Read reports: pages (.html), texts (.txt), JSON lines (.jsonl, or - for standard input) or addresses.

    docs/formats.md describes the JSON lines, in and out.
    """
    handed_in = list(inputs(files, settings))
    if not handed_in:
        raise Failed(f"there is no report in {', '.join(files)}")
    good = 0
    for given, reading in read_inputs(handed_in, settings):
        good += isinstance(reading, Reading)
        if jsonl:
            line = _record(given, reading, everything=everything, explain=explain)
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        else:
            _show(given, reading, everything=everything, explain=explain)
    if not good:
        sys.exit(1)


def read_inputs(given: Sequence[Input], settings: Settings) -> Iterator[tuple[Input, Reading | str]]:
    """Each input with its reading, or with what is wrong with it, in order."""
    reports = [each.report for each in given if each.report is not None]
    processes = 1 if len(reports) < _FEW else settings.readers
    with readers(known_registry(settings), processes, settings.scheduler) as workers:
        results = workers.map(reports)
        for each in given:
            if each.report is None:
                yield each, each.error
                continue
            _, outcome = next(results)
            yield each, outcome if isinstance(outcome, Reading) else f"not read: {outcome!r}"


def known_registry(settings: Settings) -> Registry:
    """The registry of the base if there is one, else the one that comes with Disputed."""
    if settings.database or (settings.folder / "disputed.sqlite").is_file():
        with open_base(settings.database_address) as base:
            kept = base.organisations.registry()
        if kept.organisations:
            return kept
    return registry.load()


def _record(given: Input, reading: Reading | str, *, everything: bool, explain: bool) -> dict[str, Any]:
    if isinstance(reading, str) or given.report is None:
        return error_record(given.name, str(reading))
    record = reading_record(given.report, reading, everything=everything)
    record["id"] = given.name
    if explain:
        shown = [a for a in reading.allegations if everything or a.published]
        for line, allegation in zip(record["allegations"], shown, strict=True):
            line["reasons"] = list(allegation.reasons)
    return record


def _show(given: Input, reading: Reading | str, *, everything: bool, explain: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if isinstance(reading, str) or given.report is None:
        click.echo(f"{given.name}: {reading}", err=True)
        return
    console.print(f"[bold]{_escaped(given.report.title or given.name)}[/bold]")
    shown = [a for a in reading.allegations if everything or a.published]
    if not shown:
        console.print("  accuses nobody")
    for allegation in shown:
        accusers, accused = ", ".join(allegation.accusers) or "unnamed", ", ".join(allegation.accused) or "unnamed"
        conduct = ", ".join(allegation.conduct)
        console.print(
            f"  {_escaped(accusers)} → {_escaped(accused)}: {conduct} ({allegation.stage}, {allegation.confidence:.2f})"
        )
        console.print(f"    [dim]“{_escaped(allegation.sentence)}”[/dim]")
        if allegation.attribution:
            console.print(f"    according to {_escaped(' ← '.join(allegation.attribution))}")
        for reason in allegation.reasons if explain else ():
            console.print(f"    because of {_escaped(reason)}")


def _escaped(text: str) -> str:
    return plain(text).replace("[", "\\[")
