"""Changes of incidents are counted and not merely marked."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incidents", sa.Column("changes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("incidents", sa.Column("tracked", sa.Integer(), nullable=False, server_default="0"))
    incidents = sa.table("incidents", sa.column("stale", sa.Boolean()), sa.column("changes", sa.Integer()))
    op.execute(incidents.update().where(incidents.c.stale).values(changes=1))
    op.drop_index("ix_incidents_stale", "incidents")
    op.drop_column("incidents", "stale")


def downgrade() -> None:
    op.add_column("incidents", sa.Column("stale", sa.Boolean(), nullable=False, server_default=sa.false()))
    incidents = sa.table(
        "incidents",
        sa.column("stale", sa.Boolean()),
        sa.column("changes", sa.Integer()),
        sa.column("tracked", sa.Integer()),
    )
    op.execute(incidents.update().where(incidents.c.changes > incidents.c.tracked).values(stale=sa.true()))
    op.create_index("ix_incidents_stale", "incidents", ["stale"])
    op.drop_column("incidents", "tracked")
    op.drop_column("incidents", "changes")
