"""Who is at the other end: a user who logged in, the one person at this machine, or anybody."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Request, abort, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from kb.database import Base
from kb.database.users import User, UserRole
from web.pages import the_base

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SECRET = "session secret"  # noqa: S105 - the name of a fact


class Account(UserMixin):  # type: ignore[misc] # the library has no types
    """A person who may do what the role says.

    Args:
        user: who logged in; None for the one person at this machine, who may do everything.
    """

    def __init__(self, user: User | None) -> None:
        self.is_local = user is None
        self.name = user.name if user else session.get("who", "")
        self.role = user.role if user else UserRole.ADMIN
        self._token = user.token if user else ""

    def get_id(self) -> str:
        """What the session names: it ends when the user's token changes."""
        return self._token


def set_up(app: Flask, base: Base, secret: str) -> None:
    """Have sessions told by cookies that scripts and other sites cannot use, and that outlive a restart.

    Args:
        app: the site.
        base: where the secret by which cookies are signed is kept, unless it is given.
        secret: the one to use; empty for that of the base, which all servers over it share.
    """
    app.config.update(
        SECRET_KEY=secret or base.facts.set_once(_SECRET, secrets.token_urlsafe(32)),
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=app.config["SITE_ADDRESS"].startswith("https:"),
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our own policy has browsers withhold
        WTF_CSRF_TIME_LIMIT=None,  # a token holds as long as the session: a form filled in slowly is not lost
    )
    manager = LoginManager(app)
    manager.user_loader(_of_session)
    manager.request_loader(_at_this_machine)


def _of_session(token: str) -> Account | None:
    user = the_base().users.of_token(token)
    return Account(user) if user else None


def _at_this_machine(_request: Request) -> Account | None:
    return Account(None) if is_local() and is_the_key(session.get("key", "")) else None


def is_local() -> bool:
    """Whether the request comes from this machine, and by no server in between."""
    local = urlsplit(request.host_url).hostname in _LOOPBACK
    return local and not any(name in request.headers for name in _FORWARDED)


def is_the_key(given: str) -> bool:
    """Whether this is the key that was shown at this machine when the site began."""
    wanted: str = current_app.config["EDIT_KEY"]
    return bool(wanted) and secrets.compare_digest(given.encode(), wanted.encode())


def may(role: UserRole) -> bool:
    """Whether whoever asks has this role, or one that includes it."""
    return bool(current_user.is_authenticated) and current_user.role.includes(role)


def must(role: UserRole) -> Response | None:
    """Have whoever asks log in where nobody did; abort with 403 where the role is too small."""
    if not current_user.is_authenticated:
        asked = request.full_path.rstrip("?") if request.method == "GET" else url_for("review.queue")
        return redirect(url_for("accounts.log_in", next=asked), 303)
    if not may(role):
        abort(403, f"This is for {role}s. You are logged in as {current_user.name}, who is {current_user.role}.")
    return None


def signature(given: str) -> str:
    """Who stands in the history: the user who logged in; the one person at this machine says so in the form."""
    return given if current_user.is_local else str(current_user.name)


def within(target: str) -> str:
    """A path of this site to go on to, as it was given; that of the queue where it might lead elsewhere."""
    parts = urlsplit(target)
    stays = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if stays and not parts.netloc and "\\" not in target else url_for("review.queue")
