"""The weights of the reader's confidence are fitted on labels, and nothing but what is written down is taken for said."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibration import FREE, Model, cross_validated, recorded

EVERY = np.ones(40)


def learnt(names: list[str], rights: list[float]) -> dict[str, float]:
    """The weights of features that every other pair has, from how the pairs with and without them were labelled."""
    x = np.array([[1.0, float(n % 2), *[float(n % 2)] * (len(names) - 2)] for n in range(40)])
    weights = Model.by_rule(names).fitted(x, np.array([rights[n % 2] for n in range(40)]), EVERY)
    return dict(zip(names, weights.tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "rights", "sign"),
    [
        ("body: half", [0.0, 1.0], 1),
        ("body: half", [1.0, 0.0], -1),
        ("body: full", [1.0, 0.0], 0),
        ("no conduct", [0.0, 1.0], 0),
        ("marks: linked", [1.0, 0.0], 0),
        ("marks: rival", [0.0, 1.0], 0),
    ],
)
def test_a_weight_follows_the_labels_and_never_against_its_sense(name: str, rights: list[float], sign: int) -> None:
    assert np.sign(learnt(["bias", name], rights)[name]) == sign


def test_without_labels_the_presumed_weights_are_kept() -> None:
    names = ["bias", "marks", "body: half", "marks: linked"]
    presumed = np.array([0.3, 0.0, -1.2, 0.4])
    model = Model(names, presumed, np.array([FREE, FREE, 6.0, 6.0]))
    assert model.fitted(np.zeros((1, 4)), np.zeros(1), np.ones(1)) == pytest.approx(presumed)


def test_a_pair_is_weighed_by_a_model_that_has_not_seen_its_report() -> None:
    """Each report alone has its feature: what is learnt from the others says nothing of it."""
    reports = [f"report {n}" for n in range(20)]
    x, y = np.hstack([np.ones((20, 1)), np.eye(20)]), np.array([float(n % 2) for n in range(20)])
    names = ["bias", *reports]
    apart = cross_validated(x, y, np.ones(20), reports, Model.by_rule(names))
    together = 1 / (1 + np.exp(-x @ Model.by_rule(names).fitted(x, y, np.ones(20))))
    assert (together[y == 1] > together[y == 0].max()).all()
    assert not (apart[y == 1] > apart[y == 0].max()).all()


def test_what_a_network_said_is_read_back_as_written(tmp_path: Path) -> None:
    said = {
        "report": "r1",
        "places": [[0, 4], [10, 16]],
        "sides": [[3.5, -2.0], [-3.0, 4.25]],
        "links": [[-8.0, 2.5], [-6.0, -8.0]],
        "accuses": 1.5,
        "read": 120,
    }
    silent = {"report": "r2", "places": [], "sides": [], "links": [], "accuses": -5.0, "read": 80}
    file = tmp_path / "said.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in (said, silent)))
    tags = recorded([file])
    assert (tags["r1"].places, tags["r1"].read, tags["r1"].accuses) == ([(0, 4), (10, 16)], 120, 1.5)
    assert (tags["r1"].sides.tolist(), tags["r1"].links.tolist()) == (said["sides"], said["links"])
    assert (tags["r2"].places, tags["r2"].sides.shape, tags["r2"].links.shape) == ([], (0, 2), (0, 0))
