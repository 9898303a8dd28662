"""`disputed serve`: the site alone."""

import secrets
from functools import partial

import click
import structlog

from commands.configuration import Settings
from commands.handed_in import accepted, allowed_hosts
from commands.workplace import DEMONSTRATION, STEPS, Failed, opened_base, opened_engine
from kb.database import Base, LeaseTaken
from kb.search import EngineUnavailable, SearchEngine
from kb.search.indexing import is_lost
from pipeline.indexing import index_changes
from web import create_app
from web.server import PortInUse, Server

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("serve", epilog="Example: disputed serve --port 8080")
@click.option("--host", help="Address to listen on, instead of the configured one.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, instead of the configured one.")
@click.pass_obj
def serve_command(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve the site over what is in the base."""
    with opened_base(settings) as base:
        _restore_index(settings, base)
        server = site(settings, base, host, port)
        announce(server)
        server.serve()


def _restore_index(settings: Settings, base: Base) -> None:
    engine = opened_engine(settings)
    if not is_lost(base, engine):
        return
    try:
        with base.leases.held(STEPS) as lease, base.only_while(lease):
            index_changes(base, engine)
    except LeaseTaken as error:
        structlog.get_logger().warning("search index lost", step="serve", doing=f"left to {error.state.who}")


def _index_edits(base: Base, engine: SearchEngine) -> None:
    """Have the search follow a change made on a page; what it cannot take just now waits for the next indexing."""
    try:
        with base.leases.held(STEPS) as lease, base.only_while(lease):
            index_changes(base, engine)
    except LeaseTaken as error:
        structlog.get_logger().info("search follows later", step="serve", doing=f"left to {error.state.who}")
    except EngineUnavailable as error:
        structlog.get_logger().error("search follows later", step="serve", reason=str(error))


def site(settings: Settings, base: Base, host: str | None = None, port: int | None = None) -> Server:
    """The site over a base, listening already; errors as `Failed`."""
    engine, bound = opened_engine(settings), host or settings.site.host
    local = settings.site.editing and bound in _LOOPBACK and not settings.site.address
    key = secrets.token_urlsafe(16) if local else ""
    app = create_app(
        base,
        engine,
        demonstration=base.facts.get("kind") == DEMONSTRATION,
        contact=settings.contact,
        address=settings.site.address,
        requests_a_minute=settings.site.requests_a_minute,
        edit_key=key,
        after_edit=partial(_index_edits, base, engine),
        accept=partial(accepted, base, allowed_hosts(settings, base)),
        secret=settings.session_secret.get_secret_value(),
    )
    try:
        return Server(app, bound, settings.site.port if port is None else port, edit_key=key)
    except PortInUse as error:
        raise Failed(str(error)) from error


def announce(server: Server) -> None:
    """Say where the site is, and by which link its pages can be edited, if they can."""
    click.echo(f"Disputed is at {server.address} (Ctrl-C to stop)")
    if server.edit_address:
        click.echo(f"To edit on its pages, open {server.edit_address}")
