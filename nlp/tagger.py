"""What a small neural network makes of a whole report: who accuses, who is accused, and who of them accuses whom.

The network is a pretrained encoder with heads that was trained on labelled reports (benchmarks/tagging). It reads title
and body at once, up to `PIECES` word pieces, and gives log odds: for each piece that it belongs to the name of an accuser or
of one accused, for each two pieces that the first one's party accuses the second one's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

import nlp.weights

PIECES = 512
LIKELY = -4.0
"""Log odds below which a piece belongs to no side."""
NETWORK = Path(nlp.weights.__file__).parent / "sides.onnx"
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Tags:
    """What the network says of a text; characters are counted in title, line break and body.

    Attributes:
        places: from which character to which each piece goes that may belong to a side.
        sides: log odds of each such piece to belong to an accuser, and to one accused.
        links: log odds of each two such pieces that the first one's party accuses the second one's.
        accuses: log odds that anybody is accused of anything in scope.
        read: up to which character the network read.
    """

    places: Sequence[tuple[int, int]]
    sides: Floats
    links: Floats
    accuses: float
    read: int

    def within(self, start: int, end: int) -> list[int]:
        """The numbers of the pieces that lie within a stretch of the text."""
        return [n for n, (begin, stop) in enumerate(self.places) if begin < end and stop > start]

    def runs(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches between two places of the text that are marked as the name of one side."""
        found: list[tuple[int, int]] = []
        for side in range(self.sides.shape[1]):
            runs: list[tuple[int, int]] = []
            for n in self.within(start, end):
                begin, stop = self.places[n]
                if self.sides[n, side] > 0 and runs and begin - runs[-1][1] <= 1:
                    runs[-1] = (runs[-1][0], stop)
                elif self.sides[n, side] > 0:
                    runs.append((begin, stop))
            found += runs
        longest_first = sorted(set(found), key=lambda run: (run[0] - run[1], run))
        kept: list[tuple[int, int]] = []
        for run in longest_first:
            if all(run[1] <= begin or run[0] >= stop for begin, stop in kept):
                kept.append(run)
        return sorted((max(begin, start), min(stop, end)) for begin, stop in kept)


def full_text(title: str, text: str) -> str:
    """Title and body as the network reads them."""
    return "\n".join(part for part in (title, text) if part)


class Tagger:
    """Reads texts with the network; the same text gives the same tags.

    Args:
        network: the trained network, with its tokenizer.json beside it.
    """

    def __init__(self, network: Path = NETWORK) -> None:
        self._network = network

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the readers are processes already
        options.add_session_config_entry("session.disable_quant_qdq", "1")  # unpack the weights once, not at each run
        return onnxruntime.InferenceSession(self._network, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._network.parent / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(PIECES)
        return tokenizer

    def tags(self, text: str) -> Tags:
        """What the network says of a text."""
        encoding = self._tokenizer.encode(text)
        pieces = np.array([encoding.ids], dtype=np.int64)
        sides, links, accuses = self._session.run(["sides", "links", "accuses"], {"pieces": pieces})
        likely = np.flatnonzero(sides.max(axis=1) > LIKELY)
        return Tags(
            places=[encoding.offsets[n] for n in likely],
            sides=sides[likely],
            links=links[np.ix_(likely, likely)],
            accuses=float(accuses),
            read=max(stop for _, stop in encoding.offsets),
        )
