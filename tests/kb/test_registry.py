from collections import Counter
from pathlib import Path

import pytest

from kb import registry
from kb.model import Organisation, name_key

ORGANISATIONS = registry.load().organisations


def names(organisation: Organisation) -> list[str]:
    return [organisation.name, *organisation.aliases, *organisation.products]


def test_there_are_enough_organisations() -> None:
    assert len(ORGANISATIONS) >= 400


def test_every_row_shows_where_it_is_from() -> None:
    assert [o.name for o in ORGANISATIONS if not any(s.startswith(("http://", "https://")) for s in o.sources)] == []


def test_parents_are_known() -> None:
    known = {o.name for o in ORGANISATIONS}
    assert {o.parent for o in ORGANISATIONS if o.parent} <= known


def test_a_name_means_one_organisation_unless_it_is_marked_ambiguous() -> None:
    counts = Counter(key for o in ORGANISATIONS for key in {name_key(n) for n in names(o) if n not in o.ambiguous})
    assert [key for key, count in counts.items() if count > 1] == []


def test_ambiguous_names_are_names_of_the_organisation() -> None:
    assert [(o.name, n) for o in ORGANISATIONS for n in o.ambiguous if n not in names(o)] == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('{"name": "A"}\n{"name": "A, Inc."}', "line 2.*already in line 1"),
        ('{"name": "A", "color": "red"}', "unknown key 'color'"),
        ("not json", "line 1: not a JSON object"),
        ('{"aliases": []}', "line 1: name"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, lines: str, fault: str) -> None:
    file = tmp_path / "organisations.jsonl"
    file.write_text(lines)
    with pytest.raises(registry.RegistryError, match=fault):
        registry.load(file)
