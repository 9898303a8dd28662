"""Runs the migrations on the connection that `kb.database.sessions` hands over."""

from alembic import context

from kb.database.tables import Table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Table.metadata, render_as_batch=True)
context.run_migrations()
