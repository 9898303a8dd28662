"""Body extraction on real pages with hand-made bodies, beside the field's extractors, in one run.

    python benchmarks/extraction.py

- The article extraction benchmark: F1 of mean precision and mean recall over shingles of four words, as its own script.
- The Fundus evaluation: ROUGE-LSum, the mean of the pages' F1, with the optional paragraphs in or out, whichever fits.

All get the bytes alone, no address. Each figure stands for all pages, for those on which rules were made, and for those
that were not looked at. Pages a second are of one process; they depend on the machine, their ratios less so.
"""

import logging
import statistics
import time
from collections.abc import Callable, Iterable, Sequence

from pages.peers import Extractor, extractors, left_out
from pages.scores import Score, by_shingles, of_means, rouge_lsum
from pages.sources import DATA, DEVELOPED, HELD_BACK, Page, article_extraction_benchmark, fundus_evaluation

Scored = list[tuple[Page, Score]]


def shingles(page: Page, found: str) -> Score:
    return by_shingles("\n".join(page.body), found)


def rouge(page: Page, found: str) -> Score:
    return rouge_lsum(page.body, found)


def f1_of_means(scores: Iterable[Score]) -> float:
    return of_means(list(scores)).f1


def mean_f1(scores: Iterable[Score]) -> float:
    return statistics.mean(score.f1 for score in scores)


def attempted(extractor: Extractor, page: Page) -> str:
    """What a peer finds; nothing where it gives up."""
    try:
        return extractor(page.html)
    except Exception:
        return ""


def measured(pages: Sequence[Page], extractor: Extractor, score: Callable[[Page, str], Score]) -> tuple[Scored, float]:
    """The scores, and how many pages a second."""
    attempted(extractor, pages[0])
    started = time.perf_counter()
    found = [attempted(extractor, page) for page in pages]
    seconds = time.perf_counter() - started
    return [(page, score(page, text)) for page, text in zip(pages, found, strict=True)], len(pages) / seconds


def main() -> None:
    logging.disable(logging.ERROR)
    if not DATA.is_dir():
        print(f"left out: no folder {DATA} (set DISPUTED_REFERENCE_DATA)")
        return
    for name in left_out():
        print(f"left out: {name} is not installed (pip install {name})")
    benchmarks = (
        (article_extraction_benchmark, shingles, f1_of_means),
        (fundus_evaluation, rouge, mean_f1),
    )
    for source, score, overall in benchmarks:
        pages = list(source())
        print(f"\n{source.__name__}: {len(pages)} pages")
        print(f"{'':30}{'all':>8}{DEVELOPED:>15}{HELD_BACK:>15}{'pages a second':>16}")
        for name, extractor in extractors().items():
            scored, speed = measured(pages, extractor, score)
            halves = [overall(s for page, s in scored if page.half == half) for half in (DEVELOPED, HELD_BACK)]
            print(f"{name:30}{overall(s for _, s in scored):8.4f}{halves[0]:15.4f}{halves[1]:15.4f}{speed:16.1f}")


if __name__ == "__main__":
    main()
