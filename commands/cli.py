"""The `disputed` command: its verbs, its options and how its errors are told."""

import sys
from importlib.metadata import version
from pathlib import Path

import click

from commands import configuration, logs
from commands.crawl import crawl_command
from commands.evaluate import evaluate_command
from commands.extract import extract_command
from commands.forget import forget_command
from commands.group import group_command
from commands.importing import import_command
from commands.index import index_command
from commands.init import init_command
from commands.read import read_command
from commands.run import run_command
from commands.serve import serve_command
from commands.status import status_command
from commands.track import track_command
from commands.workplace import Failed
from kb.search import EngineUnavailable


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
    try:
        settings = configuration.load(file)
    except configuration.ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    if verbose:
        settings = settings.model_copy(update={"verbose": True})
    logs.configure(settings.log, verbose=settings.verbose)
    context.obj = settings


for command in (
    run_command,
    init_command,
    crawl_command,
    import_command,
    extract_command,
    forget_command,
    read_command,
    track_command,
    index_command,
    serve_command,
    group_command,
    evaluate_command,
    status_command,
):
    cli.add_command(command)


def main() -> None:
    """Run the command; exit status 0 done, 1 nothing could be done, 2 wrong usage."""
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except (Failed, EngineUnavailable) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
