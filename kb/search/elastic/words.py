"""How words are spelled in the index."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kb.search.elastic import folding
from kb.search.elastic.mapping import exact_column
from kb.search.fields import BY_NAME, SPELLED
from kb.search.query import Spelling

MOST: Final = 10
_COLUMNS = [exact_column(BY_NAME[name]) for name in SPELLED]
_SHORT = 4
_LOOKED_AT = 20


def near(word: str) -> dict[str, Any]:
    """What asks for words like this one, in each field apart."""
    asked = {
        "suggest_mode": "always",
        "max_edits": 1 if len(word) <= _SHORT else 2,
        "prefix_length": 0,
        "min_word_length": 1,
        "max_term_freq": 1_000_000_000,
        "size": MOST,
    }
    columns = {column: {"text": word, "term": {"field": column, **asked}} for column in _COLUMNS}
    return {"size": 0, "suggest": columns}


def nearness(word: str, answer: Mapping[str, Any]) -> dict[str, float]:
    """By word how near it is, 1 being the word itself."""
    found = {word: 1.0}
    for entries in answer["suggest"].values():
        for option in (option for entry in entries for option in entry["options"]):
            found[option["text"]] = max(found.get(option["text"], 0.0), float(option["score"]))
    return found


def counted(words: Iterable[str]) -> dict[str, Any]:
    """What asks how many documents have each of these words, and for some of them."""
    filters = {word: {"bool": {"should": [{"term": {column: word}} for column in _COLUMNS]}} for word in words}
    shown = [f"shown.{name}" for name in SPELLED]
    some = {"top_hits": {"size": _LOOKED_AT, "_source": shown}}
    return {"size": 0, "aggs": {"words": {"filters": {"filters": filters}, "aggs": {"some": some}}}}


def spellings(near: Mapping[str, float], answer: Mapping[str, Any]) -> tuple[Spelling, ...]:
    """The words that there are, nearest first, as documents write them."""
    buckets = {
        word: bucket for word, bucket in answer["aggregations"]["words"]["buckets"].items() if bucket["doc_count"]
    }
    order = sorted(buckets, key=lambda word: (-near[word], -buckets[word]["doc_count"], word))
    return tuple(Spelling(_written(word, buckets[word]), buckets[word]["doc_count"]) for word in order[:MOST])


def _written(word: str, bucket: Mapping[str, Any]) -> str:
    """The word as most of these documents write it."""
    shown = [hit["_source"]["shown"] for hit in bucket["some"]["hits"]["hits"]]
    texts = [text for document in shown for name in SPELLED for text in document.get(name, ())]
    forms = Counter(form for text in texts for folded, form in folding.each_word(text) if folded == word)
    return forms.most_common(1)[0][0] if forms else word
