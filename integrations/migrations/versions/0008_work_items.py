"""Incomplete reports and dead letters are taken in hand by somebody, with a note."""

import sqlalchemy as sa
from alembic import op

revision = "0008_work_items"
down_revision = "0007_steering"


def upgrade() -> None:
    op.create_table(
        "work_items",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("claimed_by", sa.String(64), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("note", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("work_items")
