"""Corrections of turns, and what was learned of them."""

import sqlalchemy as sa
from alembic import op

revision = "reviews"
down_revision = "0004_accounts"


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "turn_id",
            sa.Integer(),
            sa.ForeignKey("turns.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("as_example", sa.Boolean(), nullable=False),
        sa.Column("as_recognition", sa.Boolean(), nullable=False),
        sa.Column("as_conversation", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(64), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("learning_id", sa.Integer()),
    )
    op.create_index("ix_reviews_conversation_id", "reviews", ["conversation_id"])
    op.create_index("ix_reviews_state", "reviews", ["state", "saved_at"])
    op.create_table(
        "learnings",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("started_by", sa.String(64), nullable=False),
        sa.Column("n_reviews", sa.Integer(), nullable=False),
        sa.Column("before_model", sa.String(64), nullable=False),
        sa.Column("after_model", sa.String(64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
    )
    op.create_table(
        "learned",
        sa.Column("path", sa.String(128), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("learning_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_learned_conversation", "learned", ["conversation_id"])
    op.create_index("ix_learned_expires_at", "learned", ["expires_at"])


def downgrade() -> None:
    op.drop_table("learned")
    op.drop_table("learnings")
    op.drop_table("reviews")
