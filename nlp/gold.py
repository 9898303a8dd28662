"""Labelled reports: what a label must look like to be scored."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kb.model import AmountHedge, Conduct, PartialDate, ResponseCode, Stage

Variants = Annotated[list[str], Field(min_length=1)]
"""One party: its canonical name, then other names that are as right."""


def _date(iso: str) -> str:
    PartialDate(iso)
    return iso


def _interval(ends: list[str | None]) -> list[str | None]:
    if len(ends) not in {0, 2}:
        raise ValueError("must be [start, end], an open end null, or [] where the report does not say")
    return ends


Date = Annotated[str, AfterValidator(_date)]
"""An ISO date as precise as it is told."""

_SIDES = frozenset({"accusers", "accused", "optional_accusers", "optional_accused", "victim"})
_LISTS_OF_NAMES = 'must be a list of names, the canonical one first: ["The New York Times", "NYT"]'


class _Amount(BaseModel):
    model_config = ConfigDict(extra="allow")

    value: float
    unit: str
    hedge: AmountHedge = AmountHedge.EXACT


class _Response(BaseModel):
    model_config = ConfigDict(extra="allow")

    by: str | Variants
    response: ResponseCode


class _Allegation(BaseModel):
    model_config = ConfigDict(extra="allow")

    role: Literal["main", "background"] = "main"
    accusers: list[Variants] = []
    accused: list[Variants] = []
    optional_accusers: list[Variants] = []
    optional_accused: list[Variants] = []
    conduct: list[Conduct] = []
    stage: Stage | None = None
    stage_also: list[Stage] = []
    victim: list[Variants] = []
    object: list[str] = []
    occurred: Annotated[list[Date | None], AfterValidator(_interval)] = []
    stated: Date | None = None
    amounts: list[_Amount] = []


class _Labels(BaseModel):
    model_config = ConfigDict(extra="allow")

    allegations: list[_Allegation] = []
    negative: bool = False
    incidents: list[str] = []
    responses: list[_Response] = []


def labelled(record: Mapping[str, Any]) -> bool:
    """Whether the report of this JSON object is labelled at all."""
    return bool(record.get("negative")) or "allegations" in record


def label_faults(record: Mapping[str, Any]) -> list[str]:
    """What is wrong with the labels of a JSON object, each fault with its key; empty if they can be scored."""
    try:
        _Labels.model_validate(record)
    except ValidationError as error:
        return [_fault(detail["loc"], detail["type"], detail["msg"]) for detail in error.errors()]
    return []


def _fault(place: tuple[int | str, ...], kind: str, message: str) -> str:
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
    of_party = len(place) == 4 and place[2] in _SIDES and kind in {"list_type", "too_short"}
    return f"`{key}`: {_LISTS_OF_NAMES if of_party else message}"
