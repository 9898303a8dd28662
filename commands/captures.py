"""`disputed captures`: what was fetched, where it is kept."""

import sys

import click

from commands.configuration import Settings
from commands.logs import plain
from commands.workplace import opened_base, shown_progress
from crawler.captures import CaptureStore
from crawler.verification import verify


@click.group("captures", epilog="Example: disputed captures verify")
def captures_command() -> None:
    """Look after what was captured."""


@captures_command.command("verify", epilog="Example: disputed captures verify")
@click.pass_obj
def verify_command(settings: Settings) -> None:
    """Read every capture, compare it with what was fetched, and say what to do where it is another or gone.

    Exit status 1 if anything is wrong.
    """
    with opened_base(settings) as base:
        store = CaptureStore(settings.captures_address)
        failures = 0
        with shown_progress("verifying files") as progress:
            for failure in verify(base, store, progress):
                failures += 1
                what = f" ({failure.url})" if failure.url else ""
                click.echo(plain(f"{failure.warc} at {failure.offset}{what}: {failure.problem}"))
                click.echo(plain(f"  What to do: {failure.advice}"))
        click.echo(f"{base.captures.count():,} captures, {len(store.files()):,} files, {failures:,} faults")
    if failures:
        sys.exit(1)
