"""Call-backs are claimed by an agent and done with a note; each step is an event."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("callbacks") as table:
        table.add_column(sa.Column("claimed_by", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE callbacks SET state = 'done' WHERE state = 'closed'")
    op.create_table(
        "callback_events",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("reference", sa.String(32), sa.ForeignKey("callbacks.reference"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_callback_events_reference", "callback_events", ["reference"])


def downgrade() -> None:
    op.drop_table("callback_events")
    op.execute("UPDATE callbacks SET state = 'closed' WHERE state = 'done'")
    op.execute("UPDATE callbacks SET state = 'open' WHERE state = 'claimed'")
    with op.batch_alter_table("callbacks") as table:
        table.drop_column("claimed_at")
        table.drop_column("claimed_by")
