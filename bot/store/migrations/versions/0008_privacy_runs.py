"""What was deleted, and when."""

import sqlalchemy as sa
from alembic import op

revision = "privacy_runs"
down_revision = "chat_agent"


def upgrade() -> None:
    op.create_table(
        "privacy_runs",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
    )
    op.create_index("ix_privacy_runs_at", "privacy_runs", ["at"])


def downgrade() -> None:
    op.drop_table("privacy_runs")
