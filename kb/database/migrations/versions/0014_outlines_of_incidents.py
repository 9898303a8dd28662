"""What lists say of an incident is kept with it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidents", sa.Column("outline", sa.JSON(), nullable=True))
    op.execute("UPDATE incidents SET changes = changes + 1 WHERE merged_into IS NULL")


def downgrade() -> None:
    op.drop_column("incidents", "outline")
