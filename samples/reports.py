"""The sample reports and filings, as `reports.toml` and `filings.toml` hold them."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

SiteName = Literal["courier", "loom", "ledger", "wirepool", "court"]

_FILE = Path(__file__).with_name("reports.toml")
_FILINGS = Path(__file__).with_name("filings.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReport:
    """A report that we wrote.

    Attributes:
        site: on which of the sites it stands.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFiling:
    """A filing in a real proceeding, as the sample court lists it.

    Attributes:
        docket: number of the proceeding.
        caption: its parties.
        what: what was filed.
        filed: when; the hour is ours.
        source: address that bears it out.
    """

    docket: str
    caption: str
    what: str
    filed: datetime
    source: str


@cache
def filings() -> tuple[SampleFiling, ...]:
    """Every sample filing, the newest first."""
    tables = tomllib.loads(_FILINGS.read_text(encoding="utf-8"))["filing"]
    return tuple(sorted((SampleFiling(**table) for table in tables), key=lambda each: each.filed, reverse=True))
