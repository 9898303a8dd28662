"""`disputed forget`: an outlet does not wish to be read."""

import click

from commands.configuration import Settings
from commands.workplace import Failed, coordinating, opened_base, opened_engine
from crawler.captures import CapturesInUse
from pipeline.catching_up import index_changes
from pipeline.forgetting import forget


@click.command("forget", epilog="Example: disputed forget techcrunch")
@click.argument("outlet")
@click.pass_obj
def forget_command(settings: Settings, outlet: str) -> None:
    """Remove the texts of an OUTLET's reports and its captures for good, and never crawl it again.

    The facts read in them stay, with their links and the sentences quoted.
    """
    engine = opened_engine(settings)
    with opened_base(settings) as base:
        if base.outlets.get(outlet) is None:
            known = ", ".join(each.slug for each in base.outlets.all())
            raise click.UsageError(f"there is no outlet {outlet!r}; the outlets are {known}")
        try:
            result = forget(base, settings.captures_address, outlet)
        except CapturesInUse as error:
            raise Failed(str(error)) from error
        with coordinating(base):
            index_changes(base, engine)
    click.echo(f"{outlet} is not crawled any more; the texts of {result.done} reports are removed")
