"""Which disputes the graph and the trends are of, as addresses ask for them."""

from collections.abc import Mapping
from typing import Final, cast

from kb.model import Conduct, Stage
from kb.search.fields import TIMES
from kb.tracking.accusing import Narrowing
from web.days import day_of

USUAL_TIME: Final = "stated"


def narrowing_of(arguments: Mapping[str, str]) -> tuple[Narrowing, tuple[str, ...]]:
    """What is asked for, and what was odd in it and left aside."""
    remarks: list[str] = []
    conduct, stage, time = (arguments.get(name, "") for name in ("conduct", "stage", "time"))
    for value, known, what in ((conduct, [*Conduct], "conduct"), (stage, [*Stage], "stage"), (time, TIMES, "time")):
        if value and value not in cast(tuple[str, ...], known):
            remarks.append(f"“{value[:40]}” is no {what} that this base knows; it was left aside.")
    first, last = (day_of(arguments.get(name, ""), remarks) for name in ("from", "to"))
    if first and last and first > last:
        remarks.append("The first day lies after the last, so that nothing can be found.")
    return Narrowing(
        conduct=Conduct(conduct) if conduct in [*Conduct] else None,
        stage=Stage(stage) if stage in [*Stage] else None,
        time=time if time in TIMES else USUAL_TIME,
        first=first,
        last=last,
    ), tuple(remarks)


def arguments_of(asked: Narrowing) -> dict[str, str]:
    """What an address must say to ask for the same."""
    values = {
        "conduct": asked.conduct,
        "stage": asked.stage,
        "time": asked.time if asked.time != USUAL_TIME else "",
        "from": asked.first,
        "to": asked.last,
    }
    return {name: str(value) for name, value in values.items() if value}


def search_of(asked: Narrowing) -> dict[str, str]:
    """What the address of a search must say to find these disputes, and those that have later days within the same."""
    return arguments_of(asked) | {"time": asked.time}
