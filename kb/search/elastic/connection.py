"""The connection to Elasticsearch, and what is said where it does not do what it is asked."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import elastic_transport
import elasticsearch

from kb.search.elastic.address import Address
from kb.search.engine import EngineUnavailable, Login

AWAY = frozenset({502, 503})
"""The states of answers that tell of nodes that are not there just now."""
_SECONDS = 30
_AGAIN = "Nothing is lost: changes wait in the base."


class NothingTaken(Exception):
    """The server takes no changes, whatever they are; the message says why, and what to do."""


class ChangeFailed(Exception):
    """The server does not do a change, and the cause is not in what is changed.

    Args:
        status: of its answer.
        kind: what it calls the error.
        reason: what it says of it.
    """

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.kind, self.reason = status, kind, reason


def connect(address: Address, login: Login) -> elasticsearch.Elasticsearch:
    """A client of the server; nothing is sent yet.

    Raises:
        EngineUnavailable: user, password and API key do not fit together, or the certificate file is none.
    """
    options: dict[str, Any] = {"request_timeout": _SECONDS}
    if login.api_key:
        if address.user:
            raise EngineUnavailable(
                f"there are an API key and a user for {address}: take the user out of the address, or unset "
                "DISPUTED_SEARCH_API_KEY"
            )
        options["api_key"] = login.api_key
    elif address.user:
        if not login.password:
            raise EngineUnavailable(
                f"there is no password for the user {address.user} of {address}: give it as DISPUTED_SEARCH_PASSWORD"
            )
        options["basic_auth"] = (address.user, login.password)
    if address.ca is not None:
        options["ssl_context"] = _trusting(address)
    return elasticsearch.Elasticsearch(list(address.hosts), **options)


def _trusting(address: Address) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=address.ca)
    except OSError as error:
        raise EngineUnavailable(f"{address.ca} is no certificate in PEM form: {error}") from error
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # authorities that Elasticsearch made until 2025 name no key usage
    return context


@contextmanager
def told(address: Address) -> Iterator[None]:
    """The client's errors as ours, each with what to do."""
    try:
        yield
    except (elasticsearch.UnsupportedProductError, elastic_transport.SerializationError) as error:
        raise EngineUnavailable(f"what answers at {address} is not Elasticsearch: correct `search`") from error
    except elasticsearch.ApiError as error:
        said = meaning(error.status_code, kind_of(error), reason_of(error), address.index)
        raise EngineUnavailable(f"Elasticsearch at {address} {said}") from error
    except elastic_transport.TransportError as error:
        raise EngineUnavailable(_of_connection(address, error)) from error
    except ChangeFailed as error:
        said = meaning(error.status, error.kind, error.reason, address.index)
        raise EngineUnavailable(f"Elasticsearch at {address} {said}") from error
    except NothingTaken as error:
        raise EngineUnavailable(f"Elasticsearch at {address} {error}") from error


def kind_of(error: elasticsearch.ApiError) -> str:
    """What Elasticsearch calls an error."""
    described = error.body.get("error") if isinstance(error.body, dict) else None
    return str(described.get("type", "")) if isinstance(described, dict) else ""


def blocked(reason: str) -> str:
    """What to say then."""
    cause = "its disk is full" if "flood-stage" in reason else "it is set to read only"
    return (
        f"takes no changes: {cause} ({reason}). Free space on it, or lift the block, and run `disputed index`. {_AGAIN}"
    )


def no_room(version: str) -> str:
    """What to say where no node takes a new version of the index."""
    return (
        f"finds no node that may take {version}: free space on the disks of its nodes, and try again "
        f"(`GET _cluster/allocation/explain` says what is wrong). {_AGAIN}"
    )


def meaning(status: int, kind: str, reason: str, index: str) -> str:
    """What to say of a server that answers so, after its address."""
    if kind == "cluster_block_exception" and status in {403, 429}:
        return blocked(reason)
    if "media_type_header" in kind:
        return f"is of another version: Disputed needs Elasticsearch 9 ({reason})"
    return {
        400: f"fails: {reason}",
        401: "refuses the login: check the user in `search` and DISPUTED_SEARCH_PASSWORD, or DISPUTED_SEARCH_API_KEY",
        403: f"lets us in, but not do this: give the user all rights to {index} and {index}-* ({reason})",
        404: f"has no such index any more ({reason}): `disputed index --rebuild` makes it again",
        429: f"has too much to do: try again later ({reason}). {_AGAIN}",
        **dict.fromkeys(
            AWAY,
            f"is not ready: start those of its nodes that do not run, or wait until they are up ({reason}). {_AGAIN}",
        ),
    }.get(status, f"fails: {reason}. Its own log says more")


def reason_of(error: elasticsearch.ApiError) -> str:
    """Why the server says no."""
    described = error.body.get("error") if isinstance(error.body, dict) else None
    if isinstance(described, dict):
        told = [*described.get("root_cause", []), described, described.get("caused_by", {})]
        return next((str(each["reason"]) for each in told if each.get("reason")), kind_of(error))
    return f"status {error.status_code}"


def _of_connection(address: Address, error: elastic_transport.TransportError) -> str:
    reason = str(error.message)
    if isinstance(error, elastic_transport.TlsError) or "CERTIFICATE" in reason or "certificate" in reason:
        advice = (
            "name the file of its authority in `search`, as in https://…?ca=FILE, and the host as the certificate does"
        )
        return f"the certificate of {address} is not trusted: {advice} ({reason})"
    if isinstance(error, elastic_transport.ConnectionTimeout):
        advice = "start those of its nodes that do not run, and see whether it is overloaded"
        return f"Elasticsearch at {address} does not answer in time: {advice} ({reason}). {_AGAIN}"
    return (
        f"Elasticsearch at {address} cannot be reached: start it, or correct `search` in the configuration ({reason})"
    )
