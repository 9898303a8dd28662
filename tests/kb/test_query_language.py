"""The query language: what is typed, the tree it becomes, and what is remarked on."""

from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.search.fields import BY_NAME, TIMES, Matching
from kb.search.language import FIELD_NAMES, LONGEST, read
from kb.search.tree import (
    And,
    During,
    FieldValue,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Words,
    both,
    either,
    is_ranked,
    marked_leaves,
    neither,
    wanted_leaves,
    written,
)

A, B, C, D = (Words(letter) for letter in "abcd")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("   ", None),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a OR b c", Or((A, And((B, C))))),
        ("a b OR c d", Or((And((A, B)), And((C, D))))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("((a))", A),
        ("(a b) (c d)", And((A, B, C, D))),
        ("-a", Not(A)),
        ("NOT a", Not(A)),
        ("--a", Not(A)),
        ("NOT -a", A),
        ("-(a b)", Not(And((A, B)))),
        ("a NOT b OR c", Or((And((A, Not(B))), C))),
        ("a - b", And((A, B))),
        ("a-b", Words("a-b")),
        ("or and not", And((Words("or"), Words("and"), Words("not")))),
        ("ORACLE", Words("ORACLE")),
        ("(a)OR(b)", Or((A, B))),
        ('"a b"', Phrase("a b")),
        ("“a b”", Phrase("a b")),
        ("„a b“", Phrase("a b")),
        ('-"a b"', Not(Phrase("a b"))),
        ('a"b"c', And((A, Phrase("b"), C))),
        ("a*", Prefix("a")),
        ("a** b", And((Prefix("a"), B))),
        ("a*b", Words("a*b")),
        ("accuser:a", FieldValue("accuser", A)),
        ("Accuser:a", FieldValue("accuser", A)),
        ('accused:"a b"', FieldValue("accused", Phrase("a b"))),
        ("outlet:a*", FieldValue("outlet", Prefix("a"))),
        ("-accuser:a", Not(FieldValue("accuser", A))),
        ("accuser:-a", Not(FieldValue("accuser", A))),
        ("-accuser:-a", FieldValue("accuser", A)),
        ("occurred:-2026", Not(During("occurred", date(2026, 1, 1), date(2026, 12, 31)))),
        ("accuser:(a OR b)", Or((FieldValue("accuser", A), FieldValue("accuser", B)))),
        ("accuser:(a -b)", And((FieldValue("accuser", A), Not(FieldValue("accuser", B))))),
        ("docket:3:24-cv-1", FieldValue("docket", Words("3:24-cv-1"))),
        ("ticker:NYSE:X", FieldValue("ticker", Words("NYSE:X"))),
        ("ticker:X, a", And((FieldValue("ticker", Words("X")), A))),
        ("conduct:Trade-Secret", FieldValue("conduct", Words("trade-secret"))),
        ('conduct:"trade secret"', FieldValue("conduct", Words("trade-secret"))),
        ("stage:sett*", FieldValue("stage", Prefix("sett"))),
        ("https://a.example/b", Words("https://a.example/b")),
        ("before:2026", During("published", None, date(2025, 12, 31))),
        ("before:2026-06", During("published", None, date(2026, 5, 31))),
        ("before:2026-06-24", During("published", None, date(2026, 6, 23))),
        ("before:..2026", During("published", None, date(2025, 12, 31))),
        ("after:2026", During("published", date(2026, 1, 1), None)),
        ("after:2026-06", During("published", date(2026, 6, 1), None)),
        ("after:2026-06-24", During("published", date(2026, 6, 24), None)),
        ('after:"2026-06"', During("published", date(2026, 6, 1), None)),
        ("after:2026-06, a", And((During("published", date(2026, 6, 1), None), A))),
        ("published:2024-02", During("published", date(2024, 2, 1), date(2024, 2, 29))),
        ("occurred:2026-q2", During("occurred", date(2026, 4, 1), date(2026, 6, 30))),
        ("stated:2025..2026-03", During("stated", date(2025, 1, 1), date(2026, 3, 31))),
        ("crawled:2025..", During("crawled", date(2025, 1, 1), None)),
        ("recorded:..2025", During("recorded", None, date(2025, 12, 31))),
        ("occurred:9999", During("occurred", date(9999, 1, 1), date.max)),
        ("occurred:9999-12", During("occurred", date(9999, 12, 1), date.max)),
        ("🗂 a", A),
        ("読売新聞", Words("読売新聞")),
    ],
)
def test_what_is_typed_becomes_a_tree_without_a_remark(text: str, tree: Node | None) -> None:
    understood = read(text)
    assert (understood.wanted, understood.remarks) == (tree, ())


