"""Several bots on one database: what one of them holds alone, who carries a chat, which people are there."""

import sqlalchemy as sa
from alembic import op

revision = "machines"
down_revision = "daily_counts"


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "presences",
        sa.Column("login", sa.String(64), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("chat_sessions", sa.Column("carrier", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("chat_sessions", "carrier")
    op.drop_table("presences")
    op.drop_table("leases")
