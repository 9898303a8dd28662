"""Runs the migrations on the connection that `kb.database.sessions` hands over."""

from collections import defaultdict

from alembic import context
from sqlalchemy import text

from kb.database.tables import Table

_OTHER_TEXTS = text(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
    "AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' ORDER BY 1, 2"
)


def _order_texts_as_sqlite_does(*_: object, **__: object) -> None:
    """Have PostgreSQL compare and order every text by its code points, whatever language the server speaks.

    Done after each revision, so that the next one finds its predecessors' columns so, and no revision has to say it.
    """
    quote = connection.dialect.identifier_preparer.quote
    columns = defaultdict(list)
    for table, column in connection.execute(_OTHER_TEXTS):
        columns[table].append(f'ALTER {quote(column)} TYPE text COLLATE "C"')
    for table, changes in columns.items():
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} {', '.join(changes)}")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    render_as_batch=True,
    on_version_apply=_order_texts_as_sqlite_does if connection.dialect.name == "postgresql" else None,
)
context.run_migrations()
