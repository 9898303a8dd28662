"""Constructions of English in which somebody accuses, and those that only look alike: all parties are invented."""

import pytest
from reading import accusing


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Federal prosecutors charge former Nvidia engineer with stealing AI chip secrets",
            "Prosecutors charged Wen Tao, a former engineer at Nvidia, with theft of trade secrets about AI chips.",
            {("prosecutors", "Wen Tao")},
        ),
        ("Prosecutors indict ex-Elmfield engineer over stolen AI code", "", {("prosecutors", "former engineer")}),
        (
            "Moraro AI sues former Google researchers for taking its trade secrets",
            "",
            {("Moraro AI", "former researchers")},
        ),
    ],
)
def test_who_has_left_a_firm_is_not_the_firm(title: str, text: str, expected: set[tuple[str, str]]) -> None:
    assert accusing(title, text) == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("The White House accuses China of stealing American AI models", "", {("White House", "China")}),
        (
            "Anthropic accuses China of stealing Claude's abilities",
            "Anthropic says Chinese AI labs distilled its models through fake accounts.",
            {("Anthropic", "China")},
        ),
        ("", "Britain accused China of stealing the source code of AI models from its labs.", {("Britain", "China")}),
        ("Moraro AI sues in China over stolen AI training data", "", set()),
        ("China says Elmfield used copyrighted books to train its AI in Paris", "", set()),
    ],
)
def test_countries_accuse_and_are_accused(title: str, text: str, expected: set[tuple[str, str]]) -> None:
    assert accusing(title, text) == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "",
            "Elmfield continues to blame Moraro's new limits on AI companies scraping its posts for training data.",
            {("Elmfield", "ai companies")},
        ),
        (
            "",
            "Calder House blamed falling sales of its novels on Moraro AI, which copied them for training.",
            {("Calder House", "Moraro AI")},
        ),
        (
            "",
            "The forum Elmfield blames the scraping of its posts by Moraro AI for outages. AI training needs data.",
            {("Elmfield", "Moraro AI")},
        ),
        (
            "",
            "A forum blames the scraping of its posts by Moraro AI for outages. AI training needs data.",
            {("forum", "Moraro AI")},
        ),
    ],
)
def test_blame_is_laid_on_whom_a_preposition_names(title: str, text: str, expected: set[tuple[str, str]]) -> None:
    assert accusing(title, text) == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Plaintiffs v. Moraro AI", "The plaintiffs say Moraro AI trained its model on their songs.", "Moraro AI"),
        (
            "Calder House accuses Moraro AI of freeriding",
            "The head of Calder House said AI firm Moraro AI is freeriding on its journalism to train its chatbot.",
            "Moraro AI",
        ),
        (
            "Elmfield says Beatmill is free-riding",
            "The chief executive of Elmfield said AI start-up Beatmill plundered its songs.",
            "Beatmill",
        ),
    ],
)
def test_more_ways_to_accuse(title: str, text: str, expected: str) -> None:
    assert expected in {accused for accuser, accused in accusing(title, text) if accuser}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Elmfield judge blasts AI copyright deal with Moraro", ""),
        ("Label heads tell MPs that opt-outs will not stop AI theft", ""),
        ("", "Moraro AI, having learned from her songs, charged Ann Lee for a licence to its model."),
        ("", "Elmfield said that Moraro AI could train on books it had bought."),
        ("", "Calder House says that Moraro AI did not use its books for training."),
        ("", "The guild says Moraro AI may use the lyrics for training."),
        ("Jason Allen sues Copyright Office over Théâtre D'opéra Spatial", ""),
    ],
)
def test_what_only_looks_like_an_accusation(title: str, text: str) -> None:
    assert accusing(title, text) == set()


@pytest.mark.parametrize(
    ("title", "text", "wrong"),
    [
        ("", "xAI, Ann Lee's AI company, accused a former engineer of taking its source code.", "Ann Lee"),
        (
            "",
            "Internal messages suggest Moraro AI used pirated books for training, with approval from Ann Lee.",
            "Ann Lee",
        ),
        ("Elmfield's Ghanaian partners accuse Beatmill of copying songs with AI", "", "Elmfield"),
        (
            "",
            "The Business and Property Courts of England used a claim against Moraro AI over AI training.",
            "Business",
        ),
    ],
)
def test_who_stands_near_does_not_accuse(title: str, text: str, wrong: str) -> None:
    assert not any(accuser.startswith(wrong) for accuser, _ in accusing(title, text))


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Calder House reaches settlement with Moraro AI in AI copyright case", "", {("Calder House", "Moraro AI")}),
        ("Moraro AI reaches settlement with Calder House in AI copyright case", "", {("Calder House", "Moraro AI")}),
        (
            "Calder House and Moraro AI settle copyright lawsuit",
            "Calder House and AI start-up Moraro AI have settled their lawsuit over training on novels.",
            {("Calder House", "Moraro AI")},
        ),
        ("Judge approves Moraro AI's settlement with authors over pirated books", "", {("authors", "Moraro AI")}),
        ("Moraro AI loses bid to dismiss Calder House's copyright suit", "", {("Calder House", "Moraro AI")}),
        (
            "",
            "A German court ordered Moraro AI to pay damages to Calder House for training on its books.",
            {("Calder House", "Moraro AI")},
        ),
    ],
)
def test_how_a_dispute_ends(title: str, text: str, expected: set[tuple[str, str]]) -> None:
    assert accusing(title, text) == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "",
            "Moraro AI has denied allegations by Calder House that it stole its novels to train its chatbot.",
            {("Calder House", "Moraro AI")},
        ),
        (
            "",
            "Artists have criticised Moraro AI for training its image generator on their drawings without consent.",
            {("artists", "Moraro AI")},
        ),
        ("Music publishers call on Moraro AI to stop training on lyrics", "", {("music publishers", "Moraro AI")}),
        (
            "Artists sign a letter",
            "Ann Lee and Ida Moor are among 4,000 artists who signed a letter calling on Moraro AI to stop using their work "
            "to train its models.",
            {("Ann Lee", "Moraro AI"), ("Ida Moor", "Moraro AI")},
        ),
        (
            "Who's suing Moraro AI, from Ann Lee to Ida Moor, for copyright",
            "",
            {("Ann Lee", "Moraro AI"), ("Ida Moor", "Moraro AI")},
        ),
        ("", "Artists criticised Moraro AI for its slow image generator.", set()),
        ("Moraro AI calls on publishers to license AI training", "", set()),
    ],
)
def test_protests_denials_and_lists(title: str, text: str, expected: set[tuple[str, str]]) -> None:
    assert accusing(title, text) == expected
