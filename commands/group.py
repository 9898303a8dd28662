"""`disputed group`: which reports tell of one dispute, from these reports alone."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from commands.configuration import Settings
from commands.inputs import Input, inputs
from commands.read import read_inputs
from kb.database.claims import claim_id
from kb.model import Claim, Reading, Report, ReportSummary, free_slug
from kb.tracking.grouping import group
from kb.tracking.telling import tell


@click.command("group", epilog="Example: disputed group reports.jsonl --jsonl")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--jsonl", is_flag=True, help="One JSON object a line; without it too.")
@click.pass_obj
def group_command(settings: Settings, file: Path, jsonl: bool) -> None:  # noqa: ARG001
    """Group the reports of a file of JSON lines into disputes."""
    read = list(read_inputs(list(inputs([str(file)], settings)), settings))
    incidents = grouped(read)
    for (given, reading), slugs in zip(read, incidents, strict=True):
        line: dict[str, object] = {"id": given.name, "incidents": slugs}
        if isinstance(reading, str):
            line["error"] = reading
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    if not any(isinstance(reading, Reading) for _, reading in read):
        sys.exit(1)


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
