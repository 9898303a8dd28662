"""Which disputes are about AI where the letters AI do not stand: all parties are invented."""

import pytest
from reading import accusing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Font generator Glyphmill sued by Danish artists", {("artists", "Glyphmill")}),
        ("Photographers sue picture engine Inkwright", {("photographers", "Inkwright")}),
        ("Authors sue Quillmind, maker of a writing assistant", {("authors", "Quillmind")}),
    ],
)
def test_makers_of_works_who_sue_over_a_generator(text: str, expected: set[tuple[str, str]]) -> None:
    assert accusing(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Wind turbine generator maker Halvorsen sued by residents",
        "Engine maker Tarrow faces a suit from a former shop assistant",
        "Publisher Calder House sued by authors over late pay",
    ],
)
def test_other_generators_engines_and_assistants(text: str) -> None:
    assert accusing(text) == set()


def test_a_single_maker_of_works_is_enough() -> None:
    text = "The generator's owner, Pale Harbour Studio, faces a suit in Osaka from manga artist Reiko Arano."
    assert accusing("", text) == {("Reiko Arano", "Pale Harbour Studio")}
