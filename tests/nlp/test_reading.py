import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import reader, told

from kb import registry
from kb.interchange import report_from_record
from kb.model import Allegation, Conduct, Reading, Report, Response, Stage
from nlp.reader import _joined, versions
from nlp.triage import may_hold_allegation


def read(title: str, text: str = "") -> Reading:
    return reader().read(Report(id="x", title=title, text=text))


def pairs(reading: Reading) -> set[tuple[str, str]]:
    return {(a, b) for found in reading.allegations if found.published for a in found.accusers for b in found.accused}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Anthropic sues DeepSeek over distillation of Claude", {("Anthropic", "DeepSeek")}),
        ("OpenAI sued by Getty Images over training data", {("Getty Images", "OpenAI")}),
        ("Midjourney faces copyright lawsuit from Disney", {("Disney", "Midjourney")}),
        ("Udio hit with copyright suit by record labels over AI training", {("record labels", "Udio")}),
        ("Reddit's lawsuit against Perplexity over scraping moves ahead", {("Reddit", "Perplexity")}),
        ("Novelists accuse Meta of training AI on pirated books", {("novelists", "Meta")}),
        ("Nvidia defeats authors' lawsuit over AI training", {("authors", "NVIDIA")}),
        ("Suno and Udio accused by GEMA of training on songs", {("GEMA", "Suno"), ("GEMA", "Udio")}),
        ("Microsoft and OpenAI announce new AI partnership", set()),
        ("Condé Nast licenses its archive to OpenAI", set()),
        ("Shoppers sue Amazon in antitrust class action over AI prices", set()),
        ("How distillation makes language models smaller", set()),
        ("Hackers stole user data from an AI chatbot maker", set()),
    ],
)
def test_headlines(title: str, expected: set[tuple[str, str]]) -> None:
    assert pairs(read(title)) == expected


@pytest.mark.parametrize("accuser", ["Anthropic", "Alibaba", "Disney", "The New York Times", "Reddit", "Getty Images"])
@pytest.mark.parametrize("accused", ["OpenAI", "Microsoft", "Midjourney", "Suno", "Thomson Reuters"])
@pytest.mark.parametrize(
    "wording",
    [
        "{a} sues {b} over AI training",
        "{b} sued by {a} over AI training",
        "{a} accuses {b} of distillation",
        "{b} accused by {a} of mass distillation",
        "{b} faces lawsuit from {a} over AI scraping",
        "{b} hit with copyright suit by {a} over AI training",
        "{a}’s lawsuit against {b} over AI scraping goes on",
        "{b} was taken to court by {a} over AI training on its works",
    ],
)
def test_nobody_accuses_the_wrong_way_round(accuser: str, accused: str, wording: str) -> None:
    sentence = wording.format(a=accuser, b=accused)
    for reading in (read(sentence), read("Court news", f"{sentence}. The case is about copyright and AI models.")):
        assert (accused, accuser) not in pairs(reading)
    assert (accuser, accused) in pairs(read(sentence)) or "taken to court" in wording


