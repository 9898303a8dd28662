"""`disputed group`: which reports tell of one dispute, from these reports alone."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from commands.configuration import Settings
from commands.inputs import Input, inputs
from commands.read import known_registry, read_inputs
from commands.workplace import Failed
from kb.database.claims import claim_id
from kb.model import Allegation, Claim, Reading, Report, ReportSummary, Role, free_slug
from kb.tracking.grouping import Group, group
from kb.tracking.parties import Parties
from kb.tracking.sides import NOTHING_KNOWN
from kb.tracking.telling import tell

DOUBTFUL = 0.4
"""Findings of at least this confidence, though not published, can show that a report tells of a known dispute."""


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


def grouped(read: Sequence[tuple[Input, Reading | str]], parties: Parties = NOTHING_KNOWN) -> list[list[str]]:
    """For each report, in order, the slugs of the disputes that it is about.

    Disputes that it mentions besides are left out; they help to tell what others are about. A report of whose findings
    none may be published goes with a dispute that others tell of, if they are sure to be the same.
    """
    sure: dict[str, Claim] = {}
    unsure: dict[str, Claim] = {}
    for n, (given, reading) in enumerate(read):
        if isinstance(reading, Reading) and given.report is not None:
            published = [each for each in reading.allegations if each.published]
            found = published or _doubtful(given.report, reading)
            claims = _claims(str(n), given.report, found)
            (sure if published else unsure).update((claim.id, claim) for claim in claims)
    groups = group(sure.values(), parties=parties, unsure=unsure.values())
    return _slugs(len(read), groups, sure | unsure)


def _doubtful(report: Report, reading: Reading) -> list[Allegation]:
    """Findings that are not sure enough to be published; of a report without a date they tell too little."""
    return [each for each in reading.allegations if report.published and each.confidence >= DOUBTFUL]


def _slugs(reports: int, groups: Sequence[Group], claims: Mapping[str, Claim]) -> list[list[str]]:
    about: list[list[str]] = [[] for _ in range(reports)]
    mentioned: list[list[str]] = [[] for _ in range(reports)]
    taken: set[str] = set()
    for each in groups:
        members = [claims[identity] for identity in each.reasons]
        name = free_slug(tell(members).title, taken)
        taken.add(name)
        for claim in members:
            of_report = (about if claim.allegation.role is Role.MAIN else mentioned)[int(claim.report.id)]
            if name not in of_report:
                of_report.append(name)
    return [main or other for main, other in zip(about, mentioned, strict=True)]


def _claims(place: str, report: Report, allegations: Sequence[Allegation]) -> list[Claim]:
    """The claims of a report; its place in the input stands for it, since two lines may be alike in all else."""
    summary = ReportSummary(
        id=place,
        url=report.url,
        outlet=report.outlet,
        outlet_name=report.outlet,
        title=report.title,
        published=report.published,
    )
    return [Claim(id=claim_id(place, each), report=summary, allegation=each) for each in allegations]
