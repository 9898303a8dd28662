"""`disputed group`: which reports tell of one dispute, from these reports alone."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from commands.configuration import Settings
from commands.inputs import Input, inputs
from commands.read import read_inputs
from commands.workplace import Failed
from kb.database.claims import claim_id
from kb.model import Claim, Reading, Report, ReportSummary, free_slug
from kb.tracking.grouping import group
from kb.tracking.telling import tell


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
    incidents = grouped(read)
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


def grouped(read: Sequence[tuple[Input, Reading | str]]) -> list[list[str]]:
    """For each report, in order, the slugs of the disputes that it tells of, those that it is about first."""
    claims: dict[str, Claim] = {}
    for n, (given, reading) in enumerate(read):
        if isinstance(reading, Reading) and given.report is not None:
            claims.update((claim.id, claim) for claim in _claims(str(n), given.report, reading))
    found: list[list[str]] = [[] for _ in read]
    taken: set[str] = set()
    for each in group(claims.values()):
        members = [claims[identity] for identity in each.reasons]
        name = free_slug(tell(members).title, taken)
        taken.add(name)
        for claim in members:
            of_report = found[int(claim.report.id)]
            if name not in of_report:
                of_report.append(name)
    return found


def _claims(place: str, report: Report, reading: Reading) -> list[Claim]:
    """The claims of a report; its place in the input stands for it, since two lines may be alike in all else."""
    summary = ReportSummary(
        id=place,
        url=report.url,
        outlet=report.outlet,
        outlet_name=report.outlet,
        title=report.title,
        published=report.published,
    )
    return [
        Claim(id=claim_id(place, allegation), report=summary, allegation=allegation)
        for allegation in reading.allegations
        if allegation.published
    ]
