"""`disputed replay`: everything made again from captures."""

import click

from commands.configuration import Settings
from commands.crawl import caught_up, texts_since, told
from commands.workplace import opened_base, shown_progress
from crawler.captures import CaptureStore
from crawler.extraction import code_digest
from crawler.restoring import restore


@click.command("replay", epilog="Example: disputed replay")
@click.pass_obj
def replay_command(settings: Settings) -> None:
    """Make reports again from captures alone, with the extraction of today, and what follows from them.

    Captures of which the base knows nothing are taken over first, so that a lost base comes back from an empty one.
    What the extraction of today has made already is left alone: stopped at any time and run again, this goes on.
    """
    with opened_base(settings) as base:
        store = CaptureStore(settings.captures_address)
        with shown_progress("taking over files of captures") as progress:
            restored = restore(base, store, progress, texts_since(settings))
        click.echo(f"{restored} captures that the base did not know are taken over")
        click.echo(f"{base.captures.again(but_by=code_digest())} captured pages are to be extracted")
        for result in caught_up(base, settings):
            click.echo(told(result))
