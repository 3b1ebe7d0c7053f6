"""Alembic's entry: always online, on the connection that `integrations.database.migrate` hands over."""

from alembic import context

from integrations.backend.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table="alembic_version_backend",
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
