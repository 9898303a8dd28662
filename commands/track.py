"""`disputed track`: what is in the base becomes incidents."""

import click

from commands.configuration import Settings
from commands.crawl import caught_up, told
from commands.workplace import opened_base
from crawler.captures import CaptureStore


@click.command("track", epilog="Example: disputed track")
@click.pass_obj
def track_command(settings: Settings) -> None:
    """Finish what is due: extract what was captured, read it, put its claims into incidents and index them."""
    CaptureStore(settings.captures_address).check()
    with opened_base(settings) as base:
        for result in caught_up(base, settings):
            click.echo(told(result))
        click.echo(f"{base.incidents.count()} incidents in the base")
