"""Ways to cite what a page shows: BibTeX, RIS, CSL-JSON and a sentence.

The libraries that write these formats do not escape what they are given: line breaks in RIS, braces in BibTeX. What is
written here is read back by such libraries in the tests.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from web.marking import date_of

SITE: Final = "Disputed"

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "$&#%_"},
    }
)
"""Braces by name, since BibTeX counts also those that are escaped."""
_SAFE_IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%~-._"
_NO_CHARACTER = frozenset({"Cc", "Cs", "Cn", "Co"})
_TURNS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What is cited.

    Attributes:
        key: stands for it in a bibliography: ASCII letters, digits and hyphens.
        author: who published it.
        title: as it is called.
        issued: the day of it; None where unknown.
        address: where it is found here.
        accessed: the day on which it was looked at.
        quote: the sentence cited; empty where all of it is.
        remark: what else there is to know: which version it is, where the original stands.
    """

    key: str
    author: str
    title: str
    issued: date | None
    address: str
    accessed: date
    quote: str = ""
    remark: str = ""


def sentence(cited: Citation) -> str:
    """A citation as a sentence, with the day of access."""
    return " ".join(_sentence(cited))


def _sentence(cited: Citation) -> Iterator[str]:
    ours = cited.author == SITE
    yield f"“{_line(cited.title)}.”" if ours else f"{_line(cited.author)}, “{_line(cited.title)},”"
    if cited.quote:
        yield f"{date_of(cited.issued)}: “{_line(cited.quote)}”"
    yield f"{SITE}," if ours else f"Cited by {SITE},"
    if cited.remark and ours:
        yield f"{_line(cited.remark)},"
    yield f"{_address(cited)}. Accessed {date_of(cited.accessed)}."


def bibtex(cited: Citation) -> str:
    """A citation as a BibTeX file, for BibLaTeX too."""
    remark = ". ".join(filter(None, [f"“{_line(cited.quote)}”" if cited.quote else "", _line(cited.remark)]))
    fields = {
        "author": f"{{{_latex(cited.author)}}}",
        "title": f"{{{_latex(cited.title)}}}",
        "year": str(cited.issued.year) if cited.issued else "",
        "month": f"{cited.issued:%m}" if cited.issued else "",
        "date": cited.issued.isoformat() if cited.issued else "",
        "url": _address(cited),
        "urldate": cited.accessed.isoformat(),
        "note": _latex(remark),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{cited.key},", *lines, "}", ""])


def ris(cited: Citation) -> str:
    """A citation as a RIS file: a tag and a value a line."""
    tags = [
        ("TY", "ELEC"),
        ("ID", cited.key),
        ("AU", _line(cited.author)),
        ("TI", _line(cited.title)),
        ("PY", str(cited.issued.year) if cited.issued else ""),
        ("DA", f"{cited.issued:%Y/%m/%d}" if cited.issued else ""),
        ("AB", _line(cited.quote)),
        ("N1", _line(cited.remark)),
        ("DP", SITE),
        ("UR", _address(cited)),
        ("Y2", f"{cited.accessed:%Y/%m/%d}"),
    ]
    lines = [f"{tag}  - {value}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl(cited: Citation) -> str:
    """A citation as CSL-JSON: a list of one item."""
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "webpage",
        "author": [{"literal": _line(cited.author)}],
        "title": _line(cited.title),
        "container-title": SITE,
        "issued": _parts(cited.issued) if cited.issued else None,
        "accessed": _parts(cited.accessed),
        "URL": _address(cited),
        "abstract": _line(cited.quote),
        "note": _line(cited.remark),
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True, slots=True)
class Form:
    """A format of citations: what it is called, its media type, and what writes it."""

    name: str
    media_type: str
    write: Callable[[Citation], str]


FORMS: Final = {
    "bib": Form("BibTeX", "application/x-bibtex", bibtex),
    "ris": Form("RIS", "application/x-research-info-systems", ris),
    "json": Form("CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
}
"""By the ending of a file's name."""


def _line(text: str) -> str:
    """A text in one line, without what cannot be printed."""
    printed = (" " if unicodedata.category(sign) in _NO_CHARACTER else sign for sign in _TURNS_DIRECTION.sub("", text))
    return " ".join("".join(printed).split())


def _latex(text: str) -> str:
    return _line(text).translate(_LATEX)


def _address(cited: Citation) -> str:
    return quote(cited.address, safe=_SAFE_IN_ADDRESSES, errors="replace")


def _parts(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}
