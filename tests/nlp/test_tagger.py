"""What the network says of a text, and that a reader given it weighs what it says."""

import numpy as np
import pytest

from kb import registry
from kb.interchange import report_from_record
from nlp.reader import Reader, of_network
from nlp.tagger import Tagger, Tags

TITLE = "Anthropic says Alibaba ran the largest distillation attack on its models"
TEXT = (
    "Anthropic accused Alibaba of using thousands of fraudulent accounts to distil its Claude models. "
    "The claim was made in a letter to lawmakers, which was seen on Tuesday."
)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger()


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ([[1, -1], [1, -1], [-1, -1]], [(0, 9)]),
        ([[1, -1], [-1, -1], [1, -1]], [(0, 4), (10, 15)]),
        ([[-1, 1], [-1, 1], [-1, 1]], [(0, 15)]),
        ([[-1, -1], [-1, -1], [-1, -1]], []),
        ([[1, -1], [1, 1], [-1, 1]], [(5, 15)]),
    ],
)
def test_neighbouring_pieces_of_one_side_are_one_name(
    sides: list[list[float]], expected: list[tuple[int, int]]
) -> None:
    places = [(0, 4), (5, 9), (10, 15)]
    tags = Tags(places, np.array(sides, np.float32), np.zeros((3, 3), np.float32), 0.0, 15)
    assert tags.runs(0, 15) == expected


def test_the_network_links_who_accuses_to_whom(tagger: Tagger) -> None:
    tags = tagger.tags(f"{TITLE}\n{TEXT}")
    accuser, accused = tags.within(0, len("Anthropic")), tags.within(TITLE.index("Alibaba"), TITLE.index(" ran"))
    assert tags.links[np.ix_(accuser, accused)].mean() > 0 > tags.links[np.ix_(accused, accuser)].mean()
    assert tags.accuses > 0


def test_the_same_text_gives_the_same_tags(tagger: Tagger) -> None:
    first, second = tagger.tags(TEXT), tagger.tags(TEXT)
    assert first.places == second.places
    assert np.array_equal(first.links, second.links)


def test_no_text_gives_no_tags(tagger: Tagger) -> None:
    assert not tagger.tags("").places


def test_a_reader_weighs_what_the_network_says(tagger: Tagger) -> None:
    reader = Reader(registry.load(), of_network(tagger))
    report = report_from_record({"id": "r", "outlet": "Example", "title": TITLE, "text": TEXT})
    candidates = reader.candidates(report)
    told = {
        (p.accuser.name, p.accused.name): v for p, v in candidates if p.accuser is not None and p.accused is not None
    }
    assert told["Anthropic", "Alibaba"].confidence > 0.75
    assert "marks: linked" in told["Anthropic", "Alibaba"].evidence
