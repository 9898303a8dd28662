"""The vocabulary of Disputed: what reports, readings and incidents are made of.

Every class is a frozen value and imports nothing of ours, so that each room can speak of the same things without
knowing how they are stored, found or shown. Character positions count code points and ends are exclusive. Dates found
in text are `PartialDate`: they keep the precision that the text gives. Instants are timezone-aware `datetime`s.
"""

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, Literal, Self

PUBLISHING_THRESHOLD: Final = 0.75
"""Findings of at least this confidence are shown as "read by machine"; those below wait for review."""

PUBLIC_RECORD: Final = "public-record"
"""The outlet of entries: what a docket or register says of a dispute, which nobody published as news."""

BY_RULE: Final = "by rule"
"""The model of readings that were made by rule from structured data, which the reader leaves alone."""

SlugText = str
"""A name for addresses: lower-case ASCII letters, digits and single hyphens."""


class Conduct(StrEnum):
    """What the accused is said to have done; several may hold of one allegation."""

    DISTILLATION = "distillation"
    TRAINING_COPYRIGHT = "training-copyright"
    OUTPUT_COPYRIGHT = "output-copyright"
    COPYRIGHT = "copyright"
    SCRAPING = "scraping"
    TRADE_SECRET = "trade-secret"  # noqa: S105 - a code of the vocabulary, not a password
    PATENT = "patent"
    TRADEMARK = "trademark"
    LIKENESS = "likeness"
    OPEN_LICENCE = "open-licence"
    CMI = "cmi"
    CONTRACT = "contract"
    UNFAIR_COMPETITION = "unfair-competition"
    OTHER = "other"


class DateSource(StrEnum):
    """Where the date of a publication was found."""

    JSON_LD = "json-ld"
    META = "meta"
    ADDRESS = "address"
    TEXT = "text"


class Stage(StrEnum):
    """How far a dispute has come: the newest step that a report tells."""

    ACCUSED = "accused"
    LETTER = "letter"
    COMPLAINT = "complaint"
    CHARGED = "charged"
    INVESTIGATION = "investigation"
    RULING = "ruling"
    VERDICT = "verdict"
    APPEAL = "appeal"
    DISMISSED = "dismissed"
    SETTLED = "settled"
    LICENSED = "licensed"
    WITHDRAWN = "withdrawn"


class ResponseCode(StrEnum):
    """How the accused answered, as a report tells it."""

    DENIED = "denied"
    NO_COMMENT = "no-comment"
    DISPUTED_IN_PART = "disputed-in-part"
    ADMITTED = "admitted"
    COUNTERSUED = "countersued"
    NOT_REACHED = "not-reached"


class EventKind(StrEnum):
    """What is to happen on a day that a report names."""

    HEARING = "hearing"
    TRIAL = "trial"
    DEADLINE = "deadline"
    DECISION = "decision"


class Role(StrEnum):
    """Whether an allegation is what the report is about or another dispute that it mentions."""

    MAIN = "main"
    BACKGROUND = "background"


