"""Chat sessions, their log and their photos."""

import sqlalchemy as sa
from alembic import op

revision = "0003_chat"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "chat_sessions",
        sa.Column(
            "id", sa.String(64), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True)),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
    )
    op.create_index("ix_chat_sessions_seen_at", "chat_sessions", ["seen_at"])
    op.create_index("ix_chat_sessions_mode", "chat_sessions", ["mode"])
    op.create_table(
        "chat_entries",
        sa.Column(
            "session_id",
            sa.String(64),
            sa.ForeignKey("chat_sessions.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.String(40)),
        sa.Column("state", sa.String(8), nullable=False),
        sa.UniqueConstraint("session_id", "client_id", name="uq_chat_entries_client_id"),
    )
    op.create_table(
        "chat_photos",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_filed", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_chat_photos_session_id", "chat_photos", ["session_id"])


def downgrade() -> None:
    op.drop_table("chat_photos")
    op.drop_table("chat_entries")
    op.drop_table("chat_sessions")
