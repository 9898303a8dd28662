"""Outlines say when things were, how a dispute went and what was agreed: they are told anew."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE incidents SET outline = NULL, changes = changes + 1 WHERE merged_into IS NULL")


def downgrade() -> None:
    op.execute("UPDATE incidents SET outline = NULL, changes = changes + 1 WHERE merged_into IS NULL")
