"""`disputed group`: which reports tell of one dispute, from these reports alone."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from commands.configuration import Settings
from commands.disputes import grouped
from commands.inputs import Input, inputs
from commands.read import known_registry, read_inputs
from commands.workplace import Failed
from kb.model import Reading
from kb.tracking.parties import Parties


@click.command("group", epilog="Example: disputed group reports.jsonl --jsonl")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--jsonl", is_flag=True, help="One JSON object a line, in the order of the input.")
@click.pass_obj
def group_command(settings: Settings, file: Path, jsonl: bool) -> None:
    """Group the reports of FILE, JSON lines (- for standard input), into disputes.

    docs/formats.md describes the format.
    """
    handed_in = list(_each_id_once(inputs([str(file)], settings)))
    if not handed_in:
        raise Failed(f"there is no report in {'standard input' if str(file) == '-' else file}")
    read = list(read_inputs(handed_in, settings))
    incidents = grouped(read, Parties.of(known_registry(settings)))
    for (given, reading), slugs in zip(read, incidents, strict=True):
        error = reading if isinstance(reading, str) else ""
        sys.stdout.write((_json if jsonl else _text)(given.name, slugs, error) + "\n")
    if not any(isinstance(reading, Reading) for _, reading in read):
        sys.exit(1)


def _each_id_once(given: Iterator[Input]) -> Iterator[Input]:
    """What was handed in; a line whose id an earlier one has is refused, for no answer could tell the two apart."""
    seen: set[str] = set()
    for each in given:
        if each.name in seen:
            yield replace(each, report=None, error=f"the id {each.name!r} is that of an earlier line already")
        else:
            yield each
        seen.add(each.name)


def _json(name: str, slugs: list[str], error: str) -> str:
    return json.dumps({"id": name, "incidents": slugs} | ({"error": error} if error else {}), ensure_ascii=False)


def _text(name: str, slugs: list[str], error: str) -> str:
    return f"{name}: {error or ', '.join(slugs) or 'accuses nobody'}"
