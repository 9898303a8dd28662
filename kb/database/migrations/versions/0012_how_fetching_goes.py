"""How asking for feeds and pages goes, what could not be fetched, and what is to be heeded of hosts."""

import sqlalchemy as sa
from alembic import op

from kb.database.tables import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("tried", Instant(), nullable=False),
        sa.Column("answered", Instant(), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("outlet", "url", name=op.f("pk_feeds")),
    )
    op.create_table(
        "tallies",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("latest", Instant(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("outlet", "day", "what", name=op.f("pk_tallies")),
    )
    op.create_table(
        "unfetched",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("noted", Instant(), nullable=False),
        sa.Column("again", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_unfetched")),
    )
    op.create_index("ix_unfetched_outlet", "unfetched", ["outlet"])
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", Instant(), nullable=True),
        sa.Column("rests_why", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("robots", sa.Text(), nullable=True),
        sa.Column("robots_etag", sa.Text(), nullable=False),
        sa.Column("robots_modified", sa.Text(), nullable=False),
        sa.Column("robots_changed", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )


def downgrade() -> None:
    for table in ("hosts", "unfetched", "tallies", "feeds"):
        op.drop_table(table)
