"""What may be one incident is kept for people to judge, and goes once they did."""

from values import allegation, reading, report

from kb.database import Base
from kb.model import Conduct
from kb.tracking.editing import hide_incident, keep_apart, make, merge
from kb.tracking.track import track

WHO = {"who": "Ann", "why": "read both"}


def two_alike(base: Base) -> tuple[str, str]:
    """The slugs of two incidents of the same parties over different conduct, and of nothing else."""
    for n, conduct in enumerate((Conduct.DISTILLATION, Conduct.PATENT)):
        base.reports.put(report(f"r{n}", days=n))
        base.readings.put(f"r{n}", reading(allegation(conduct=(conduct,))))
    track(base)
    one, other = sorted(incident.slug for incident in base.incidents.latest(9))
    return one, other


def test_a_middling_link_is_suggested_once(base: Base) -> None:
    one, other = two_alike(base)
    (found,) = base.suggestions.surest(9)
    assert {base.incidents.address(found.one), base.incidents.address(found.other)} == {one, other}
    assert "other conduct" in found.reasons
    assert len(base.suggestions.surest(9)) == 1
    base.reports.put(report("r2", days=2))
    base.readings.put("r2", reading(allegation()))
    track(base)
    assert len(base.suggestions.surest(9)) == 1


def test_a_suggestion_goes_once_a_person_judged(base: Base) -> None:
    make(base, keep_apart(base, *two_alike(base)), **WHO)
    assert base.suggestions.surest(9) == []


def test_a_merged_pair_is_not_suggested_any_more(base: Base) -> None:
    make(base, merge(base, *two_alike(base)), **WHO)
    assert base.suggestions.surest(9) == []


def test_a_hidden_incident_is_not_suggested(base: Base) -> None:
    one, _ = two_alike(base)
    make(base, hide_incident(base, one), **WHO)
    assert base.suggestions.surest(9) == []
