"""`disputed index`: the search index follows the base."""

import json
from collections.abc import Sequence

import click

from commands.configuration import Settings
from commands.logs import plain
from commands.workplace import coordinating, opened_base, opened_engine
from kb.database import Base
from kb.database.work import OutboxEntry
from kb.search import SearchEngine
from kb.search.indexing import rebuild
from pipeline.indexing import index_changes

_MOST_NAMED = 20


@click.command("index", epilog="Example: disputed index --rebuild")
@click.option("--rebuild", "anew", is_flag=True, help="Make the whole index again from the base.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
@click.pass_obj
def index_command(settings: Settings, anew: bool, as_json: bool) -> None:
    """Bring the search index up to the base, and name what it refuses."""
    engine = opened_engine(settings, discard_damaged=anew)
    with opened_base(settings) as base, coordinating(base):
        done, told = _indexed(base, engine, anew=anew)
        refused = base.outbox.refused()
    count = engine.count()
    if as_json:
        click.echo(json.dumps({"done": done, "indexed": count, "refused_by_index": as_values(refused)}))
        return
    click.echo(f"{told}; {count} documents in the index")
    print_refused(refused)


def _indexed(base: Base, engine: SearchEngine, *, anew: bool) -> tuple[int, str]:
    """How much was done, in a number and in words."""
    if anew:
        done = rebuild(base, engine).done
        return done, f"{done} documents indexed"
    result = index_changes(base, engine)
    return result.done, "; ".join(result.notes) or f"{result.done} changes indexed"


def as_values(refused: Sequence[OutboxEntry]) -> list[dict[str, str]]:
    """What the index refused, as JSON has it."""
    return [{"kind": entry.kind, "key": entry.key, "reason": entry.refused} for entry in refused]


def print_refused(refused: Sequence[OutboxEntry]) -> None:
    """Name what the index refused, the newest first; where it is much, not all of it."""
    for entry in refused[: -_MOST_NAMED - 1 : -1]:
        click.echo(plain(f"Not in the index: {entry.kind} {entry.key}: {entry.refused}"))
    if len(refused) > _MOST_NAMED:
        click.echo(f"Not in the index: {len(refused) - _MOST_NAMED:,} more, which --json names")
