"""Changes sent to an index in bulk: again where the server has too much to do, one by one where one is refused."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

import elasticsearch
from elasticsearch import helpers

from kb.search.elastic.connection import ChangeFailed, reason_of
from kb.search.elastic.pages import Body
from kb.search.engine import Refusal
from kb.search.query import Kind

_ODD, _TOO_LARGE = 400, 413
"""The states of answers that tell of what was sent, and not of the server."""
_LONG_WORD, _LONGEST = re.compile(r"(\S{40})\S{20,}(\S{10})"), 400
_BULK: Final[dict[str, Any]] = {
    "chunk_size": 500,
    "max_chunk_bytes": 10 * 1024 * 1024,
    "max_retries": 6,
    "initial_backoff": 0.5,
    "max_backoff": 15,
    "timeout": "30s",
    "raise_on_error": False,
    "raise_on_exception": False,
    "yield_ok": False,
    "require_alias": True,
}


def write(
    client: elasticsearch.Elasticsearch, alias: str, actions: Iterable[Body], *, alone: bool = False
) -> Iterator[Refusal]:
    """Do all this to the version behind an alias, and give what the server does not take; to be gone through whole.

    Some documents have it refuse the whole request that they are in (an id that is too long, too many bytes). Each of
    the request is then sent again by itself.

    Args:
        client: of the server.
        alias: what is written.
        actions: as the client's helpers take them.
        alone: whether these are sent one by one.

    Raises:
        ChangeFailed: the server takes no changes just now, whatever they are.
        elasticsearch.ApiError: the same.
    """
    options = {**_BULK, "chunk_size": 1} if alone else _BULK
    patient = client.options(request_timeout=120)
    for _, item in helpers.streaming_bulk(patient, actions, index=alias, **options):
        [(action, answer)] = item.items()
        if "error" not in answer:  # to be removed, and not there
            continue
        error = answer.get("exception")
        if answer["status"] not in {_ODD, _TOO_LARGE}:
            raise error or ChangeFailed(answer["status"], answer["error"]["type"], answer["error"]["reason"])
        if error and not alone:
            again = {"_op_type": action, "_id": answer["_id"], "_source": answer.get("data")}
            yield from write(client, alias, [again], alone=True)
        else:
            yield _refusal(answer)


def _refusal(answer: Body) -> Refusal:
    kind, _, key = answer["_id"].partition("/")
    return Refusal(cast(Kind, kind), key, _short(_why(answer)))


def _why(answer: Body) -> str:
    if "exception" in answer:
        reason = reason_of(answer["exception"])
        return f"too large for the server ({reason})" if answer["status"] == _TOO_LARGE else reason
    error = answer["error"]
    cause = error.get("caused_by", {}).get("reason", "")
    return f"{error['reason']} ({cause})" if cause else str(error["reason"])


def _short(reason: str) -> str:
    """The reason without most of what it quotes, which may be all of the document."""
    text = _LONG_WORD.sub(r"\1…\2", reason)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
