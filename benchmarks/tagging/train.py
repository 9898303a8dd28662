"""Trains the network that marks the sides of a dispute, and writes it for the reader.

    python -m benchmarks.tagging.train EXAMPLES.jsonl ENCODER OUT.onnx [--without FOLD] [--epochs N] [--seed N]

ENCODER is a folder with a pretrained BERT (config.json, model.safetensors, tokenizer.json). With `--without` the real
reports of one fold are kept back: how the network does on them is printed, and what it says of them is written beside
OUT as OUT.jsonl. Needs torch, transformers, onnx and onnxscript, which Disputed itself does not; uses a GPU where there
is one.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import torch
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

PIECES = 512
WIDTH = 64
BATCH = 24
RENAMED = 0.4
OWN_SHARE = 0.5
OWN_WEIGHT = 0.5
WHOLE = 0.6
"""Weight of what the whole text is about, beside a weight of about 1 for who accuses whom."""
SIDES = ("accuser", "accused")
CONDUCTS = (
    "distillation training-copyright output-copyright copyright scraping trade-secret patent trademark likeness "
    "open-licence cmi contract unfair-competition other"
).split()
STAGES = (
    "accused letter complaint charged investigation ruling verdict appeal dismissed settled licensed withdrawn"
).split()
DISPUTES = 6
Record = dict[str, Any]
Floats = NDArray[np.float32]


class Sides(nn.Module):
    """A pretrained encoder with heads: sides of each piece, links between pieces, and what the whole text is about."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        size = encoder.config.hidden_size
        self.sides = nn.Linear(size, len(SIDES))
        self.accusing = nn.Linear(size, WIDTH)
        self.accused = nn.Linear(size, WIDTH)
        self.link = nn.Parameter(torch.tensor([0.1, -3.0]))
        self.conduct = nn.Linear(size, len(CONDUCTS))
        self.stage = nn.Linear(size, len(STAGES))
        self.accuses = nn.Linear(size, 1)
        self.dropout = nn.Dropout(0.1)

    def forward(self, pieces: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        hidden = self.dropout(self.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state)
        links = self.accusing(hidden) @ self.accused(hidden).transpose(1, 2) * self.link[0] + self.link[1]
        whole = hidden[:, 0]
        return self.sides(hidden), links, self.conduct(whole), self.stage(whole), self.accuses(whole)[:, 0]


class Example:
    """A text as numbers: its pieces, and what should be said of each."""

    def __init__(self, record: Record, encoding: Encoding) -> None:
        n = len(encoding.ids)
        self.record, self.offsets, self.pieces = record, encoding.offsets, encoding.ids
        self.counts = np.ones(n, np.float32)
        on: dict[int, Floats] = {0: np.zeros((2, n), np.float32)}
        for start, end, side, disputes in record["marks"]:
            which = self._within(start, end)
            for dispute in (0, *disputes):
                on.setdefault(dispute, np.zeros((2, n), np.float32))[SIDES.index(side), which] = 1
        self.sides = on.pop(0).T
        self.disputes = np.stack([*on.values(), np.zeros((2, n), np.float32)][:DISPUTES])
        for start, end in record["ignored"]:
            self.counts[self._within(start, end)] = 0
        conduct, stage = record["conduct"], record["stage"]
        self.conduct = np.array([code in (conduct or ()) for code in CONDUCTS], np.float32)
        self.conduct_known = float(conduct is not None)
        self.stage = STAGES.index(stage) if stage in STAGES else -100
        self.accuses = float(record["accuses"])
        self.weight = OWN_WEIGHT if record["own"] else 1.0

    @property
    def links(self) -> Floats:
        """1 where a piece of an accuser meets a piece of one whom he accuses."""
        return np.einsum("kn,km->nm", self.disputes[:, 0], self.disputes[:, 1]).clip(max=1)

    def _within(self, start: int, end: int) -> list[int]:
        return [i for i, (a, b) in enumerate(self.offsets) if a < end and b > start and b > a]


def batches(examples: Sequence[Example], chance: random.Random) -> Iterator[list[Example]]:
    """Examples of like length together, in a random order."""
    jittered = sorted(examples, key=lambda each: len(each.pieces) * chance.uniform(0.9, 1.1))
    parts = [list(jittered[i : i + BATCH]) for i in range(0, len(jittered), BATCH)]
    chance.shuffle(parts)
    yield from parts


def padded(arrays: Sequence[Floats]) -> Tensor:
    """Arrays of one number of axes in one tensor, each with zeros after it."""
    shape = np.max([each.shape for each in arrays], axis=0)
    out = np.zeros((len(arrays), *shape), arrays[0].dtype)
    for i, array in enumerate(arrays):
        out[(i, *map(slice, array.shape))] = array
    return torch.from_numpy(out)


def loss_of(model: Sides, batch: Sequence[Example], device: str) -> Tensor:
    pieces = padded([np.array(each.pieces) for each in batch]).to(device)
    inside = padded([np.ones(len(each.pieces), np.float32) for each in batch]).to(device)
    counts = padded([each.counts for each in batch]).to(device)
    weight = torch.tensor([each.weight for each in batch], device=device)
    with torch.autocast(device, torch.bfloat16):
        sides, links, conduct, stage, accuses = model(pieces, inside)
    wanted = padded([each.sides for each in batch]).to(device)
    of_sides = bce(sides, wanted).sum(2) * counts
    lengths = inside.sum(1)
    by_text = of_sides.sum(1) / lengths * 10
    disputes = padded([each.disputes for each in batch]).to(device)
    linked = torch.einsum("bkn,bkm->bnm", disputes[:, :, 0], disputes[:, :, 1]).clamp(max=1)
    kept = counts[:, :, None] * counts[:, None, :]
    near = (wanted[:, :, 0, None] + wanted[:, None, :, 1]).clamp(max=1) * 0.9 + 0.1
    of_links = bce(links, linked) * kept * near
    by_text = by_text + of_links.sum((1, 2)) / (near * kept).sum((1, 2)) * 5
    known = torch.tensor([each.conduct_known for each in batch], device=device)
    codes = torch.tensor(np.stack([each.conduct for each in batch]), device=device)
    by_text = by_text + bce(conduct, codes).sum(1) * known * WHOLE
    stages = torch.tensor([each.stage for each in batch], device=device)
    by_text = by_text + functional.cross_entropy(stage.float(), stages, ignore_index=-100, reduction="none") * WHOLE
    accusing = torch.tensor([each.accuses for each in batch], device=device)
    by_text = by_text + bce(accuses, accusing) * WHOLE
    return (by_text * weight).sum() / weight.sum()


def bce(logits: Tensor, wanted: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logits.float(), wanted, reduction="none")


def train(
    model: Sides, versions: Sequence[Sequence[Example]], epochs: int, rate: float, seed: int, device: str
) -> None:
    """Trains on one version of each example an epoch: the plain one, or one with other names."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    heads = [p for name, p in model.named_parameters() if not name.startswith("encoder")]
    groups = [{"params": list(model.encoder.parameters())}, {"params": heads, "lr": rate * 10}]
    optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01)
    own = sum(each[0].record["own"] for each in versions)
    steps = epochs * int((len(versions) - own * (1 - OWN_SHARE)) / BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate, rate * 10], steps + 10, pct_start=0.1, anneal_strategy="linear"
    )
    model.to(device).train()
    for epoch in range(epochs):
        started, total, count = time.perf_counter(), torch.zeros((), device=device), 0
        drawn = [drawn_version(each, chance) for each in versions]
        kept = [each for each in drawn if not each.record["own"] or chance.random() < OWN_SHARE]
        for batch in batches(kept, chance):
            loss = loss_of(model, batch, device)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            if schedule.last_epoch < steps + 9:
                schedule.step()
            total, count = total + loss.detach(), count + 1
        print(f"epoch {epoch + 1}: loss {total.item() / count:.4f}, {time.perf_counter() - started:.0f} s", flush=True)


def drawn_version(versions: Sequence[Example], chance: random.Random) -> Example:
    return versions[0] if len(versions) == 1 or chance.random() >= RENAMED else chance.choice(list(versions[1:]))


@torch.no_grad()
def said_of(model: Sides, example: Example, device: str) -> list[Floats]:
    """What the network says of a text."""
    pieces = torch.tensor([example.pieces], device=device)
    out = model.eval()(pieces, torch.ones_like(pieces, dtype=torch.float32))
    return [each[0].float().cpu().numpy() for each in out]


def spans(example: Example, logits: Floats) -> list[list[int]]:
    """Runs of pieces that are marked, by number."""
    runs: list[list[int]] = []
    for i, logit in enumerate(logits):
        if logit > 0 and example.offsets[i][1] > example.offsets[i][0]:
            if runs and runs[-1][-1] == i - 1:
                runs[-1].append(i)
            else:
                runs.append([i])
    return runs


def measured(said: Sequence[tuple[Example, Sequence[Floats]]], threshold: float) -> Record:
    """Marked and linked runs against the labels: precision over pairs of words, recall over reports."""
    right = wrong = told = found = alarms = calm = 0
    for each, (sides, links, *_) in said:
        truth, pairs = each.links, dict[tuple[str, str], bool]()
        for a in spans(each, sides[:, 0]):
            for d in spans(each, sides[:, 1]):
                if a != d and links[np.ix_(a, d)].mean() > threshold:
                    key = (_words(each, a), _words(each, d))
                    pairs[key] = pairs.get(key, False) or bool(truth[np.ix_(a, d)].any())
        right += sum(pairs.values())
        wrong += len(pairs) - sum(pairs.values())
        told, found = told + bool(truth.any()), found + any(pairs.values())
        calm, alarms = calm + (not each.accuses), alarms + (not each.accuses and bool(pairs))
    precision, recall = right / max(1, right + wrong), found / max(1, told)
    return {"link": threshold, "P": round(precision, 3), "R": round(recall, 3), "alarms": f"{alarms}/{calm}"}


def whole_text(said: Sequence[tuple[Example, Sequence[Floats]]]) -> Record:
    """How often conduct, stage and whether anybody is accused are right."""
    stages = [stage.argmax() == each.stage for each, (_, _, _, stage, _) in said if each.stage >= 0]
    known = [(conduct > 0, each.conduct > 0) for each, (_, _, conduct, _, _) in said if each.conduct.any()]
    both = sum((s & w).sum() for s, w in known)
    accuses = [(accuses > 0) == (each.accuses > 0) for each, (*_, accuses) in said]
    size = sum(s.sum() + w.sum() for s, w in known)
    return {
        "conduct F1": round(float(2 * both / max(1, size)), 3),
        "stage": round(float(np.mean(stages)), 3),
        "accuses": round(float(np.mean(accuses)), 3),
    }


def _words(example: Example, run: Sequence[int]) -> str:
    return str(example.record["text"][example.offsets[run[0]][0] : example.offsets[run[-1]][1]]).casefold()


def encoder(folder: Path) -> BertModel:
    config = BertConfig.from_pretrained(folder)
    return BertModel.from_pretrained(folder, config=config, add_pooling_layer=False, dtype=torch.float32)


def tokenizer_of(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(PIECES)
    return tokenizer


def read(path: Path, tokenizer: Tokenizer) -> list[list[Example]]:
    """The examples of a file, each with its versions."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    encodings = tokenizer.encode_batch([record["text"] for record in records])
    together: dict[str, list[Example]] = {}
    for record, encoding in zip(records, encodings, strict=True):
        together.setdefault(record["report"], []).append(Example(record, encoding))
    return list(together.values())


class Exported(nn.Module):
    """The network as the reader runs it."""

    def __init__(self, model: Sides) -> None:
        super().__init__()
        self.model = model

    def forward(self, pieces: Tensor) -> tuple[Tensor, ...]:
        return tuple(each[0] for each in self.model(pieces))


NAMES = ("sides", "links", "conduct", "stage", "accuses")


def export(model: Sides, out: Path) -> None:
    """Writes the network with its matrices as 8-bit whole numbers, which are multiplied out again when it runs."""
    model.encoder.set_attn_implementation("eager")  # others guard each softmax against NaN, which takes time
    pieces = torch.randint(1000, 2000, (1, 20))
    n = torch.export.Dim("n", min=2, max=PIECES)
    program = torch.onnx.export(
        Exported(model.cpu().float()).eval(),
        (pieces,),
        dynamo=True,
        dynamic_shapes=({1: n},),
        input_names=["pieces"],
        output_names=list(NAMES),
    )
    assert program is not None
    network = program.model_proto
    pack(network.graph)
    onnx.checker.check_model(network)
    onnx.save(network, out)


def pack(graph: onnx.GraphProto) -> None:
    """Each matrix of a graph as 8-bit whole numbers with a scale for each row or column, and a node that unpacks it."""
    for tensor in list(graph.initializer):
        matrix = onnx.numpy_helper.to_array(tensor)
        if matrix.ndim == 2 and matrix.size > 10_000:
            axis = int(matrix.shape[0] < matrix.shape[1])
            scale = (np.abs(matrix).max(axis=1 - axis) / 127).astype(np.float32).clip(min=1e-12)
            whole = np.round(matrix / np.expand_dims(scale, 1 - axis)).astype(np.int8)
            name = tensor.name
            graph.initializer.remove(tensor)
            graph.initializer.append(onnx.numpy_helper.from_array(whole, f"{name}_packed"))
            graph.initializer.append(onnx.numpy_helper.from_array(scale, f"{name}_scale"))
            graph.node.insert(
                0, onnx.helper.make_node("DequantizeLinear", [f"{name}_packed", f"{name}_scale"], [name], axis=axis)
            )


def record_of(example: Example, said: Sequence[Floats]) -> Record:
    """What the network says of a report, in the form of a line: the fields of `nlp.tagger.Tags`."""
    sides, links, *_, accuses = said
    likely = np.flatnonzero(sides.max(axis=1) > LIKELY)
    return {
        "report": example.record["report"],
        "places": [example.offsets[n] for n in likely],
        "sides": np.round(sides[likely], 2).tolist(),
        "links": np.round(links[np.ix_(likely, likely)], 1).tolist(),
        "accuses": round(float(accuses), 2),
        "read": max(stop for _, stop in example.offsets),
    }


LIKELY = -4.0
"""Log odds below which a piece belongs to no side."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="EXAMPLES ENCODER OUT")
    parser.add_argument("--without", type=int, help="fold of real reports to keep back")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--rate", type=float, default=1.3e-4)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if len(arguments.files) != 3:
        print("left out: no files named (python -m benchmarks.tagging.train EXAMPLES.jsonl ENCODER OUT.onnx)")
        return
    path, folder, out = arguments.files
    device = "cuda" if torch.cuda.is_available() else "cpu"
    versions = read(path, tokenizer_of(folder))
    kept_back = [not each[0].record["own"] and each[0].record["fold"] == arguments.without for each in versions]
    held = [each for each, back in zip(versions, kept_back, strict=True) if back]
    learnt = [each for each, back in zip(versions, kept_back, strict=True) if not back]
    model = Sides(encoder(folder))
    train(model, learnt, arguments.epochs, arguments.rate, arguments.seed, device)
    if held:
        said = [(each[0], said_of(model, each[0], device)) for each in held]
        for threshold in (-1.0, 0.0, 1.0, 2.0):
            print(json.dumps(measured(said, threshold)))
        print(json.dumps(whole_text(said)))
        lines = (json.dumps(record_of(each, outputs)) for each, outputs in said)
        out.with_suffix(".jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    export(model, out)


if __name__ == "__main__":
    main()
