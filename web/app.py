"""The application: its pages, its templates and what every response carries."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import structlog
from flask import Flask, Response, g, render_template, request
from flask_compress import Compress
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from kb.database import Base, BaseUnavailable
from kb.database.users import UserRole
from kb.model import party_slug
from kb.search import EngineUnavailable, SearchEngine
from kb.tracking.words import counted, date_words, figure_words, number_words, plural
from web import accounts, labels, limits
from web.addresses import absolute, asset, urn
from web.citing import FORMS
from web.marking import altered_words, date_of, host_of, in_common, marked, marked_parties, printable, time_of
from web.pages import (
    about,
    claims,
    editing,
    graph,
    home,
    incidents,
    metrics,
    organisations,
    remarks,
    reports,
    review,
    search,
    sources,
    statements,
    submissions,
    suggest,
    trends,
    versions,
)
from web.pages import accounts as accounts_pages

_LONGEST_ADDRESS = 4000
_PRIVATE = ("accounts", "editing", "review")
"""What no cache may keep, the browser's own included."""
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(
    base: Base,
    engine: SearchEngine,
    *,
    demonstration: bool,
    contact: str = "",
    address: str = "",
    requests_a_minute: int = 600,
    edit_key: str = "",
    after_edit: Callable[[], None] = lambda: None,
    accept: Callable[[str], str] = lambda url: url,
    secret: str = "",
) -> Flask:
    """The site over a base and its search index.

    Args:
        base: read only.
        engine: the index of the same base.
        demonstration: whether sample reports are in it, which every page then says.
        contact: where to reach whoever runs it.
        address: the one at which it is known outside; empty: the one that each request says.
        requests_a_minute: how many one visitor's address may make before it is asked to wait.
        edit_key: lets whoever opens `/edit?key=` with it change what is in the base without a login; empty: nobody can.
            Show it only to the one person at this machine.
        after_edit: called after each change made on a page.
        accept: gives an address that is handed in as the crawler asks for it, or raises ValueError with the reason.
        secret: by which cookies are signed; empty: one that is kept in the base.
    """
    app = Flask(__name__, template_folder="templates", static_folder="static")
    app.jinja_options = {"finalize": printable}
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024, SEND_FILE_MAX_AGE_DEFAULT=3600, SITE_ADDRESS=address)
    app.config.update(EDIT_KEY=edit_key)
    accounts.set_up(app, base, secret)
    app.extensions["after_edit"], app.extensions["accept"] = after_edit, accept
    CSRFProtect(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["base"], app.extensions["engine"] = base, engine
    Compress(app)
    of_incidents = (incidents, versions, statements, editing)
    of_parties = (organisations, graph, trends)
    of_people = (accounts_pages, submissions, remarks, review)
    for pages in (
        home,
        search,
        claims,
        suggest,
        *of_incidents,
        *of_parties,
        reports,
        sources,
        metrics,
        about,
        *of_people,
    ):
        app.register_blueprint(pages.blueprint)
    limits.limit(app, requests_a_minute)
    app.jinja_env.filters.update(
        marked=marked,
        marked_parties=marked_parties,
        altered_words=altered_words,
        in_common=in_common,
        date=date_of,
        time=time_of,
        host=host_of,
        party_slug=party_slug,
        urn=urn,
    )
    app.jinja_env.filters.update(
        date_words=date_words, figure=figure_words, number=number_words, plural=plural, counted=counted
    )
    app.jinja_env.tests["match_http"] = lambda address: str(address).startswith(("http://", "https://"))
    style = int((Path(str(app.static_folder)) / "style.css").stat().st_mtime)
    app.context_processor(
        lambda: {
            "labels": labels,
            "citation_forms": FORMS,
            "demonstration": demonstration,
            "contact": contact,
            "version": version("disputed"),
            "style": style,
            "absolute": absolute,
            "asset": asset,
            "editing": accounts.may(UserRole.EDITOR),
            "reviewing": accounts.may(UserRole.READER),
            "administering": accounts.may(UserRole.ADMIN),
        }
    )
    app.before_request(_refuse_long_addresses)
    app.after_request(_with_headers)
    _register_errors(app)
    return app


def _refuse_long_addresses() -> tuple[str, int] | None:
    if len(request.full_path) > _LONGEST_ADDRESS:
        return render_template(
            "error.html", title="That address is too long", advice="Shorten the search and try again."
        ), 414
    return None


def _with_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if g.get("noindex"):
        response.headers.setdefault("X-Robots-Tag", "noindex")
    if request.endpoint == "static":
        return response
    private = request.blueprint in _PRIVATE
    response.headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
    if response.status_code == 200 and not response.direct_passthrough and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return response


def _register_errors(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        title = "There is no such page" if status == 404 else error.name
        advice = (
            "It may have been mistyped. Search for a company or a person instead."
            if status == 404
            else error.description or ""
        )
        return render_template("error.html", title=title, advice=advice), status

    @app.errorhandler(EngineUnavailable)
    def _no_engine(error: EngineUnavailable) -> tuple[str, int]:
        structlog.get_logger().error("search unavailable", step="serve", reason=str(error))
        advice = "The search index cannot be reached just now. Everything else works; try the search again in a minute."
        return render_template("error.html", title="Search is not available", advice=advice), 503

    @app.errorhandler(BaseUnavailable)
    @app.errorhandler(SQLAlchemyError)
    def _no_database(error: Exception) -> tuple[str, int]:
        structlog.get_logger().error("database unavailable", step="serve", reason=str(error))
        advice = "The knowledge base cannot be reached just now. Try again in a minute."
        return render_template("error.html", title="The base is not available", advice=advice), 503