@pytest.mark.parametrize(
    ("title", "text", "expected", "conduct", "stage"),
    [
        (
            "A startup is taken to court",
            "Brightfern Records sued the music generator Suno in Boston on Tuesday, alleging that the company trained its "
            "AI models on 400 of the label's recordings without permission.",
            {("Brightfern Records", "Suno")},
            Conduct.TRAINING_COPYRIGHT,
            Stage.COMPLAINT,
        ),
        (
            "Trade secrets case begins",
            "The robotics company Figure AI was sued on Monday by Boston Dynamics. The complaint accuses it of stealing "
            "trade secrets on machine learning.",
            {("Boston Dynamics", "Figure AI")},
            Conduct.TRADE_SECRET,
            Stage.COMPLAINT,
        ),
        (
            "Mistral AI tells lawmakers of copied models",
            "Mistral AI has sent a letter to lawmakers. In it the startup accuses Baidu of distilling its models through "
            "thousands of fake accounts, according to Reuters.",
            {("Mistral AI", "Baidu")},
            Conduct.DISTILLATION,
            Stage.LETTER,
        ),
    ],
)
def test_reports(title: str, text: str, expected: set[tuple[str, str]], conduct: Conduct, stage: Stage) -> None:
    reading = read(title, text)
    assert pairs(reading) == expected
    main = next(a for a in reading.allegations if a.published)
    assert conduct in main.conduct
    assert main.stage is stage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The sound library Orrefell accuses the podcast generator Hummable of training its AI on 900 recordings.",
            {("Orrefell", "Hummable")},
        ),
        (
            "Tessera Maps, which is suing the AI start-up Wayvane for copying its maps, wants damages.",
            {("Tessera Maps", "Wayvane")},
        ),
        (
            "Quillhaven Press, Marlow Books and the novelist Ida Brandt have accused OpenAI of training on pirated copies.",
            {("Quillhaven Press", "OpenAI"), ("Marlow Books", "OpenAI"), ("Ida Brandt", "OpenAI")},
        ),
        (
            "Court papers repeat the claim of Norrland Pictures that the video generator Reelmint copied its films.",
            {("Norrland Pictures", "Reelmint")},
        ),
        (
            "Photographer Lena Okafor has gone to court against Stability AI over pictures used to train its model.",
            {("Lena Okafor", "Stability AI")},
        ),
        (
            "Tollwin copied 3,000 cookbooks to train its chatbot, according to a complaint filed by Copperline Press.",
            {("Copperline Press", "Tollwin")},
        ),
        (
            "Dalmore Records is suing three AI firms: Wexcombe, Tollwin and Grayfen.",
            {("Dalmore Records", "Wexcombe"), ("Dalmore Records", "Tollwin"), ("Dalmore Records", "Grayfen")},
        ),
        (
            "Some 40 authors headed by the novelist Piet Brandsma have accused Tollwin of feeding pirated books to its AI.",
            {("Piet Brandsma", "Tollwin")},
        ),
        (
            "Photographers demanded on Tuesday that Pixora pay for pictures that its AI was trained on.",
            {("photographers", "Pixora")},
        ),
        (
            "The AI model was trained on thousands of his songs without permission, the singer Ton Verhoef says.",
            set(),
        ),
        (
            "Anthropic and Alibaba both spoke on a panel about OpenAI vs Google vs Microsoft and the copyright lawsuits.",
            set(),
        ),
    ],
)
def test_names_that_no_list_has(text: str, expected: set[tuple[str, str]]) -> None:
    assert pairs(read("In court", f"{text} The dispute is over AI.")) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Quorvane AI wins copyright fight against Harlow News Group", {("Harlow News Group", "Quorvane AI")}),
        ("Harlow News Group loses AI copyright fight against Quorvane AI", {("Harlow News Group", "Quorvane AI")}),
        ("Lowell & Hart Settles AI Copyright Lawsuit With Anthropic", {("Lowell & Hart", "Anthropic")}),
        ("Anthropic to pay $1.5 billion to authors in AI copyright settlement", {("authors", "Anthropic")}),
        ("Novatrell and Qubrick end AI copyright fight", set()),
        ("AI song app Wexcombe accused of stealing by Dalmore Records", {("Dalmore Records", "Wexcombe")}),
        ("Dalmore Records to Wexcombe: stop training AI on our songs", {("Dalmore Records", "Wexcombe")}),
    ],
)
def test_the_sides_of_a_contest_are_told_by_what_each_lives_by(title: str, expected: set[tuple[str, str]]) -> None:
    assert pairs(read(title)) == expected


def test_a_name_is_of_one_kind_throughout_a_report() -> None:
    found = told(
        "Rival copied our model, says Brindlewick",
        "Larkfold presented its assistant last week. Engineers at Brindlewick say they know it.\n"
        "On Tuesday Brindlewick accused the company of training its AI on the answers of Brindlewick's own models.",
    )
    assert found == {("Brindlewick", "Larkfold")}


