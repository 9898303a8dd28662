"""Each outlet says when a crawl last came to its end, so that crawlers that share the outlets take each once."""

import sqlalchemy as sa
from alembic import op

from kb.database.tables import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outlets", sa.Column("crawled", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("outlets", "crawled")
