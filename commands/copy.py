"""`disputed copy`: the base moves to another database."""

import time
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from commands.configuration import Settings
from commands.workplace import ROUNDS, Failed, coordinating, saying, shown_progress
from crawler.shares import HOST, OUTLET
from kb.database import Base, open_base
from kb.database.copying import Copied, CopyRefused, copy_base
from kb.database.leases import Leases
from kb.database.sessions import Sessions

_LOOK_EVERY_SECONDS = 0.5


@click.command("copy", epilog="Example: disputed copy --to postgresql://disputed@db.example.org/disputed")
@click.option("--to", "address", required=True, help="SQLAlchemy address of an empty database.")
@click.pass_obj
def copy_command(settings: Settings, address: str) -> None:
    """Copy all that is in the base into an empty database of any kind, and compare the two.

    Waits until nobody works on the base. A copy that was broken off begins anew. The password of a PostgreSQL is taken
    from the environment.
    """
    copied = _copied(settings, address)
    width = max(len(each.table) for each in copied)
    for each in copied:
        click.echo(f"{each.table:{width}}  {each.rows:>9,}  {each.digest[:12]}")
    click.echo(f'All of it is the same in both. Next: set database = "{address}" in the configuration.')


def _copied(settings: Settings, address: str) -> list[Copied]:
    _check_there(settings.database_address)
    with open_base(settings.database_address) as base, coordinating(base):
        _wait_for_crawls(base)
        source, target = Sessions(settings.database_address), Sessions(address)
        try:
            with (
                Leases(target).held("copy", waiting=saying("copies to that database")),
                shown_progress("copying") as progress,
            ):
                return copy_base(source, target, progress)
        except CopyRefused as error:
            raise Failed(str(error)) from error
        finally:
            source.close()
            target.close()


def _wait_for_crawls(base: Base) -> None:
    """What is crawled after the copy was made would be in the old base alone."""
    crawls = saying("crawls for this base")
    while states := [state for start in (ROUNDS, OUTLET, HOST) for state in base.leases.beginning(start)]:
        crawls(states[0])
        time.sleep(_LOOK_EVERY_SECONDS)


def _check_there(address: str) -> None:
    """A file that is not there would be made, and an empty base copied."""
    file = make_url(address).database if address.startswith("sqlite") else None
    if file and not Path(file).is_file():
        raise Failed(f"there is no base at {address}: name its folder or its database in the configuration")