@pytest.mark.parametrize(
    ("text", "tree", "remark"),
    [
        ('"a b', Phrase("a b"), "quotation mark is not closed"),
        ('a "b c', And((A, Phrase("b c"))), "quotation mark is not closed"),
        ("(a OR b", Or((A, B)), "bracket is not closed"),
        ("a) b", And((A, B)), "closed that was not opened"),
        ("a OR", A, "“OR” needs something before and after it"),
        ("OR a", A, "“OR” needs something"),
        ("a OR OR b", Or((A, B)), "“OR” needs something"),
        ("a AND OR b", And((A, B)), "“OR” needs something"),
        ("(OR a) b", And((A, B)), "“OR” needs something"),
        ("a NOT", A, "“NOT” needs something after it"),
        ("(a NOT) b", And((A, B)), "“NOT” needs something after it"),
        ("OR", None, "“OR” needs something"),
        ("a -()", A, "“-” needs something after it"),
        ("accused: a", A, "write accused:value without a blank"),
        ("acuser:a", A, "The nearest is accuser."),
        ("tickers:a b", And((A, B)), "The nearest is ticker."),
        ("zzz:a", A, "Fields are accuser, accused"),
        ("zzz:-a", Not(A), "no field “zzz”"),
        ('zzz:"a b"', Phrase("a b"), "no field “zzz”"),
        ("zzz:(a OR b)", Or((A, B)), "no field “zzz”"),
        ("zzz:accuser:a", FieldValue("accuser", A), "no field “zzz”"),
        ("after:soon a", A, "“soon” is no date: write after:2026, after:2026-06 or after:2026-06-24. It was left"),
        ("after:2026-02-30 a", A, "is no date"),
        ("after:2026-6 a", A, "is no date"),
        ("before:0001 a", A, "is no date"),
        ("after:0000 a", A, "is no date"),
        ("occurred:2025..soon a", A, "is no date"),
        ("before:.. a", A, ""),
        ("before:2025..2026 a", A, "“2025..2026” is no date"),
        ("after:2025..2026 a", A, "“2025..2026” is no date"),
        ("after:* a", A, ""),
        ("conduct:distilation", FieldValue("conduct", Words("distillation")), "read as distillation"),
        ("conduct:zzz a", And((FieldValue("conduct", Words("zzz")), A)), "nothing has it. There are distillation, "),
        ("stage:zzz", FieldValue("stage", Words("zzz")), "There are accused, letter"),
        (
            "occurred:2027..2025-03 a",
            And((During("occurred", date(2025, 3, 1), date(2027, 12, 31)), A)),
            "read as 2025-03..2027",
        ),
        ("†", None, "There is no word in “†”"),
        ("(((", None, "There is no word in “(((”"),
        ("a " * 250, And((A,) * 200), "Only the first 400 characters"),
        ("(" * 9 + "a OR b" + ")" * 9 + " c", And((Or((A, B)), C)), "8 deep"),
    ],
)
def test_what_is_odd_is_remarked_on_and_the_rest_read(text: str, tree: Node | None, remark: str) -> None:
    understood = read(text)
    assert understood.wanted == tree
    assert remark in " ".join(understood.remarks)


def test_a_remark_is_made_once_and_there_are_few() -> None:
    assert len(read("x1: foo:a foo:b").remarks) == 1
    assert len(read(" ".join(f"{letter}{letter}{letter}:a" for letter in "bcdefghijk")).remarks) == 5


