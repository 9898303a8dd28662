"""Citations are read back by programs that read such files."""

import json
import re
import unicodedata
from datetime import date
from typing import Any

import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from web.citing import Citation, bibtex, csl, ris, sentence

DAY = date(2026, 11, 26)
NAMED = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
}


def citation(**values: Any) -> Citation:
    given: dict[str, Any] = {
        "key": "disputed-a-b",
        "author": "Disputed",
        "title": "Alpha accuses Beta",
        "issued": date(2026, 7, 4),
        "address": "https://disputed.example/incidents/a-b/versions/2",
        "accessed": DAY,
        "remark": "version 2",
    }
    return Citation(**{**given, **values})


def plain(latex: str) -> str:
    """What LaTeX prints."""
    signs = re.compile(rf"\\(?:({'|'.join(NAMED)})\{{\}}|([$&#%_]))")
    return signs.sub(lambda found: NAMED[found[1]] if found[1] else found[2], latex)


def line(text: str) -> str:
    unprinted = {"Cc", "Cs", "Cn", "Co"}
    text = re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)
    return " ".join("".join(" " if unicodedata.category(c) in unprinted else c for c in text).split())


TEXTS = st.text(max_size=60) | st.text(alphabet="{}\\%$#&_~^@\"'\n\r\u2028 -aER", max_size=40)
TITLES = TEXTS.filter(line)


@given(title=TITLES, quote=TEXTS)
def test_bibtex_is_read_back_as_it_was_written(title: str, quote: str) -> None:
    (entry,) = parse_string(bibtex(citation(title=title, quote=quote)), "bibtex").entries.values()
    assert plain(entry.fields["title"].removeprefix("{").removesuffix("}")) == line(title)
    assert plain(entry.fields["note"]) == (f"“{line(quote)}”. version 2" if quote else "version 2")
    assert entry.fields["url"] == "https://disputed.example/incidents/a-b/versions/2"
    assert (entry.fields["date"], entry.fields["urldate"]) == ("2026-07-04", "2026-11-26")
    assert [person.last_names for person in entry.persons["author"]] == [["{Disputed}"]]


@given(title=TITLES, quote=TEXTS)
def test_ris_is_read_back_as_it_was_written(title: str, quote: str) -> None:
    written = ris(citation(title=title, quote=quote))
    (entry,) = rispy.loads(written)
    assert (entry["title"], entry.get("abstract", "")) == (line(title), line(quote))
    assert (entry["type_of_reference"], entry["authors"], entry["year"]) == ("ELEC", ["Disputed"], "2026")
    assert entry["urls"] == ["https://disputed.example/incidents/a-b/versions/2"]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", each) for each in written.removesuffix("\r\n").split("\r\n"))


@given(title=TITLES, quote=TEXTS)
def test_csl_json_is_read_back_as_it_was_written(title: str, quote: str) -> None:
    items = json.loads(csl(citation(title=title, quote=quote)))
    assert (items[0]["title"], items[0].get("abstract", "")) == (line(title), line(quote))
    read = CiteProcJSON(items)["disputed-a-b"]
    assert (read.type, str(read["URL"])) == ("webpage", "https://disputed.example/incidents/a-b/versions/2")
    assert (read["accessed"]["year"], read["issued"]["month"]) == (2026, 7)


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (
            {},
            "“Alpha accuses Beta.” Disputed, version 2, https://disputed.example/incidents/a-b/versions/2. "
            "Accessed 26 November 2026.",
        ),
        (
            {
                "author": "The Courier",
                "title": "On letter",
                "quote": "A  accuses\nB.",
                "address": "https://d.example/c",
            },
            "The Courier, “On letter,” 4 July 2026: “A accuses B.” Cited by Disputed, https://d.example/c. "
            "Accessed 26 November 2026.",
        ),
    ],
)
def test_a_sentence_says_it_with_the_day_of_access(values: dict[str, Any], written: str) -> None:
    assert sentence(citation(**values)) == written


def test_an_address_cannot_end_a_field() -> None:
    hostile = citation(address="https://evil{}\\x\r\nER  - .example/")
    (entry,) = parse_string(bibtex(hostile), "bibtex").entries.values()
    assert entry.fields["url"] == "https://evil%7B%7D%5Cx%0D%0AER%20%20-%20.example/"
    assert len(rispy.loads(ris(hostile))) == 1


def test_what_has_no_day_gives_none() -> None:
    undated = citation(issued=None)
    (entry,) = parse_string(bibtex(undated), "bibtex").entries.values()
    assert not {"year", "month", "date"} & set(entry.fields)
    assert "issued" not in json.loads(csl(undated))[0]
    assert "PY" not in ris(undated)
