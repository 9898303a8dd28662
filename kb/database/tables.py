"""The tables: what is kept of outlets, captures, reports, readings, claims, incidents and the program's own work."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kb.interchange import well_formed

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A timezone-aware instant, kept in UTC also where the database has no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To UTC."""
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """As UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WellFormedText(TypeDecorator[str]):
    """A text, also one that is sought, with what no database can hold (a NUL, half a surrogate pair) replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Character for character, so that spans stay right."""
        text: str | None = well_formed(value)
        return text


class WellFormedJson(TypeDecorator[Any]):
    """JSON whose texts are replaced in the same way."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - whatever JSON may hold
        """In every text, also in keys."""
        return well_formed(value)


class Table(DeclarativeBase):
    """What all tables share: how their constraints are named, and what Python types mean."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012
        datetime: Instant,
        str: WellFormedText,
        dict[str, Any]: WellFormedJson,
        list[str]: WellFormedJson,
    }


class OutletRow(Table):
    """An outlet and how reaching it went; `state` is watched, unlisted, opted-out or forgotten."""

    __tablename__ = "outlets"
    slug: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    first_contact: Mapped[datetime | None]
    last_contact: Mapped[datetime | None]
    last_success: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="watched", server_default="watched")
    crawled: Mapped[datetime | None]


class FeedRow(Table):
    """How asking for one feed or sitemap of an outlet goes."""

    __tablename__ = "feeds"
    outlet: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    tried: Mapped[datetime]
    answered: Mapped[datetime | None]
    listed: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")


class TallyRow(Table):
    """How often one thing happened in fetching pages of an outlet on one day, and the last time of it."""

    __tablename__ = "tallies"
    outlet: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    latest: Mapped[datetime]
    url: Mapped[str]
    problem: Mapped[str]


class UnfetchedRow(Table):
    """An address that could not be fetched; `again` is when to ask for it once more, None for never."""

    __tablename__ = "unfetched"
    url: Mapped[str] = mapped_column(primary_key=True)
    outlet: Mapped[str] = mapped_column(index=True)
    fault: Mapped[str]
    problem: Mapped[str]
    tries: Mapped[int]
    noted: Mapped[datetime]
    again: Mapped[datetime | None]


class HostRow(Table):
    """What is to be heeded of a "host:port": how long it rests, how often it was asked on a day, its robots.txt."""

    __tablename__ = "hosts"
    host: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None]
    rests_why: Mapped[str] = mapped_column(default="")
    day: Mapped[str] = mapped_column(default="")
    asked: Mapped[int] = mapped_column(default=0)
    robots: Mapped[str | None]
    robots_etag: Mapped[str] = mapped_column(default="")
    robots_modified: Mapped[str] = mapped_column(default="")
    robots_changed: Mapped[datetime | None]


class CaptureRow(Table):
    """A response as fetched; `state` is pending, extracted, refused, feed, or removed where its bytes were.

    `due` is when its address is to be looked at again, set on the newest capture of each page alone; `gone` since when
    that address answers that there is nothing any more. `extractor` is the version of the extraction that tried it.
    """

    __tablename__ = "captures"
    __table_args__ = (
        UniqueConstraint("url", "digest"),
        Index("ix_captures_outlet_due", "outlet", "due"),
        Index("ix_captures_outlet_kind_fetched_state", "outlet", "kind", "fetched", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    final_url: Mapped[str] = mapped_column(index=True)
    fetched: Mapped[datetime]
    status: Mapped[int]
    media_type: Mapped[str]
    digest: Mapped[str]
    warc: Mapped[str] = mapped_column(index=True)
    offset: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    outlet: Mapped[str]
    kind: Mapped[str]
    etag: Mapped[str]
    last_modified: Mapped[str]
    last_checked: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(default="")
    report_id: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    due: Mapped[datetime | None]
    gone: Mapped[datetime | None]
    extractor: Mapped[str] = mapped_column(default="", server_default="")


class WordingRow(Table):
    """The wording of reports, by its signature: reports in the very same words have one in common."""

    __tablename__ = "wordings"
    id: Mapped[str] = mapped_column(primary_key=True)
    signature: Mapped[str]


class WordingBandRow(Table):
    """A band of a wording's signature: wordings with a band in common may be alike."""

    __tablename__ = "wording_bands"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    band: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    wording_id: Mapped[str] = mapped_column(ForeignKey("wordings.id", ondelete="CASCADE"), primary_key=True)


class ReportRow(Table):
    """A report; what it says is in its revisions, what was read of it last in its readings."""

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_outlet_published", "outlet", "published"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(index=True)
    outlet: Mapped[str]
    current: Mapped[int]
    reading_id: Mapped[int | None]
    published: Mapped[datetime | None] = mapped_column(index=True)
    first_seen: Mapped[datetime]
    wording_id: Mapped[str | None] = mapped_column(index=True)


class ReportRevisionRow(Table):
    """One state of a report's text and metadata; never changed, never removed.

    But for a text that may be kept no longer: text and digest are empty then. `extractor` is the newest version of the
    extraction that makes this state of its capture.
    """

    __tablename__ = "report_revisions"
    __table_args__ = (UniqueConstraint("report_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"))
    number: Mapped[int]
    digest: Mapped[str]
    body: Mapped[dict[str, Any]]
    text: Mapped[str]
    capture_id: Mapped[int | None]
    recorded: Mapped[datetime]
    extractor: Mapped[str] = mapped_column(default="", server_default="")


