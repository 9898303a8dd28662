"""Incidents that may be one, for people to judge."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_suggestions")),
        sa.ForeignKeyConstraint(["one_id"], ["incidents.id"], name=op.f("fk_suggestions_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["incidents.id"], name=op.f("fk_suggestions_other_id")),
    )
    op.create_index("ix_suggestions_other_id", "suggestions", ["other_id"])
    op.create_index("ix_suggestions_score", "suggestions", ["score"])


def downgrade() -> None:
    op.drop_table("suggestions")
