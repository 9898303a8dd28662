"""`disputed outlets`: which are watched, and whether a file of them is sound."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from commands.configuration import Settings
from commands.crawl import agent
from commands.logs import plain
from commands.workplace import outlets
from crawler.checking import ask_once
from crawler.outlets import DATA, OutletsError, load
from kb.model import Outlet


@click.group("outlets", invoke_without_command=True, epilog="Example: disputed outlets check my-outlets.toml --online")
@click.pass_context
def outlets_command(context: click.Context) -> None:
    """List the outlets of the configured file, or check a file of outlets."""
    if context.invoked_subcommand is None:
        context.obj = context.obj()
        _show(outlets(context.obj))


@outlets_command.command("check", epilog="Example: disputed outlets check my-outlets.toml --online")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--online", is_flag=True, help="Also ask for each address once, as the crawler would.")
@click.pass_obj
def check_command(settings: Settings, file: Path | None, *, online: bool) -> None:
    """Say everything that is wrong with a FILE of outlets; without one, with the configured file."""
    path = file or settings.crawl.outlets or DATA
    try:
        found = load(path)
    except OutletsError as error:
        for fault in str(error).splitlines():
            click.echo(plain(fault), err=True)
        sys.exit(1)
    lists = sum(len(outlet.lists) for outlet in found)
    click.echo(f"{path}: {len(found)} outlets, sound; {lists} addresses")
    if online and _ask(settings, found):
        sys.exit(1)


def _ask(settings: Settings, found: list[Outlet]) -> int:
    """Ask for every address once, tell what is wrong with those that cannot be used, and return how many these are."""
    names = {feed.url: outlet.name for outlet in found for feed in outlet.lists}
    watched = [outlet for outlet in found if not outlet.opted_out]
    result = ask_once(watched, agent=agent(settings), allowed_hosts=frozenset(settings.crawl.allowed_hosts))
    for problem in result.problems:
        click.echo(plain(f"{names.get(problem.partition(': ')[0], '')}: {problem}"), err=True)
    click.echo(f"asked for each: {result.failed} cannot be used")
    return result.failed


def _show(found: list[Outlet]) -> None:
    table = Table("outlet", "country", "kind", "feeds", "sitemaps", "sections", "also carries")
    for each in found:
        counts = (str(len(lists) or "") for lists in (each.feeds, each.sitemaps, each.sections))
        name = f"{each.name} (opted out)" if each.opted_out else each.name
        table.add_row(name, each.country, each.kind, *counts, ", ".join(each.syndicates))
    Console().print(table)
