"""Leases: what one process at a time may do; and captures may lie far into a large file."""

import sqlalchemy as sa
from alembic import op

from kb.database.tables import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("expires", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    _offsets_as(sa.BigInteger())


def downgrade() -> None:
    _offsets_as(sa.Integer())
    op.drop_table("leases")


def _offsets_as(kind: sa.Integer) -> None:
    """SQLite's integers are large already."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("captures", "offset", type_=kind)