class AmountHedge(StrEnum):
    """How firmly a report states a figure."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at least"
    UP_TO = "up to"


class OutletKind(StrEnum):
    """What sort of publisher an outlet is."""

    GENERAL = "general"
    BUSINESS = "business"
    TECHNOLOGY = "technology"
    LAW = "law"
    TRADE = "trade"
    COMPANY = "company"
    REGULATOR = "regulator"
    COURT = "court"
    AGGREGATOR = "aggregator"
    RECORD = "record"


Precision = Literal["day", "month", "quarter", "year"]
FieldName = Literal["title", "text"]
EditVerb = Literal["merge", "split", "move", "keep-apart", "correct", "hide", "undo"]
CORRECTABLE: Final = ("accusers", "accused", "victims", "conduct", "stage", "occurred", "stated", "reached", "role")
"""The fields of an allegation that a person can correct."""

_PARTIAL_DATE = re.compile(r"\d{4}(?:-(?:Q[1-4]|\d{2}(?:-\d{2})?))?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as the text that gives it: "2026-06-10", "2026-06", "2026-Q2" or "2026".

    Attributes:
        iso: the date, cut to its own precision.
        anchor: the words it was reckoned from where it is not written out ("last month"), else empty.

    Raises:
        ValueError: `iso` has none of the four shapes or names no real day.
    """

    iso: str
    anchor: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no date."""
        if not _PARTIAL_DATE.fullmatch(self.iso):
            raise ValueError(f"not a date of day, month, quarter or year precision: {self.iso!r}")
        self.earliest()

    @property
    def precision(self) -> Precision:
        """How much of the date is known."""
        if "Q" in self.iso:
            return "quarter"
        by_length: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
        return by_length[len(self.iso)]

    def earliest(self) -> date:
        """The first day that the date can mean."""
        if "Q" in self.iso:
            return date(int(self.iso[:4]), 3 * int(self.iso[-1]) - 2, 1)
        return date.fromisoformat(self.iso + "-01-01"[len(self.iso) - 4 :] if len(self.iso) < 10 else self.iso)

    def latest(self) -> date:
        """The last day that the date can mean."""
        first = self.earliest()
        months = {"day": 0, "month": 1, "quarter": 3, "year": 12}[self.precision]
        if not months:
            return first
        years, month = divmod(first.month - 1 + months, 12)
        if first.year + years > date.max.year:
            return date.max
        return date(first.year + years, month + 1, 1) - timedelta(days=1)

    @classmethod
    def of(cls, day: date, anchor: str = "") -> Self:
        """The day as a partial date of day precision."""
        return cls(day.isoformat()[:10], anchor)

    def __str__(self) -> str:
        return self.iso


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time; an end that the text leaves open is None."""

    start: PartialDate | None
    end: PartialDate | None


