"""Which account answers a chat."""

import sqlalchemy as sa
from alembic import op

revision = "chat_agent"
down_revision = "conversation_review"


def upgrade() -> None:
    # Whoever answered by the shared key has no account: those chats go back to the machine when nobody comes.
    with op.batch_alter_table("chat_sessions") as table:
        table.add_column(sa.Column("agent_login", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    # Never in Alembic's batch mode: it makes the table anew on SQLite, which would erase all messages.
    op.execute("ALTER TABLE chat_sessions DROP COLUMN agent_login")
