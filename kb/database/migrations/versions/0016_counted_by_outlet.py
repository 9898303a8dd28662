"""Captures and reports are counted by outlet from an index alone."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_captures_outlet_kind_fetched_state", "captures", ["outlet", "kind", "fetched", "state"], unique=False
    )
    op.drop_index("ix_captures_outlet", table_name="captures")
    op.create_index("ix_reports_outlet_published", "reports", ["outlet", "published"], unique=False)
    op.drop_index("ix_reports_outlet", table_name="reports")


def downgrade() -> None:
    op.create_index("ix_reports_outlet", "reports", ["outlet"], unique=False)
    op.drop_index("ix_reports_outlet_published", table_name="reports")
    op.create_index("ix_captures_outlet", "captures", ["outlet"], unique=False)
    op.drop_index("ix_captures_outlet_kind_fetched_state", table_name="captures")
