"""What stands on the public record: disputes and their dated events, a data file of one dispute a line."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from kb.model import AmountHedge, Conduct, PartialDate, Proceeding, SlugText, Stage, slug

DATA = Path(__file__).with_name("disputes.jsonl")
_STRICT = ConfigDict(extra="forbid")


class RecordError(Exception):
    """The file of disputes cannot be used; the message names line and key and says what is wrong there."""


def _openable(address: str) -> str:
    """The address, if a reader can open it."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or "." not in parts.netloc or re.search(r"\s", address):
        raise ValueError(f"{address!r} is no source that a reader can open: give its http or https address")
    return address


def _slug(name: str) -> SlugText:
    if slug(name) != name:
        raise ValueError(f"{name!r} must be lower-case words joined by hyphens, such as {slug(name)!r}")
    return name


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
Day = Annotated[PartialDate, BeforeValidator(PartialDate)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An amount of an event: as `kb.model.Amount`, without a place in a text."""

    __pydantic_config__: ClassVar = _STRICT
    value: float
    unit: Text
    what: str = ""
    hedge: AmountHedge = AmountHedge.EXACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A dated step of a dispute.

    Attributes:
        date: when, as precisely as the source says it.
        stage: what the dispute came to.
        note: what happened, in our own words.
        source: web address at which a reader finds it.
        amounts: figures of this event.
    """

    __pydantic_config__: ClassVar = _STRICT
    date: Day
    stage: Stage
    note: Text
    source: Annotated[str, AfterValidator(_openable)]
    amounts: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One side's claim against another side, as the public record has it.

    Attributes:
        slug: its name within the file, the same for ever: entries are known by it.
        title: what people call it ("Doe v. GitHub (Copilot)").
        accusers: parties by the registry's canonical name, or in full where they are among the persons.
        accused: the same of those accused.
        conduct: what is said to have been done.
        events: in the order in which they happened.
        proceedings: courts and docket numbers, the court of first instance first.
        country: ISO 3166-1 alpha-2 code of where it is fought out; "EU" for the Union; empty where not verified.
        occurred: first and last day on which it is said to have happened; empty where not verified.
        persons: parties that are no organisations: people, estates, groups without a name.
    """

    __pydantic_config__: ClassVar = _STRICT
    slug: Annotated[str, AfterValidator(_slug)]
    title: Text
    accusers: Texts
    accused: Texts
    conduct: Annotated[tuple[Conduct, ...], Field(min_length=1)]
    events: Annotated[tuple[Event, ...], Field(min_length=1)]
    proceedings: tuple[Proceeding, ...] = ()
    country: str = ""
    occurred: tuple[()] | tuple[Day, Day] = ()
    persons: tuple[Text, ...] = ()


_DISPUTE = TypeAdapter(Dispute)


def load(path: Path | None = None) -> tuple[Dispute, ...]:
    """The disputes of a file of JSON lines, by default the one that comes with Disputed.

    Raises:
        RecordError: a line is no dispute, an event has no source that can be opened, or two have the same slug.
    """
    file = path or DATA
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise RecordError(f"the record {file} cannot be read: {error.strerror}") from error
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    disputes = [(n, _dispute(f"{file}, line {n}", line)) for n, line in lines]
    _refuse_doubles(file, disputes)
    return tuple(dispute for _, dispute in disputes)


def _dispute(where: str, line: str) -> Dispute:
    try:
        found: Any = json.loads(line)
    except ValueError as error:
        raise RecordError(f"{where}: not a JSON object: {error}") from error
    if not isinstance(found, dict):
        raise RecordError(f"{where}: not a JSON object")
    try:
        return _DISPUTE.validate_python(found)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        if first["type"] == "unexpected_keyword_argument":
            raise RecordError(f"{where}: unknown key {key!r}") from error
        raise RecordError(f"{where}: {key}: {first['msg'].removeprefix('Value error, ')}") from error


def _refuse_doubles(file: Path, disputes: Iterable[tuple[int, Dispute]]) -> None:
    seen: dict[str, int] = {}
    for n, dispute in disputes:
        if dispute.slug in seen:
            raise RecordError(f"{file}, line {n}: the slug {dispute.slug!r} is already in line {seen[dispute.slug]}")
        seen[dispute.slug] = n
