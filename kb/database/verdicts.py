"""Verdicts: how people judged what others handed in; each is kept, and the last one holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.database.tables import VerdictRow

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided on a submission or a remark.

    Attributes:
        state: which it has from then on.
        who: by whom.
        why: the reason.
        made: when.
    """

    state: str
    who: str
    why: str
    made: datetime


class VerdictRefused(Exception):
    """Nobody or no reason is named; the message says what to do."""


def note_verdicts(session: Session, kind: str, subjects: Collection[int], state: str, *, who: str, why: str) -> None:
    """Keep that a person gave these submissions or remarks this state.

    Raises:
        VerdictRefused: no name or no reason is given.
    """
    who, why = (" ".join(text.split())[:_LONGEST] for text in (who, why))
    if not who or not why:
        raise VerdictRefused("say who decides" if not who else "say why: a reason stands in the history")
    now = datetime.now(UTC)
    session.add_all(
        VerdictRow(kind=kind, subject=subject, state=state, who=who, why=why, made=now) for subject in sorted(subjects)
    )


def verdicts_on(session: Session, kind: str, subjects: Collection[int]) -> dict[int, list[Verdict]]:
    """The verdicts on each of these submissions or remarks, the newest first."""
    found: dict[int, list[Verdict]] = {}
    these = select(VerdictRow).where(VerdictRow.kind == kind, VerdictRow.subject.in_(subjects))
    for row in session.scalars(these.order_by(VerdictRow.id.desc())):
        found.setdefault(row.subject, []).append(Verdict(row.state, row.who, row.why, row.made))
    return found
