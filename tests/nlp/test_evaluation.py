import pytest

from nlp.evaluation import score, scores, table

GOLD = {
    "id": "1",
    "allegations": [
        {
            "accusers": [["The New York Times", "NYT"]],
            "optional_accusers": [["Daily News"]],
            "accused": [["OpenAI"]],
            "conduct": ["training-copyright"],
            "stage": "complaint",
            "stage_also": ["accused"],
            "role": "main",
        },
        {"accusers": [["Reddit"]], "accused": [["Anthropic"]], "stage": "complaint", "role": "background"},
    ],
}


def found(
    accusers: list[str], accused: list[str], stage: str = "complaint", conduct: tuple[str, ...] = ()
) -> dict[str, object]:
    return {"accusers": accusers, "accused": accused, "stage": stage, "conduct": list(conduct)}


@pytest.mark.parametrize(
    ("allegations", "right", "false", "missed"),
    [
        ([], 0, 0, 1),
        ([found(["NYT"], ["OpenAI, Inc."])], 1, 0, 0),
        ([found(["NYT", "Daily News"], ["OpenAI"])], 1, 0, 0),
        ([found(["NYT"], ["OpenAI"]), found(["Reddit"], ["Anthropic"])], 1, 0, 0),
        ([found(["OpenAI"], ["NYT"])], 0, 1, 1),
        ([found(["NYT"], ["Microsoft"])], 0, 1, 1),
    ],
)
def test_pairs_are_compared_by_accepted_names(allegations: list[object], right: int, false: int, missed: int) -> None:
    counts = score(GOLD, {"allegations": allegations}).counts["pairs"]
    assert (counts.right, counts.false, counts.missed) == (right, false, missed)


def test_the_stage_is_judged_on_pairs_found() -> None:
    assert score(GOLD, {"allegations": [found(["NYT"], ["OpenAI"], "accused")]}).stages == (1, 1)
    assert score(GOLD, {"allegations": [found(["NYT"], ["OpenAI"], "settled")]}).stages == (0, 1)
    assert score(GOLD, {"allegations": []}).stages == (0, 0)


def test_anything_found_where_nobody_is_accused_is_a_false_alarm() -> None:
    negative = {"id": "2", "negative": True, "allegations": []}
    results = scores([GOLD, negative], {"2": {"allegations": [found(["A"], ["B"])]}})
    rows = {row.measure: row for row in table(results, samples=10)}
    assert rows["false alarms"].precision == 1.0
    assert rows["pairs"].recall == 0.0