class ReadingRow(Table):
    """What one version of the reader took from one revision of a report; append-only."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("report_id", "revision", "reader", "model", "registry_version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"))
    revision: Mapped[int]
    reader: Mapped[str]
    model: Mapped[str]
    registry_version: Mapped[str]
    body: Mapped[str]
    recorded: Mapped[datetime]


class ClaimRow(Table):
    """A published allegation of a report's reading in force, and the incident it belongs to.

    `home_id` is the incident in which the program placed it while no edit bore on that: there it goes back when
    edits are undone. `decided` says whether a decision in force names it; what edits make of it stands in `correction`
    (the corrected values; null where there are none) and `hidden`.
    """

    __tablename__ = "claims"
    id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), index=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("readings.id"))
    position: Mapped[int]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    home_id: Mapped[int | None]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    decided: Mapped[bool] = mapped_column(default=False, server_default=false())
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    correction: Mapped[dict[str, Any] | None] = mapped_column(WellFormedJson(none_as_null=True))


class ClaimPartyRow(Table):
    """A party of a claim, by the key under which names are compared."""

    __tablename__ = "claim_parties"
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True, index=True)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(index=True)


class IncidentRow(Table):
    """An incident: what is derived from its claims, and where it went if it was merged.

    `changes` counts how often its claims were replaced by other readings, `tracked` how many of these changes tracking
    has taken into account: counts and not a mark, so that a change made while tracking runs is not lost. `outline` is
    what lists say of it; null until it is tracked by a version that keeps it.
    """

    __tablename__ = "incidents"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    opened: Mapped[datetime | None]
    updated: Mapped[datetime | None] = mapped_column(index=True)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    changes: Mapped[int] = mapped_column(default=0)
    tracked: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    outline: Mapped[dict[str, Any] | None] = mapped_column(WellFormedJson(none_as_null=True))


class OrganisationRow(Table):
    """A party that the registry knows."""

    __tablename__ = "organisations"
    key: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True, index=True)
    body: Mapped[dict[str, Any]]


class RevisionRow(Table):
    """A change to an incident: when, by whom, what and why; append-only."""

    __tablename__ = "revisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    recorded: Mapped[datetime]
    who: Mapped[str]
    what: Mapped[dict[str, Any]]
    why: Mapped[str]


class EditRow(Table):
    """What a person decided, who and why; append-only."""

    __tablename__ = "edits"
    id: Mapped[int] = mapped_column(primary_key=True)
    made: Mapped[datetime]
    who: Mapped[str]
    why: Mapped[str]
    verb: Mapped[str]
    what: Mapped[dict[str, Any]]


class EditedClaimRow(Table):
    """A claim that an edit names; by its id alone, since it may be read no more."""

    __tablename__ = "edited_claims"
    edit_id: Mapped[int] = mapped_column(ForeignKey("edits.id"), primary_key=True)
    claim_id: Mapped[str] = mapped_column(primary_key=True, index=True)


class SuggestionRow(Table):
    """Two incidents that may be one, the one of the lower number first; made anew whenever one of them changes."""

    __tablename__ = "suggestions"
    one_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True, index=True)
    score: Mapped[float] = mapped_column(index=True)
    reasons: Mapped[list[str]]


class UserRow(Table):
    """Who may log in: by the name in one case, with the password's argon2 hash; sessions name the token."""

    __tablename__ = "users"
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    password: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    made: Mapped[datetime]


class SubmissionRow(Table):
    """An address that somebody handed in.

    `state` is waiting, fetched, failed or rejected, `problem` why it failed; `since` is when it last began to wait, or
    was judged.
    """

    __tablename__ = "submissions"
    __table_args__ = (Index("ix_submissions_state_id", "state", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str]
    made: Mapped[datetime]
    since: Mapped[datetime]
    state: Mapped[str]
    problem: Mapped[str]


class RemarkRow(Table):
    """What a reader says is wrong with a thing of the base; `state` is open, accepted or rejected."""

    __tablename__ = "remarks"
    __table_args__ = (Index("ix_remarks_state_id", "state", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[str]
    field: Mapped[str]
    wrong: Mapped[str]
    source: Mapped[str]
    made: Mapped[datetime]
    state: Mapped[str]


class VerdictRow(Table):
    """How a person judged a submission or a remark, the kind of which it names; append-only."""

    __tablename__ = "verdicts"
    __table_args__ = (Index("ix_verdicts_kind_subject", "kind", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[int]
    state: Mapped[str]
    who: Mapped[str]
    why: Mapped[str]
    made: Mapped[datetime]


class OutboxRow(Table):
    """What the search index has yet to take over; `refused` says why it does not, and is empty where it waits."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_kind_key", "kind", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    refused: Mapped[str] = mapped_column(default="", server_default="")


class StepRunRow(Table):
    """One run of a step."""

    __tablename__ = "step_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(index=True)
    started: Mapped[datetime]
    ended: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")


class SettingRow(Table):
    """A fact about the base as a whole, such as whether it is a demonstration."""

    __tablename__ = "settings"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class LeaseRow(Table):
    """What one process at a time may do: who has it, and until when unless it is renewed."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    expires: Mapped[datetime]
