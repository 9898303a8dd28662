"""`disputed forget`: an outlet does not wish to be read."""

import click

from commands.configuration import Settings
from commands.workplace import Failed, coordinating, opened_base, opened_engine, saying
from crawler.captures import CapturesInUse
from crawler.shares import OUTLET
from kb.database import Base
from pipeline.forgetting import forget
from pipeline.indexing import index_changes


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
        base.outlets.forget(outlet)
        with coordinating(base), base.leases.held(OUTLET + outlet, waiting=saying("crawls this outlet")):
            forgotten = _forgotten(base, settings, outlet)
            index_changes(base, engine)
    click.echo(f"{outlet} is not crawled any more; the texts of {forgotten} reports are removed")


def _forgotten(base: Base, settings: Settings, outlet: str) -> int:
    """Of how many reports the texts are removed; nobody brings in more of them meanwhile."""
    try:
        return forget(base, settings.captures_address, outlet).done
    except CapturesInUse as error:
        raise Failed(str(error)) from error
