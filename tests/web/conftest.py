from collections.abc import Iterator

import pytest
from flask import Flask
from values import allegation, reading, report

from kb.database import Base, open_base
from kb.model import Amount, AmountHedge, Conduct, Outlet, OutletKind, Response, ResponseCode, Span, Stage
from kb.registry import load
from kb.search import open_engine
from kb.search.indexing import catch_up
from kb.tracking.track import track
from web import create_app

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e\x0b\ufffe"


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
    base.reports.put(report("quiet", days=1, title="A licence between friends", text="THE SECRET BODY of peace."))
    base.readings.put("quiet", reading())


@pytest.fixture(scope="session")
def app(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    engine = open_engine(f"tantivy:{tmp_path_factory.mktemp('index')}")
    catch_up(base, engine)
    return create_app(base, engine, demonstration=True, contact="desk@example.org")
