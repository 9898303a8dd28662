"""The sample reports, as `reports.toml` holds them."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

SiteName = Literal["courier", "loom", "ledger", "wirepool"]

_FILE = Path(__file__).with_name("reports.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReport:
    """A report that we wrote.

    Attributes:
        site: on which of the four sites it stands.
        slug: its name in addresses.
        published: when, true to the event that it tells of.
        section: as newspapers have them.
        title: headline.
        source: address that bears out its facts.
        text: paragraphs, one a line.
        also: a second source.
    """

    site: SiteName
    slug: str
    published: datetime
    section: str
    title: str
    source: str
    text: str
    also: str = ""

    @property
    def paragraphs(self) -> list[str]:
        """The text, paragraph by paragraph."""
        return self.text.strip().split("\n")


@cache
def reports() -> tuple[SampleReport, ...]:
    """Every sample report, the newest first."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))["report"]
    return tuple(sorted((SampleReport(**table) for table in tables), key=lambda r: r.published, reverse=True))
