"""The vocabulary in plain words, as titles, summaries and pages put it."""

from kb.model import Amount, AmountHedge, Conduct, PartialDate, ResponseCode, Stage

CONDUCT_WORDS = {
    Conduct.DISTILLATION: "distillation",
    Conduct.TRAINING_COPYRIGHT: "training on protected works",
    Conduct.OUTPUT_COPYRIGHT: "outputs that copy protected works",
    Conduct.COPYRIGHT: "copyright infringement",
    Conduct.SCRAPING: "scraping",
    Conduct.TRADE_SECRET: "theft of trade secrets",
    Conduct.PATENT: "patent infringement",
    Conduct.TRADEMARK: "trademark infringement",
    Conduct.LIKENESS: "use of voice or likeness",
    Conduct.OPEN_LICENCE: "breach of an open licence",
    Conduct.CMI: "removal of copyright notices",
    Conduct.CONTRACT: "breach of contract",
    Conduct.UNFAIR_COMPETITION: "unfair competition",
    Conduct.OTHER: "taking protected property",
}

STAGE_WORDS = {
    Stage.ACCUSED: "accused in public",
    Stage.LETTER: "letter sent",
    Stage.COMPLAINT: "suit filed",
    Stage.CHARGED: "charged",
    Stage.INVESTIGATION: "under investigation",
    Stage.RULING: "court has ruled",
    Stage.VERDICT: "jury has decided",
    Stage.APPEAL: "on appeal",
    Stage.DISMISSED: "dismissed",
    Stage.SETTLED: "settled",
    Stage.LICENSED: "licensed",
    Stage.WITHDRAWN: "withdrawn",
}

RESPONSE_WORDS = {
    ResponseCode.DENIED: "denied it",
    ResponseCode.NO_COMMENT: "declined to comment",
    ResponseCode.DISPUTED_IN_PART: "disputed part of it",
    ResponseCode.ADMITTED: "admitted it",
    ResponseCode.COUNTERSUED: "sued back",
    ResponseCode.NOT_REACHED: "did not respond",
}

HEDGE_WORDS = {
    AmountHedge.EXACT: "",
    AmountHedge.ABOUT: "about ",
    AmountHedge.AT_LEAST: "at least ",
    AmountHedge.UP_TO: "up to ",
}

_QUARTERS = ("first", "second", "third", "fourth")


def date_words(date: PartialDate) -> str:
    """A date as people write it, no more exact than it is known: 10 June 2026, June 2026, second quarter of 2026."""
    first = date.earliest()
    if date.precision == "quarter":
        return f"{_QUARTERS[first.month // 3]} quarter of {first.year}"
    if date.precision == "year":
        return str(first.year)
    return f"{first.day} {first:%B} {first.year}" if date.precision == "day" else f"{first:%B} {first.year}"


def is_money(unit: str) -> bool:
    """Whether a unit is the code of a currency."""
    return unit.isupper()


def number_words(amount: Amount) -> str:
    """A figure without what it counts: "at least 24,000", "USD 1,500,000,000"."""
    number = f"{amount.value:,.0f}" if amount.value == int(amount.value) else f"{amount.value:,.10g}"
    money = f"{amount.unit} " if is_money(amount.unit) else ""
    return f"{HEDGE_WORDS[amount.hedge]}{money}{number}"


def figure_words(amount: Amount) -> str:
    """A figure with what it counts: "at least 24,000 fraudulent accounts"."""
    if is_money(amount.unit):
        return number_words(amount)
    return f"{number_words(amount)} {amount.what or plural(amount.unit)}"


def plural(unit: str) -> str:
    """Several of a unit: works, copies."""
    return unit[:-1] + "ies" if unit[-1:] == "y" and unit[-2:-1] not in "aeiou" else unit + "s"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with what it counts: "1 report", "1,200 reports"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
