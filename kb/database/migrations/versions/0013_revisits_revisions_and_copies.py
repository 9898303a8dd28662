"""Pages are asked for again, states of reports say what made them, and reports in the same words find each other."""

import sqlalchemy as sa
from alembic import op

from kb.copies import wording_of
from kb.database.tables import Instant
from kb.model import PUBLIC_RECORD

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AT_ONCE = 500


def upgrade() -> None:
    op.add_column("captures", sa.Column("due", Instant(), nullable=True))
    op.add_column("captures", sa.Column("gone", Instant(), nullable=True))
    op.add_column("captures", sa.Column("extractor", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_captures_outlet_due", "captures", ["outlet", "due"])
    op.create_index("ix_captures_warc", "captures", ["warc"])
    op.add_column("report_revisions", sa.Column("extractor", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "wordings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wordings")),
    )
    op.create_table(
        "wording_bands",
        sa.Column("band", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("wording_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("band", "wording_id", name=op.f("pk_wording_bands")),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["wordings.id"], name=op.f("fk_wording_bands_wording_id"), ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.add_column("reports", sa.Column("wording_id", sa.Text(), nullable=True))
    op.create_index("ix_reports_wording_id", "reports", ["wording_id"])
    _look_at_newest_captures()
    _keep_wordings()


def _look_at_newest_captures() -> None:
    op.execute(
        "UPDATE captures SET due = coalesce(last_checked, fetched) WHERE kind = 'page' AND NOT EXISTS "
        "(SELECT 1 FROM captures AS later WHERE later.url = captures.url AND later.id > captures.id)"
    )


def _keep_wordings() -> None:
    connection = op.get_bind()
    revisions = sa.table("report_revisions", *map(sa.column, ("report_id", "number", "text")))
    reports = sa.table("reports", *map(sa.column, ("id", "outlet", "current", "wording_id")))
    wordings = sa.table("wordings", sa.column("id"), sa.column("signature"))
    bands = sa.table("wording_bands", sa.column("band", sa.BigInteger()), sa.column("wording_id"))
    newest = sa.and_(revisions.c.report_id == reports.c.id, revisions.c.number == reports.c.current)
    texts = sa.select(reports.c.id, revisions.c.text).select_from(sa.join(reports, revisions, newest))
    texts = texts.where(reports.c.outlet != PUBLIC_RECORD).order_by(reports.c.id).limit(_AT_ONCE)
    known: set[str] = set()
    last = ""
    while rows := connection.execute(texts.where(reports.c.id > last)).all():
        for identity, text in rows:
            wording = wording_of(text)
            if wording is None:
                continue
            if wording.id not in known:
                known.add(wording.id)
                connection.execute(sa.insert(wordings).values(id=wording.id, signature=wording.signature))
                of_it = [{"band": band, "wording_id": wording.id} for band in wording.bands]
                connection.execute(sa.insert(bands), of_it)
            connection.execute(sa.update(reports).where(reports.c.id == identity).values(wording_id=wording.id))
        last = rows[-1][0]


def downgrade() -> None:
    op.drop_index("ix_reports_wording_id", "reports")
    op.drop_column("reports", "wording_id")
    op.drop_table("wording_bands")
    op.drop_table("wordings")
    op.drop_column("report_revisions", "extractor")
    op.drop_index("ix_captures_warc", "captures")
    op.drop_index("ix_captures_outlet_due", "captures")
    for column in ("extractor", "gone", "due"):
        op.drop_column("captures", column)