@dataclass(frozen=True, slots=True)
class Span:
    """Where in a report something is said: `report.title[start:end]` or `report.text[start:end]`."""

    field: FieldName
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A figure that a report gives.

    Attributes:
        value: the number, multiplied out ("28.8 million" is 28_800_000).
        unit: what is counted, in the singular or as a currency code: "account", "exchange", "work", "USD".
        what: the words that say what the figure is of ("fraudulent accounts", "damages").
        hedge: how firmly it is said.
        span: the words of the figure.
    """

    value: float
    unit: str
    what: str = ""
    hedge: AmountHedge = AmountHedge.EXACT
    span: Span


@dataclass(frozen=True, slots=True)
class Proceeding:
    """A court or body and the docket number there; either may be unknown (empty)."""

    court: str = ""
    docket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allegation:
    """One claim that someone took or used another's intellectual property or protected data without right.

    Attributes:
        accusers: parties that accuse: the registry's canonical name, or the name in full as the report gives it.
        accused: parties accused; empty where the report names nobody.
        victims: whose property it is, where that is not the accuser.
        conduct: what is said to have been done.
        stage: the newest step that the report tells.
        objects: the model, work, product or secret taken, in the report's words.
        occurred: when it is said to have happened.
        stated: when the accusation was made.
        reached: when the dispute came to this stage, where that is said.
        hedge: the word that marks it as a claim ("allegedly", "what it calls"); empty where there is none.
        attribution: the chain from the outlet to the accuser: ("CNBC", "letter", "Anthropic").
        relief: what is asked for ("damages", "an injunction").
        proceeding: the court or body that has it before it.
        amounts: figures of this claim.
        role: what the report is about, or another dispute that it mentions.
        confidence: chance between 0 and 1 that parties and role are right.
        span: the sentence that says it.
        sentence: its words; always `field[span.start:span.end]`.
        reasons: for each finding, the trigger and the rule that led to it, for `disputed read --explain`.
    """

    accusers: tuple[str, ...]
    accused: tuple[str, ...]
    victims: tuple[str, ...] = ()
    conduct: tuple[Conduct, ...]
    stage: Stage
    objects: tuple[str, ...] = ()
    occurred: Interval | None = None
    stated: PartialDate | None = None
    reached: PartialDate | None = None
    hedge: str = ""
    attribution: tuple[str, ...] = ()
    relief: tuple[str, ...] = ()
    proceeding: Proceeding | None = None
    amounts: tuple[Amount, ...] = ()
    role: Role = Role.MAIN
    confidence: float
    span: Span
    sentence: str
    reasons: tuple[str, ...] = ()

    @property
    def published(self) -> bool:
        """Whether it is sure enough to be shown without review."""
        return self.confidence >= PUBLISHING_THRESHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a report tells of an answer: by whom, which, and the sentence that says so."""

    by: str
    code: ResponseCode
    span: Span
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """What a report says is to happen next: what, when, and the sentence that says so."""

    kind: EventKind
    date: PartialDate
    span: Span
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one report says, as one version of the reader took it.

    Attributes:
        allegations: main and background, those below the publishing threshold among them.
        responses: answers of the accused.
        scheduled: what is to happen next in what the report is about.
        organisations: canonical names of all organisations found, in order of first mention.
        reader: version of the code and its lexicon.
        model: name and version of the statistical model.
        registry: version (a digest) of the registry.
    """

    allegations: tuple[Allegation, ...] = ()
    responses: tuple[Response, ...] = ()
    scheduled: tuple[Scheduled, ...] = ()
    organisations: tuple[str, ...] = ()
    reader: str
    model: str
    registry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One publication by one outlet.

    Attributes:
        id: stable across crawls: derived from the canonical address, or from the text where there is none.
        url: canonical address; empty for a text handed in without one.
        outlet: slug of the outlet; empty where unknown.
        title: headline.
        text: the body alone, paragraphs joined by a newline.
        byline: names of the authors.
        published: when it was published; None where the page does not say.
        published_precise: whether `published` has a time of day and not merely a date.
        published_source: where in its page `published` was found; None where it came with the text.
        modified: when it was last changed, by its own account.
        crawled: when it was fetched or handed in.
        language: ISO 639-1 code; empty where undecided.
        truncated: cut short by a paywall or a feed excerpt.
        origin: outlet or agency it was taken from, where it says so.
        revision: which of its states in the base this is; 0 outside a base, and no part of what it says.
    """

    id: str
    url: str = ""
    outlet: str = ""
    title: str
    text: str
    byline: tuple[str, ...] = ()
    published: datetime | None = None
    published_precise: bool = False
    published_source: DateSource | None = None
    modified: datetime | None = None
    crawled: datetime | None = None
    language: str = ""
    truncated: bool = False
    origin: str = ""
    revision: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """The bytes as fetched, kept in a WARC file.

    Attributes:
        url: address asked for.
        final_url: address that answered, after redirects.
        fetched: when.
        status: HTTP status.
        media_type: of the payload, without parameters.
        digest: sha256 of the payload, hexadecimal.
        warc: name of the WARC file below the captures' address.
        offset: where the record begins in it, in bytes.
        outlet: slug of the outlet it was fetched for.
        kind: a page to extract a report from, or a feed that lists pages.
        etag: validator for the next conditional request; empty where none was sent.
        last_modified: the same, as sent.
        last_checked: when the address was last found to hold the same bytes again; None if it was not.
        id: row in the database; 0 before it is stored.
    """

    url: str
    final_url: str
    fetched: datetime
    status: int
    media_type: str
    digest: str
    warc: str
    offset: int
    outlet: str
    kind: Literal["page", "feed"]
    etag: str = ""
    last_modified: str = ""
    last_checked: datetime | None = None
    id: int = 0

    @property
    def seen(self) -> datetime:
        """When the address was last known to hold these bytes."""
        return self.last_checked or self.fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A list of pages that an outlet offers.

    Attributes:
        url: its address.
        source: where the address was found; "unverified" where it was not.
        token: name of the token that it asks for; empty where it is open to all.
    """

    url: str
    source: str
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher of reports, as `outlets.toml` describes it.

    Attributes:
        slug: its name in addresses.
        name: as readers know it.
        home: address of its front page.
        country: ISO 3166-1 alpha-2 code.
        kind: what sort of publisher.
        language: ISO 639-1 code.
        feeds: RSS, Atom or JSON feeds; of a court, of what is filed there.
        sitemaps: news sitemaps.
        sections: HTML pages that list articles, for outlets without a feed.
        syndicates: outlets and agencies whose texts it carries besides its own, as readers know them.
        court: a court's name as lawyers cite it ("N.D. Cal."); empty where it is no court, or the feed names the court.
        timezone: IANA name of the time that a court's days are reckoned in.
        sample: one of the demonstration's own outlets, whose reports we wrote.
        opted_out: wishes not to be crawled.
    """

    slug: SlugText
    name: str
    home: str
    country: str
    kind: OutletKind
    language: str = "en"
    feeds: tuple[Feed, ...] = ()
    sitemaps: tuple[Feed, ...] = ()
    sections: tuple[Feed, ...] = ()
    syndicates: tuple[str, ...] = ()
    court: str = ""
    timezone: str = "UTC"
    sample: bool = False
    opted_out: bool = False

    @property
    def lists(self) -> tuple[Feed, ...]:
        """Everything that lists pages of it, or what was filed."""
        return (*self.feeds, *self.sitemaps, *self.sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation or other party that the registry knows.

    Attributes:
        name: canonical name.
        legal_name: as registered.
        aliases: other names it goes by.
        kind: our own reading: "ai-lab", "publisher", "record-label", "court" and so on.
        country: ISO 3166-1 alpha-2 code; "EU" for the Union; empty where not verified.
        parent: canonical name of the organisation that owns it.
        tickers: stock symbols.
        products: products that stand for their maker ("ChatGPT").
        ambiguous: names among `name`, `aliases` and `products` that are also ordinary words, decided by context.
        sources: addresses that show these facts.
    """

    name: str
    legal_name: str = ""
    aliases: tuple[str, ...] = ()
    kind: str = ""
    country: str = ""
    parent: str = ""
    tickers: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """The parties known, as a value that the reader receives.

    Attributes:
        organisations: in no particular order.
        version: digest of the content, so that a reading can say which registry made it.
    """

    organisations: tuple[Organisation, ...]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSummary:
    """What pages show of a report: never its text.

    Attributes are as for `Report`, but for these:
        outlet_name: as readers know it.
        sample: one of the demonstration's own reports.
        filing: a court's own entry in a docket, of which there is no text.
        recorded: when this state of it was put into the base; None outside a base.
    """

    id: str
    url: str
    outlet: str
    outlet_name: str
    title: str
    byline: tuple[str, ...] = ()
    published: datetime | None = None
    published_precise: bool = False
    published_source: DateSource | None = None
    modified: datetime | None = None
    crawled: datetime | None = None
    language: str = ""
    truncated: bool = False
    origin: str = ""
    sample: bool = False
    filing: bool = False
    recorded: datetime | None = None

    @property
    def entry(self) -> bool:
        """Whether it is an entry from public record: its title is our note, its address the source of the note."""
        return self.outlet == PUBLIC_RECORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An allegation together with the report that carries it.

    Attributes:
        id: stable: derived from the report's id and the allegation's parties and conduct.
        report: who published it.
        allegation: what it says.
        responses: answers that the same report tells.
        scheduled: what the same report says is to happen next.
        reasons: why the claim belongs to its incident; empty before tracking.
        reading: number in the base of the reading that found it; 0 outside a base.
        corrected: the fields of the allegation that a person corrected.
    """

    id: str
    report: ReportSummary
    allegation: Allegation
    responses: tuple[Response, ...] = ()
    scheduled: tuple[Scheduled, ...] = ()
    reasons: tuple[str, ...] = ()
    reading: int = 0
    corrected: tuple[str, ...] = ()

    @property
    def entry(self) -> bool:
        """Whether it is an entry of the public record and no report of an outlet."""
        return self.report.entry

    @property
    def on_record(self) -> bool:
        """Whether it stands on record, as an entry of ours or in a court's docket, so that each is an event."""
        return self.report.entry or self.report.filing

    @property
    def steps(self) -> bool:
        """Whether it tells of a step; a filing such as a motion leaves the dispute where it stands."""
        return not self.report.filing or self.allegation.reached is not None

    @property
    def known(self) -> datetime | None:
        """Since when anybody could know of it: the publication, of an entry the end of what it was `reached` by."""
        if self.report.entry:
            reached = self.allegation.reached
            return datetime.combine(reached.latest(), time.min, UTC) if reached else None
        return self.report.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A step of a dispute: how far it came then, and who says so.

    Attributes:
        stage: the stage reached.
        happened: when, by those who say so, the earliest first: several where they differ, none where none says.
        reported: the earliest publication of a report that says so; None where only the record and undated reports do.
        claims: those that say so, the first known first.
    """

    stage: Stage
    happened: tuple[PartialDate, ...] = ()
    reported: datetime | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of an incident as one or more reports give it, beside the others of its kind.

    Attributes:
        amount: as it was first told.
        claims: those that give it so, the first known first.
        agrees: other figures of other reports that can be true together with it.
        conflicts: figures of other reports for the same thing that cannot.
    """

    amount: Amount
    claims: tuple[Claim, ...]
    agrees: tuple[Amount, ...] = ()
    conflicts: tuple[Amount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresOfKind:
    """The figures of an incident that count the same sort of thing.

    Attributes:
        kind: what is counted ("work", of which a song is one), or the code of a currency.
        purpose: of money, what becomes of it: "asked", "decided" or "agreed"; else empty.
        figures: the smallest first.
    """

    kind: str
    purpose: str = ""
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One way in which a party answered, and who tells it.

    Attributes:
        code: how.
        told: the sentence and the claim whose report has it, one for each report, the first known first.
    """

    code: ResponseCode
    told: tuple[tuple[Response, Claim], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What reports tell of the answers of one party that is accused; nothing is its silence, as far as they tell.

    Attributes:
        party: whose.
        answers: each way once, the first told first.
    """

    party: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """What is to happen on one day in a dispute.

    Attributes:
        kind: what.
        day: when, as precise as it is told.
        told: the sentence and the claim whose report has it, one for each report, the first known first.
    """

    kind: EventKind
    day: PartialDate
    told: tuple[tuple[Scheduled, Claim], ...]


class OriginLink(StrEnum):
    """How reports lead back to an origin."""

    OWN = "own"
    NAMED = "named"
    WORDING = "wording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whoever reported something, with those who repeat it: a tree.

    Attributes:
        name: of the outlet or agency, or of the document where no outlet is known.
        link: how it leads back to the origin that it stands below: it names it, or uses its words; else `OWN`.
        documents: what it rests on by its own account ("letter of Anthropic").
        reports: a claim of each report of its own, the first known first; none where the report itself was not read.
        repeated: by whom.
    """

    name: str
    link: OriginLink = OriginLink.OWN
    documents: tuple[str, ...] = ()
    reports: tuple[Claim, ...] = ()
    repeated: tuple["Origin", ...] = ()

    @property
    def all_reports(self) -> tuple[Claim, ...]:
        """Its own reports and those of all who repeat it."""
        return (*self.reports, *(claim for each in self.repeated for claim in each.all_reports))

    @property
    def all_documents(self) -> tuple[str, ...]:
        """What it and those who repeat it rest on, each once."""
        repeated = (document for each in self.repeated for document in each.all_documents)
        return tuple(dict.fromkeys((*self.documents, *repeated)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corroboration:
    """On how many feet an incident stands.

    Attributes:
        origins: independent of each other as far as reports say, those with most reports first.
        entries: of the public record, which corroborate in their own way.
        by_claim: for each claim's id, the name of the origin that it rests on.
    """

    origins: tuple[Origin, ...]
    entries: tuple[Claim, ...] = ()
    by_claim: Mapping[str, str] = field(default_factory=dict)

    @property
    def reports(self) -> int:
        """How many reports there are."""
        return sum(len(origin.all_reports) for origin in self.origins)

    @property
    def shared_documents(self) -> tuple[str, ...]:
        """The documents on which more than one origin rests, so that these are not wholly independent."""
        resting = Counter(document for origin in self.origins for document in origin.all_documents)
        return tuple(sorted(document for document, number in resting.items() if number > 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """What is compared of another incident to say how it is related.

    Attributes:
        slug: its address.
        title: its title.
        accusers: every name that a claim gives.
        accused: every name that a claim gives.
        conduct: of some of its claims.
        dockets: of the same claims.
        sued: whether one of these tells of a suit.
        opened: when the first report published it.
    """

    slug: SlugText
    title: str
    accusers: frozenset[str]
    accused: frozenset[str]
    conduct: frozenset[Conduct] = frozenset()
    dockets: frozenset[str] = frozenset()
    sued: bool = False
    opened: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kinship:
    """An organisation and one that belongs to it, by their canonical names."""

    parent: str
    subsidiary: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another incident, and why it is named beside one.

    Attributes:
        slug: its address.
        title: its title.
        reasons: in words, the strongest first.
    """

    slug: SlugText
    title: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One side's claim against another side over one taking, as told by many reports.

    Attributes:
        slug: its address.
        title: made by rule from the findings ("Anthropic accuses Alibaba of distillation").
        accusers: canonical names, most told first.
        accused: canonical names, most told first.
        conduct: every code that a claim gives, most told first.
        stage: the newest step told.
        proceeding: court and docket number where a report gives them.
        claims: main claims first, then by the time since when they are known.
        history: the steps that led to `stage`, in their order; the last of them is it.
        opened: the time of the earliest report, or of an entry from public record if that is earlier.
        updated: the time of the latest report, or of an entry from public record if that is later.
    """

    slug: SlugText
    title: str
    accusers: tuple[str, ...]
    accused: tuple[str, ...]
    conduct: tuple[Conduct, ...]
    stage: Stage
    proceeding: Proceeding | None = None
    claims: tuple[Claim, ...] = field(default=())
    history: tuple[Transition, ...] = field(default=())
    opened: datetime | None = None
    updated: datetime | None = None

    @property
    def entered(self) -> bool:
        """Whether it rests, wholly or in part, on entries from public record."""
        return any(claim.report.entry for claim in self.claims)

    @property
    def reported(self) -> bool:
        """Whether a report tells of it, and not the public record alone."""
        return not self.claims or any(not claim.on_record for claim in self.claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a list says of an incident, told once and kept, so that no list need look at its claims.

    Attributes:
        slug: its address.
        title: as the incident has it, and so `accusers`, `accused`, `conduct`, `stage`, `opened` and `updated`.
        teaser: the sentence that says most by itself; empty where no claim has one.
        noted: whether that sentence is a note of ours on the public record, which is no quotation.
        reports: how many tell of it, entries from public record left aside.
        entered: whether it rests, wholly or in part, on entries from public record.
        reported: whether a report tells of it, and not the public record alone.
        newest: when the newest that is known of it took place, where that is an event on record.
        recorded: when the newest of its reports came into the base.
        answered: whose answers its reports tell.
        first: the earliest day of each of the five times ("occurred", "stated", "published", "crawled", "recorded"),
            as its claims and reports give them; those that none gives are missing, and entries have no publication.
        steps: how it came to `stage`, without the claims that say so.
        agreed: sums of money that were agreed to end it, the smallest first, without the claims that say so.
    """

    slug: SlugText
    title: str
    accusers: tuple[str, ...]
    accused: tuple[str, ...]
    conduct: tuple[Conduct, ...]
    stage: Stage
    opened: datetime | None = None
    updated: datetime | None = None
    teaser: str = ""
    noted: bool = False
    reports: int = 0
    entered: bool = False
    reported: bool = True
    newest: PartialDate | None = None
    recorded: datetime | None = None
    answered: tuple[str, ...] = ()
    first: Mapping[str, PartialDate] = field(default_factory=dict)
    steps: tuple[Transition, ...] = ()
    agreed: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on the bounds of incidents; the program never goes against it.

    Attributes:
        parts: ids of claims. Those of one part belong together, those of different parts do not; where several
            decisions name the same two claims, the latest holds.
        incidents: the number in the database of the incident that each part is.
    """

    parts: tuple[frozenset[str], ...]
    incidents: tuple[int, ...] = ()

    @property
    def claims(self) -> frozenset[str]:
        """Every claim that it names."""
        return frozenset().union(*self.parts)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person knows better than the reading of a claim.

    Attributes:
        claim: its id.
        values: the right values as JSON has them, by the name of the field of `Allegation`; only what is corrected.
    """

    claim: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hiding:
    """What a person took out of sight: one claim, or one incident with all its claims.

    Attributes:
        claim: its id; empty where it is an incident.
        incident: its number in the database; 0 where it is a claim.
    """

    claim: str = ""
    incident: int = 0


@dataclass(frozen=True, slots=True)
class Undoing:
    """A former edit taken back; to undo this brings that one into force again.

    Attributes:
        edit: its number.
    """

    edit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change that a person made, kept for ever.

    Attributes:
        number: in the order in which they were made.
        made: when.
        who: by whom.
        why: the reason given.
        verb: what the person called for ("merge", "split", …).
        what: what was decided.
        in_force: whether it holds; False after it was undone.
    """

    number: int
    made: datetime
    who: str
    why: str
    verb: EditVerb
    what: Decision | Correction | Hiding | Undoing
    in_force: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A change to what an incident holds, by the program or in the wake of an edit.

    Attributes:
        recorded: when.
        who: "program", or the person.
        why: the reason.
        title: as it was called from then on; empty where it ended.
        claims: how many it held from then on.
        merged_into: address of the incident that took it in; empty where none did.
        number: which change to its incident it is, from 1; the incident as it made it is the version of this number.
    """

    recorded: datetime
    who: str
    why: str
    title: str = ""
    claims: int = 0
    merged_into: SlugText = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Suggested:
    """Two incidents that may be one, for a person to judge.

    Attributes:
        one: number in the database of the one.
        other: of the other; the higher number.
        score: how sure it is, between 0 and 1.
        reasons: what speaks for it.
    """

    one: int
    other: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerIncident:
    """An incident that no report tells of any more; its address still says what it was.

    Attributes:
        slug: its address.
        title: as it was last told.
        ended: when the last of its claims was taken back.
    """

    slug: SlugText
    title: str
    ended: datetime


LEGAL_SUFFIXES: Final = frozenset(
    [
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "ltd",
        "limited",
        "llc",
        "lp",
        "llp",
        "group",
        "pbc",
        "co",
        "company",
        "plc",
        "gmbh",
    ]
)


@lru_cache(maxsize=1 << 14)
def name_key(name: str) -> str:
    """The name as names are compared: without case, accents, possessive, leading "the" or legal suffix.

    >>> name_key("The Alibaba Group's") == name_key("alibaba")
    True
    """
    text = unicodedata.normalize("NFKD", name.replace("’", "'")).casefold()
    text = re.sub(r"'s\b", "", text)
    text = re.sub(r"s'(?=\s|$)", "s", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"(?<=\w)\.(?=\w\b)", "", text)
    words = re.sub(r"[^\w]+|_", " ", text).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in LEGAL_SUFFIXES:
        words = words[:-1]
    return " ".join(words)


def slug(name: str, longest: int = 80) -> SlugText:
    """The name for use in an address: lower-case ASCII words joined by hyphens, cut at a word; never empty."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_name.casefold()).strip("-")
    if len(words) > longest:
        words = words[:longest].rsplit("-", 1)[0]
    return words or "x"


def party_slug(name: str) -> SlugText:
    """The address of a party: the same for every name that is compared as equal, and another for every other.

    What an address cannot hold, such as letters that are not Latin, is stood in for by a short digest.

    >>> party_slug("The Alibaba Group's"), party_slug("読売新聞")
    ('alibaba', 'x-d6f81a15')
    """
    key = name_key(name)
    plain = slug(key)
    if plain == key.replace(" ", "-"):
        return plain
    return f"{plain}-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def free_slug(name: str, taken: Collection[str]) -> SlugText:
    """The slug of a name, numbered from 2 where others have it already."""
    wanted = slug(name)
    free, n = wanted, 1
    while free in taken:
        n += 1
        free = f"{wanted}-{n}"
    return free


_WORKS = (
    "work book novel title article story song track recording record master album score essay poem collection image "
    "picture photo photograph illustration print film movie video episode commentary map text"
)
_EXCHANGES = "exchange request query prompt question interaction conversation"
_UNIT_KINDS: Final = {
    unit: kind for kind, units in (("work", _WORKS), ("exchange", _EXCHANGES)) for unit in units.split()
}
_LEAST_DIGITS = 2


def unit_kind(unit: str) -> str:
    """The word for the kind of things that a unit counts: a song is a work, an account is an account."""
    return _UNIT_KINDS.get(unit.casefold(), unit)


def same_unit(one: str, other: str) -> bool:
    """Whether two units can count the same things: they are one, or one is the word for the other's kind.

    >>> same_unit("work", "song"), same_unit("song", "book")
    (True, False)
    """
    units = {one.casefold(), other.casefold()}
    kinds = {unit_kind(unit) for unit in units}
    return len(units) == 1 or (len(kinds) == 1 and bool(units & kinds))


def same_value(one: float, other: float) -> bool:
    """Whether two numbers are the same as far as the rounder of them is told; two digits count at the least.

    >>> same_value(28_800_000, 28_840_000), same_value(29_000_000, 28_840_000), same_value(1000, 1100)
    (True, True, False)
    """
    unit = max(_last_place(one), _last_place(other))
    return abs(one - other) <= unit / 2 * (1 + 1e-9)


def _last_place(value: float) -> float:
    """The worth of the last digit that a number is told to: of 28,800,000 it is 100,000."""
    if not value:
        return 0.0
    digits, exponent = f"{abs(value):.12e}".split("e")
    told = max(_LEAST_DIGITS, len(digits.replace(".", "").rstrip("0")))
    return math.pow(10, int(exponent) - told + 1)
