"""Real pages with hand-made bodies, in two halves: rules are made by looking at one of them only."""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

DATA = Path(os.environ.get("DISPUTED_REFERENCE_DATA", Path(__file__).parents[3] / "shared" / "data"))
DEVELOPED, HELD_BACK = "developed on", "not looked at"


class Page(NamedTuple):
    name: str
    html: bytes
    body: Sequence[str]

    @property
    def half(self) -> str:
        """Which half it belongs to, by its name."""
        return HELD_BACK if hashlib.sha256(self.name.encode()).digest()[-1] % 2 else DEVELOPED


def article_extraction_benchmark() -> Iterator[Page]:
    folder = DATA / "article-extraction-benchmark"
    for name, truth in json.loads((folder / "ground-truth.json").read_text()).items():
        html = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        yield Page(name, html, truth["articleBody"].split("\n"))


def fundus_evaluation() -> Iterator[Page]:
    folder = DATA / "fundus-evaluation" / "dataset"
    for name, truth in json.loads((folder / "ground_truth.json").read_text()).items():
        yield Page(name, gzip.decompress((folder / "html" / name).read_bytes()), truth["body"])
