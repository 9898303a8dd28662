"""`disputed evaluate`: how well the reader agrees with labelled reports."""

import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

from commands.configuration import Settings
from commands.inputs import Input, inputs
from commands.read import read_inputs
from commands.workplace import Failed
from kb.interchange import reading_record
from kb.model import Reading
from nlp.evaluation import SHARES, Counts, Row, Score, grouped, scores, table
from nlp.gold import label_faults, labelled


@click.command("evaluate", epilog="Example: disputed evaluate gold.jsonl --misses")
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--jsonl", is_flag=True, help="The figures as one JSON object a line.")
@click.option("--misses", is_flag=True, help="Also what was missed and what is not there.")
@click.option("--by", metavar="KEY", help="Also pairs and false alarms by a key of the labels, such as construction.")
@click.option("--page", type=click.Path(path_type=Path), help="Write the texts that were misread to an HTML page.")
@click.pass_obj
def evaluate_command(
    settings: Settings, gold: Path, jsonl: bool, misses: bool, by: str | None, page: Path | None
) -> None:
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
    if by:
        _print_groups(grouped(results, records, by), by)
    if page:
        page.write_text(misses_page(results, records), encoding="utf-8")
        click.echo(f"what was misread is in {page}")


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


def _print_groups(groups: dict[str, list[Score]], key: str) -> None:
    shown = Table(key, "reports", "pairs: precision", "recall", "F1", "false alarms")
    for name, results in groups.items():
        pairs = sum((each.counts["pairs"] for each in results if "pairs" in each.counts), Counts())
        told = [
            f"{figure:.2f}" if pairs.right + pairs.missed else ""
            for figure in (pairs.precision, pairs.recall, pairs.f1)
        ]
        negatives = [each for each in results if each.negative]
        alarms = f"{sum(each.alarm for each in negatives)} of {len(negatives)}" if negatives else ""
        shown.add_row(name or "(none)", str(len(results)), *told, alarms)
    Console(highlight=False).print(shown)


def misses_page(results: Sequence[Score], records: Sequence[Mapping[str, Any]]) -> str:
    """An HTML page of every text in which a pair was missed, or found that is not there."""
    texts = {str(record["id"]): record for record in records}
    parts = [_misread(result, texts[result.id]) for result in results if result.missed or result.false or result.alarm]
    style = "body{font:16px/1.5 serif;max-width:44rem;margin:2rem auto}pre{white-space:pre-wrap;font:inherit}"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Misread</title><style>{style}</style>'
    return f"{head}<h1>Misread: {len(parts)} of {len(results)}</h1>{''.join(parts)}</html>\n"


def _misread(result: Score, record: Mapping[str, Any]) -> str:
    lines = [*(f"missed: {arrow}" for arrow in result.missed), *(f"not there: {arrow}" for arrow in result.false)]
    lines += ["accuses nobody, and an allegation was found"] if result.alarm else []
    title = escape(f"{result.id} {record.get('title', '')}")
    listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{title}</h2><ul>{listed}</ul><pre>{escape(str(record.get('text', '')))}</pre>"


def _line_number(gold: Path, place: int) -> int:
    """The number in its file of the line that was handed in as the given one, blank lines counted."""
    if not gold.is_file():
        return place + 1
    lines = gold.read_bytes().split(b"\n")
    return [n for n, line in enumerate(lines, 1) if line.strip()][place]


def _print(rows: list[Row], results: list[Score], *, misses: bool) -> None:
    console = Console(highlight=False)
    shown = Table(
        Column("measure", no_wrap=True), "precision", "recall", "F1", Column("95 % interval", no_wrap=True), "of"
    )
    for row in rows:
        if row.measure in SHARES:
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
