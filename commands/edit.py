"""`disputed edit`: what a person changes about incidents, looked at first, made, and undone."""

import getpass
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from commands.configuration import Settings
from commands.crawl import indexed
from commands.workplace import coordinating, opened_base
from kb.database import Base
from kb.model import Conduct, Edit, Incident, PartialDate, Role, Stage
from kb.tracking import editing
from kb.tracking.editing import Consequence, Proposal

Propose = Callable[[Base], Proposal]


@click.group("edit", epilog="Example: disputed edit merge SLUG INTO --why 'one suit, docket 1:25-cv-1'")
def edit_command() -> None:
    """Merge, split, correct or hide what is in the base, say why, and undo it."""


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise click.UsageError("this login has no name: say --who") from error


def _edit(verb: Callable[..., Propose]) -> Callable[..., None]:
    """A verb that proposes a change, with what all of them ask for: who, why, and whether only to look."""

    @click.option("--why", required=True, help="The reason; it stands in the history.")
    @click.option("--who", default=_login, show_default="your login", help="By whom; it stands in the history.")
    @click.option("--preview", is_flag=True, help="Say what would change, and change nothing.")
    @click.pass_obj
    def run(settings: Settings, /, why: str, who: str, *, preview: bool, **arguments: Any) -> None:  # noqa: ANN401 - the verb's own
        with opened_base(settings) as base:
            proposal = verb(**arguments)(base)
            for line in map(told, editing.preview(base, proposal, who=who, why=why)):
                click.echo(line)
            if preview:
                return
            number = editing.make(base, proposal, who=who, why=why)
            click.echo(f"edit {number} made; `disputed edit undo {number}` undoes it")
            with coordinating(base):
                indexed(base, settings)

    run.__doc__ = verb.__doc__
    run.__click_params__ = run.__click_params__ + getattr(verb, "__click_params__", [])  # type: ignore[attr-defined]
    return edit_command.command(verb.__name__.strip("_").replace("_", "-"))(run)


@_edit
@click.argument("slug")
@click.argument("into")
def _merge(slug: str, into: str) -> Propose:
    """Let the incident SLUG be part of INTO, to which its address then leads."""
    return lambda base: editing.merge(base, slug, into)


@_edit
@click.argument("slug")
@click.argument("claims", nargs=-1, required=True)
def _split(slug: str, claims: tuple[str, ...]) -> Propose:
    """Let these CLAIMS of the incident SLUG begin one of their own; `disputed edit claims SLUG` lists them."""
    return lambda base: editing.split(base, slug, claims)


@_edit
@click.argument("report")
@click.argument("slug")
@click.argument("to")
def _move(report: str, slug: str, to: str) -> Propose:
    """Let what a REPORT says in the incident SLUG be told of the incident TO."""
    return lambda base: editing.move(base, report, slug, to)


@_edit
@click.argument("slug")
@click.argument("other")
def _keep_apart(slug: str, other: str) -> Propose:
    """Never let the incidents SLUG and OTHER be one."""
    return lambda base: editing.keep_apart(base, slug, other)


@_edit
@click.argument("claim")
@click.option("--accuser", "accusers", multiple=True, help="Who accuses; once for each.")
@click.option("--accused", multiple=True, help="Who is accused; once for each.")
@click.option("--conduct", multiple=True, type=click.Choice([code.value for code in Conduct]))
@click.option("--stage", type=click.Choice([code.value for code in Stage]))
@click.option("--role", type=click.Choice([code.value for code in Role]))
@click.option("--reached", help="When it came to that stage: 2026, 2026-06 or 2026-06-10.")
@click.option("--stated", help="When the accusation was made.")
@click.option("--occurred", nargs=2, help="From when to when it is said to have happened.")
def _correct(claim: str, occurred: tuple[str, str] | None, **given: Any) -> Propose:  # noqa: ANN401 - as click gives them
    """Say what is right of a CLAIM; what is not named stays as it was read."""
    values: dict[str, Any] = {name: list(v) if isinstance(v, tuple) else v for name, v in given.items() if v}
    for name in ("reached", "stated"):
        if name in values:
            values[name] = _date(values[name])
    if occurred:
        values["occurred"] = {"start": _date(occurred[0]), "end": _date(occurred[1])}
    return lambda base: editing.correct(base, claim, values)


@_edit
@click.argument("slug")
@click.option("--claim", is_flag=True, help="SLUG is a claim's id, and only that claim is hidden.")
def _hide(slug: str, *, claim: bool) -> Propose:
    """Take the incident SLUG out of sight; its address then says why."""
    return lambda base: editing.hide_claim(base, slug) if claim else editing.hide_incident(base, slug)


@_edit
@click.argument("number", type=int)
def _undo(number: int) -> Propose:
    """Take back the edit of this NUMBER; to undo that brings it back."""
    return lambda _base: editing.undo(number)


@edit_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def _list(settings: Settings, *, as_json: bool) -> None:
    """Every edit, the newest first."""
    with opened_base(settings) as base:
        for edit in base.edits.all():
            click.echo(json.dumps(_record(edit), ensure_ascii=False) if as_json else _line(edit))


@edit_command.command("claims")
@click.argument("slug")
@click.pass_obj
def _claims(settings: Settings, slug: str) -> None:
    """The claims of the incident SLUG with their ids."""
    with opened_base(settings) as base:
        incident = base.incidents.get(base.incidents.resolve(slug) or slug)
        if incident is None:
            raise click.UsageError(f"there is no incident {slug!r}")
        for claim in incident.claims:
            click.echo(f"{claim.id}  {claim.report.id}  {claim.report.outlet_name}: {claim.allegation.sentence}")


def _date(text: str) -> dict[str, str]:
    try:
        return {"iso": PartialDate(text).iso}
    except ValueError as error:
        raise click.UsageError(f"{text!r} is no date: write 2026, 2026-06 or 2026-06-10") from error


def told(consequence: Consequence) -> str:
    """What a change does to one incident, in a line."""
    before, after = consequence.before, consequence.after
    if after is None:
        goes = f"leads to {consequence.leads_to}" if consequence.leads_to != consequence.slug else "is seen no more"
        return f"{consequence.slug}: {_outline(before)} {goes}"
    if before is None:
        return f"{consequence.slug}: new, {_outline(after)}"
    if replace(before, slug="") == replace(after, slug=""):
        return f"{consequence.slug}: stays as it is"
    return f"{consequence.slug}: {_outline(before)} becomes {_outline(after)}"


def _outline(incident: Incident | None) -> str:
    if incident is None:
        return "nothing"
    count = len(incident.claims)
    return f"“{incident.title}” ({count} claim{'' if count == 1 else 's'}, {incident.stage.value})"


def _line(edit: Edit) -> str:
    state = "" if edit.in_force else " (undone)"
    return f"{edit.number}  {edit.made:%Y-%m-%d %H:%M}  {edit.who}: {edit.verb}{state} – {edit.why}"


def _record(edit: Edit) -> dict[str, object]:
    return {
        "number": edit.number,
        "made": edit.made.isoformat(),
        "who": edit.who,
        "why": edit.why,
        "verb": edit.verb,
        "in_force": edit.in_force,
    }
