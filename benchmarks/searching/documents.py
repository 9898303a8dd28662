"""Reports of a real report's length, made from the sample disputes and from templates in our own words."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from typing import Final, TypeVar

from kb import registry
from kb.model import Conduct, Organisation, Stage
from kb.search.documents import SearchDocument
from samples.reports import reports

LENGTH: Final = 2_000
"""Characters of a text, about."""
MAKERS: Final = (
    "OpenAI", "Anthropic", "Google", "Meta", "Microsoft", "Stability AI", "Midjourney", "Perplexity", "DeepSeek",
    "Alibaba", "xAI", "Nvidia", "Apple", "Amazon", "Suno", "Udio", "Mistral AI", "Cohere", "ByteDance", "Baidu",
)  # fmt: skip
"""Those most often accused, the first of them most."""
OUTLETS: Final = tuple(
    f"The {city} {name}"
    for name in ("Courier", "Ledger", "Herald", "Wire")
    for city in ("Harbour", "Northern", "Valley", "Capital", "Lakeside", "Granite", "Meridian", "Coastal")
)
WORKS: Final = (
    "books songs articles pictures films recordings lyrics drawings code voices maps scripts photographs scores novels "
    "essays datasets prompts weights accounts comics fonts games poems textbooks headnotes podcasts recipes sermons "
    "quilts"
).split()
COURTS: Final = (
    "Northern District of California", "Southern District of New York", "District of Delaware",
    "High Court of Justice", "Tokyo District Court", "Munich Regional Court", "Central District of California",
)  # fmt: skip
CLAIMS: Final = (
    "{accuser} accuses {accused} of using pirated {works} to train its chatbot.",
    "{accuser} has sued {accused} over {number} {works} copied without permission.",
    "According to a letter seen by {outlet}, {accuser} says that {accused} distilled its models through fake accounts.",
    "{accused} faces a lawsuit from {accuser} over scraped {works} and {other}.",
    "In a complaint filed in the {court}, {accuser} alleges that {accused} removed the notices from its {works}.",
    "{accuser} demands that {accused} pay damages for each of the {number} {works}.",
)
TITLES: Final = (
    "{accuser} sues {accused} over {works}",
    "{accused} accused by {accuser} of copying {works}",
    "{accuser} v. {accused}: what the {stage} means for {works}",
    "{accuser} says {accused} trained on stolen {works}",
)
SENTENCES: Final = (
    "A spokesperson for {accused} called the claims meritless and said that it respects the rights of creators.",
    "{accused} did not respond to a request for comment on {day}.",
    "The dispute began when {person}, an engineer in {city}, noticed that its answers repeated whole {works}.",
    "“They helped themselves to our {works},” said {person}, who speaks for {accuser}.",
    "Judge {person} set a hearing for {day} and asked both sides to name their experts on {other}.",
    "Lawyers in {city} expect that fair use will decide the case, as it did in the one over {other}.",
    "The model is said to have been trained on {number} {works}, many of them taken from a library of pirated {other}.",
    "Some {number} accounts were blocked after the exchanges came to light, {person} wrote in a memo.",
    "An appeal is possible, and {person} of the {court} gave no hint of a settlement.",
    "Analysts put the licences that were never bought at ${amount} million, a figure that {accused} disputes.",
    "{person} founded an archive of {works} in {city}, which was copied in full, the complaint says.",
    "The {court} has heard three such cases since {day}, two of which were dismissed.",
    "Whether weights that have learnt from {works} are copies of them is a question that no court has settled.",
    "A watermark of {person} showed up in the outputs, and with it the first evidence of what had been taken.",
    "In {city} the guild of authors of {other} said that it would join the action.",
    "{accuser} asks for an injunction, for the destruction of the copies, and for costs.",
    "The terms of service forbid automated collection, and robots.txt has named the crawler since {day}.",
    "Shares of the parent company fell by {percent} per cent in {city}.",
)
SYLLABLES: Final = (
    "ba cor den fel gar hol ivo jun kes lum mar nor oza pel quin ros sto tav ulm vex wyn xil yor zan".split()
)
_REPORTS_OF_ONE = (1, 1, 1, 2, 2, 3, 5, 8, 20)
_START = datetime(2023, 1, 1, tzinfo=UTC)
_MINUTES = 1_800_000
"""From the first report to the last, however many there are."""
_T = TypeVar("_T")


def documents(count: int) -> Iterator[SearchDocument]:
    """So many reports, the same for the same count: one or several of each dispute."""
    chance = random.Random(1)
    known = {each.name: each for each in registry.load().organisations}
    return islice(_disputes(chance, known, timedelta(minutes=_MINUTES / count)), count)


def _disputes(chance: random.Random, known: dict[str, Organisation], apart: timedelta) -> Iterator[SearchDocument]:
    names, moment, number = sorted(known), _START, 0
    sentences = [*SENTENCES, *(paragraph for report in reports() for paragraph in report.paragraphs)]
    while True:
        number += 1
        accused, accuser = falling(chance, MAKERS), chance.choice(names)
        words = {
            "accuser": accuser,
            "accused": accused,
            "works": falling(chance, WORKS),
            "court": chance.choice(COURTS),
        }
        conduct, stage = falling(chance, tuple(Conduct)), falling(chance, tuple(Stage))
        for _ in range(chance.choice(_REPORTS_OF_ONE)):
            moment += apart
            outlet = falling(chance, OUTLETS)
            told = words | _details(chance) | {"outlet": outlet, "stage": stage.value}
            passages = tuple(each.format_map(told) for each in chance.sample(CLAIMS, chance.randint(1, 3)))
            yield SearchDocument(
                kind="report",
                key=f"{number}-{moment:%y%m%d%H%M%S}",
                title=chance.choice(TITLES).format_map(told),
                names=(accuser, accused),
                aliases=tuple(alias for name in (accuser, accused) if name in known for alias in known[name].aliases),
                passages=passages,
                hidden=_text(chance, told, passages, sentences),
                incidents=(number,),
                values={
                    "accuser": (accuser,),
                    "accused": (accused,),
                    "conduct": (conduct.value,),
                    "stage": (stage.value,),
                    "outlet": (outlet,),
                    "court": (told["court"],),
                    "ticker": known[accused].tickers if accused in known else (),
                    "year": (str(moment.year),),
                },
                times={
                    "occurred": (moment - timedelta(days=90), moment - timedelta(days=30)),
                    "stated": (moment - timedelta(days=2), moment - timedelta(days=2)),
                    **dict.fromkeys(("published", "crawled", "recorded"), (moment, moment)),
                },
            )


def _text(chance: random.Random, told: dict[str, str], passages: Sequence[str], sentences: Sequence[str]) -> str:
    """Its claims, and among them sentences of the templates and of the sample disputes."""
    paragraphs, length = list(passages), 0
    for sentence in chance.sample(sentences, len(sentences)):
        paragraphs.append(sentence.format_map(told | _details(chance)))
        length += len(paragraphs[-1])
        if length > LENGTH:
            break
    chance.shuffle(paragraphs)
    return "\n".join(paragraphs)


def _details(chance: random.Random) -> dict[str, str]:
    return {
        "other": falling(chance, WORKS),
        "person": f"{name(chance, 2)} {name(chance, 3)}",
        "city": name(chance, 2),
        "day": f"{chance.randint(1, 28)} {chance.choice(('March', 'June', 'October'))}",
        "number": f"{chance.randrange(1000, 90_000):,}",
        "amount": str(chance.randrange(2, 900)),
        "percent": str(chance.randrange(1, 30)),
    }


def name(chance: random.Random, syllables: int) -> str:
    """A name that means nothing."""
    return "".join(chance.choices(SYLLABLES, k=syllables)).title()


def falling(chance: random.Random, values: Sequence[_T]) -> _T:
    """One of these, the second half as often as the first, the third a third as often."""
    return chance.choices(values, cum_weights=list(accumulate(1 / rank for rank in range(1, len(values) + 1))))[0]
