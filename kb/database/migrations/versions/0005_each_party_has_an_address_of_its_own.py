"""Each party has an address of its own, kept beside its name."""

import sqlalchemy as sa
from alembic import op

from kb.model import party_slug, slug

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PARTIES = sa.table("claim_parties", *(sa.column(name, sa.Text()) for name in ("key", "name", "slug")))
_ORGANISATIONS = sa.table(
    "organisations", sa.column("key", sa.Text()), sa.column("slug", sa.Text()), sa.column("body", sa.JSON())
)


def upgrade() -> None:
    op.add_column("claim_parties", sa.Column("slug", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_claim_parties_slug", "claim_parties", ["slug"])
    base = op.get_bind()
    names = sa.select(_PARTIES.c.key, sa.func.min(_PARTIES.c.name)).group_by(_PARTIES.c.key)
    for key, name in base.execute(names).all():
        base.execute(_PARTIES.update().where(_PARTIES.c.key == key).values(slug=party_slug(name)))
    for key, body in base.execute(sa.select(_ORGANISATIONS.c.key, _ORGANISATIONS.c.body)).all():
        base.execute(_ORGANISATIONS.update().where(_ORGANISATIONS.c.key == key).values(slug=party_slug(body["name"])))
    op.drop_index("ix_organisations_slug", "organisations")
    op.create_index("ix_organisations_slug", "organisations", ["slug"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_organisations_slug", "organisations")
    op.create_index("ix_organisations_slug", "organisations", ["slug"])
    base = op.get_bind()
    for key, body in base.execute(sa.select(_ORGANISATIONS.c.key, _ORGANISATIONS.c.body)).all():
        base.execute(_ORGANISATIONS.update().where(_ORGANISATIONS.c.key == key).values(slug=slug(body["name"])))
    op.drop_index("ix_claim_parties_slug", "claim_parties")
    op.drop_column("claim_parties", "slug")
