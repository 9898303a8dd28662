from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from browsing import Browser, opened_browser
from flask import Flask
from pages import KEY
from pages import LETTER as LETTER_INCIDENT
from recorded_days import Days
from values import allegation, amount, outlet, reading, report, response

from kb import record
from kb.database import Base, open_base
from kb.model import (
    Amount,
    AmountHedge,
    Conduct,
    DateSource,
    Outlet,
    OutletKind,
    PartialDate,
    Proceeding,
    Response,
    ResponseCode,
    Span,
    Stage,
)
from kb.record.entries import OUTLET, entries_of
from kb.registry import load
from kb.search import open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e\x0b\ufffe"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    folder = tmp_path_factory.mktemp("base")
    with open_base(f"sqlite:///{folder}/base.sqlite") as opened:
        opened.organisations.seed(load())
        opened.outlets.put(
            [
                Outlet(
                    slug="courier",
                    name="The Courier",
                    home="https://news.example/",
                    country="GB",
                    kind=OutletKind.GENERAL,
                )
            ]
        )
        fill(opened)
        track(opened)
        yield opened


def fill(base: Base) -> None:
    sentence = "Anthropic accuses Alibaba of the largest known distillation attack, in a letter."
    amount = Amount(
        value=28_800_000, unit="exchange", what="exchanges", hedge=AmountHedge.AT_LEAST, span=Span("text", 0, 3)
    )
    base.reports.put(report("seed", title="Anthropic accuses Alibaba", text=sentence + " THE SECRET BODY."))
    base.readings.put("seed", reading(
        allegation(("Anthropic",), ("Alibaba",), stage=Stage.LETTER, sentence=sentence, attribution=("CNBC", "letter", "Anthropic"), amounts=(amount,))
    ))  # fmt: skip
    base.reports.put(report("second", days=3, title="Alibaba rejects the claim", text="THE SECRET BODY again."))
    second = reading(allegation(("Anthropic",), ("Alibaba",), sentence="Alibaba was accused by Anthropic."))
    answer = Response(by="Alibaba", code=ResponseCode.DENIED, span=Span("text", 0, 4), sentence="Alibaba denied it.")
    base.readings.put(
        "second", type(second)(allegations=second.allegations, responses=(answer,), reader="1", model="m", registry="g")
    )
    base.reports.put(report("undated", published=None, title="A report without a date", text="THE SECRET BODY."))
    base.readings.put("undated", reading(allegation(("Anthropic",), ("Alibaba",))))
    base.reports.put(
        report("hostile", days=9, title=HOSTILE, url="javascript:alert(1)", text=HOSTILE, byline=(HOSTILE,))
    )
    base.readings.put(
        "hostile",
        reading(
            allegation((HOSTILE,), ("W" * 300,), sentence=HOSTILE, conduct=(Conduct.OTHER,), attribution=(HOSTILE, "x"))
        ),
    )
    base.reports.put(
        report(
            "quiet",
            days=1,
            title="A licence between friends",
            text="THE SECRET BODY of peace.",
            published_source=DateSource.ADDRESS,
        )
    )
    base.readings.put("quiet", reading())


