"""Who is only described, who settles with whom, and under which of its names a party is told of: all are invented."""

import pytest
from reading import accusing, reader, told

from kb.model import Report


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Cartoonist sues AI meme generator over stolen comic strips",
            "",
            {("cartoonist", "ai meme generator")},
        ),
        ("Rookery sues Google over AI training on its articles", "", {("Rookery", "Google")}),
        ("Marmalade sues Suno over AI songs", "", {("Marmalade", "Suno")}),
        ("OpenAI sued by radio host over AI training", "", {("radio host", "OpenAI")}),
        ("Bagpipers sue Suno over AI training", "", {("bagpipers", "Suno")}),
        ("Local newspaper sues OpenAI over AI training", "", {("newspaper", "OpenAI")}),
        (
            "A lawsuit over worksheets",
            "A retired schoolteacher sued Moraro AI on Monday, saying that the company had trained its chatbot on her "
            "worksheets without permission.",
            {("schoolteacher", "Moraro AI")},
        ),
        (
            "Photographer accuses Stability AI of training on her pictures",
            "Ida Brenn, a photographer, accused Stability AI of training its models on her pictures.",
            {("Ida Brenn", "Stability AI")},
        ),
        (
            "Google sued by former radio host over AI voice",
            "Tomas Reyes, who spoke on the radio for years, is suing Google, saying that its AI tool copied his voice.",
            {("Tomas Reyes", "Google")},
        ),
    ],
)
def test_who_sues_is_named_by_what_he_is(title: str, text: str, expected: set[tuple[str, str]]) -> None:
    assert accusing(title, text) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Class action lawsuit accuses Adobe of using pirated books to train AI",
        "Why everyone is suing OpenAI over AI training",
        "Various outlets report that Moraro AI used pirated books to train its chatbot",
        "Journalists write that OpenAI copied songs to train its AI",
        "A novelist says she enjoys writing with an AI chatbot",
    ],
)
def test_neither_documents_nor_everybody_nor_who_merely_speaks_is_an_accuser(title: str) -> None:
    assert {accuser for accuser, _ in accusing(title)} <= {""}


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Brightfern Records and Suno settle lawsuit over AI training",
            "",
            {("Brightfern Records", "Suno")},
        ),
        ("Udio and Universal Music settle AI copyright lawsuit", "", {("Universal Music Group", "Udio")}),
        ("Getty Images and Stability AI reach settlement in copyright case", "", {("Getty Images", "Stability AI")}),
        ("Warner Music and Suno end copyright fight with licensing deal", "", {("Warner Music Group", "Suno")}),
        ("Anthropic settles with publishers over AI training on lyrics", "", {("publishers", "Anthropic")}),
        ("OpenAI and Microsoft settle lawsuit", "", set()),
        ("Calder House and Voltrane settle lawsuit over AI training", "", set()),
        ("OpenAI settles with former employee over AI trade secrets", "", set()),
    ],
)
def test_who_settles_with_each_other_accused_by_what_they_live_by(
    title: str, text: str, expected: set[tuple[str, str]]
) -> None:
    assert accusing(title, text) == expected


def test_those_who_settled_in_a_text_without_a_title_are_weighed() -> None:
    text = "Tindrel Press and Moraro AI settled their lawsuit over AI training on books, court papers show."
    assert told("", text) == {("Tindrel Press", "Moraro AI")}


@pytest.mark.parametrize(
    ("title", "text", "accuser"),
    [
        (
            "Penrose sues OpenAI over AI training",
            "Penrose Media Group filed a lawsuit against OpenAI on Monday, saying that its chatbot was trained on articles.",
            {"Penrose Media Group"},
        ),
        (
            "Harlan Reed sues OpenAI",
            "Comedian Harlan J. Reed has sued OpenAI over the use of his books to train ChatGPT.",
            {"Harlan J. Reed"},
        ),
        (
            "Lexford sues Perplexity",
            "Lexford, the publisher, sued Perplexity over copied definitions in its AI answers. Lexford Harrow Inc says "
            "Perplexity scraped its site.",
            {"Lexford Harrow Inc"},
        ),
        (
            "Cascadia News Guild sues OpenAI",
            "The Cascadia News Guild of America (CNGA) sued OpenAI over training. The CNGA says that its articles were "
            "copied by the chatbot.",
            {"Cascadia News Guild of America"},
        ),
        (
            "Rockhold Sound and Rockhold Pictures sue Suno",
            "Rockhold Sound and Rockhold Pictures sued Suno over AI songs.",
            {"Rockhold Sound", "Rockhold Pictures"},
        ),
    ],
)
def test_a_short_name_is_the_full_name_and_two_firms_of_one_house_are_two(
    title: str, text: str, accuser: set[str]
) -> None:
    assert {each for each, _ in accusing(title, text)} == accuser


def test_the_day_of_a_settlement_is_not_that_of_the_claim() -> None:
    text = (
        "Tindrel Press and Moraro AI said on 29 October 2025 that they had settled a lawsuit over AI training on books. "
        "The publisher had sued Moraro AI in June 2024."
    )
    found = reader().read(Report(id="x", title="Tindrel Press and Moraro AI settle AI lawsuit", text=text)).allegations
    assert [str(each.stated) for each in found if each.published] == ["2024-06"]