def test_a_name_before_a_lawsuit_sues_only_if_that_is_likely() -> None:
    text = "The OpenAI lawsuit goes on: authors say that the company trained its models on their books."
    assert ("OpenAI", "authors") not in pairs(read("AI and books", text))
    assert all("OpenAI" not in allegation.accusers for allegation in read("AI and books", text).allegations)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Anthropic says it will not sue OpenAI over AI training data", ""),
        ("OpenAI did not sue DeepSeek over distillation of its AI models", ""),
        ("OpenAI is not suing Anthropic over AI training", ""),
        ("Anthropic never accused OpenAI of copying its AI models", ""),
        ("Could Disney sue Midjourney over AI copyright?", ""),
        ("Scraping and AI", "Reddit has not filed a lawsuit against Anthropic over AI scraping of its content."),
        ("What if", "If Disney sued Suno over AI training on its songs, it would win."),
        (
            "Papers and AI",
            "The New York Times is considering a lawsuit against OpenAI over AI training on its articles.",
        ),
        ("A denial", "OpenAI denied that it had copied the articles of The New York Times to train its AI models."),
    ],
)
def test_what_is_denied_or_only_possible_is_no_allegation(title: str, text: str) -> None:
    assert pairs(read(title, text)) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Midjourney did not respond to a request for comment.", {("Midjourney", "not-reached")}),
        ("A Disney spokesperson declined to comment.", set()),
        ("A spokesperson for Midjourney declined to comment.", {("Midjourney", "no-comment")}),
        ("Midjourney denied the allegations, and Disney declined to comment.", {("Midjourney", "denied")}),
        ("Midjourney said that Disney's claims are without merit.", {("Midjourney", "denied")}),
        ("A Microsoft spokesman did not respond.", set()),
        ("The judge denied Midjourney's bid to end the case.", set()),
        ("Midjourney makes images. The company declined to comment.", {("Midjourney", "no-comment")}),
    ],
)
def test_an_answer_is_the_accused_own(text: str, expected: set[tuple[str, str]]) -> None:
    reading = read("Disney sues Midjourney", f"Disney sued Midjourney over AI copies of its characters. {text}")
    assert {(answer.by, str(answer.code)) for answer in reading.responses} == expected


def test_a_report_in_another_language_is_not_read_as_english() -> None:
    text = (
        "Anthropic sued DeepSeek over distillation of its AI models. "
        + "Die Klage wurde am Montag in Berlin erhoben. " * 8
    )
    german = Report(id="x", title="Anthropic sues DeepSeek over distillation", text=text, language="de")
    assert pairs(reader().read(german)) == set()
    assert pairs(reader().read(replace(german, language="en"))) == {("Anthropic", "DeepSeek")}


@pytest.mark.timeout(20)
def test_a_list_of_many_parties_does_not_stall_the_reader() -> None:
    names = ", ".join(["OpenAI", "Google", "Disney", "Anthropic", "Microsoft"] * 20)
    read("A letter on AI", f"A letter on copyright and AI was signed by {names} and was sent to Congress in a lawsuit.")


def test_the_first_report_of_all_is_read_as_a_careful_reader_would(reference_data: Path) -> None:
    from crawler.extraction import extract_text  # noqa: PLC0415

    expected = json.loads((reference_data / "seed" / "expected.json").read_text())
    found = extract_text((reference_data / "seed" / "report.txt").read_text())
    assert found.title == expected["title"]
    assert not [line for line in expected["not_body"] if line in found.body]
    reading = reader().read(found.report(""))
    assert pairs(reading) == {("Anthropic", "Alibaba")}
    main = reading.allegations[0]
    assert (list(main.conduct), main.stage) == (["distillation"], "letter")
    assert main.attribution == ("CNBC", "letter", "Anthropic")
    assert main.hedge
    assert reading.responses == ()