PIECES = ["a", "b*", '"c d"', "OR", "AND", "NOT", "-", "(", ")", '"', "“", "accuser:", "conduct:", "before:", "occurred:", "zzz:", "2026", "2026-06", "..", ":", "*", " ", " ", "\n", "é", "†", "trade-secret", "foo:bar", "/", "\\", ","]  # fmt: skip


@given(st.text(max_size=500) | st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@example("a:" * 200)
@example("(" * 400)
@example("-" * 400)
@example("\ud800")
@example('accuser:"a"b:c*')
@example("accuser:() a")
@example("a -() b")
@example("CONDUCT:0*.")
@example("accuser:(:a")
@example("accuser:-/a")
@example('conduct:"a)b')
@example("conduct:accuser:.")
@example("ticker:.accuser:-x")
@example("ticker:a*.")
def test_any_text_has_a_reading_that_written_down_reads_the_same(text: str) -> None:
    wanted = read(text).wanted
    again = read(written(wanted))
    assert again.wanted == wanted or len(written(wanted)) > LONGEST


NAMES = st.sampled_from([name for name, field in BY_NAME.items() if field.asked and field.matching is Matching.NAMES])
WORD = st.text("abcdéz読9", min_size=1, max_size=8)
LEAVES = st.one_of(
    WORD.map(Words), WORD.map(Prefix), st.lists(WORD, min_size=1, max_size=3).map(lambda words: Phrase(" ".join(words)))
)
TIME = st.builds(
    During, st.sampled_from(TIMES), st.none() | st.dates(), st.none() | st.dates(date(1, 1, 2), date(9999, 12, 30))
).filter(lambda during: (during.first or during.last) and (during.first or date.min) <= (during.last or date.max))
TREES = st.recursive(
    LEAVES | st.builds(FieldValue, NAMES, LEAVES) | TIME,
    lambda inner: st.one_of(
        inner.map(neither),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: both(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: either(*parts)),
    ),
    max_leaves=8,
)


@given(TREES)
def test_a_tree_written_down_reads_the_same(tree: Any) -> None:
    text = written(tree)
    assert len(text) > LONGEST or (read(text).wanted, read(text).remarks) == (tree, ())


@pytest.mark.parametrize(
    ("text", "ranked", "marks"),
    [
        ("a -b", True, "a"),
        ("-b", False, ""),
        ("accuser:a outlet:b", True, "a"),
        ("outlet:b", True, ""),
        ("conduct:scraping after:2026", False, ""),
        ("a OR (b -c)", True, "ab"),
    ],
)
def test_what_ranks_and_what_is_marked(text: str, ranked: bool, marks: str) -> None:
    wanted = read(text).wanted
    assert is_ranked(wanted) is ranked
    assert "".join(leaf.text for leaf in marked_leaves(wanted)) == marks


def test_what_is_excluded_is_not_wanted() -> None:
    leaves = chain(wanted_leaves(read("-(a b) c").wanted), wanted_leaves(None))
    assert list(leaves) == [C]


def test_every_field_is_in_the_language() -> None:
    assert {name for name, field in BY_NAME.items() if field.asked} < set(FIELD_NAMES)


DOCS = Path(__file__).resolve().parents[2] / "docs" / "searching.md"


def test_the_examples_of_the_documentation_are_read_without_a_remark() -> None:
    examples = [row.split("`")[1] for row in DOCS.read_text().splitlines() if row.startswith("| `")]
    examples = [example for example in examples if not example.endswith(":")]
    assert len(examples) > 10
    assert {example: read(example).remarks for example in examples if read(example).remarks} == {}


def test_the_documentation_and_the_page_tell_of_every_field() -> None:
    told = DOCS.read_text()
    page = (DOCS.parents[1] / "web" / "templates" / "howto.html").read_text()
    assert [name for name in FIELD_NAMES if f"`{name}:`" not in told] == []
    assert [name for name in FIELD_NAMES if name not in page] == []
    assert f"{LONGEST} characters" in told
