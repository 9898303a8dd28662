"""Captures say when their address was last found to hold the same bytes."""

import sqlalchemy as sa
from alembic import op

from kb.database.tables import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("captures", sa.Column("last_checked", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("captures", "last_checked")
