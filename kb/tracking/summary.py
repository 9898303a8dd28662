"""An incident in one line and in one sentence, by rule: findings put side by side, and a sentence that was printed."""

from collections.abc import Iterable, Sequence

from kb.model import Answers, Claim, Corroboration, Figure, FiguresOfKind, Incident, Role, Transition, name_key
from kb.tracking.stages import since_known
from kb.tracking.words import RESPONSE_WORDS, STAGE_WORDS, counted, date_words, figure_words

_LONGEST_TEASER = 260
_FIGURES = 3
_ANSWERS = 2
_LEAST_WORD = 4
"""Shorter first words of a name do not stand for it ("The", "New")."""


def summary(incident: Incident, findings: Iterable[str]) -> str:
    """An incident in one line: its title, and what `findings_of` says of it."""
    return ". ".join([incident.title, *findings]) + "."


def findings_of(
    incident: Incident, corroborated: Corroboration, kinds: Sequence[FiguresOfKind], answered: Sequence[Answers]
) -> list[str]:
    """How it stands since when, how many reports of how many origins say so, how much, and what the accused answer.

    Args:
        incident: as it is told.
        corroborated: the origins of its claims.
        kinds: its figures.
        answered: what those accused answered.

    Returns:
        Sentences without their full stops.
    """
    parts = [_standing(incident.history[-1]) if incident.history else "", _support(corroborated)]
    parts.append(_capital("; ".join(_figure(kind.figures) for kind in kinds[:_FIGURES])))
    return [*filter(None, parts), *map(_reply, answered[:_ANSWERS])]


def _standing(step: Transition) -> str:
    since = " or ".join(map(date_words, step.happened))
    if not since and step.reported:
        since = f"reported {step.reported.day} {step.reported:%B %Y}"
    return _capital(STAGE_WORDS[step.stage]) + (f", {since}" if since else "")


def _support(corroborated: Corroboration) -> str:
    parts = []
    if corroborated.reports:
        origins = counted(len(corroborated.origins), "independent origin")
        parts.append(f"{counted(corroborated.reports, 'report')} from {origins}")
    if corroborated.entries:
        parts.append(counted(len(corroborated.entries), "entry of the public record", "entries of the public record"))
    return " and ".join(parts)


def _figure(figures: Sequence[Figure]) -> str:
    """The figure of a kind that most reports give, and those that it cannot be true beside."""
    most = max(figures, key=lambda each: (len(each.claims), each.amount.value))
    others = " or ".join(figure_words(each) for each in most.conflicts)
    return figure_words(most.amount) + (f" (elsewhere {others})" if others else "")


def _reply(answered: Answers) -> str:
    if not answered.answers:
        return f"No report tells of an answer by {answered.party}"
    return f"{answered.party} {', elsewhere '.join(RESPONSE_WORDS[each.code] for each in answered.answers)}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def strongest(claims: Iterable[Claim]) -> Claim:
    """The claim whose sentence says most by itself.

    Of a main claim before one told as background, naming both sides, short enough to be read at a glance, and of these
    the surest; of equals the one known first.
    """
    return max(sorted(claims, key=since_known), key=_strength)


def _strength(claim: Claim) -> tuple[bool, bool, bool, float]:
    told = claim.allegation
    both = _names_one(told.sentence, told.accusers) and _names_one(told.sentence, told.accused)
    short = 0 < len(told.sentence) <= _LONGEST_TEASER
    return told.role is Role.MAIN, both, short, told.confidence


def _names_one(sentence: str, names: Iterable[str]) -> bool:
    """Whether a sentence names one of these parties, in full or by the first word of its name."""
    said = f" {name_key(sentence)} "
    for name in names:
        key = name_key(name)
        first = key.partition(" ")[0]
        if f" {key} " in said or (len(first) >= _LEAST_WORD and f" {first} " in said):
            return True
    return False
