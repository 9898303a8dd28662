"""Finding copies: what a report costs, by how many are there already, and how many pairs of known likeness are found.

    python benchmarks/copies.py [--bases N …]

Beside it stands datasketch's own index in memory, with bands of the same size. The pairs are real bodies of the
reference data and edits of them: cut short, or with sentences of another put in; their likeness is reckoned exactly,
from all runs of words. The cost is that of a report of 300 made-up words: its wording, its rows and the question for
its copies, on SQLite. Fails if a report costs more than 1.5 times as much in the largest base as in the smallest, or if
fewer than 95 in 100 copies are found.
"""

import argparse
import json
import os
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from datasketch import MinHash, MinHashLSH

from kb.copies import ALIKE, BANDS, wording_of
from kb.database import Base, open_base
from kb.model import Report

DATA = Path(os.environ.get("DISPUTED_REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "data"))
BASES = (1_000, 10_000)
ADDED = 200
AT_MOST, AT_LEAST = 1.5, 0.95
VALUES_A_BAND = 4
LIKENESS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def runs(text: str) -> set[str]:
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[n : n + 3]) for n in range(len(words) - 2)}


def hashed(text: str) -> MinHash:
    made = MinHash(BANDS * VALUES_A_BAND, scheme="affine32")
    made.update_batch(run.encode() for run in runs(text))
    return made


def peer() -> MinHashLSH:
    return MinHashLSH(num_perm=BANDS * VALUES_A_BAND, params=(BANDS, VALUES_A_BAND))


def made_up(seed: int) -> Iterator[str]:
    """Texts without end, one in ten a copy of the one before with a few words changed."""
    chance = random.Random(seed)
    words = [f"word{n}" for n in range(20_000)]
    text = chance.choices(words, k=300)
    while True:
        copied = chance.random() < 0.1
        text = [*text[:-10], *chance.choices(words, k=10)] if copied else chance.choices(words, k=300)
        yield " ".join(text)


def cost(count: int) -> tuple[float, float]:
    """Seconds of a processor for a report that is added to so many, and for its copies: here, and in memory."""
    with tempfile.TemporaryDirectory() as folder, open_base(f"sqlite:///{Path(folder) / 'base.sqlite'}") as base:
        index = peer()
        texts = made_up(seed=1)
        ours, theirs = [], []
        for n in range(count + ADDED):
            text = next(texts)
            started = time.process_time()
            put_and_find(base, str(n), text, find=n >= count)
            middle = time.process_time()
            made = hashed(text)
            if n >= count:
                index.query(made)
            index.insert(str(n), made, check_duplication=False)
            if n >= count:
                ours.append(middle - started)
                theirs.append(time.process_time() - middle)
        return statistics.median(ours), statistics.median(theirs)


def put_and_find(base: Base, identity: str, text: str, *, find: bool) -> None:
    base.reports.put(Report(id=identity, title="A title", text=text))
    if find:
        base.copies.of(identity)


def bodies() -> list[str]:
    scraped = json.loads((DATA / "article-extraction-benchmark" / "ground-truth.json").read_text())
    fundus = json.loads((DATA / "fundus-evaluation" / "dataset" / "ground_truth.json").read_text())
    found = [each["articleBody"] for each in scraped.values()]
    return [*found, *("\n".join(each["body"]) for each in fundus.values())]


def edits(texts: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Pairs of a text and an edit of it, with the share of runs that they have in common."""
    chance = random.Random(1)
    for text in texts:
        sentences, others = (re.split(r"(?<=[.!?])\s+", each) for each in (text, chance.choice(texts)))
        for share in (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5):
            kept = sentences[: max(1, round(len(sentences) * (1 - share)))]
            mixed = [chance.choice(others) if chance.random() < share / 2 else each for each in sentences]
            for edited in (" ".join(kept), " ".join(mixed)):
                one, other = runs(text), runs(edited)
                if one and other and len(edited.split()) >= 20 and len(text.split()) >= 20:
                    yield text, edited, len(one & other) / len(one | other)


def quality(texts: Sequence[str]) -> tuple[float, float]:
    """Print how many pairs are found by likeness; return recall and precision of those that are copies."""
    counts = dict.fromkeys(LIKENESS, (0, 0, 0))
    judged: Counter[tuple[bool, bool]] = Counter()
    for one, other, share in edits(texts):
        index = peer()
        index.insert("one", hashed(one))
        first, second = wording_of(one), wording_of(other)
        assert first
        assert second
        found = bool(set(first.bands) & set(second.bands)) and first.likeness(second) >= ALIKE
        level = max(each for each in LIKENESS if each <= max(share, LIKENESS[0]))
        here, there, pairs = counts[level]
        counts[level] = here + found, there + bool(index.query(hashed(other))), pairs + 1
        judged[found, share >= ALIKE] += 1
    print(f"{'likeness from':>14}{'pairs':>8}{'found':>8}{'datasketch':>12}")
    for level, (here, there, pairs) in counts.items():
        if pairs:
            print(f"{level:>14.1f}{pairs:>8}{here / pairs:>8.2f}{there / pairs:>12.2f}")
    right = judged[True, True]
    return right / (right + judged[False, True]), right / (right + judged[True, False])


def false_alarms(texts: Sequence[str]) -> tuple[int, int]:
    """Of all pairs of different reports how many are found, and how many there are; true copies among them are few."""
    wordings = [wording for text in texts if (wording := wording_of(text))]
    pairs = [(one, other) for n, one in enumerate(wordings) for other in wordings[:n]]
    return sum(one.likeness(other) >= ALIKE for one, other in pairs), len(pairs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bases", type=int, nargs="+", default=BASES)
    sizes = parser.parse_args().bases
    recall, precision = 1.0, 1.0
    if DATA.is_dir():
        texts = bodies()
        recall, precision = quality(texts)
        print(f"copies: recall {recall:.3f}, precision {precision:.3f} at a likeness of {ALIKE}")
        print("pairs of different reports taken for copies: {} of {:,}".format(*false_alarms(texts)))
    costs = [cost(size) for size in sizes]
    print(f"{'reports':>10}{'ms a report':>14}{'in memory':>12}")
    for size, (ours, theirs) in zip(sizes, costs, strict=True):
        print(f"{size:>10,}{1000 * ours:>14.2f}{1000 * theirs:>12.2f}")
    if costs[-1][0] > AT_MOST * costs[0][0] or recall < AT_LEAST:
        raise SystemExit("a report costs more in a larger base, or copies are missed")


if __name__ == "__main__":
    main()
