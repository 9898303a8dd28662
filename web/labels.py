"""The vocabulary in plain words, as pages show it."""

from babel import Locale

from kb.model import Conduct, DateSource, EventKind, OriginLink
from kb.search.fields import NO_RESPONSE
from kb.tracking.words import CONDUCT_WORDS, RESPONSE_WORDS, STAGE_WORDS

CONDUCT = {code: words[0].upper() + words[1:] for code, words in CONDUCT_WORDS.items()}

CONDUCT_MEANING = {
    Conduct.DISTILLATION: "Drawing out what a model can do through its answers, to train another on them.",
    Conduct.TRAINING_COPYRIGHT: "Training a model on works that copyright protects, without permission.",
    Conduct.OUTPUT_COPYRIGHT: "Outputs that reproduce protected works or characters.",
    Conduct.COPYRIGHT: "Copying that the report lays neither to training nor to outputs, such as copied code.",
    Conduct.SCRAPING: "Collecting data against terms of use or technical limits.",
    Conduct.TRADE_SECRET: "Taking confidential know-how, code or data.",
    Conduct.PATENT: "Using a patented invention without a licence.",
    Conduct.TRADEMARK: "Using another's name or mark.",
    Conduct.LIKENESS: "Using a person's voice, face or name.",
    Conduct.OPEN_LICENCE: "Breaking the terms of an open source or open data licence.",
    Conduct.CMI: "Removing notices that say who owns a work.",
    Conduct.CONTRACT: "Breaking other terms that were agreed.",
    Conduct.UNFAIR_COMPETITION: "Competing by means that the law calls unfair.",
    Conduct.OTHER: "Another way of taking what belongs to somebody else.",
}

STAGE = {code: words[0].upper() + words[1:] for code, words in STAGE_WORDS.items()}

RESPONSE = RESPONSE_WORDS

PURPOSE = {"asked": "asked for or at stake", "decided": "decided by a court", "agreed": "agreed", "": ""}

ORIGIN_LINK = {
    OriginLink.OWN: "",
    OriginLink.NAMED: "names it as the source",
    OriginLink.WORDING: "in the same words",
}

DATE_SOURCE = {
    DateSource.JSON_LD: "as the page declares it (JSON-LD)",
    DateSource.META: "as the page declares it",
    DateSource.ADDRESS: "by the page's address",
    DateSource.TEXT: "by what stands in the page",
}

FACET = {
    "accuser": "Accuser",
    "accused": "Accused",
    "conduct": "Conduct",
    "stage": "Stage",
    "response": "Response of the accused",
    "country": "Country of a party",
    "court": "Court",
    "outlet": "Outlet",
    "year": "Year of report",
    "origins": "Independent origins",
}

ORIGINS = {"0": "none, public record only", "1": "one", "2": "two", "3-5": "three to five", "6-or-more": "six or more"}

TIME = {
    "occurred": "When it happened",
    "stated": "When it was claimed",
    "published": "When it was published",
    "crawled": "When it was crawled",
    "recorded": "When it was recorded here",
}

TIME_SHORT = {
    "occurred": "happened",
    "stated": "claimed",
    "published": "published",
    "crawled": "crawled",
    "recorded": "recorded",
}

KINDS = {"incident": "incidents", "report": "reports", "claim": "claims"}


_FACET_VALUES: dict[str, dict[str, str]] = {
    "conduct": {code.value: label for code, label in CONDUCT.items()},
    "stage": {code.value: label for code, label in STAGE.items()},
    "response": {**{code.value: label for code, label in RESPONSE.items()}, NO_RESPONSE: "none is told"},
    "country": dict(Locale("en").territories),
    "origins": ORIGINS,
}


def kind_of_party(kind: str) -> str:
    """What the registry says that a party is, in plain words: "AI lab"."""
    words = " ".join("AI" if word == "ai" else word for word in kind.split("-"))
    return words[:1].upper() + words[1:] if words else "Not in the registry"


def facet_value(facet: str, value: str) -> str:
    """A value of a facet in plain words; one that the vocabulary does not have stays as it is."""
    return _FACET_VALUES.get(facet, {}).get(value, value)


EVENT = {
    EventKind.HEARING: "hearing",
    EventKind.TRIAL: "trial",
    EventKind.DEADLINE: "deadline",
    EventKind.DECISION: "decision expected",
}
