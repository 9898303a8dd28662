"""Which incidents may be related, as the base finds them."""

from values import allegation, reading, report

from kb.database import Base
from kb.model import Allegation, Conduct, Incident, Kinship, Organisation, Proceeding, Stage
from kb.registry import registry_of
from kb.tracking.track import track

PATENT = (Conduct.PATENT,)


def fill(base: Base, *told: Allegation) -> Incident:
    """The incident of the first of these, each of which is one of its own."""
    for n, each in enumerate(told):
        base.reports.put(report(f"r{n}", days=n, text=str(n)))
        base.readings.put(f"r{n}", reading(each))
    track(base)
    (first,) = base.incidents.of_report("r0")
    return first


def test_they_share_a_party_or_belong_to_one(base: Base) -> None:
    base.organisations.seed(
        registry_of([Organisation(name="Omega"), Organisation(name="Beta", parent="Omega"), Organisation(name="Babel", parent="Beta")])
    )  # fmt: skip
    incident = fill(
        base,
        allegation(),
        allegation(("Alpha",), ("Gamma",), conduct=PATENT, stage=Stage.COMPLAINT, proceeding=Proceeding("", "1:26-cv-9")),
        allegation(("Delta",), ("Omega",)),
        allegation(("Alpha",), ("Beta",), conduct=(Conduct.LIKENESS,)),
        allegation(("Delta",), ("Epsilon",)),
    )  # fmt: skip
    kin = base.neighbours.kin(incident)
    assert kin == [Kinship("Beta", "Babel"), Kinship("Omega", "Beta")]
    found, total = base.neighbours.of(incident, kin)
    assert [(sorted(each.accusers), sorted(each.accused)) for each in found] == [
        (["Alpha"], ["Beta"]),
        (["Delta"], ["Omega"]),
        (["Alpha"], ["Gamma"]),
    ]
    assert total == 2
    suit = found[2]
    assert (sorted(suit.conduct), sorted(suit.dockets), suit.sued) == ([Conduct.PATENT], ["1:26-cv-9"], True)
    assert not found[0].sued


def test_parties_without_a_name_have_none(base: Base) -> None:
    incident = fill(base, allegation(("authors",), ("former employees",)), allegation(("authors",), ("Beta",)))
    assert base.neighbours.of(incident, base.neighbours.kin(incident)) == ([], 0)


def test_there_are_never_more_than_are_looked_at(base: Base) -> None:
    incident = fill(base, *(allegation((f"Firm {n}",), ("Gamma",)) for n in range(60)))
    found, total = base.neighbours.of(incident, ())
    assert (len(found), total) == (40, 59)
