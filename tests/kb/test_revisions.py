"""What counts as a change of a report, and in which words it is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from values import START, report

from kb.database import Base
from kb.model import DateSource, Report
from kb.revisions import MOST_WORDS, Difference, State, alterations, difference, substance

LONG = " ".join(f"word{n}" for n in range(40))
AN_ARTICLE = "\n".join(f"Sentence {n} of the article tells something of its own." for n in range(200))


def marked(found: Difference | None) -> list[str]:
    """Each passage with what went in brackets and what came in braces."""
    signs = {"same": "{}", "deleted": "[{}]", "inserted": "({})"}
    passages = found.passages if found else ()
    return ["".join(signs[piece.kind].format(piece.text) for piece in passage) for passage in passages]


@pytest.mark.parametrize(
    ("old", "new", "passages"),
    [
        ("It found 24,000 accounts.", "It found 28,000 accounts.", ["It found [24,000 ](28,000 )accounts."]),
        ("A stays. It cost $2.5 bn. B stays.", "A stays. It cost $3.5 bn. B stays.", ["It cost $[2.5 ](3.5 )bn."]),
        ("One. Two was said.", "One.", ["[Two was said.]"]),
        ("One.", "One.\nTwo was said.", ["(Two was said.)"]),
        ("Alpha sued Beta in May.", "Nothing of that ever was.", ["[Alpha sued Beta in May.](Nothing of that ever was.)"]),
        (f"{LONG} x {LONG}.", f"{LONG} y {LONG}.", ["… word32 word33 word34 word35 word36 word37 word38 word39 [x ](y )word0 word1 word2 word3 word4 word5 word6 word7 …"]),
        ("One  is\nsaid.", "One is\n\nsaid. ", []),
        ("A report.\n3 hours ago\n1,024 views", "A report.\n1,301 views\na day ago", []),
        ("A report, said 5 minutes ago.", "A report, said 2 hours ago.", []),
        ("A report. Another.", "A report.\nAnother.", []),
        ("A report.\n24,000 accounts", "A report.\n28,000 accounts", ["[24,000 ](28,000 )accounts"]),
        ("A report.\nA link to this\nA link to that", "A report.\nA link to that\nA link to this", []),
        ("It had 1,024 views.", "It had 2,048 views.", ["It had [1,024 ](2,048 )views."]),
        ("", "", []),
    ],
)  # fmt: skip
def test_the_words_that_changed_are_shown_with_a_few_around_them(old: str, new: str, passages: list[str]) -> None:
    assert marked(difference(old, new)) == passages
    assert (substance(report(text=old)) == substance(report(text=new))) == (passages == [])


LINES = st.lists(
    st.sampled_from(["One is.", "Two is. One is.", "A link", "9 views", "8 views", "1 day ago", " "]) | st.text(),
    max_size=6,
)


@given(old=LINES.map("\n".join), new=LINES.map("\n".join))
def test_what_is_kept_as_a_change_can_be_shown_and_nothing_else(old: str, new: str) -> None:
    assert (difference(old, new) is None) == (substance(report(text=old)) == substance(report(text=new)))


@pytest.mark.parametrize(
    ("old", "new"), [("", AN_ARTICLE), (AN_ARTICLE, AN_ARTICLE.replace("tells", "says")), (AN_ARTICLE, "")]
)
def test_no_whole_text_is_shown(old: str, new: str) -> None:
    found = difference(old, new)
    assert found is not None
    assert sum(len(piece.text.split()) for passage in found.passages for piece in passage) <= MOST_WORDS + 40
    assert found.unshown == (190 if old and new else 0) or found.unshown > 150


def state(number: int, text: str, **values: object) -> State:
    told = report(text=text, title="A title", crawled=START + timedelta(hours=number))
    defaults: dict[str, object] = {"report": told, "kept": True, "asked": "a", "capture": number, "extractor": "x"}
    return State(**{**defaults, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([state(1, "One.")], []),
        ([state(1, "One."), state(2, "Two.")], ["text"]),
        ([state(1, "One."), state(2, "Two."), state(3, "One.")], ["text", "text"]),
        ([state(1, "One."), state(2, "One.")], []),
        ([state(1, "One.\n9 views"), state(2, " One.\n10 views")], []),
        ([state(1, "One."), state(2, "One.", extractor="y")], []),
        ([state(1, "One."), state(1, "Two.", extractor="y")], []),
        ([state(1, "One."), state(2, "Two.", extractor="y")], ["different versions"]),
        ([state(1, "", kept=False), state(2, "Two.")], ["no longer kept"]),
        ([state(1, "One."), state(2, "Two.", asked="b")], []),
        ([state(1, "One.", asked="a"), state(2, "Two.", asked="b"), state(3, "Three.", asked="a")], ["text"]),
    ],
)
def test_only_what_the_outlet_changed_is_told_as_changed(states: list[State], told: list[str]) -> None:
    found = alterations(states)
    assert len(found) == len(told)
    for alteration, expected in zip(found, told, strict=True):
        assert expected in alteration.untold if alteration.untold else (expected == "text") == bool(alteration.text)


def test_a_changed_headline_is_told() -> None:
    before, after = state(1, "One."), state(2, "One.")
    after = replace(after, report=replace(after.report, title="Another title"))
    assert marked(alterations([before, after])[0].title) == ["[A ](Another )title"]


def test_where_a_date_was_found_is_no_substance_and_is_kept_once_it_is_known(base: Base) -> None:
    base.reports.put(later(1, "One."), 1, "v1")
    for source in (DateSource.ADDRESS, DateSource.META, None):
        again = replace(later(1, "One."), published_source=source)
        assert substance(again) == substance(later(1, "One."))
        assert not base.reports.put(again, 1, "v2")
    assert [each.report.published_source for each in base.reports.states("r1")] == [DateSource.META]


def later(hours: int, text: str) -> Report:
    return report(text=text, crawled=START + timedelta(hours=hours))


def test_states_are_kept_in_the_order_in_which_they_were_fetched(base: Base) -> None:
    for hours, text in ((1, "One."), (2, "Two."), (3, "One.")):
        assert base.reports.put(later(hours, text), hours, "v1")
    for hours, text in ((1, "One."), (2, "Two."), (3, "One.\n")):
        assert not base.reports.put(later(hours, text), hours, "v2")
    assert [(each.report.text, each.extractor) for each in base.reports.states("r1")] == [
        ("One.", "v1"),
        ("Two.", "v1"),
        ("One.", "v2"),
    ]


def test_texts_older_than_allowed_go_and_their_report_stays(base: Base) -> None:
    base.reports.put(report())
    assert base.reports.remove_texts_before(START) == 0
    assert base.reports.remove_texts_before(START + timedelta(days=9999)) == 1
    assert [(each.kept, each.report.text) for each in base.reports.states("r1")] == [(False, "")]
    assert base.reports.summary("r1") is not None
    assert base.reports.unread("1", "m", "g", 9) == []
    assert base.reports.put(later(99, "It is there again."))