@pytest.fixture(scope="session")
def app(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
    catch_up(base, engine)
    return create_app(base, engine, demonstration=True, contact="desk@example.org")


OUTLETS = {"courier": "The Courier", "ledger": "The Ledger", "loom": "The Loom", "wirepool": "Wirepool", "public-record": "Public record"}  # fmt: skip
LETTER = "Anthropic accuses Alibaba of the largest known distillation attack, a letter to senators shows."


def told(days: Days, day: int, identity: str, by: str, published: int | None, sentence: str, **values: Any) -> None:
    """One report of the dispute: published on this day of June, put into the base on a day of July."""
    answers = tuple(response(by, code, said) for by, code, said in values.pop("answers", ()))
    made = allegation(("Anthropic",), ("Alibaba", "Moonshot AI"), sentence=sentence, confidence=0.95, **values)
    when: dict[str, Any] = {"published": None} if published is None else {"days": published - 1}
    read = replace(reading(made), responses=answers, reader=f"{day}")
    days.on(day, (identity, read), outlet=by, title=f"{OUTLETS[by]} on {identity}", **when)


@pytest.fixture(scope="session")
def dispute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site over one dispute that seven reports and the public record tell in part differently, and others near it."""
    folder = tmp_path_factory.mktemp("dispute")
    with open_base(f"sqlite:///{folder}/base.sqlite") as base:
        base.organisations.seed(load())
        base.outlets.put([replace(outlet(slug), name=name) for slug, name in OUTLETS.items()])
        days = Days(base)
        fill_dispute(days)
        engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
        catch_up(base, engine)
        yield create_app(base, engine, demonstration=False)
        days.close()


# fmt: off
def fill_dispute(days: Days) -> None:
    letter: dict[str, Any] = {"stage": Stage.LETTER, "attribution": ("letter", "Anthropic")}
    suit: dict[str, Any] = {"stage": Stage.COMPLAINT, "proceeding": Proceeding("N.D. Cal.", "3:26-cv-01234")}
    accounts, exchanges = amount(24_000, "account", "at least", "fraudulent accounts"), amount(28_800_000, "exchange")
    told(days, 1, "letter", "courier", 10, LETTER, stated=PartialDate("2026-06-09"), amounts=(accounts, exchanges), answers=[("Alibaba", "no-comment", "Alibaba declined to comment on the letter.")], **letter)
    told(days, 2, "repeat", "wirepool", 11, LETTER.replace("shows", "seen on Wednesday shows"), **letter)
    told(days, 2, "reply", "ledger", 12, "Alibaba rejected the claim of Anthropic that it had copied Claude with 25,000 accounts.", amounts=(amount(25_000, "account"), amount(29_000_000, "exchange", "about")), answers=[("Alibaba", "denied", "Alibaba denied that it had used Claude.")], **letter)
    told(days, 3, "suit", "ledger", 21, "Anthropic sued Alibaba in San Francisco on Friday, on 38 counts.", reached=PartialDate("2026-06-20"), amounts=(amount(38, "count"),), **suit)
    told(days, 3, "counts", "loom", 22, "Anthropic’s suit against Alibaba, filed on Thursday, has 39 counts.", reached=PartialDate("2026-06-18"), amounts=(amount(39, "count"),), **suit)
    told(days, 4, "docket", "public-record", None, "Complaint filed by Anthropic against Alibaba.", reached=PartialDate("2026-06-20"), **suit)
    told(days, 4, "undated", "loom", None, "Anthropic and Alibaba are at odds over distillation, it is said.")
    # fmt: on
    others = [
        ("deepseek", allegation(("Anthropic",), ("DeepSeek",))),
        ("novelists", allegation(("Jo Writer",), ("Alibaba",), conduct=(Conduct.TRAINING_COPYRIGHT,))),
    ]
    for n, (identity, each) in enumerate(others):
        days.on(5, (identity, reading(each)), days=40 + n, title=f"On {identity}")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site over what a base may hold: the public record, a dispute told in many ways, and what is odd."""
    folder = tmp_path_factory.mktemp("whole")
    with open_base(f"sqlite:///{folder}/base.sqlite") as base:
        base.organisations.seed(load())
        watched = {slug: name for slug, name in OUTLETS.items() if slug != OUTLET.slug}
        base.outlets.put([OUTLET, *(replace(outlet(slug), name=name) for slug, name in watched.items())])
        base.entries.seed(entries_of(record.load()))
        days = Days(base)
        fill_dispute(days)
        fill(base)
        track(base)
        engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
        catch_up(base, engine)
        submission = base.submissions.add("https://news.example/handed-in", "On a letter")
        remark = base.remarks.add("incident", LETTER_INCIDENT, field="", wrong="The day is another.", source="")
        app = create_app(base, engine, demonstration=True, contact="desk@example.org", edit_key=KEY)
        app.config["TOKENS"] = {"submission": submission.token, "remark": remark.token}
        yield app
        days.close()
