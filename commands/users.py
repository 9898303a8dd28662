"""`disputed users`: who may log in to the site."""

import sys

import click

from commands.configuration import Settings
from commands.workplace import opened_base
from kb.database.users import SHORTEST_PASSWORD, UserRole

_ROLE = click.Choice([role.value for role in UserRole])


@click.group("users", epilog="Example: disputed users add ann --role editor")
def users_command() -> None:
    """Say who may log in to the site: readers look at the queue, editors decide, admins hide and manage users."""


@users_command.command("list")
@click.pass_obj
def _list(settings: Settings) -> None:
    """Every user with the role."""
    with opened_base(settings) as base:
        for user in base.users.all():
            click.echo(f"{user.name}  {user.role}  since {user.made:%Y-%m-%d}")


@users_command.command("add")
@click.argument("name")
@click.option("--role", type=_ROLE, required=True, help="What the user may do.")
@click.pass_obj
def _add(settings: Settings, name: str, role: str) -> None:
    """Let NAME log in; the password is asked for, or read from standard input."""
    with opened_base(settings) as base:
        added = base.users.add(name, UserRole(role), _password())
        click.echo(f"{added.name} may log in as {added.role}")


@users_command.command("role")
@click.argument("name")
@click.argument("role", type=_ROLE)
@click.pass_obj
def _role(settings: Settings, name: str, role: str) -> None:
    """Give the user NAME another ROLE, from the next request on."""
    with opened_base(settings) as base:
        base.users.set_role(name, UserRole(role))
        click.echo(f"{name} is {role} now")


@users_command.command("password")
@click.argument("name")
@click.pass_obj
def _change_password(settings: Settings, name: str) -> None:
    """Give the user NAME another password, asked for or read from standard input, and end all sessions of NAME."""
    with opened_base(settings) as base:
        base.users.set_password(name, _password())
        click.echo(f"{name} has another password, and is logged out everywhere")


@users_command.command("remove")
@click.argument("name")
@click.pass_obj
def _remove(settings: Settings, name: str) -> None:
    """Let the user NAME log in no more; what NAME decided stays."""
    with opened_base(settings) as base:
        base.users.remove(name)
        click.echo(f"{name} may log in no more")


def _password() -> str:
    """The password, never shown: typed twice at a terminal, or the first line of standard input."""
    if sys.stdin.isatty():
        asked = f"Password (at least {SHORTEST_PASSWORD} characters)"
        return str(click.prompt(asked, hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
