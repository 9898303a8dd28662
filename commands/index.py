"""`disputed index`: the search index follows the base."""

import click

from commands.configuration import Settings
from commands.workplace import coordinating, opened_base, opened_engine
from kb.search.indexing import rebuild
from pipeline.catching_up import index_changes


@click.command("index", epilog="Example: disputed index --rebuild")
@click.option("--rebuild", "anew", is_flag=True, help="Make the whole index again from the base.")
@click.pass_obj
def index_command(settings: Settings, anew: bool) -> None:
    """Bring the search index up to the base."""
    engine = opened_engine(settings, discard_damaged=anew)
    with opened_base(settings) as base, coordinating(base):
        if anew:
            done = f"{rebuild(base, engine)} documents indexed"
        else:
            result = index_changes(base, engine)
            done = "; ".join(result.notes) or f"{result.done} changes indexed"
    click.echo(f"{done}; {engine.count()} documents in the index")
