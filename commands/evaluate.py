"""`disputed evaluate`: how well the reader agrees with labelled reports."""

import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from commands.configuration import Settings
from commands.inputs import Input, inputs
from commands.read import read_inputs
from commands.workplace import Failed
from kb.interchange import reading_record
from kb.model import Reading
from nlp.evaluation import Row, Score, scores, table
from nlp.gold import label_faults, labelled


@click.command("evaluate", epilog="Example: disputed evaluate gold.jsonl --misses")
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--jsonl", is_flag=True, help="The figures as one JSON object a line.")
@click.option("--misses", is_flag=True, help="Also the pairs missed and the pairs that are not there.")
@click.pass_obj
def evaluate_command(settings: Settings, gold: Path, jsonl: bool, misses: bool) -> None:
    """Read the labelled reports of GOLD, JSON lines, and print how right the readings are.

    docs/formats.md describes the format.
    """
    handed_in = list(inputs([str(gold)], settings))
    _check(gold, handed_in)
    read = list(read_inputs(handed_in, settings))
    for given, reading in read:
        if isinstance(reading, str):
            click.echo(f"{given.name}: {reading}", err=True)
    predicted = {
        given.name: reading_record(given.report, reading)
        for given, reading in read
        if given.report is not None and isinstance(reading, Reading)
    }
    records = [{**given.record, "id": given.name} for given, _ in read if given.record is not None]
    if not predicted:
        raise Failed(f"no report of {gold} could be read; the reasons are above")
    results = scores(records, predicted)
    rows = table(results)
    if jsonl:
        for row in rows:
            sys.stdout.write(json.dumps(dataclasses.asdict(row)) + "\n")
        return
    _print(rows, results, misses=misses)


def _check(gold: Path, given: Sequence[Input]) -> None:
    """Refuse gold that cannot be scored as it is meant: every fault with its line and key."""
    faults = [
        f"{gold}, line {_line_number(gold, place)}: {fault}"
        for place, each in enumerate(given)
        if each.record is not None
        for fault in label_faults(each.record)
    ]
    if faults:
        raise Failed("\n".join(["the labels cannot be used:", *faults]))
    if not any(labelled(each.record) for each in given if each.record is not None):
        raise Failed(
            f"no report of {gold} is labelled: each needs `allegations`, or `negative`: true; see docs/formats.md"
        )


def _line_number(gold: Path, place: int) -> int:
    """The number in its file of the line that was handed in as the given one, blank lines counted."""
    if not gold.is_file():
        return place + 1
    lines = gold.read_bytes().split(b"\n")
    return [n for n, line in enumerate(lines, 1) if line.strip()][place]


def _print(rows: list[Row], results: list[Score], *, misses: bool) -> None:
    console = Console(highlight=False)
    shown = Table("measure", "precision", "recall", "F1", "95 % interval", "of")
    for row in rows:
        if row.measure in {"stage of the pairs found", "false alarms"}:
            shown.add_row(row.measure, f"{row.precision:.3f}", "", "", "", str(row.of))
        else:
            figures = (f"{row.precision:.3f}", f"{row.recall:.3f}", f"{row.f1:.3f}", f"{row.low:.3f}–{row.high:.3f}")
            shown.add_row(row.measure, *figures, str(row.of))
    console.print(shown)
    for result in results if misses else ():
        for kind, arrows in (("missed", result.missed), ("not there", result.false)):
            for arrow in arrows:
                console.print(f"{result.id}: {kind}: {arrow}", markup=False)
        if result.alarm:
            console.print(f"{result.id}: accuses nobody, and an allegation was found", markup=False)
