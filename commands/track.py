"""`disputed track`: readings become incidents."""

import click

from commands.configuration import Settings
from commands.workplace import opened_base
from pipeline.catching_up import track_claims


@click.command("track", epilog="Example: disputed track")
@click.pass_obj
def track_command(settings: Settings) -> None:
    """Put every claim that belongs to no incident yet into one."""
    with opened_base(settings) as base:
        result = track_claims(base)
        click.echo(f"{result.done} claims placed; {base.incidents.count()} incidents in the base")