def test_the_same_story_holds_with_other_parties_and_words() -> None:
    text = (
        "Cohere is not hiding its anger. The AI lab has written a harsh letter accusing Tencent of running what it calls "
        "the biggest known distillation campaign against Cohere so far.\n"
        "The letter, seen by Reuters, says how Tencent allegedly extracted the capabilities of its models.\n"
        "Read more Airbus, Oracle and Dell join space fair →\n"
        "The charge comes at a tense moment for the industry."
    )
    reading = read("Cohere Accuses Tencent of Copying Its AI Models by Distillation", text)
    assert pairs(reading) == {("Cohere", "Tencent")}
    assert reading.allegations[0].attribution == ("Reuters", "letter", "Cohere")
    assert reading.allegations[0].stage is Stage.LETTER


def assert_spans_are_exact(report: Report, reading: Reading) -> None:
    fields = {"title": report.title, "text": report.text}
    findings: list[Allegation | Response] = [*reading.allegations, *reading.responses]
    for found in findings:
        assert fields[found.span.field][found.span.start : found.span.end] == found.sentence


def test_every_span_is_its_sentence_and_headlines_keep_their_floor(reference_data: Path) -> None:
    from nlp.evaluation import scores, table  # noqa: PLC0415

    gold = []
    predicted = {}
    for n, line in enumerate((reference_data / "headlines" / "headlines.jsonl").read_text().splitlines()):
        record = {**json.loads(line), "id": str(n)}
        gold.append({"allegations": [], **record})
        report = report_from_record({"id": str(n), "title": record["title"]})
        reading = reader().read(report)
        assert_spans_are_exact(report, reading)
        predicted[str(n)] = {
            "allegations": [
                {"accusers": a.accusers, "accused": a.accused, "conduct": list(a.conduct), "stage": a.stage}
                for a in reading.allegations
                if a.published
            ]
        }
    rows = {row.measure: row for row in table(scores(gold, predicted), samples=20)}
    assert rows["pairs"].f1 >= 0.85
    assert rows["pairs"].precision >= 0.95
    assert rows["false alarms"].precision <= 0.05


def test_news_on_other_matters_accuses_nobody(reference_data: Path) -> None:
    lines = (reference_data / "ecbplus" / "documents.jsonl").read_text().splitlines()
    documents = [json.loads(line) for line in lines]
    kept = [d for d in documents if may_hold_allegation("", d["text"])]
    assert len(kept) < 0.1 * len(documents)
    for document in kept:
        report = Report(id=document["id"], title="", text=document["text"])
        reading = reader().read(report)
        assert_spans_are_exact(report, reading)
        assert pairs(reading) == set(), document["id"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AI",
        "\x00\x01\x02 sues OpenAI copyright",
        "sues " * 20_000,
        "Ã©tÃ© Ã  la plage, lawsuit AI copyright Ã¼ber",
        "Die Gesellschaft verklagt das Unternehmen wegen KI und Urheberrecht vor Gericht. copyright AI lawsuit",
        "<div><p>OpenAI</p> lawsuit <b>copyright</b></div>",
        "v. v. v. AI copyright",
    ],
)
def test_bad_input_gives_no_error_and_no_party(text: str) -> None:
    assert pairs(read("", text)) == set()
    assert pairs(read(text[:300])) == set()


WORDS = st.sampled_from(
    "OpenAI sues accuses of copying the Anthropic , . lawsuit against by authors AI models \n “ ” v. Meta's stole code it".split(
        " "
    )
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=12).map(" ".join))
def test_any_words_are_read_the_same_twice_with_exact_spans(text: str, title: str) -> None:
    report = Report(id="x", title=title, text=text)
    reading = reader().read(report)
    assert_spans_are_exact(report, reading)
    assert reader().read(report) == reading


