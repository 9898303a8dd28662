"""Each report has a reading in force, which need not be the last one made."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("reading_id", sa.Integer(), nullable=True))
    reports = sa.table("reports", sa.column("id", sa.Text()), sa.column("reading_id", sa.Integer()))
    readings = sa.table("readings", sa.column("id", sa.Integer()), sa.column("report_id", sa.Text()))
    newest = sa.select(sa.func.max(readings.c.id)).where(readings.c.report_id == reports.c.id).scalar_subquery()
    op.execute(reports.update().values(reading_id=newest))


def downgrade() -> None:
    op.drop_column("reports", "reading_id")
