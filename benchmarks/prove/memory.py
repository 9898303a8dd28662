"""The reader's memory over very many reports, each with names that no report had before.

    python benchmarks/prove/memory.py [REPORTS] [--minutes N]

Reads reports made from templates in one process and fails unless memory stays below 1 GiB and flat: the second half of
the run may add no more than a twentieth to what the process held when it was half-way.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from kb import registry
from kb.model import Report
from nlp.reader import Reader

REPORTS = 100_000
LIMIT = 1024**3
GROWTH = 0.05
LOOKS = 20
OFTEN = 500
_SYLLABLES = "ba cor den fel gar hol ivo jun kes lum mar nor oza pel quin ros sto tav ulm vex wyn xil yor zan".split()
_TITLES = (
    "{a} sues {b} over {n} scraped {works}",
    "{b} accused by {a} of training on stolen {works}",
    "{person} takes {b} to court over its AI model",
    "{a} says {b} distilled its language model",
)
_TEXTS = (
    """{city} — {a} has sued {b}, a maker of AI tools, alleging that its model was trained on {n} of its {works}.
The complaint, filed on Monday, asks for damages of at least ${m} million. “They helped themselves,” said {person}.
{b} denied the claims. A spokesperson, {other}, called the suit meritless.""",
    """The start-up {b} copied {n} {works} to build its chatbot, according to a lawsuit brought by {a} in {city}.
{person}, who founded {a} in 2011, says that the answers of the chatbot repeat its {works} word for word.
{b} did not respond to questions. {other}, an analyst at {third}, expects a settlement.""",
    """{a} accused its rival {b} on Tuesday of using the outputs of its language model, through about {n} accounts.
In a letter to {b}, {person} demanded that it stop. The company said that it was looking into the matter.
{third} sued {a} last year over scraped {works}; that case was settled, {other} said.""",
)
_WORKS = ("novels", "songs", "photographs", "articles", "recordings", "illustrations")


def invented(count: int, seed: int = 1) -> Iterator[Report]:
    """Reports on disputes between parties that nobody has heard of."""
    chance = random.Random(seed)

    def name(syllables: int = 4) -> str:
        return "".join(chance.choices(_SYLLABLES, k=syllables)).title()

    for n in range(count):
        words = {
            "a": f"{name()} {chance.choice(('Press', 'Records', 'Labs', 'Media'))}",
            "b": name(),
            "third": f"{name()} Partners",
            "person": f"{name(2)} {name(3)}",
            "other": f"{name(2)} {name(3)}",
            "city": name(3),
            "works": chance.choice(_WORKS),
            "n": f"{chance.randrange(1000, 90_000):,}",
            "m": chance.randrange(2, 900),
        }
        title, text = (chance.choice(of).format_map(words) for of in (_TITLES, _TEXTS))
        yield Report(id=str(n), title=title, text=text, published=datetime(2026, 6, 17, tzinfo=UTC))


def resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def measured(reader: Reader, count: int, minutes: float) -> list[tuple[int, int]]:
    """(reports read, bytes held) at equal steps, until all are read or the time is up."""
    began, every = time.monotonic(), max(1, min(count // LOOKS, OFTEN))
    looks = [(0, resident())]
    for n, report in enumerate(invented(count), 1):
        reader.read(report)
        late = time.monotonic() - began > minutes * 60
        if n % every == 0 or late:
            looks.append((n, resident()))
        if late:
            break
    return looks


def faults(looks: list[tuple[int, int]]) -> list[str]:
    """What is wrong with the memory held, in words; empty if nothing is."""
    count, last = looks[-1]
    half = next(held for n, held in looks if n >= count / 2)
    found = [f"{last / 2**20:.0f} MiB is more than 1 GiB"] if last > LIMIT else []
    if last > half * (1 + GROWTH):
        found.append(f"memory grew from {half / 2**20:.0f} to {last / 2**20:.0f} MiB over the second half")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="?", type=int, default=REPORTS)
    parser.add_argument("--minutes", type=float, default=600, help="stop after so many")
    arguments = parser.parse_args()
    reader = Reader(registry.load())
    began = time.monotonic()
    looks = measured(reader, arguments.reports, arguments.minutes)
    for n, held in looks[:: max(1, len(looks) // LOOKS)]:
        print(f"{n:8d} reports: {held / 2**20:6.0f} MiB")
    print(f"{looks[-1][0] / (time.monotonic() - began):.1f} reports a second")
    found = faults(looks)
    sys.exit("\n".join(found) if found else 0)


if __name__ == "__main__":
    main()