def test_a_reading_names_its_versions() -> None:
    reading = read("OpenAI sued by authors over AI training")
    assert (reading.reader, reading.model, reading.registry) == versions(registry.load())


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Another group of writers is suing OpenAI over copyright claims",
            "A group of writers is suing OpenAI over the training of its chatbot. In a lawsuit filed on Friday, Ida Brenn, "
            "Tomas Reyes Alba, Ruth Okafor, and Noor Haddad allege OpenAI benefits and profits from their books.",
            {(name, "OpenAI") for name in ("Ida Brenn", "Tomas Reyes Alba", "Ruth Okafor", "Noor Haddad")},
        ),
        (
            "Ida Brenn among group of authors suing OpenAI",
            "Ida Brenn and Tomas Reyes are among 17 authors suing OpenAI for theft of their books on a mass scale.",
            {("Ida Brenn", "OpenAI"), ("Tomas Reyes", "OpenAI")},
        ),
        (
            "Read Netflix's legal letter to ByteDance over an AI video tool",
            "Netflix sent TikTok parent ByteDance a cease-and-desist letter over its AI video tool, which copies its shows.",
            {("Netflix", "ByteDance")},
        ),
    ],
)
def test_those_whom_a_group_or_a_description_stands_for_are_named(
    title: str, text: str, expected: set[tuple[str, str]]
) -> None:
    assert pairs(read(title, text)) == expected


def test_what_would_wait_for_review_is_not_published_along_with_what_is_sure() -> None:
    told = Report(id="x", title="", text="Quorra Press and Tindrel sued Harrowgate AI over copied novels.")
    [first, *others] = reader().candidates(told)
    sure = replace(first[1], confidence=0.9)
    unsure = replace(first[1], confidence=0.4)
    joined = _joined([(first[0], sure), *((pair, unsure) for pair, _ in others)])
    assert [verdict.confidence for _, verdict in joined] == [0.9, *([0.4] if others else [])]
    assert others


@pytest.mark.parametrize(
    "text",
    [
        "The lawsuit, which was filed in a court in Leeds, marks the first time a museum has pursued the AI chatbot makers.",
        "A judge trimmed the first big lawsuit that was filed against generative AI companies for training on books.",
        "There are real disputes over AI training that must be resolved in courts.",
    ],
)
def test_a_document_about_which_a_clause_tells_is_not_asked_for_its_owner_without_end(text: str) -> None:
    assert all(each.sentence in text for each in read("", text).allegations)


@pytest.mark.parametrize(
    ("title", "text", "accuser"),
    [
        (
            "Misuse of a voice",
            "The singer Marta Lindqvist has condemned the misuse of her voice in AI-generated songs.",
            "Marta Lindqvist",
        ),
        (
            "A voice is cloned",
            "The audiobook narrator Paul Merrick says his voice was cloned by AI without his permission.",
            "Paul Merrick",
        ),
        ("A city council meets", "The mayor Paul Merrick has condemned the use of AI in schools.", ""),
    ],
)
def test_who_complains_of_a_wrong_to_his_own_accuses_though_nobody_is_named(
    title: str, text: str, accuser: str
) -> None:
    published = [each for each in read(title, text).allegations if each.published]
    assert [each.accusers for each in published] == ([(accuser,)] if accuser else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The Justice Department announced that a former Voltrane engineer, Leon Zhao, was found guilty of stealing "
            "trade secrets about AI chips.",
            {("U.S. Department of Justice", "Leon Zhao")},
        ),
        ("The AI firm Tollwin was found guilty of nothing, its lawyers said.", set()),
    ],
)
def test_an_accusation_that_nobody_is_said_to_make(text: str, expected: set[tuple[str, str]]) -> None:
    assert pairs(read("In court", text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "In Copperline Press v. Tollwin Inc., a judge must decide whether AI training is fair use.",
            {("Copperline Press", "Tollwin Inc.")},
        ),
        (
            "Tollwin allegedly used a data set of pirated novels to train its chatbot. Lawsuits from authors such as Nora "
            "Whitfield and Sam Oduya call it infringement.",
            {("Nora Whitfield", "Tollwin"), ("Sam Oduya", "Tollwin")},
        ),
    ],
)
def test_a_mere_hint_is_weighed_whether_or_not_it_is_published(text: str, expected: set[tuple[str, str]]) -> None:
    assert told("In court", text) == expected
