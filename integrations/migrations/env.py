"""Alembic's entry: always online, on the connection that `integrations.database.migrate` hands over."""

from alembic import context

from integrations.desk_models import Base
from integrations.notifications_models import NotificationRow
from integrations.steering_store import SteeringRow

connection = context.config.attributes["connection"]
# Naming the class makes its table part of `Base.metadata`.
assert NotificationRow.metadata is SteeringRow.metadata is Base.metadata
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table="alembic_version_desk",
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
