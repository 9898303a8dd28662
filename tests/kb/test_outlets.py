from values import START, outlet, report

from kb.database import Base


def test_outlets_that_left_the_file_or_opted_out_are_not_watched(base: Base) -> None:
    base.outlets.put([outlet("sample", sample=True)])
    base.outlets.follow([outlet("a"), outlet("b"), outlet("c")])
    assert [each.slug for each in base.outlets.watched()] == ["a", "b", "c", "sample"]
    base.outlets.follow([outlet("a"), outlet("b", opted_out=True)])
    assert [each.slug for each in base.outlets.watched()] == ["a", "sample"]
    assert [each.outlet.slug for each in base.health.of_outlets(START)] == ["a", "sample"]
    assert base.status().outlets == 2
    base.outlets.forget("a")
    base.outlets.follow([outlet("a"), outlet("c")])
    assert [each.slug for each in base.outlets.watched()] == ["c", "sample"]


def test_the_texts_of_an_outlet_go_and_its_reports_are_not_read_again(base: Base) -> None:
    base.reports.put(report("r1"))
    base.reports.put(report("r1", text="Another state."))
    base.reports.put(report("r2", outlet="other"))
    assert base.reports.forget_texts("courier") == 1
    assert base.reports.forget_texts("courier") == 0
    found = base.reports.get("r1")
    assert found is not None
    assert (found.title, found.text) == (report().title, "")
    assert [each.id for each in base.reports.unread("1", "m", "g", 9)] == ["r2"]
