"""What people decide about claims and incidents, and where claims belong without that."""

import sqlalchemy as sa
from alembic import op

from kb.database.tables import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_CLAIMS = sa.table("claims", sa.column("incident_id", sa.Integer()), sa.column("home_id", sa.Integer()))


def upgrade() -> None:
    op.create_table(
        "edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made", Instant(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edits")),
    )
    op.create_table(
        "edited_claims",
        sa.Column("edit_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("edit_id", "claim_id", name=op.f("pk_edited_claims")),
        sa.ForeignKeyConstraint(["edit_id"], ["edits.id"], name=op.f("fk_edited_claims_edit_id")),
    )
    op.create_index("ix_edited_claims_claim_id", "edited_claims", ["claim_id"])
    op.add_column("claims", sa.Column("home_id", sa.Integer(), nullable=True))
    op.add_column("claims", sa.Column("decided", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("claims", sa.Column("hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("claims", sa.Column("correction", sa.JSON(), nullable=True))
    op.execute(_CLAIMS.update().values(home_id=_CLAIMS.c.incident_id))
    op.add_column("incidents", sa.Column("hidden", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("incidents", "hidden")
    for column in ("correction", "hidden", "decided", "home_id"):
        op.drop_column("claims", column)
    op.drop_index("ix_edited_claims_claim_id", "edited_claims")
    op.drop_table("edited_claims")
    op.drop_table("edits")
