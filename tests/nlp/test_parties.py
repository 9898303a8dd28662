"""Who is a party: those whom a report only describes, those listed beside others, and those who merely report."""

import pytest
from reading import told


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Illustrator sues Quorra AI over drawings used to train its image generator",
            "",
            {("illustrator", "Quorra AI")},
        ),
        (
            "A court fight begins",
            "A photographer has sued Tindrel AI, saying that the firm copied her pictures to train its models.",
            {("photographer", "Tindrel AI")},
        ),
        ("Voltrane AI sued by voice actor over a cloned voice", "", {("voice actor", "Voltrane AI")}),
        (
            "Songwriter accuses Suno of copying a melody in AI songs",
            "The songwriter, who wished to stay unnamed, asked for pay.",
            {("songwriter", "Suno")},
        ),
        ("A cartoonist meets AI", "A cartoonist likes what Quorra AI trained on drawings can do.", set()),
        ("An app for painters", "A painter tried Tindrel AI, an app that a developer built by training AI.", set()),
    ],
)
def test_one_who_is_only_described_accuses(title: str, text: str, expected: set[tuple[str, str]]) -> None:
    assert told(title, text) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Cartoonist sues AI meme generator that sells his work", {("cartoonist", "ai meme generator")}),
        ("Painters sue AI image generator over copied canvases", {("painters", "ai image generator")}),
        ("Quorra Press sues AI search engine over copied articles", {("Quorra Press", "ai search engine")}),
    ],
)
def test_a_product_that_is_only_described_is_accused(title: str, expected: set[tuple[str, str]]) -> None:
    assert told(title) == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Publishers accuse OpenAI of hiding evidence in copyright lawsuits",
            "In a motion, the Eastmoor Gazette, Calder House and 12 other media companies say OpenAI chose silence "
            "about how its AI models came about.",
            {("Eastmoor Gazette", "OpenAI"), ("Calder House", "OpenAI")},
        ),
        (
            "Labels sue Suno over AI training",
            "Brightfern Records, Sable Music and four other record labels sued Suno on Monday for copying recordings.",
            {("Brightfern Records", "Suno"), ("Sable Music", "Suno")},
        ),
        (
            "Authors sue Meta over pirated books",
            "Ida Brenn, Tomas Reyes and eleven other writers have sued Meta for training AI on pirated books.",
            {("Ida Brenn", "Meta"), ("Tomas Reyes", "Meta")},
        ),
        (
            "Publishers sue OpenAI over copied articles",
            "The Eastmoor Gazette reported on Monday that publishers sued OpenAI for training AI on their articles.",
            {("publishers", "OpenAI")},
        ),
    ],
)
def test_those_named_before_others_of_their_kind_are_the_group(
    title: str, text: str, expected: set[tuple[str, str]]
) -> None:
    assert told(title, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Several outlets reported that Quorra AI would no longer copy articles to train its models.",
        "Newspapers wrote on Friday that Tindrel AI had used pirated books to train its model.",
        "Journalists have reported that Voltrane AI scraped forums to train its AI.",
        "Various magazines have reported on a post saying that Suno would stop using copied songs.",
    ],
)
def test_the_press_that_reports_accuses_nobody(text: str) -> None:
    assert told("What is said of AI and copyright", text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Quorra AI bans all Tindrel Labs employees over alleged scraping of its data.",
            {("Quorra AI", "Tindrel Labs")},
        ),
        ("Reddit blocked Perplexity for scraping posts without permission.", {("Reddit", "Perplexity")}),
        (
            "Anthropic cut off Voltrane AI over distillation of its models.",
            {("Anthropic", "Voltrane AI")},
        ),
        ("OpenAI suspended ByteDance after alleged theft of model outputs.", {("OpenAI", "ByteDance")}),
        ("Italy blocked DeepSeek over privacy of users of AI.", set()),
        ("Apple bans ChatGPT for staff over leaks of AI secrets.", set()),
    ],
)
def test_whoever_is_shut_out_for_a_wrong_is_accused_of_it(text: str, expected: set[tuple[str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "On Monday Quorra AI accused employees at Tindrel Labs of scraping its data.",
            {("Quorra AI", "Tindrel Labs")},
        ),
        ("Quorra AI sued Tindrel Labs staff in May for stealing AI code.", {("Quorra AI", "Tindrel Labs")}),
        ("Reddit accused staff of Voltrane AI of scraping posts.", {("Reddit", "Voltrane AI")}),
        ("Quorra AI sued former employees of Tindrel Labs for stealing AI code.", {("Quorra AI", "former employees")}),
    ],
)
def test_the_people_of_a_firm_stand_for_it(text: str, expected: set[tuple[str, str]]) -> None:
    assert told("A dispute on AI", text) == expected


def test_a_title_that_accuses_outweighs_a_later_list_of_both() -> None:
    text = (
        "Ida Brenn of Calder House was there. In another matter authors have sued Quorra AI and Tindrel AI over books."
    )
    assert ("Quorra AI", "Tindrel AI") in told("Quorra AI accuses Tindrel AI of scraping its data", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Quorra AI said it has identified campaigns by Tindrel and Voltrane to extract the capabilities of its models.",
            {("Quorra AI", "Tindrel"), ("Quorra AI", "Voltrane")},
        ),
        (
            "Anthropic detected a distillation attack by Harrowgate AI on Claude.",
            {("Anthropic", "Harrowgate AI")},
        ),
        (
            "OpenAI has uncovered attempts by DeepSeek to distill its models.",
            {("OpenAI", "DeepSeek")},
        ),
        ("Anthropic identified a way for customers of Harrowgate AI to distill models.", set()),
        ("Google detected attacks by hackers who used AI to write malware.", set()),
    ],
)
def test_whose_campaign_somebody_has_found_is_accused(text: str, expected: set[tuple[str, str]]) -> None:
    assert told("A report on AI models", text) == expected


def test_a_town_that_only_describes_people_is_no_party() -> None:
    text = (
        "The lawsuit by book authors against Quorra AI and its Cupertino crew says that it trained AI on their books."
    )
    assert told("A case on AI training", text) == {("book authors", "Quorra AI")}


@pytest.mark.parametrize(
    ("text", "accuser"),
    [
        ("AI models memorise songs, according to a new report from the monitor Sable Watch on Suno.", ""),
        (
            "Quorra AI copied thousands of news stories to train its model, according to an analysis by Sable Watch.",
            "Sable Watch",
        ),
        (
            "Quorra AI scraped the archive for its AI, according to a study from the Calder Institute.",
            "Calder Institute",
        ),
        (
            "Tindrel AI has pirated novels to train AI, according to a report by Brightfern Monitor.",
            "Brightfern Monitor",
        ),
    ],
)
def test_who_made_the_report_that_tells_of_a_wrong_accuses(text: str, accuser: str) -> None:
    assert {a for a, _ in told("A look at AI and copyright", text)} == ({accuser} if accuser else set())


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Calumix Labs and Rorix sue Kularo over AI training", {("Calumix Labs", "Kularo"), ("Rorix", "Kularo")}),
        ("Publishers Trastia and Rorvane accuse Kularo of copying books to train AI", {("Trastia", "Kularo"), ("Rorvane", "Kularo")}),
        ("Harwick | Trastia sues Kularo over AI training", {("Trastia", "Kularo")}),
        ("Sanlund (Sanlund Media) sues Selwick over AI training", {("Sanlund Media", "Selwick")}),
    ],
)  # fmt: skip
def test_no_name_runs_past_a_verb_or_a_bracket(title: str, expected: set[tuple[str, str]]) -> None:
    assert told(title) == expected
