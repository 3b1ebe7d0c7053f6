"""Conversations and turns."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("caller", sa.String(64), nullable=False),
        sa.Column("callee", sa.String(64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer()),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("recognizer", sa.String(64), nullable=False),
        sa.Column("synthesizer", sa.String(64), nullable=False),
    )
    op.create_index("ix_conversations_started_at", "conversations", ["started_at"])
    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("was_cut_off", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("intent_confidence", sa.Float()),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("recognition_ms", sa.Integer()),
        sa.Column("dialogue_ms", sa.Integer()),
        sa.Column("synthesis_ms", sa.Integer()),
        sa.Column("silence_ms", sa.Integer()),
    )
    op.create_index("ix_turns_conversation", "turns", ["conversation_id", "position"], unique=True)


def downgrade() -> None:
    op.drop_table("turns")
    op.drop_table("conversations")
