"""Records of WARC 1.1: a response as it was fetched, with the request for it, and what its base must know of it.

What no field of the standard holds stands in fields of our own, so that a base that was lost can be made again from its
captures.
"""

import hashlib
import io
import re
from base64 import b32encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import IO, Any
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from kb.database.captures import FoundAgain
from kb.model import Capture

_OUTLET, _KIND, _ASKED, _DIGEST = "Disputed-Outlet", "Disputed-Kind", "Disputed-Asked-For", "Disputed-Digest"
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ASKED_WITH = frozenset(
    "user-agent accept accept-language accept-encoding if-none-match if-modified-since range".split()
)
"""Headers of requests that are kept; others may hold a token or a password."""
_OF_THE_TRANSFER = {"content-encoding", "transfer-encoding", "content-length"}
"""Headers that say how the payload travelled; it is kept as it was unpacked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A response before it is kept; the names are those of `kb.model.Capture`.

    Attributes:
        requested: the headers of the request; none where it was not fetched.
    """

    url: str
    final_url: str
    status: int
    payload: bytes
    headers: Mapping[str, str]
    fetched: datetime
    outlet: str
    is_feed: bool = False
    requested: Mapping[str, str] | None = None

    @property
    def digest(self) -> str:
        """Sha256 of the payload, hexadecimal."""
        return hashlib.sha256(self.payload).hexdigest()

    def header(self, name: str) -> str:
        """The value of a header, whatever its case; empty where it was not sent."""
        return next((value for key, value in self.headers.items() if key.lower() == name), "")

    def capture(self, warc: str, offset: int) -> Capture:
        """The capture whose record begins there."""
        return Capture(
            url=self.url,
            final_url=self.final_url,
            fetched=self.fetched,
            status=self.status,
            media_type=self.header("content-type").split(";")[0].strip().lower(),
            digest=self.digest,
            warc=warc,
            offset=offset,
            outlet=self.outlet,
            kind="feed" if self.is_feed else "page",
            etag=self.header("etag"),
            last_modified=self.header("last-modified"),
        )


def begin(file: IO[bytes], name: str) -> None:
    """Write the record that says what made a file."""
    facts = {
        "software": f"Disputed/{version('disputed')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    writer = _writer(file)
    writer.write_record(writer.create_warcinfo_record(name, facts))


def write(file: IO[bytes], page: FetchedPage) -> None:
    """Write a response, and its request if there was one; where there was neither, as a file has none, a resource."""
    writer = _writer(file)
    fields, body = _fields(page), io.BytesIO(page.payload)
    if not page.final_url.startswith(("http://", "https://")):
        kind = page.header("content-type")
        resource = writer.create_warc_record(page.final_url, "resource", body, None, kind, warc_headers_dict=fields)
        writer.write_record(resource)
        return
    response = writer.create_warc_record(
        page.final_url, "response", body, warc_headers_dict=fields, http_headers=_answer(page)
    )
    if page.requested is None:
        writer.write_record(response)
        return
    request = writer.create_warc_record(page.final_url, "request", http_headers=_question(page, page.requested))
    writer.write_request_response_pair(request, response)


def write_found_again(file: IO[bytes], page: FetchedPage, before: Capture) -> None:
    """Write that a page holds again what another record has of it."""
    writer = _writer(file)
    sha1 = b32encode(hashlib.sha1(page.payload, usedforsecurity=False).digest()).decode()
    fields = {**_fields(page), _DIGEST: page.digest}
    writer.write_record(
        writer.create_revisit_record(
            page.final_url,
            f"sha1:{sha1}",
            before.final_url,
            _date(before.fetched),
            http_headers=_answer(page),
            warc_headers_dict=fields,
        )
    )


def fetched_page(record: Any) -> FetchedPage | FoundAgain | None:  # noqa: ANN401 - the library's own record
    """What one of these records says; None for those that say nothing of a page.

    Raises:
        ValueError: it has no WARC-Date, or one that cannot be read.
    """
    if record.rec_type not in {"response", "resource", "revisit"}:
        return None
    field = record.rec_headers.get_header
    final_url = field("WARC-Target-URI")
    url, when = field(_ASKED) or final_url, date_of(record)
    if record.rec_type == "revisit":
        return FoundAgain(url, field(_DIGEST), when) if field(_DIGEST) else None
    http = record.http_headers
    return FetchedPage(
        url=url,
        final_url=final_url,
        status=int(http.get_statuscode()) if http else 200,
        payload=record.content_stream().read(),
        headers=dict(http.headers) if http else {"content-type": record.content_type},
        fetched=when,
        outlet=field(_OUTLET) or "",
        is_feed=field(_KIND) == "feed",
    )


def date_of(record: Any) -> datetime:  # noqa: ANN401
    """When what a record holds was fetched.

    Raises:
        ValueError: it does not say so.
    """
    date = record.rec_headers.get_header("WARC-Date")
    if not date:
        raise ValueError("it has no WARC-Date")
    fetched = datetime.fromisoformat(date)
    return fetched.astimezone(UTC) if fetched.tzinfo else fetched.replace(tzinfo=UTC)


def _writer(file: IO[bytes]) -> Any:  # noqa: ANN401
    return WARCWriter(file, gzip=True, warc_version="1.1")


def _fields(page: FetchedPage) -> dict[str, str]:
    kind = "feed" if page.is_feed else "page"
    return {"WARC-Date": _date(page.fetched), _OUTLET: page.outlet, _KIND: kind, _ASKED: page.url}


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _answer(page: FetchedPage) -> StatusAndHeaders:
    kept = [(name, value) for name, value in _sound(page.headers) if name.lower() not in _OF_THE_TRANSFER]
    phrase = HTTPStatus(page.status).phrase if page.status in set(HTTPStatus) else ""
    length = ("Content-Length", str(len(page.payload)))
    return StatusAndHeaders(f"{page.status} {phrase}".strip(), [*kept, length], "HTTP/1.1")


def _question(page: FetchedPage, headers: Mapping[str, str]) -> StatusAndHeaders:
    parts = urlsplit(page.final_url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = {name: value for name, value in headers.items() if name.lower() in _ASKED_WITH}
    sent = dict(_sound({"Host": parts.netloc.rpartition("@")[2], **kept}))
    return StatusAndHeaders(f"GET {path} HTTP/1.1", [*sent.items()], is_http_request=True)


def _sound(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The headers that a record can hold: a server may send anything."""
    for name, value in headers.items():
        if _HEADER_NAME.fullmatch(name):
            yield name, " ".join(value.split())
