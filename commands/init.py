"""`disputed init`: a base of one's own."""

import shlex
from pathlib import Path

import click

from commands.configuration import FILE_NAME, reachable_contact

_FILE = """\
# The configuration of this base; every key is explained in docs/configuration.md.
folder = "."
contact = "{contact}"
record = {record}

[site]
host = "127.0.0.1"
port = 8765

[crawl]
every_minutes = 30
"""


@click.command("init", epilog="Example: disputed init my-base --contact desk@example.org")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--contact", prompt="E-mail or web address at which outlets can reach you", help="At which outlets can reach you."
)
@click.option("--empty", is_flag=True, help="Begin without the disputes on public record.")
def init_command(folder: Path, contact: str, *, empty: bool) -> None:
    """Make a base of your own, without the sample reports of the demonstration.

    The disputes on public record that come with Disputed are entered when it is first opened.
    """
    try:
        contact = reachable_contact(contact)
    except ValueError as error:
        raise click.UsageError(f"the contact {contact!r} {error}") from error
    if not contact:
        raise click.UsageError("the contact must not be empty")
    file = folder / FILE_NAME
    if file.exists():
        raise click.UsageError(f"{file} exists already; change it by hand")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(_FILE.format(contact=contact, record=str(not empty).lower()), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"{file} is written. Next: cd {shlex.quote(str(folder))} && disputed run")
