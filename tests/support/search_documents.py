"""Documents small enough to know by heart: what the contract of search engines is tested on. The sentences are ours."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kb.search.documents import SearchDocument, Stretch
from kb.search.fields import TIMES, Time


def stretch(first: str, last: str = "") -> Stretch:
    """From the beginning of the first day to the end of the last."""
    start, end = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last or first))
    return start, end + timedelta(days=1, microseconds=-1)


def times(**stretches: tuple[str, ...]) -> dict[Time, Stretch]:
    return {time: stretch(*stretches[time]) for time in TIMES if time in stretches}


def incident(number: int, title: str, accuser: str, accused: tuple[str, ...], **values: Any) -> SearchDocument:
    own = {name: values.pop(name) for name in ("passages", "hidden", "aliases", "times") if name in values}
    return SearchDocument(
        kind="incident",
        key=str(number),
        title=title,
        names=(accuser, *accused),
        passages=own.pop("passages", ()),
        incidents=(number,),
        values={"accuser": (accuser,), "accused": accused, **values},
        **own,
    )


INCIDENTS = [
    incident(
        1, "Anthropic accuses Alibaba of distillation", "Anthropic", ("Alibaba",),
        aliases=("Alibaba Group Holding",), ticker=("NYSE:BABA", "BABA"),
        passages=("Anthropic says that Alibaba extracted capabilities of Claude – “brazenly”.", "The letter counts 24,000 fraudulent accounts."),
        conduct=("distillation", "contract"), stage=("letter",), outlet=("The Courier", "CNBC"), year=("2026",),
        response=("no-comment", "denied"), country=("US", "CN"), origins=("2",),
        times=times(occurred=("2026-04-01", "2026-06-10"), stated=("2026-06-10",), published=("2026-06-24", "2026-06-25"), crawled=("2026-06-25", "2026-06-26"), recorded=("2026-06-27",)),
    ),
    incident(
        2, "Authors v. Anthropic: training on protected works", "authors", ("Anthropic",),
        passages=("Authors accused the lab of training on pirated books.", "Alibaba is mentioned here in passing."),
        conduct=("training-copyright",), stage=("settled",), outlet=("The Courier",), year=("2024", "2025"),
        court=("N.D. Cal.",), docket=("3:24-cv-05417",), response=("denied",), country=("US",), origins=("3-5",),
        times=times(occurred=("2021-01-01", "2022-12-31"), stated=("2024-08-19",), published=("2024-08-20", "2025-09-05"), crawled=("2026-01-03", "2026-01-04"), recorded=("2026-01-05",)),
    ),
    incident(
        3, "Condé Nast accuses Perplexity of outputs that copy protected works", "Condé Nast", ("Perplexity",),
        aliases=("Advance Publications", "Pérplexity.ai", "Anthropic Rival"),
        passages=("The magazine publisher sent a letter.",), hidden="somewhere in the text a zebra is named",
        conduct=("output-copyright",), stage=("letter",), outlet=("Wired Wörld",), year=("2024",),
        response=("none",), country=("US",), origins=("1",),
        times=times(stated=("2024-06-30",), published=("2024-07-01",), crawled=("2026-01-10",), recorded=("2026-01-10",)),
    ),
    incident(
        4, "The New York Times sues OpenAI and Microsoft over training on protected works", "The New York Times", ("OpenAI", "Microsoft"),
        aliases=("NYT",), ticker=("NASDAQ:MSFT", "MSFT", "NYSE:NYT", "NYT"),
        passages=("The newspaper says that millions of its articles trained the chatbot.",),
        conduct=("training-copyright",), stage=("complaint",), outlet=("CNBC",), year=("2023",),
        court=("Southern District of New York",), docket=("1:23-cv-11195",),
        times=times(occurred=("2020-01-01", "2023-12-26"), stated=("2023-12-27",), published=("2023-12-27",), crawled=("2026-01-01",), recorded=("2026-02-01",)),
    ),
    incident(
        5, "Getty Images v. Stability AI: training on protected works", "Getty Images", ("Stability AI",),
        ticker=("NYSE:GETY", "GETY"),
        passages=("The judge ruled on watermarks that Stable Diffusion drew.",),
        conduct=("training-copyright", "trademark"), stage=("ruling",), outlet=("The Courier",), year=("2023", "2025"),
        court=("High Court of Justice",), docket=("IL-2023-000007",),
        times=times(occurred=("2022-01-01", "2022-06-30"), stated=("2023-01-16",), published=("2023-01-17", "2025-11-04"), crawled=("2026-01-02", "2026-03-01"), recorded=("2026-03-02",)),
    ),
    incident(
        6, "xAI sues a former engineer over theft of trade secrets", "xAI", ("a former engineer",),
        passages=("🗂 The engineer copied files before he left – naïvely, says Zoë Müller-Straße.",),
        conduct=("trade-secret",), stage=("complaint",), outlet=("CNBC",), year=("2025",),
        court=("Northern District of California",), docket=("3:25-cv-07292",),
        times=times(occurred=("2025-07-01", "2025-07-31"), stated=("2025-08-28",), published=("2025-08-29",), crawled=("2025-12-30",), recorded=("2026-01-20",)),
    ),
    incident(
        7, "読売新聞 sues Perplexity over copyright infringement", "読売新聞", ("Perplexity",),
        aliases=("Yomiuri Shimbun",),
        passages=("The publisher counts 119,467 articles that were copied without a licence.",),
        conduct=("copyright",), stage=("complaint",), outlet=("Wired Wörld",), year=("2025",),
        court=("Tokyo District Court",), response=("none",), country=("JP", "US"), origins=("1",),
        times=times(occurred=("2024-02-01", "2024-06-30"), stated=("2025-08-07",), published=("2025-08-07", "2025-08-08"), crawled=("2026-01-11",), recorded=("2026-01-11",)),
    ),
    incident(
        8, "OpenAI accuses DeepSeek of distillation", "OpenAI", ("DeepSeek",),
        passages=("OpenAI has evidence of distillation; it gave none.",),
        conduct=("distillation",), stage=("accused",),
    ),
]  # fmt: skip


def told(kind: str, key: str, day: str, *incidents: int, title: str = "", part_of: str = "") -> SearchDocument:
    """A report or claim of these incidents, with what the first of them has, published on this day."""
    about = [INCIDENTS[number - 1] for number in incidents]
    return SearchDocument(
        kind=kind,  # type: ignore[arg-type]
        key=key,
        title=title or about[0].title,
        names=tuple(dict.fromkeys(name for each in about for name in each.names)),
        passages=tuple(dict.fromkeys(each.passages[0] for each in about)),
        hidden="The full text of the report names a walrus." if kind == "report" else "",
        part_of=part_of,
        incidents=incidents,
        values={**about[0].values, "year": (day[:4],)},
        times=times(published=(day,), crawled=(day,), recorded=(day,)),
    )


REPORTS = [
    told("report", "r1", "2026-06-24", 1, title="A letter to officials names Alibaba"),
    told("report", "r2", "2026-06-25", 1, title="Alibaba rejects what Anthropic says"),
    told("report", "r3", "2026-06-26", 1, 8, title="Distillation, the quarrel of the year"),
    told("report", "r4", "2025-09-05", 2, title="Authors and Anthropic settle"),
    told("report", "r5", "2024-07-01", 3, title="A magazine writes to a search firm"),
    SearchDocument(kind="report", key="r6", title="A licence between friends of Alibaba", names=(), passages=()),
    told("report", "r7", "2023-12-27", 4, title="A newspaper goes to court"),
    told("report", "r8", "2025-08-07", 7, title="A suit in Tokyo"),
]
CLAIMS = [
    told("claim", "c1", "2026-06-24", 1, part_of="r1"),
    told("claim", "c2", "2026-06-25", 1, part_of="r2"),
    told("claim", "c3", "2026-06-26", 1, part_of="r3"),
    told("claim", "c4", "2026-06-26", 8, part_of="r3"),
    told("claim", "c5", "2025-09-05", 2, part_of="r4"),
    told("claim", "c6", "2024-07-01", 3, part_of="r5"),
    told("claim", "c7", "2023-12-27", 4, part_of="r7"),
    told("claim", "c8", "2025-08-07", 7, part_of="r8"),
]
DOCUMENTS = [*INCIDENTS, *REPORTS, *CLAIMS]


def many(count: int, seed: SearchDocument = INCIDENTS[0]) -> Iterator[SearchDocument]:
    """As many incidents alike, each published an hour after the one before."""
    start, _ = stretch("2026-01-01")
    for n in range(count):
        moment = start + timedelta(hours=n)
        yield replace(
            seed, key=str(1000 + n), incidents=(1000 + n,), times={**seed.times, "published": (moment, moment)}
        )
