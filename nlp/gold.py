"""Labelled reports: what a label must look like to be scored."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kb.model import Conduct, Stage

Variants = Annotated[list[str], Field(min_length=1)]
"""One party: its canonical name, then other names that are as right."""

_LISTS_OF_NAMES = 'must be a list of names, the canonical one first: ["The New York Times", "NYT"]'


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


class _Labels(BaseModel):
    model_config = ConfigDict(extra="allow")

    allegations: list[_Allegation] = []
    negative: bool = False
    incidents: list[str] = []


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
    of_party = len(place) == 4 and kind in {"list_type", "too_short"}
    return f"`{key}`: {_LISTS_OF_NAMES if of_party else message}"
