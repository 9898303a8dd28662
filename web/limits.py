"""How often what may be done."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

_HANDED_IN = ("submissions.submit", "remarks.report_error")


def limit(app: Flask, requests_a_minute: int) -> None:
    """Bound requests by address; logins in vain also by account, and what is handed in more narrowly."""
    limiter = Limiter(
        get_remote_address, app=app, default_limits=[f"{requests_a_minute} per minute"], storage_uri="memory://"
    )

    def bound(endpoint: str, limits: str, **options: Any) -> None:  # noqa: ANN401 - those of the library
        view: Callable[..., Any] = app.view_functions[endpoint]
        posts = limiter.limit(limits, methods=["POST"], override_defaults=False, **options)
        app.view_functions[endpoint] = posts(view)

    in_vain = {"deduct_when": _failed}
    bound("accounts.log_in", "10 per minute; 100 per day", **in_vain)
    bound("accounts.log_in", "5 per 15 minutes", key_func=_account, **in_vain)
    for endpoint in _HANDED_IN:
        bound(endpoint, "10 per hour", deduct_when=lambda response: response.status_code == 303)


def _failed(response: Response) -> bool:
    return response.status_code != 303


def _account() -> str:
    return "account " + " ".join(request.form.get("name", "").split()).casefold()[:200]
