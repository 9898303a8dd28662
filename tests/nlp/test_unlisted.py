"""Names that no list has: found by what the whole report bears out, and the model left as it was."""

import pytest
from reading import reader

from kb.model import Report
from nlp.unlisted import unlisted

FAMILIAR = frozenset("Google Smith The It He She They Monday Lawyers Museo El".split())
ORDINARY = frozenset("read letter media press judge books founder novelist cut maker sues".split())


def names(*texts: str) -> set[str]:
    return set(unlisted(texts, lambda word: word in ORDINARY, lambda word: word in FAMILIAR))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["The suit names Zenlopa."], {"Zenlopa"}),
        (["Lawyers for Zenlopa Media wrote to Vortrisa."], {"Zenlopa Media", "Vortrisa"}),
        (["Read Zenlopa's letter to Google."], {"Zenlopa"}),
        (["Fidlers sued on Monday."], set()),
        (["Zenlopas sued.", "A judge heard Zenlopas."], {"Zenlopas"}),
        (["He met Judge Zenlopa."], set()),
        (["He spoke of zenlopa, and of Zenlopa."], set()),
        (["It was written by Marta Zenlopa.", "They praise Zenlopa."], set()),
        (["They praise Zenlopa, a novelist."], set()),
        (["She lives in Zenlopa."], set()),
        (["The Museo de Zenlopa sued."], set()),
        (["It names Zenlopa Smith."], set()),
        (["It names El-Zenlopa."], set()),
        (["They praise Zenlopa Vortrisa, who wrote her books."], set()),
        (["They praise Zenlopa Media, and he agreed."], {"Zenlopa Media"}),
    ],
)  # fmt: skip
def test_names_of_firms_and_neither_words_nor_people_nor_places(texts: list[str], expected: set[str]) -> None:
    assert names(*texts) == expected


def test_a_name_ends_where_the_report_shows_that_it_ends() -> None:
    title = "Zenlopa sues Vortrisa over AI training"
    text = "Zenlopa says that Vortrisa copied its books to train AI. Tags: Vortrisa, Zenlopa Lawsuits"
    found = reader().candidates(Report(id="x", title=title, text=text))
    assert {(p.accuser.name, p.accused.name) for p, _ in found if p.accuser and p.accused} == {("Zenlopa", "Vortrisa")}


def test_who_is_only_called_the_maker_of_an_unlisted_product_is_not_the_product() -> None:
    title = "Now Vortrisa AI is sued by a publisher"
    text = "Zenlopa Press sued the Tamquor maker, accusing it of copying articles to train its AI models."
    found = reader().candidates(Report(id="x", title=title, text=text))
    assert "Tamquor" not in {p.accused.name for p, _ in found if p.accused}


def test_one_report_lends_nothing_to_the_next() -> None:
    other = Report(id="x", title="", text="The suit by Zenlopa says that Vortrisa copied its songs for AI training.")
    alone = Report(id="y", title="", text="Zenlopas sued Google over AI training.")
    first = reader().read(alone)
    reader().read(other)
    assert reader().read(alone) == first
