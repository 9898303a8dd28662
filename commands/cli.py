"""The `disputed` command: its verbs, its options and how its errors are told."""

import _thread
import functools
import importlib
import os
import sys
import threading
from collections.abc import Callable
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from commands import configuration, logs
from commands.workplace import Failed, Misconfigured
from crawler.captures import CapturesUnavailable
from kb.database import BaseAddressRefused, BaseUnavailable, EditRefused, LeaseLost
from kb.database.users import UserRefused
from kb.search import EngineUnavailable, SearchAddressRefused
from pipeline.workers import WorkersUnavailable

_MISCONFIGURED = (Misconfigured, BaseAddressRefused, SearchAddressRefused)
_TOLD = (
    *_MISCONFIGURED,
    Failed,
    BaseUnavailable,
    CapturesUnavailable,
    EditRefused,
    EngineUnavailable,
    LeaseLost,
    UserRefused,
    WorkersUnavailable,
)


_VERBS = {
    "init": "init",
    "run": "run",
    "crawl": "crawl",
    "import": "importing",
    "extract": "extract",
    "replay": "replay",
    "captures": "captures",
    "forget": "forget",
    "copy": "copy",
    "read": "read",
    "track": "track",
    "edit": "edit",
    "index": "index",
    "serve": "serve",
    "group": "group",
    "evaluate": "evaluate",
    "outlets": "outlets",
    "status": "status",
    "users": "users",
}
"""The verbs, each with its module: only that of the verb that is run is imported, since spaCy and Scrapy take long."""
_WITHOUT_SETTINGS = {"init"}


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return sorted(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        return _verb(cmd_name) if cmd_name in _VERBS else None


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("disputed"), prog_name="disputed")
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    envvar="DISPUTED_CONFIG",
    help="Configuration file; by default disputed.toml here.",
)
@click.option("--verbose", is_flag=True, help="Log every page and report.")
@click.pass_context
def cli(context: click.Context, file: Path | None, verbose: bool) -> None:
    """Who accuses whom of taking what, when, according to whom: an open knowledge base of AI disputes.

    Example: disputed run
    """
    context.obj = functools.partial(_settings, file, verbose=verbose)


def _settings(file: Path | None, *, verbose: bool) -> configuration.Settings:
    try:
        settings = configuration.load(file)
    except configuration.ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    if verbose:
        settings = settings.model_copy(update={"verbose": True})
    logs.configure(settings.log, verbose=settings.verbose)
    for remark in configuration.unknown_variables(os.environ):
        click.echo(f"Warning: {remark}", err=True)
    return settings


def _with_settings(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The verb, the configuration loaded when it is run: its help is there also beside a broken configuration."""

    @functools.wraps(verb)
    def run(*arguments: object, **options: object) -> object:
        context = click.get_current_context()
        context.obj = context.obj()
        return verb(*arguments, **options)

    return run


@functools.cache
def _verb(name: str) -> click.Command:
    command: click.Command = getattr(importlib.import_module(f"commands.{_VERBS[name]}"), f"{name}_command")
    if name not in _WITHOUT_SETTINGS:
        for verb in command.commands.values() if isinstance(command, click.Group) else [command]:
            if verb.callback is not None:
                verb.callback = _with_settings(verb.callback)
    return command


def main() -> None:
    """Run the command; exit status 0 done, 1 nothing could be done, 2 wrong usage or configuration."""
    _write_utf8()
    sys.unraisablehook = _stop_all_the_same
    try:
        status = _status()
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        status = 1
    except OSError as error:
        click.echo(f"Error: {error}", err=True)
        _drop_output()
        status = 1
    sys.exit(status)


def _status() -> int:
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; what was done until now is kept, and `disputed status` says what is due", err=True)
        return 130
    except _TOLD as error:
        return _failed(str(error), 2 if isinstance(error, _MISCONFIGURED) else 1)
    except DBAPIError as error:
        return _failed(f"the database cannot be used: {error.orig}")
    return 0


def _failed(reason: str, status: int = 1) -> int:
    click.echo(f"Error: {reason}", err=True)
    return status


def _stop_all_the_same(swallowed: "sys.UnraisableHookArgs") -> None:
    """Interrupt again where Python dropped an interruption, since it fell into a finalizer, which can raise nothing."""
    if issubclass(swallowed.exc_type, KeyboardInterrupt):
        threading.Timer(0.01, _thread.interrupt_main).start()
    else:
        sys.__unraisablehook__(swallowed)


def _write_utf8() -> None:
    """Write UTF-8 whatever the terminal says, as the formats ask; what no text can hold is written as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """Let what could not be written go, so that Python does not try once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
