"""Conversations in which a danger was spoken of are flagged."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("emergency", sa.String(32), nullable=False, server_default=""))


def downgrade() -> None:
    # Never in Alembic's batch mode: it makes the table anew on SQLite, which would erase all turns.
    op.execute("ALTER TABLE conversations DROP COLUMN emergency")
