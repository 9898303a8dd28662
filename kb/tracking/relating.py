"""How other incidents are related to one, each with the reasons in words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from kb.model import Incident, Kinship, Neighbour, Related, name_key
from kb.tracking.parties import is_generic


class _Strength(IntEnum):
    """Which reason counts for more: the lower."""

    DOCKET = 0
    PARTIES = 1
    TURNED = 2
    ACCUSER_AND_CONDUCT = 3
    ACCUSED_AND_CONDUCT = 4
    ACCUSED = 5
    ACCUSER = 6
    KIN = 7
    OTHER_SIDE = 8


class _Reason(NamedTuple):
    strength: _Strength
    words: str


_Names = Mapping[str, str]
"""Names by the keys under which they are compared."""


def related(incident: Incident, neighbours: Iterable[Neighbour], kin: Sequence[Kinship] = ()) -> tuple[Related, ...]:
    """Those among these incidents that are related to one, the most closely related first, then the newest.

    Args:
        incident: which.
        neighbours: others, in any order.
        kin: who belongs to whom, as the registry has it.
    """
    found = [
        (min(reasons).strength, -(each.opened.timestamp() if each.opened else 0), each, reasons)
        for each in neighbours
        if each.slug != incident.slug and (reasons := sorted(_reasons(incident, each, kin)))
    ]
    found.sort(key=lambda row: (*row[:2], row[2].slug))
    return tuple(
        Related(each.slug, each.title, tuple(reason.words for reason in reasons)) for *_, each, reasons in found
    )


def _reasons(incident: Incident, other: Neighbour, kin: Sequence[Kinship]) -> Iterator[_Reason]:
    accusers, accused = _named(incident.accusers), _named(incident.accused)
    their_accusers, their_accused = _named(other.accusers), _named(other.accused)
    yield from _docket(incident, other)
    yield from _same_sides(incident, other, _shared(accusers, their_accusers), _shared(accused, their_accused))
    yield from _other_sides(_shared(accusers, their_accused), _shared(accused, their_accusers))
    for verb, ours, theirs in (("is accused", accused, their_accused), ("accuses", accusers, their_accusers)):
        yield from _kin(kin, ours, theirs, verb)


def _named(names: Iterable[str]) -> _Names:
    return {name_key(name): name for name in sorted(names) if not is_generic(name)}


def _shared(ours: _Names, theirs: _Names) -> str:
    """The names on both lists, as a text; empty where there is none."""
    return ", ".join(name for key, name in ours.items() if key in theirs)


def _docket(incident: Incident, other: Neighbour) -> Iterator[_Reason]:
    proceedings = [claim.allegation.proceeding for claim in incident.claims if claim.allegation.proceeding]
    ours = {_number(each.docket): each.docket for each in proceedings if _number(each.docket)}
    both = [ours[number] for number in sorted({_number(docket) for docket in other.dockets} & ours.keys())]
    if both:
        yield _Reason(_Strength.DOCKET, f"the same docket number: {', '.join(both)}")


def _number(docket: str) -> str:
    return re.sub(r"\W", "", docket).casefold()


def _same_sides(incident: Incident, other: Neighbour, accusers: str, accused: str) -> Iterator[_Reason]:
    """What the same party on the same side means."""
    same_conduct = bool({*incident.conduct} & other.conduct)
    if accusers and accused:
        conduct = "" if same_conduct else ", another conduct"
        yield _Reason(_Strength.PARTIES, f"the same parties: {accusers} and {accused}{conduct}")
    elif accusers and same_conduct:
        yield _Reason(
            _Strength.ACCUSER_AND_CONDUCT, f"the same conduct, alleged of others by the same accuser: {accusers}"
        )
    elif accusers:
        yield _Reason(_Strength.ACCUSER, f"the same accuser: {accusers}")
    elif accused and same_conduct:
        what = "suit" if other.sued else "accusation"
        yield _Reason(
            _Strength.ACCUSED_AND_CONDUCT,
            f"{_order(incident, other)} {what} over the same conduct against the same accused: {accused}",
        )
    elif accused:
        yield _Reason(_Strength.ACCUSED, f"the same accused: {accused}")


def _order(incident: Incident, other: Neighbour) -> str:
    if not incident.opened or not other.opened or incident.opened.date() == other.opened.date():
        return "another"
    return "a later" if other.opened > incident.opened else "an earlier"


def _other_sides(accusers_accused: str, accused_accusing: str) -> Iterator[_Reason]:
    """What the same party on the other side means."""
    if accusers_accused and accused_accusing:
        yield _Reason(_Strength.TURNED, f"the other way round: {accused_accusing} accuses {accusers_accused}")
    elif accusers_accused:
        yield _Reason(_Strength.OTHER_SIDE, f"the accuser is accused: {accusers_accused}")
    elif accused_accusing:
        yield _Reason(_Strength.OTHER_SIDE, f"the accused accuses: {accused_accusing}")


def _kin(kin: Iterable[Kinship], ours: _Names, theirs: _Names, verb: str) -> Iterator[_Reason]:
    for each in kin:
        parent, subsidiary = name_key(each.parent), name_key(each.subsidiary)
        if subsidiary in ours and parent in theirs and parent not in ours:
            yield _Reason(_Strength.KIN, f"the parent company of {each.subsidiary} {verb}: {each.parent}")
        if parent in ours and subsidiary in theirs and subsidiary not in ours:
            yield _Reason(_Strength.KIN, f"a subsidiary of {each.parent} {verb}: {each.subsidiary}")
