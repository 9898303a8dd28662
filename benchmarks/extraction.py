"""Body extraction on real pages with hand-made bodies, beside plain trafilatura, in one run.

The measure is that of the article extraction benchmark: F1 of shingles of four words, averaged over pages.
"""

import gzip
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

from crawler.extraction import Unextractable, extract

DATA = Path(os.environ.get("DISPUTED_REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "data"))
Pages = list[tuple[bytes, str]]


def article_extraction_benchmark() -> Iterator[tuple[bytes, str]]:
    folder = DATA / "article-extraction-benchmark"
    for name, truth in json.loads((folder / "ground-truth.json").read_text()).items():
        yield gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()), truth["articleBody"]


def fundus_evaluation() -> Iterator[tuple[bytes, str]]:
    folder = DATA / "fundus-evaluation" / "dataset"
    for name, truth in json.loads((folder / "ground_truth.json").read_text()).items():
        yield gzip.decompress((folder / "html" / name).read_bytes()), "\n".join(truth["body"])


def ours(page: bytes) -> str:
    try:
        return extract(page, url="", media_type="text/html", fetched=datetime.now(UTC)).body
    except Unextractable:
        return ""


def peer(page: bytes) -> str:
    return trafilatura.extract(page, include_comments=False) or ""


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3)))


def f1(pages: Pages, extractor: Callable[[bytes], str]) -> tuple[float, float]:
    started = time.perf_counter()
    precisions, recalls = [], []
    for page, truth in pages:
        wanted, found = shingles(truth), shingles(extractor(page))
        right = (wanted & found).total()
        precisions.append(right / max(1, found.total()))
        recalls.append(right / max(1, wanted.total()))
    seconds = time.perf_counter() - started
    precision, recall = sum(precisions) / len(pages), sum(recalls) / len(pages)
    return 2 * precision * recall / (precision + recall), seconds


def main() -> None:
    if not DATA.is_dir():
        print(f"left out: no folder {DATA} (set DISPUTED_REFERENCE_DATA)")
        return
    for source in (article_extraction_benchmark, fundus_evaluation):
        pages = list(source())
        (our_f1, our_time), (peer_f1, peer_time) = f1(pages, ours), f1(pages, peer)
        slower = our_time / peer_time
        print(f"{source.__name__}: F1 {our_f1:.3f}, trafilatura {peer_f1:.3f}; time {slower:.2f} times trafilatura's")


if __name__ == "__main__":
    main()
